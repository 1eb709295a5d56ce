"""The question sets are well formed: what they ask about exists, and twins stand side by side."""

from pathlib import Path

import pytest

from retrieval.corpus import BadRecord, read
from retrieval.corpus.sample import sample
from retrieval.evaluation import Question, read_questions
from retrieval.language import ARABIC, language

HERE = Path(__file__).parent
QUESTIONS = HERE / "questions"
FILES = sorted(QUESTIONS.glob("*.jsonl"))


def refuse(record: BadRecord) -> None:
    pytest.fail(str(record))


def asked(name: str) -> list[Question]:
    return read_questions(QUESTIONS / f"{name}.jsonl")


@pytest.fixture(scope="module")
def articles() -> set[str]:
    return {article.id for article in read([sample(), HERE / "articles"], on_bad=refuse)}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_question_names_articles_that_exist(path: Path, articles: set[str]) -> None:
    questions = read_questions(path)
    assert len({question.id for question in questions}) == len(questions)
    for question in questions:
        assert question.relevant <= articles, question.id


@pytest.mark.parametrize("name", ["arabizi", "dialect"])
def test_each_question_has_a_twin_in_standard_arabic(name: str) -> None:
    """Line by line the same id and answer, in other words."""
    questions, twins = asked(name), asked(f"{name}-standard")
    assert len(questions) == 50
    for question, twin in zip(questions, twins, strict=True):
        assert (question.id, question.relevant) == (twin.id, twin.relevant)
        assert question.text != twin.text
        assert language(twin.text) == ARABIC


def test_the_sets_are_what_they_are_called() -> None:
    """Arabizi is in Latin letters; ten dialect questions are of each of five regions."""
    assert {language(question.text) for question in asked("arabizi")} == {"und-Latn"}
    regions = [question.id.partition("-")[0] for question in asked("dialect")]
    assert {region: regions.count(region) for region in regions} == dict.fromkeys(
        ("lev", "egy", "glf", "irq", "mag"), 10
    )


def test_articles_carry_their_file_names_as_ids(articles: set[str]) -> None:
    files = {path.stem for path in (HERE / "articles").glob("*.md")}
    assert len(files) >= 60
    assert files <= articles
