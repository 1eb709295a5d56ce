"""The vectors of passages on disk: a passage's own, then its windows'."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.rounding import Rounding
from retrieval.blocks import Blocks, BlockWriter

_ROUNDING: Final = "rounding.npz"
_CHUNK: Final = 4_096
"""Passages held in memory at once where all are gone through."""


@dataclass(frozen=True, slots=True)
class DenseScores:
    """Of some passages: the score of each, and which of its windows is nearest."""

    scores: NDArray[np.float32]
    windows: NDArray[np.int64]


class RowsWriter:
    """Rounds the vectors of new passages into a folder, behind those of another folder.

    These were rounded before: theirs is the rounding that is used. ``new`` is for the first.
    """

    def __init__(self, folder: Path, new: Callable[[], Rounding], before: Path | None) -> None:
        self._rounding = Rounding.load(before / _ROUNDING) if before else new()
        self._rounding.save(folder / _ROUNDING)
        self._blocks = BlockWriter(folder, before)

    def add(self, vectors: Vectors, counts: Sequence[int]) -> None:
        """Add passages: of each its own vector and its windows', ``counts`` in all."""
        self._blocks.add(self._rounding.pack(vectors), counts)

    def close(self, left: Collection[int]) -> None:
        """End the files; ``left`` are the numbers of passages that are no more."""
        self._blocks.close(left)


@dataclass(frozen=True, slots=True)
class Rows:
    """The vectors of all passages, rounded and memory-mapped; safe from several threads.

    A passage is scored by the mean of its own cosine and its best window's: alone, a passage's
    vector blurs the one sentence that answers, and a window's knows nothing of what surrounds it.
    """

    rounding: Rounding
    blocks: Blocks

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what a :class:`RowsWriter` wrote."""
        rounding = Rounding.load(folder / _ROUNDING)
        return cls(rounding, Blocks.open(folder, rounding.dtype, len(rounding.centre)))

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of the passages, ascending."""
        return self.blocks.places.live

    @property
    def vectors(self) -> int:
        """How many vectors they have."""
        return int(self.blocks.places.counts[self.numbers].sum())

    def stored(self, passage: int) -> Vectors:
        """Return the vectors of a passage as they are kept: its own, then its windows'."""
        return self.rounding.unpack(self.blocks.passage(passage))

    def unpacked(self, passages: NDArray[np.int64]) -> tuple[Vectors, NDArray[np.int64]]:
        """Return all vectors of some passages, and how many each has."""
        rows, _, counts = self._places(passages)
        return self.rounding.unpack(self.blocks.take(rows)), counts

    def own(self, passages: NDArray[np.int64]) -> Vectors:
        """Return the passages' own vectors, shape (len(passages), dim)."""
        return self.rounding.unpack(self.blocks.take(self.blocks.places.firsts[passages]))

    def scores(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Score passages by number against a question's vector, shape (dim,).

        Or against several, shape (dim, n): then a passage has a column for each.
        """
        return passage_scores(*self._cosines(vector, passages))

    def scores_and_windows(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> DenseScores:
        """Score passages, and tell of each which window is nearest, the first of equals."""
        if not len(passages):
            return DenseScores(np.empty(0, np.float32), np.empty(0, np.int64))
        cosines, heads, counts = self._cosines(vector, passages)
        scores = passage_scores(cosines, heads, counts)
        cosines[heads[counts > 1]] = -np.inf
        is_best = cosines == np.repeat(np.maximum.reduceat(cosines, heads), counts)
        rows = np.flatnonzero(is_best)
        _, first = np.unique(np.searchsorted(heads, rows, side="right"), return_index=True)
        return DenseScores(scores, np.maximum(rows[first] - heads - 1, 0))

    def _cosines(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64]]:
        """Return all cosines of passages, where each passage's begin, and how many it has."""
        rows, heads, counts = self._places(passages)
        return self.rounding.cosines(self.blocks.take, rows, vector), heads, counts

    def _places(
        self, passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows of passages, where each passage's begin, and how many it has."""
        places = self.blocks.places
        counts = places.counts[passages].astype(np.int64)
        heads = np.cumsum(counts) - counts
        rows = np.arange(counts.sum()) + np.repeat(places.firsts[passages] - heads, counts)
        return rows, heads, counts


def passage_scores(
    cosines: NDArray[np.float32], heads: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Score passages by the cosines of their vectors.

    Args:
        cosines: of all vectors to a question, shape (n,), or a column for each of several.
        heads: where each passage's begin.
        counts: how many each has.
    """
    own = cosines[heads]
    windows = cosines.copy()
    windows[heads[counts > 1]] = -np.inf
    best: NDArray[np.float32] = np.maximum.reduceat(windows, heads, axis=0)
    return (own + best) * np.float32(0.5)


def chunks(passages: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield passages a part at a time, by their numbers."""
    for first in range(0, len(passages), _CHUNK):
        yield passages[first : first + _CHUNK]
