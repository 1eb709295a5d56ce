"""Two runs over the same questions, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from retrieval.evaluation.asking import Outcome, Run
from retrieval.evaluation.measures import Quality, measures, quality
from retrieval.types import IndexInfo


@dataclass(frozen=True, slots=True)
class Change:
    """What two runs made of one question.

    ``gains`` is how much of each measure it won, in the order of :class:`Quality`'s fields and
    negative where it lost; empty for an unanswerable question.
    """

    before: Outcome
    now: Outcome
    gains: tuple[float, ...]

    @classmethod
    def of(cls, before: Outcome, now: Outcome) -> Self:
        """Compare what came of one question twice."""
        relevant = len(now.question.relevant)
        if not relevant:
            return cls(before, now, ())
        pairs = zip(measures(now.ranks, relevant), measures(before.ranks, relevant), strict=True)
        return cls(before, now, tuple(new - old for new, old in pairs))

    @property
    def gain(self) -> float:
        """The nDCG@10 it won."""
        return self.gains[0] if self.gains else 0.0

    @property
    def ranks(self) -> tuple[int | None, int | None]:
        """The rank of the first relevant article before and now; None: not among the first 100."""
        return min(self.before.ranks, default=None), min(self.now.ranks, default=None)

    @property
    def changed(self) -> bool:
        """Whether nDCG@10 or ``found`` is another."""
        return bool(self.gain) or self.before.found != self.now.found

    def to_dict(self) -> dict[str, Any]:
        """The change as ``eval --json`` writes it."""
        return {
            "id": self.now.question.id,
            "question": self.now.question.text,
            "gain": self.gain,
            "rank": list(self.ranks),
            "found": [self.before.found, self.now.found],
        }


@dataclass(frozen=True, slots=True)
class Turned:
    """How many questions of one kind are found now and were not before, and the reverse."""

    gained: int
    lost: int

    @classmethod
    def of(cls, changes: Sequence[Change]) -> Self:
        """Count both among some questions."""
        return cls(
            gained=sum(change.now.found > change.before.found for change in changes),
            lost=sum(change.now.found < change.before.found for change in changes),
        )

    def to_dict(self) -> dict[str, int]:
        """The counts as ``eval --json`` writes them."""
        return {"gained": self.gained, "lost": self.lost}


@dataclass(frozen=True, slots=True)
class FileComparison:
    """What became of the questions of one file.

    ``better``, ``worse`` and ``same`` count answerable questions by their nDCG@10, and
    ``difference`` is the mean over them of now less before, None where there is none. ``changes``
    are the questions that changed, the most changed first.
    """

    questions: int
    better: int
    worse: int
    same: int
    difference: Quality | None
    answerable: Turned
    unanswerable: Turned
    changes: tuple[Change, ...]

    @classmethod
    def of(cls, before: Sequence[Outcome], now: Sequence[Outcome]) -> Self:
        """Compare what came of the same questions twice."""
        every = [Change.of(*pair) for pair in zip(before, now, strict=True)]
        answerable = [change for change in every if change.now.answerable]
        better = sum(change.gain > 0 for change in answerable)
        worse = sum(change.gain < 0 for change in answerable)
        return cls(
            questions=len(every),
            better=better,
            worse=worse,
            same=len(answerable) - better - worse,
            difference=quality([change.gains for change in answerable]),
            answerable=Turned.of(answerable),
            unanswerable=Turned.of([change for change in every if not change.now.answerable]),
            changes=tuple(
                sorted(
                    (change for change in every if change.changed),
                    key=lambda change: -abs(change.gain),
                )
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """The comparison as ``eval --json`` writes it."""
        compared: dict[str, Any] = {
            "questions": self.questions,
            "better": self.better,
            "worse": self.worse,
            "same": self.same,
            "found": {
                "answerable": self.answerable.to_dict(),
                "unanswerable": self.unanswerable.to_dict(),
            },
            "changed": [change.to_dict() for change in self.changes],
        }
        return compared | ({"difference": self.difference.to_dict()} if self.difference else {})


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the questions of each file, and which index the other run had asked."""

    index: IndexInfo
    files: Mapping[str, FileComparison]

    @classmethod
    def of(cls, before: Run, now: Run) -> Self:
        """Compare a run with one before of the same questions in the same order."""
        pairs = {name: (before.files[name], own) for name, own in now.files.items()}
        return cls(before.index, {name: FileComparison.of(*pair) for name, pair in pairs.items()})

    def to_dict(self) -> dict[str, Any]:
        """The comparison as ``eval --json`` writes it."""
        return {
            "index": asdict(self.index),
            "files": {name: own.to_dict() for name, own in self.files.items()},
        }
