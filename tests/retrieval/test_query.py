"""A question is searched as it was asked, but for Arabizi, which is read in Arabic script.

One of nothing but names is searched by their Arabic spellings too.
"""

from collections.abc import Iterator

import pytest

from retrieval import Retriever
from retrieval.build import build
from retrieval.query import Query
from tests.corpora import write_corpus
from tests.fakes import HashEncoder


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("query")
    build([write_corpus(folder / "corpus")], folder / "index", HashEncoder())
    opened = Retriever.open(folder / "index", HashEncoder())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("متى بنيت المنارة؟", "ar"),
        ("شو ارتفاع المنارة؟", "ar"),
        ("When was the lighthouse built?", "und-Latn"),
        ("ras al-Sindiyan", "und-Latn"),
        ("The Ras al-Sindiyan lighthouse", "und-Latn"),
        ("Xkqvz al-Sindiyan", "und-Latn"),
        ("Когда построен маяк?", "und-Cyrl"),
        ("2018", "und"),
        ("", "und"),
    ],
)
def test_other_questions_are_searched_as_they_were_asked(
    retriever: Retriever, question: str, language: str
) -> None:
    assert retriever.searcher.query(question) == Query(question, question, language)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("emta bana el manara?", "متى بنى المنارة"),
        ("adeh irtifa3 el manara?", "كم ارتفاع المنارة"),
        ("Meen sajal hadaf el fawz", "من سجل هدف الفوز"),
        ("kifach yo9taf ettamr", "كيف يقطف التمر"),
        ("wen yrou7 el qitar el sari3 w noura", "أين yrou7 القطار السريع ونورة"),
    ],
)
def test_arabizi_is_read_in_the_words_of_the_articles(
    retriever: Retriever, question: str, text: str
) -> None:
    query = retriever.searcher.query(question)
    assert (query.asked, query.language) == (question, "ar-Latn")
    assert query.text == text


@pytest.mark.parametrize(
    ("question", "names"),
    [("Ras al-Sindiyan", "راس سنديان"), ("Рас ас-Синдиян?", "راس سنديان"), ("Noura", "نورة")],
)
def test_names_alone_are_read_in_the_spelling_of_the_articles(
    retriever: Retriever, question: str, names: str
) -> None:
    query = retriever.searcher.query(question)
    assert (query.text, query.names) == (question, names)


def test_an_answer_tells_the_question_as_asked(retriever: Retriever) -> None:
    """And under which language it was searched."""
    answer = retriever.answer("adeh irtifa3 el manara?")
    assert (answer.question, answer.language) == ("adeh irtifa3 el manara?", "ar-Latn")
    assert answer.hits[0].lexical_rank or answer.hits[0].dense_rank
