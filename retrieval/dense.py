"""The dense side: passages and their windows as vectors, in FAISS."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retrieval.types import Candidate

_INDEX: Final = "vectors.faiss"
_COARSE: Final = "coarse.faiss"
_STARTS: Final = "starts.npy"
_FEW: Final = 50_000
"""Vectors up to which all are looked at."""
_LOOKED_AT: Final = 10
"""Vectors that the coarse index brings for each that is wanted: of the 150 best passages of 83,590,
98 % stay, of the 10 best 99.9 %."""
_CHUNK: Final = 65_536
_VECTORS_A_PASSAGE: Final = 4
"""Vectors looked at for each passage wanted: a passage has 3.9 on average."""


class DenseWriter:
    """Collects the vectors of passages, in the order of their numbers."""

    def __init__(self, dim: int) -> None:
        # Exact search over half-precision copies: half the memory, and twice the speed, of float32.
        self._index: Any = faiss.IndexScalarQuantizer(
            dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        self._starts = [0]

    def add(self, vectors: Vectors, counts: Sequence[int]) -> None:
        """Add passages: of each, its own vector and then its windows', ``counts`` in all.

        Raises:
            ValueError: the counts do not add up to the rows, or a passage has none.
        """
        if sum(counts) != len(vectors) or min(counts, default=1) < 1:
            msg = f"{sum(counts)} vectors announced, {len(vectors)} given"
            raise ValueError(msg)
        self._index.add(vectors)
        for count in counts:
            self._starts.append(self._starts[-1] + count)

    def save(self, folder: Path) -> None:
        """Write the index into a new folder.

        Raises:
            OSError: it cannot be written.
        """
        folder.mkdir()
        _save(self._index, folder / _INDEX)
        np.save(folder / _STARTS, np.asarray(self._starts, np.int64))
        if self._index.ntotal > _FEW:
            _save(self._coarse(), folder / _COARSE)

    def _coarse(self) -> Any:  # noqa: ANN401 - untyped
        """Return the vectors again in one bit a coordinate (RaBitQ, Gao and Long, 2024)."""
        coarse = faiss.index_factory(self._index.d, "RaBitQfs", faiss.METRIC_INNER_PRODUCT)
        rows = np.linspace(0, self._index.ntotal - 1, _CHUNK, dtype=np.int64)
        coarse.train(self._index.reconstruct_batch(rows))
        for first in range(0, self._index.ntotal, _CHUNK):
            count = min(_CHUNK, self._index.ntotal - first)
            coarse.add(self._index.reconstruct_n(first, count))
        return coarse


def _save(index: Any, path: Path) -> None:  # noqa: ANN401 - untyped
    # FAISS itself does not tell what went wrong, and nothing where the file ends.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))


@dataclass(frozen=True, slots=True)
class DenseScores:
    """Of some passages: the score of each, and which of its windows is nearest."""

    scores: NDArray[np.float32]
    windows: NDArray[np.int64]


class DenseIndex:
    """Searches what a :class:`DenseWriter` saved; safe from several threads.

    A passage is scored by the mean of its own cosine and its best window's: alone, a passage's
    vector blurs the one sentence that answers, and a window's knows nothing of what surrounds it.
    """

    def __init__(
        self,
        index: Any,  # noqa: ANN401 - untyped
        starts: NDArray[np.int64],
        coarse: Any = None,  # noqa: ANN401 - untyped
    ) -> None:
        self._index = index
        self._coarse = coarse
        self._starts = starts
        counts = np.diff(starts)
        self._owners = np.repeat(np.arange(len(counts)), counts)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a saved index."""
        coarse = folder / _COARSE
        return cls(
            faiss.read_index(str(folder / _INDEX)),
            np.load(folder / _STARTS),
            faiss.read_index(str(coarse)) if coarse.is_file() else None,
        )

    @property
    def count(self) -> int:
        """How many passages the index holds."""
        return len(self._starts) - 1

    @property
    def vectors(self) -> int:
        """How many vectors the index holds."""
        return int(self._index.ntotal)

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Candidate]:
        """Return the best passages, best first, among those allowed (all, by default)."""
        wanted = min(limit * _VECTORS_A_PASSAGE, self.vectors)
        if not wanted or (allowed is not None and not allowed.size):
            return []
        rows = self._nearest(vector, wanted, allowed)
        passages = np.unique(self._owners[rows])
        scores = self.score(vector, passages).scores
        best = np.lexsort((passages, -scores))[:limit]
        return [Candidate(int(passages[at]), float(scores[at])) for at in best]

    def score(
        self, vector: NDArray[np.float32], passages: Sequence[int] | NDArray[np.int64]
    ) -> DenseScores:
        """Score the passages with these numbers against a question's vector, shape (dim,)."""
        numbers = np.asarray(passages, np.int64)
        if not numbers.size:
            return DenseScores(np.empty(0, np.float32), np.empty(0, np.int64))
        counts = self._starts[numbers + 1] - self._starts[numbers]
        heads = np.concatenate([[0], np.cumsum(counts)[:-1]])
        within = np.arange(counts.sum()) - np.repeat(heads, counts)
        rows = np.repeat(self._starts[numbers], counts) + within
        cosines = self._index.reconstruct_batch(rows) @ vector
        own = cosines[heads]
        cosines[heads[counts > 1]] = -np.inf
        best = np.maximum.reduceat(cosines, heads)
        is_best = np.flatnonzero(cosines == np.repeat(best, counts))
        groups = np.repeat(np.arange(len(numbers)), counts)[is_best]
        _, first = np.unique(groups, return_index=True)
        windows = np.maximum(within[is_best[first]] - 1, 0)
        return DenseScores((own + best) / 2, windows)

    def stored(self, passage: int) -> Vectors:
        """Return the vectors of a passage as they are kept: its own, then its windows'."""
        rows = np.arange(self._starts[passage], self._starts[passage + 1])
        vectors: Vectors = self._index.reconstruct_batch(rows)
        return vectors

    def _nearest(
        self, vector: NDArray[np.float32], wanted: int, allowed: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return the rows nearest to a question's vector, in any order."""
        if allowed is not None:
            selector = faiss.IDSelectorBitmap(self._bitmap(allowed))
            parameters = faiss.SearchParameters(sel=selector)
            _, found = self._index.search(vector[None], wanted, params=parameters)
        elif self._coarse is None:
            _, found = self._index.search(vector[None], wanted)
        else:
            _, found = self._coarse.search(vector[None], min(wanted * _LOOKED_AT, self.vectors))
        rows: NDArray[np.int64] = np.sort(found[0][found[0] >= 0])
        if len(rows) > wanted:
            cosines = self._index.reconstruct_batch(rows) @ vector
            rows = rows[np.argpartition(-cosines, wanted)[:wanted]]
        return rows

    def _bitmap(self, passages: NDArray[np.int64]) -> NDArray[np.uint8]:
        allowed = np.zeros(self.count, bool)
        allowed[passages] = True
        return np.packbits(allowed[self._owners], bitorder="little")
