"""How far the confidence can be relied on: to abstain, and as a probability."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_KEPT: Final = 0.95
_BINS: Final = 10
"""Bins of equal width, the usual number (Guo et al. 2017 take 15 for far more examples)."""


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well confidence tells answerable from unanswerable questions.

    ``auroc`` is the area under the ROC curve; ``answered_wrongly_at_95`` is the share of
    unanswerable questions still answered at the threshold that keeps 95 % of the answerable.
    """

    auroc: float
    answered_wrongly_at_95: float

    def to_dict(self) -> dict[str, float]:
        """The measures by the names that ``eval --json`` gives them."""
        return {"auroc": self.auroc, "answered_wrongly@95": self.answered_wrongly_at_95}


@dataclass(frozen=True, slots=True)
class Found:
    """The shares of both kinds of questions that are answered at the threshold in use.

    Each is None where there is no question of that kind.
    """

    answerable: float | None
    unanswerable: float | None

    def to_dict(self) -> dict[str, float]:
        """The shares by kind; a kind without questions is left out."""
        both = {"answerable": self.answerable, "unanswerable": self.unanswerable}
        return {kind: share for kind, share in both.items() if share is not None}


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in [``low``, ``high``), the last bin's up to 1 itself.

    ``confidence`` is the mean of theirs, ``answerable`` the share of them that have an answer.
    """

    low: float
    high: float
    questions: int
    confidence: float
    answerable: float

    def to_dict(self) -> dict[str, Any]:
        """The bin as ``eval --json`` writes it."""
        return {
            "from": self.low,
            "to": self.high,
            "questions": self.questions,
            "confidence": self.confidence,
            "answerable": self.answerable,
        }


@dataclass(frozen=True, slots=True)
class Reliability:
    """How well confidence serves as the probability that a question is answerable.

    ``ece`` is the expected calibration error: the mean distance between confidence and share
    answerable of the bins, weighed by their questions (Naeini, Cooper and Hauskrecht 2015).
    ``brier`` is the mean squared error of the confidence (Brier 1950). ``bins`` are those that
    hold a question, ascending.
    """

    ece: float
    brier: float
    bins: tuple[Bin, ...]

    @property
    def questions(self) -> int:
        """How many questions there are."""
        return sum(own.questions for own in self.bins)

    def to_dict(self) -> dict[str, Any]:
        """The measures by the names that ``eval --json`` gives them."""
        bins = [own.to_dict() for own in self.bins]
        return {"ece": self.ece, "brier": self.brier, "bins": bins}


def abstention(answerable: Sequence[float], unanswerable: Sequence[float]) -> Abstention | None:
    """Compare the confidences of both kinds; None where one is missing."""
    if not answerable or not unanswerable:
        return None
    positive, negative = np.asarray(answerable), np.sort(unanswerable)
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(
        negative, positive, "right"
    )
    threshold = np.sort(positive)[int(len(positive) * (1 - _KEPT))]
    return Abstention(
        auroc=float(below.mean() / 2 / len(negative)),
        answered_wrongly_at_95=float((negative >= threshold).mean()),
    )


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> Reliability:
    """Compare the confidence of questions with whether each is answerable.

    Raises:
        ValueError: there is no question, or the lengths differ.
    """
    if not len(confidences) == len(answerable) > 0:
        raise ValueError("a confidence and an answer of every question, and at least one of each")
    p, y = np.asarray(confidences, np.float64), np.asarray(answerable, np.float64)
    of = np.minimum((p * _BINS).astype(np.int64), _BINS - 1)
    bins = tuple(_bin(int(number), p[of == number], y[of == number]) for number in np.unique(of))
    distances = [own.questions * abs(own.confidence - own.answerable) for own in bins]
    return Reliability(sum(distances) / len(p), float(np.mean((p - y) ** 2)), bins)


def _bin(number: int, p: NDArray[np.float64], y: NDArray[np.float64]) -> Bin:
    return Bin(number / _BINS, (number + 1) / _BINS, len(p), float(p.mean()), float(y.mean()))
