"""Does the corpus answer this question at all?"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from retrieval import arabic
from retrieval.errors import DalilError
from retrieval.fusion import Candidates
from retrieval.language import is_arabic

_FILE: Final = "calibration.json"
_NEXT: Final = 10
"""Candidates that the first is compared with."""

FEATURES: Final = (
    "similarity",
    "margin",
    "coverage",
    "agreement",
    "nearness",
    "commonness",
)

Weights: TypeAlias = Annotated[
    tuple[float, ...], Field(min_length=len(FEATURES) + 1, max_length=len(FEATURES) + 1)
]
"""A bias, and a weight for each of :data:`FEATURES`."""

# Fitted by benchmarks/fit.py on half of 200 development questions a file (docs/retrieval.md).
_BUNDLED: Final[dict[str, Any]] = {
    "model": "intfloat/multilingual-e5-small",
    "fingerprint": "807ded694c609f1b",
    "arabic": (-53.243, 64.082, -43.579, 2.729, 0.364, 6.789, -17.028),
    "others": (-39.18, 43.812, -10.016, 3.767, 3.218, 21.259, 16.178),
    "found_at": 0.5,
    "unsure_at": 0.31,
}
# For a model that was not calibrated: of evidence whose scale is no model's own, fitted alike on
# Arabic questions. That says nothing of others, hence the low threshold, set by hand.
_ANY: Final[dict[str, Any]] = {
    "model": "",
    "fingerprint": "",
    "arabic": (-2.181, 0.0, 0.0, 2.481, 2.473, 0.0, 0.0),
    "others": (-2.181, 0.0, 0.0, 2.481, 2.473, 0.0, 0.0),
    "found_at": 0.5,
    "unsure_at": 0.1,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the passage ranked first.

    ``similarity`` is its dense score; ``margin`` how far the best dense score stands above the
    mean of the next; ``coverage`` the share of the question's words, weighed by how rare they are,
    that stand in it; ``agreement`` whether both sides rank it first (1), or how near they come;
    ``nearness`` its late score, and ``commonness`` the mean of the next best.
    """

    similarity: float
    margin: float
    coverage: float
    agreement: float
    nearness: float
    commonness: float


class Calibration(BaseModel):
    """How evidence becomes confidence, for the passages of one model.

    ``arabic`` and ``others`` weigh the evidence for questions in Arabic script and for all others.
    From ``found_at`` on an answer is an answer; from ``unsure_at`` on the nearest passages are
    shown as such.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    fingerprint: str
    arabic: Weights
    others: Weights
    found_at: float
    unsure_at: float

    @classmethod
    def of(cls, index: Path, fingerprint: str) -> Self:
        """Return the calibration of a model: the index's own, else what comes with the install.

        Raises:
            DalilError: the index's own cannot be read.
        """
        try:
            own = cls.model_validate_json((index / _FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            own = None
        except (OSError, ValueError) as error:
            msg = f"cannot read {index / _FILE}: run 'dalil calibrate FILE...', or remove the file"
            raise DalilError(msg) from error
        if own and own.fingerprint == fingerprint:
            return own
        return cls(**(_BUNDLED if fingerprint == _BUNDLED["fingerprint"] else _ANY))

    @staticmethod
    def stamp(index: Path) -> tuple[int, ...] | None:
        """Return what changes whenever the index's own is written; None without one."""
        try:
            about = (index / _FILE).stat()
        except OSError:
            return None
        return about.st_mtime_ns, about.st_ino, about.st_size

    def save(self, index: Path) -> None:
        """Write it into the index's folder, for all its generations by this model."""
        aside = index / f"{_FILE}.part"
        aside.write_text(self.model_dump_json(indent=2), encoding="utf-8")
        aside.replace(index / _FILE)

    def confidence(self, evidence: Evidence, language: str) -> float:
        """Return how likely it is that the collection answers, between 0 and 1."""
        bias, *weights = self.arabic if is_arabic(language) else self.others
        pairs = zip(weights, features(evidence), strict=True)
        score = bias + sum(weight * value for weight, value in pairs)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


def features(evidence: Evidence) -> tuple[float, ...]:
    """Return the evidence as numbers, in the order of :data:`FEATURES`."""
    return (
        evidence.similarity,
        evidence.margin,
        evidence.coverage,
        evidence.agreement,
        evidence.nearness,
        evidence.commonness,
    )


def weigh(ranked: Candidates, late: NDArray[np.float32], covered: float) -> Evidence:
    """Return what speaks for the first of some candidates, best first.

    Args:
        ranked: the candidates in their order.
        late: the late scores of the first m of them, shape (m,); none without token vectors.
        covered: the coverage of the first.
    """
    cosines = np.sort(ranked.cosines)[::-1][:_NEXT].tolist()
    nearest = np.sort(late)[::-1][1 : _NEXT + 1]
    ranks = int(ranked.dense_ranks[0]), int(ranked.lexical_ranks[0])
    return Evidence(
        similarity=float(ranked.cosines[0]),
        margin=cosines[0] - sum(cosines) / len(cosines),
        coverage=covered,
        agreement=1 / max(ranks) if all(ranks) else 0.0,
        nearness=float(late[0]) if len(late) else 0.0,
        commonness=float(nearest.mean()) if len(nearest) else 0.0,
    )


def coverage(question_stems: dict[str, int], passage_text: str, passages: int) -> float:
    """Return what share of a question's words stand in a text, weighed by their rarity.

    Args:
        question_stems: the stems of the question, each with the passages that hold it.
        passage_text: the text, its title included.
        passages: how many passages the index holds.
    """
    weights = {stem: math.log(1 + passages / (1 + count)) for stem, count in question_stems.items()}
    total = sum(weights.values())
    if not total:
        return 0.0
    present = {arabic.terms(word.form).stem for word in arabic.content_words(passage_text)}
    return sum(weight for stem, weight in weights.items() if stem in present) / total
