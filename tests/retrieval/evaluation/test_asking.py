"""Questions put to a real index, with a model that finds only the same text near."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from retrieval import Retriever
from retrieval.build import build
from retrieval.evaluation import Outcome, Question, evaluate
from retrieval.types import Article
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashEncoder


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder = tmp_path_factory.mktemp("evaluation")
    long = Article("long", "\n".join([ARTICLES[0].text.replace("\n", " ")] * 4), title="الطويل")
    corpus = write_corpus(folder / "corpus", [*ARTICLES, long])
    build([corpus], folder / "index", HashEncoder())
    return Retriever.open(folder / "index", HashEncoder())


def whole(article: Article) -> Question:
    """Ask an article's whole passage, which both sides then rank first."""
    return Question(article.id, f"{article.title}\n{article.text}", frozenset({article.id}))


def asked(retriever: Retriever, *questions: Question) -> tuple[Outcome, ...]:
    return evaluate(retriever, {"file": questions}).files["file"]


def test_every_question_of_every_file_is_asked_in_order(retriever: Retriever) -> None:
    told: list[tuple[str, int, int | None]] = []
    files: Mapping[str, Sequence[Question]] = {
        "right": [whole(article) for article in ARTICLES[1:4]],
        "none": [Question("n", "xylophone", frozenset()), Question("m", "؟", frozenset())],
    }
    run = evaluate(retriever, files, lambda *told_now: told.append(told_now))
    assert run.index == retriever.info
    assert [own.question for own in run.outcomes] == [*files["right"], *files["none"]]
    assert [own.ranks for own in run.files["right"]] == [(1,)] * 3
    assert [own.answerable for own in run.outcomes] == [True] * 3 + [False] * 2
    assert told[2:] == [("right", 3, 3), ("none", 1, 2), ("none", 2, 2)]


def test_confidence_and_found_are_the_answers(retriever: Retriever) -> None:
    questions = [whole(ARTICLES[4]), Question("m", "؟", frozenset())]
    for question, own in zip(questions, asked(retriever, *questions), strict=True):
        answer = retriever.answer(question.text)
        assert own.confidence == pytest.approx(answer.confidence)
        assert (own.found, own.language) == (answer.found, answer.language)


def test_ranks_count_articles_each_once(retriever: Retriever) -> None:
    """An article of several passages takes one rank, so both relevant ones are ideal."""
    question = Question("q", ARTICLES[0].text, frozenset({"lighthouse", "long"}))
    (found,) = asked(retriever, question)
    assert found.ranks == (1, 2)


def test_a_relevant_article_that_is_not_there_has_no_rank(retriever: Retriever) -> None:
    question = replace(whole(ARTICLES[4]), relevant=frozenset({"nowhere"}))
    (found,) = asked(retriever, question)
    assert (found.ranks, found.dense_ranks, found.lexical_ranks) == ((), (), ())


def test_a_side_ranks_as_if_it_were_alone(retriever: Retriever) -> None:
    """Each side's ranks are those of its own search, by article; the two sides disagree here."""
    text = ARTICLES[0].text
    every = frozenset(article.id for article in ARTICLES) | {"long"}
    searcher = retriever.searcher
    vector = searcher.encode([searcher.query(text)])[0].vector
    order = {
        "dense": searcher._dense.search(vector, 150),
        "lexical": searcher._lexical.search(text, 150),
    }
    ranked = {
        side: list(dict.fromkeys(searcher.articles_of([one.passage for one in found])))
        for side, found in order.items()
    }
    assert ranked["dense"] != ranked["lexical"]
    for wanted in every:
        (found,) = asked(retriever, Question("q", text, frozenset({wanted})))
        expected = {
            side: (own.index(wanted) + 1,) if wanted in own else () for side, own in ranked.items()
        }
        assert {"dense": found.dense_ranks, "lexical": found.lexical_ranks} == expected


def test_a_side_that_brought_nothing_has_no_ranks(retriever: Retriever) -> None:
    """Words that stand nowhere: the dense side brings its nearest all the same."""
    (found,) = asked(retriever, Question("q", "xylophone", frozenset({"lighthouse"})))
    assert found.lexical_ranks == ()
    assert len(found.dense_ranks) == 1


def test_only_a_hundred_articles_are_looked_at(retriever: Retriever) -> None:
    """The depth is by articles, and what lies under it has no rank."""
    from retrieval.evaluation.asking import _ranks  # noqa: PLC0415 - only here

    question = Question("q", "", frozenset({"99", "100"}))
    names = np.repeat([str(number) for number in range(150)], 2)
    assert retriever
    assert _ranks(names.tolist(), question) == (100,)


def test_a_language_is_the_files_own_or_else_the_scripts(retriever: Retriever) -> None:
    """The files' own changes nothing else: retrieval never sees it."""
    plain = whole(ARTICLES[2])
    tagged = replace(plain, language="ar-EG")
    latin = Question("l", "lighthouse", frozenset())
    one, other, third = asked(retriever, plain, tagged, latin)
    assert (one.language, other.language, third.language) == ("ar", "ar-EG", "und-Latn")
    assert replace(other, question=plain, language="ar") == one
