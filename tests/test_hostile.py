"""Whatever is asked, an answer comes that every door can show; never an exception."""

import json
from collections.abc import Iterator

import pytest

from bot.card import answer_card
from bot.texts import LANGUAGES, Language, texts_in
from embeddings import Encoder
from retrieval import Answer, Retriever
from retrieval.build import build
from tests.corpora import write_corpus
from tests.hostile import QUESTIONS
from tests.telegram.rules import check_keyboard, check_text


@pytest.fixture(scope="module")
def retriever(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("hostile")
    build([write_corpus(folder / "corpus")], folder / "index", encoder)
    opened = Retriever.open(folder / "index", encoder)
    yield opened
    opened.close()


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_hostile_question_gets_an_answer_and_a_card(retriever: Retriever, question: str) -> None:
    """Passages of the articles or plainly none, and a message that Telegram accepts."""
    answer = retriever.answer(question)
    assert answer.question == question
    assert 0 <= answer.confidence <= 1
    assert answer.hits or not answer.found
    assert json.loads(json.dumps(answer.to_dict()))["question"] == question
    for hit in answer.hits:
        assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        for span in (*hit.highlights, *hit.matches):
            assert 0 <= span.start < span.end <= len(hit.passage.text)
    for language in LANGUAGES:
        check_card(answer, language)


def check_card(answer: Answer, language: Language) -> None:
    card = answer_card(answer, texts_in(language))
    assert card.text.strip()
    check_text(card.text, [entity.to_dict() for entity in card.entities])
    if card.keyboard:
        check_keyboard(card.keyboard.to_dict())


def test_there_are_a_hundred_and_more() -> None:
    assert len(set(QUESTIONS.values())) == len(QUESTIONS) >= 100


@pytest.mark.parametrize(
    "name",
    [
        "field and operator",
        "quotation mark not closed",
        "boost of a word",
        "fuzzy",
        "html",
        "terminal escapes",
        "bidirectional overrides",
        "tatweel in a word",
        "presentation forms",
    ],
)
def test_what_surrounds_a_word_does_not_hide_it(retriever: Retriever, name: str) -> None:
    """Syntax, markup and controls are characters like others: the lighthouse comes first."""
    assert retriever.answer(QUESTIONS[name]).hits[0].article.id == "lighthouse"
