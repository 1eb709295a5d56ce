"""Fit what turns evidence into confidence, from questions whose answers are known.

A logistic regression of whether the collection answers: on questions with an answer and without, on
the answerable once more with their answer taken away, and on all of them with ten articles left, as
in a small collection. The two kinds weigh the same, so that half is "as likely as not".
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from embeddings.encoder import Encoding
from retrieval.confidence import FEATURES, Calibration, Weights, features
from retrieval.errors import DalilError
from retrieval.evaluation import Question
from retrieval.language import is_arabic
from retrieval.query import Query
from retrieval.retriever import Retriever, Searcher
from retrieval.types import Progress

Array = NDArray[np.float64]

_SMALL: Final = 10
"""Articles of a collection made small."""
_KEPT: Final = 0.95
"""Share of the answerable that are shown at all."""
_FEWEST: Final = 20
"""Cases of each kind under which weights would be chance."""
_SHRINKAGE: Final = 1e-4
_FREE: Final = ("bias", "margin", "commonness")
"""What may speak for an answer or against: they say what else the question comes near to."""
_OF_A_MODEL: Final = ("similarity", "margin", "nearness", "commonness")
"""Evidence in units that are the model's own."""


@dataclass(frozen=True, slots=True)
class Case:
    """The evidence for one question over some collection, and whether that answers it.

    ``kind`` tells the collection: ``as it is`` or ``ten articles``.
    """

    arabic: bool
    kind: str
    values: tuple[float, ...]
    answered: bool


def calibrate(
    retriever: Retriever,
    questions: Sequence[Question],
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
) -> Calibration:
    """Fit the confidence for the model of an index.

    Raises:
        DalilError: too few of the questions are answered by a passage that the search finds.
    """
    searcher = retriever.searcher
    queries = [searcher.query(question.text) for question in questions]
    encodings = searcher.encode(queries)
    found: list[Case] = []
    for done, asked in enumerate(zip(questions, queries, encodings, strict=True), 1):
        found += cases(searcher, *asked)
        progress("calibrate", done, len(questions))
    return fit(found, searcher.info.model, searcher.fingerprint)


def cases(
    searcher: Searcher, question: Question, query: Query, encoding: Encoding
) -> Iterator[Case]:
    """Weigh one question over the collection as it is, and over what is left of it."""
    found = searcher.candidates(query, encoding.vector)
    articles = np.array(searcher.articles_of(found.passages.tolist()), np.str_)
    right = np.isin(articles, list(question.relevant))
    for kind, kept in _collections(question, articles, right):
        if kept.any():
            ranking = searcher.judge(query, encoding, found.only(kept))
            if ranking.evidence:
                values = features(ranking.evidence)
                yield Case(is_arabic(ranking.language), kind, values, bool(right[kept].any()))


def fit(cases: Sequence[Case], model: str, fingerprint: str) -> Calibration:
    """Return the calibration that explains the cases best.

    A kind of question that has too few cases gets the weights of the other.

    Raises:
        DalilError: both have too few.
    """
    weights = {
        arabic: _weights([c for c in cases if c.arabic == arabic]) for arabic in (True, False)
    }
    arabic, others = weights[True] or weights[False], weights[False] or weights[True]
    if not arabic or not others:
        msg = f"too few questions to calibrate by: give at least {_FEWEST} that are answered"
        raise DalilError(msg)
    fitted = Calibration(
        model=model,
        fingerprint=fingerprint,
        arabic=arabic,
        others=others,
        found_at=0.5,
        unsure_at=0.0,
    )
    kept = np.sort([confidence(case, fitted) for case in cases if case.answered])
    unsure = min(float(kept[int(len(kept) * (1 - _KEPT))]), 0.5)
    return fitted.model_copy(update={"unsure_at": round(unsure, 3)})


def confidence(case: Case, calibration: Calibration) -> float:
    """Return the confidence that a calibration gives a case."""
    bias, *weights = calibration.arabic if case.arabic else calibration.others
    return float(1 / (1 + np.exp(-(bias + np.dot(weights, case.values)))))


def without_scale(case: Case) -> Case:
    """Return a case without the evidence in a model's own units."""
    pairs = zip(FEATURES, case.values, strict=True)
    values = tuple(0.0 if name in _OF_A_MODEL else value for name, value in pairs)
    return Case(case.arabic, case.kind, values, case.answered)


def _weights(cases: Sequence[Case]) -> Weights | None:
    answered = np.array([case.answered for case in cases], bool)
    if min(answered.sum(), (~answered).sum()) < _FEWEST:
        return None
    values = np.array([case.values for case in cases], np.float64)
    scale = np.where(values.std(axis=0) > 0, values.std(axis=0), 1.0)
    found = _regression((values - values.mean(axis=0)) / scale, answered)
    weights = found[1:] / scale
    bias = found[0] - weights @ values.mean(axis=0)
    return tuple(round(float(each), 3) for each in (bias, *weights))


def _regression(values: Array, answered: NDArray[np.bool_]) -> Array:
    """Return the bias and the weights of a logistic regression.

    No weight is negative but those of margin and commonness, which may be either.
    """
    design = np.concatenate([np.ones((len(values), 1)), values], axis=1)
    signs = np.where(answered, 1.0, -1.0)

    def loss(weights: Array) -> tuple[float, Array]:
        margins = signs * (design @ weights)
        wrong = signs / (1 + np.exp(margins)) / len(design)
        value = np.logaddexp(0, -margins).mean() + _SHRINKAGE * (weights @ weights)
        return value, 2 * _SHRINKAGE * weights - design.T @ wrong

    bounds = [(None, None) if name in _FREE else (0, None) for name in ("bias", *FEATURES)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x, np.float64)


def _collections(
    question: Question, articles: NDArray[np.str_], right: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield which candidates stay of each collection."""
    others = sorted(set(articles.tolist()) - question.relevant)
    chooser = random.Random(question.id)  # noqa: S311 - a repeatable choice
    few = np.isin(articles, chooser.sample(others, min(_SMALL, len(others))))
    if right.any() or not question.relevant:
        yield "as it is", np.ones(len(articles), bool)
        yield "ten articles", few | right
    if right.any():
        yield "ten articles", few
