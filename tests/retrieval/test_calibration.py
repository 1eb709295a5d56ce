"""Fitting the confidence: what it learns from, and what it makes of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from embeddings import Encoder
from retrieval import calibration
from retrieval.build import build
from retrieval.calibration import Case, calibrate, cases, fit, without_scale
from retrieval.confidence import FEATURES, Calibration
from retrieval.errors import DalilError
from retrieval.evaluation import Question
from retrieval.retriever import Retriever
from tests.corpora import ARTICLES, write_corpus


@pytest.fixture(scope="module")
def index(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calibration")
    build([write_corpus(folder / "corpus")], folder / "index", encoder)
    return folder / "index"


def drawn(count: int, *, arabic: bool, seed: int = 5) -> list[Case]:
    """Return cases of which half are answered; each kind of evidence is larger for these."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        answered = number % 2 == 0
        values = random.normal(0.6 if answered else 0.4, 0.1, len(FEATURES))
        values[FEATURES.index("commonness")] *= -1
        made.append(Case(arabic, "as it is", tuple(values.tolist()), answered))
    return made


def test_what_is_fitted_tells_the_two_kinds_apart() -> None:
    fitted = fit(drawn(400, arabic=True), "m", "f")
    tests = drawn(400, arabic=True, seed=6)
    right = [(calibration.confidence(case, fitted) >= 0.5) == case.answered for case in tests]
    assert np.mean(right) > 0.97
    assert (fitted.model, fitted.fingerprint) == ("m", "f")
    signs = dict(zip(FEATURES, np.sign(fitted.arabic[1:]).tolist(), strict=True))
    assert signs.pop("commonness") == -1
    assert signs.pop("margin") == 1
    assert min(signs.values()) >= 0


def test_nineteen_of_twenty_answerable_questions_are_shown() -> None:
    """Where the kinds overlap, the threshold that keeps them lies under that of an answer."""
    random = np.random.default_rng(8)
    learned = [
        replace(
            case,
            values=tuple((np.array(case.values) + random.normal(0, 0.3, len(FEATURES))).tolist()),
        )
        for case in drawn(1000, arabic=True)
    ]
    fitted = fit(learned, "m", "f")
    kept = [calibration.confidence(case, fitted) for case in learned if case.answered]
    assert 0 < fitted.unsure_at < fitted.found_at
    assert np.mean(np.array(kept) >= fitted.unsure_at) == pytest.approx(0.95, abs=0.01)


def test_a_kind_of_question_without_cases_takes_the_other_s_weights() -> None:
    fitted = fit(drawn(100, arabic=False), "m", "f")
    assert fitted.arabic == fitted.others


@pytest.mark.parametrize("answered", [True, False])
def test_too_few_cases_of_either_kind_are_one_line(answered: bool) -> None:
    learned = [case for case in drawn(100, arabic=True) if case.answered == answered]
    with pytest.raises(DalilError, match="at least 20") as caught:
        fit(learned, "m", "f")
    assert "\n" not in str(caught.value)


def test_without_a_scale_only_what_no_model_measures_is_left() -> None:
    values = without_scale(Case(True, "as it is", tuple(range(1, 7)), True)).values
    kept = {name for name, value in zip(FEATURES, values, strict=True) if value}
    assert kept == {"coverage", "agreement"}


def test_an_answerable_question_is_weighed_with_and_without_its_answer(
    index: Path, encoder: Encoder
) -> None:
    searcher = Retriever.open(index, encoder).searcher
    question = Question("q", ARTICLES[1].title, frozenset({ARTICLES[1].id}))
    query = searcher.query(question.text)
    (encoding,) = searcher.encode([query])
    kinds = [(case.kind, case.answered) for case in cases(searcher, question, query, encoding)]
    assert kinds == [
        ("as it is", True),
        ("ten articles", True),
        ("ten articles", False),
    ]
    nowhere = replace(question, relevant=frozenset())
    kinds = [(case.kind, case.answered) for case in cases(searcher, nowhere, query, encoding)]
    assert kinds == [("as it is", False), ("ten articles", False)]


def test_the_case_of_the_collection_as_it_is_has_the_answer_s_own_evidence(
    index: Path, encoder: Encoder
) -> None:
    searcher = Retriever.open(index, encoder).searcher
    question = Question("q", ARTICLES[1].title, frozenset({ARTICLES[1].id}))
    query = searcher.query(question.text)
    (encoding,) = searcher.encode([query])
    first = next(cases(searcher, question, query, encoding))
    bundled = Calibration.of(index, encoder.fingerprint)
    expected = searcher.rank(query, encoding).confidence
    assert calibration.confidence(first, bundled) == pytest.approx(expected)


def test_an_index_is_read_with_its_own_calibration(index: Path, encoder: Encoder) -> None:
    """One that is sure of nothing finds nothing; without it, the same index does again."""
    titles = [
        Question(str(number), text, frozenset({article.id}))
        for article in ARTICLES
        for number, text in enumerate((article.title, article.text[:60], article.text[60:120]))
        if text
    ]
    fitted = calibrate(Retriever.open(index, encoder), titles)
    assert fitted.fingerprint == encoder.fingerprint
    fitted.model_copy(update={"found_at": 1.1, "unsure_at": 1.05}).save(index)
    assert not Retriever.open(index, encoder).answer(ARTICLES[1].title).found
    (index / "calibration.json").unlink()
    assert Retriever.open(index, encoder).answer(ARTICLES[1].title).found
