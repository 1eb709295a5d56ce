"""The figures of a run: by file, by language and over all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np

from retrieval.evaluation.asking import Outcome, Run
from retrieval.evaluation.bootstrap import Estimate, estimates
from retrieval.evaluation.comparison import Comparison
from retrieval.evaluation.measures import Quality, measures, quality
from retrieval.evaluation.reliability import (
    Abstention,
    Found,
    Reliability,
    abstention,
    reliability,
)

_BEHIND: Final = 0.005
"""Half a point of nDCG@10: less is not worth a word."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Which side alone ranks better than the fusion, and by how much nDCG@10."""

    side: str
    by: Estimate

    def to_dict(self) -> dict[str, Any]:
        """The difference as ``eval --json`` writes it."""
        return {"side": self.side, "by": self.by.mean, "interval": [self.by.low, self.by.high]}


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of some questions: those of one file, or of one language.

    ``quality`` is the fused ranking's, ``dense`` and ``lexical`` that of either side alone, all
    three over the answerable questions and None where there is none. ``behind`` is the better of
    the sides where the fusion falls more than half a point of nDCG@10 under it.
    """

    questions: int
    quality: Quality | None
    dense: Quality | None
    lexical: Quality | None
    behind: Behind | None
    found: Found
    abstention: Abstention | None

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Self:
        """Sum up what came of some questions."""
        answerable = [outcome for outcome in outcomes if outcome.answerable]
        fused = [_measured(outcome.ranks, outcome) for outcome in answerable]
        sides = {
            "dense": [_measured(outcome.dense_ranks, outcome) for outcome in answerable],
            "lexical": [_measured(outcome.lexical_ranks, outcome) for outcome in answerable],
        }
        return cls(
            questions=len(outcomes),
            quality=quality(fused),
            dense=quality(sides["dense"]),
            lexical=quality(sides["lexical"]),
            behind=_behind(fused, sides) if fused else None,
            found=_found(outcomes),
            abstention=_abstention(outcomes),
        )

    def to_dict(self) -> dict[str, Any]:
        """The figures as ``eval --json`` writes them."""
        found: dict[str, Any] = {"questions": self.questions, "found": self.found.to_dict()}
        if self.quality and self.dense and self.lexical:
            found |= self.quality.to_dict()
            found["sides"] = {"dense": self.dense.to_dict(), "lexical": self.lexical.to_dict()}
            found["fusion_behind"] = self.behind.to_dict() if self.behind else None
        if self.abstention:
            found["abstention"] = self.abstention.to_dict()
        return found


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a run.

    ``languages`` is empty where all questions are of one; ``abstention`` is None where one kind of
    question is missing, and ``comparison`` where there is no other run.
    """

    files: Mapping[str, Summary]
    languages: Mapping[str, Summary]
    found: Found
    abstention: Abstention | None
    reliability: Reliability
    comparison: Comparison | None

    @classmethod
    def of(cls, run: Run, before: Run | None = None) -> Self:
        """Sum up a run, and compare it with one before of the same questions."""
        outcomes = run.outcomes
        tags = sorted({outcome.language for outcome in outcomes})
        by_language = {tag: [own for own in outcomes if own.language == tag] for tag in tags}
        return cls(
            files={name: Summary.of(own) for name, own in run.files.items()},
            languages=(
                {tag: Summary.of(own) for tag, own in by_language.items()} if len(tags) > 1 else {}
            ),
            found=_found(outcomes),
            abstention=_abstention(outcomes),
            reliability=reliability(
                [outcome.confidence for outcome in outcomes],
                [outcome.answerable for outcome in outcomes],
            ),
            comparison=Comparison.of(before, run) if before else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as ``eval --json`` writes it.

        What is of no file has a key that begins with a slash, which no file's name can hold.
        """
        report: dict[str, Any] = {name: own.to_dict() for name, own in self.files.items()}
        if self.abstention:
            report["abstention"] = self.abstention.to_dict()
        report["/found"] = self.found.to_dict()
        if self.languages:
            report["/languages"] = {tag: own.to_dict() for tag, own in self.languages.items()}
        report["/reliability"] = self.reliability.to_dict()
        if self.comparison:
            report["/against"] = self.comparison.to_dict()
        return report


def _measured(ranks: Sequence[int], outcome: Outcome) -> tuple[float, ...]:
    return measures(ranks, len(outcome.question.relevant))


def _behind(
    fused: Sequence[tuple[float, ...]], sides: Mapping[str, Sequence[tuple[float, ...]]]
) -> Behind | None:
    differences = {side: np.array(own) - np.array(fused) for side, own in sides.items()}
    side = max(differences, key=lambda side: float(differences[side][:, 0].mean()))
    (by,) = estimates(differences[side][:, :1])
    return Behind(side, by) if by.mean > _BEHIND else None


def _found(outcomes: Sequence[Outcome]) -> Found:
    def share(*, answerable: bool) -> float | None:
        found = [own.found for own in outcomes if own.answerable == answerable]
        return sum(found) / len(found) if found else None

    return Found(share(answerable=True), share(answerable=False))


def _abstention(outcomes: Sequence[Outcome]) -> Abstention | None:
    return abstention(
        [outcome.confidence for outcome in outcomes if outcome.answerable],
        [outcome.confidence for outcome in outcomes if not outcome.answerable],
    )
