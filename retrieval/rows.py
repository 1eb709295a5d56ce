"""The vectors of passages on disk: a passage's own, then its windows'."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.rounding import Rounded, Rounding

_ROWS: Final = "vectors.bin"
_ROUNDING: Final = "rounding.npz"
_STARTS: Final = "starts.npy"
_CHUNK: Final = 4_096
"""Passages held in memory at once where all are gone through."""


@dataclass(frozen=True, slots=True)
class DenseScores:
    """Of some passages: the score of each, and which of its windows is nearest."""

    scores: NDArray[np.float32]
    windows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The vectors of all passages, rounded and memory-mapped; safe from several threads.

    Those of passage n are the rows from ``starts[n]`` to ``starts[n + 1]``.

    A passage is scored by the mean of its own cosine and its best window's: alone, a passage's
    vector blurs the one sentence that answers, and a window's knows nothing of what surrounds it.
    """

    rounding: Rounding
    rounded: Rounded
    starts: NDArray[np.int64]

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what :meth:`write` wrote."""
        rounding, starts = Rounding.load(folder / _ROUNDING), np.load(folder / _STARTS)
        shape = int(starts[-1]), len(rounding.centre)
        if not shape[0]:
            return cls(rounding, np.empty(shape, rounding.dtype), starts)
        # A plain array over the map: numpy's own subclass takes twice as long to be indexed.
        mapped = np.asarray(np.memmap(folder / _ROWS, rounding.dtype, "r", shape=shape))
        return cls(rounding, mapped, starts)

    @staticmethod
    def write(
        folder: Path, rounding: Rounding, vectors: NDArray[np.float16], starts: NDArray[np.int64]
    ) -> None:
        """Round vectors and write them, a part at a time."""
        rounding.save(folder / _ROUNDING)
        np.save(folder / _STARTS, starts)
        with (folder / _ROWS).open("wb") as file:
            for first, last in chunks(len(starts) - 1):
                part = vectors[starts[first] : starts[last]].astype(np.float32)
                file.write(rounding.pack(part).tobytes())

    def __len__(self) -> int:
        return len(self.starts) - 1

    def stored(self, passage: int) -> Vectors:
        """Return the vectors of a passage as they are kept: its own, then its windows'."""
        return self.rounding.unpack(self.rounded[self.starts[passage] : self.starts[passage + 1]])

    def scores(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Score passages by number against a question's vector, shape (dim,)."""
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
        counts = self.starts[passages + 1] - self.starts[passages]
        heads = np.cumsum(counts) - counts
        rows = np.arange(counts.sum()) + np.repeat(self.starts[passages] - heads, counts)
        return self.rounding.cosines(np.take(self.rounded, rows, axis=0), vector), heads, counts


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


def chunks(passages: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of parts of so many passages."""
    for first in range(0, passages, _CHUNK):
        yield first, min(first + _CHUNK, passages)
