"""The dense side: which passages' vectors are nearest to a question's, with FAISS."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.rounding import Rounding
from retrieval.generation import Kind, Search
from retrieval.rows import DenseScores, Rows, chunks, passage_scores
from retrieval.types import Candidate

_STAGED: Final = "vectors.part"
_COARSE: Final = "coarse.faiss"
_FEW: Final = 6_000
"""Passages up to which all are scored: that is about as quick as choosing 2,400 of more."""
_MANY: Final = 1_500_000
"""Passages up to which the bits of all are looked at: 14 ms a million on one core."""
_SCORED: Final = 16
"""Passages scored for each that is wanted: 99 % of the ten best of 83,590 are among the 2,400 whose
own vectors' bits are nearest, and 93 % of the 150 best."""
_PROBED: Final = 3 / 8
"""Of all cells: questions are no passages, and what is near to them lies in many cells."""
_SAMPLE: Final = 65_536
"""Vectors to train on."""
_WIDE: Final = 2_000_000
"""Vectors up to which a coordinate has 16 bits; 8 are half the memory, and move a cosine by
0.0003."""
_QUESTIONS: Final = 100
_LIMIT: Final = 150
"""Recall is measured with so many questions, and so many passages wanted: the retriever's."""
_NOISE: Final = 0.8
"""Of these: their nearest passages are then as far from them as from real questions, and recall
is near that of 400 of them, 99.2 %."""


class DenseWriter:
    """Collects the vectors of passages in a new folder, in the order of their numbers.

    They go to disk as they come, and are read from there a part at a time.
    """

    def __init__(self, folder: Path, dim: int) -> None:
        folder.mkdir()
        self._folder = folder
        self._dim = dim
        self._file = (folder / _STAGED).open("wb")
        self._starts = [0]

    def add(self, vectors: Vectors, counts: Sequence[int]) -> None:
        """Add passages: of each, its own vector and then its windows', ``counts`` in all.

        Raises:
            ValueError: the counts do not add up to the rows, or a passage has none.
        """
        if sum(counts) != len(vectors) or min(counts, default=1) < 1:
            msg = f"{sum(counts)} vectors announced, {len(vectors)} given"
            raise ValueError(msg)
        self._file.write(vectors.astype(np.float16).tobytes())
        for count in counts:
            self._starts.append(self._starts[-1] + count)

    def close(self) -> Search:
        """Write the index; return how it is searched."""
        self._file.close()
        path = self._folder / _STAGED
        staged = _Staged(path, np.asarray(self._starts, np.int64), self._dim)
        staged.write_rows(self._folder)
        search = self._approximate(staged) if len(staged) > _FEW else Search(kind="exact")
        path.unlink()
        return search

    def _approximate(self, staged: "_Staged") -> Search:
        coarse = staged.coarse()
        _save(coarse, self._folder / _COARSE)
        index = DenseIndex.open(self._folder)
        questions = staged.questions()
        kept = [
            len(best & {passage for passage, _ in index.search(question, _LIMIT)[:10]}) / 10
            for question, best in zip(questions, staged.best(questions, 10), strict=True)
        ]
        kind: Kind = "rabitq" if coarse.nlist == 1 else "ivf-rabitq"
        return Search(kind=kind, recall_at_10=float(np.mean(kept)))


def _save(index: Any, path: Path) -> None:  # noqa: ANN401 - untyped
    # FAISS itself does not tell what went wrong, and nothing where the file ends.
    with path.open("wb") as file:
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))


class DenseIndex:
    """Searches what a :class:`DenseWriter` wrote; safe from several threads."""

    def __init__(self, rows: Rows, coarse: Any = None) -> None:  # noqa: ANN401 - untyped
        self._rows = rows
        self._coarse = coarse

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a saved index."""
        coarse = folder / _COARSE
        return cls(Rows.open(folder), faiss.read_index(str(coarse)) if coarse.is_file() else None)

    @property
    def count(self) -> int:
        """How many passages the index holds."""
        return len(self._rows)

    @property
    def vectors(self) -> int:
        """How many vectors the index holds."""
        return len(self._rows.rounded)

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Candidate]:
        """Return the best passages, best first, among those allowed (all, by default)."""
        passages = self._nearest(vector, limit * _SCORED, allowed)
        if not len(passages):
            return []
        scores = self._rows.scores(vector, passages)
        best = np.lexsort((passages, -scores))[:limit]
        return [Candidate(int(passages[at]), float(scores[at])) for at in best]

    def score(
        self, vector: NDArray[np.float32], passages: Sequence[int] | NDArray[np.int64]
    ) -> DenseScores:
        """Score the passages with these numbers against a question's vector, shape (dim,)."""
        return self._rows.scores_and_windows(vector, np.asarray(passages, np.int64))

    def stored(self, passage: int) -> Vectors:
        """Return the vectors of a passage as they are kept: its own, then its windows'."""
        return self._rows.stored(passage)

    def _nearest(
        self, vector: NDArray[np.float32], wanted: int, allowed: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return the passages to score, ascending."""
        eligible = self.count if allowed is None else len(allowed)
        if self._coarse is None or eligible <= max(_FEW, wanted):
            return np.arange(self.count) if allowed is None else allowed
        parameters = faiss.SearchParametersIVF(
            nprobe=max(1, int(self._coarse.nlist * _PROBED)),
            sel=None if allowed is None else faiss.IDSelectorBitmap(self._bitmap(allowed)),
        )
        _, found = self._coarse.search(vector[None], wanted, params=parameters)
        return np.sort(found[0][found[0] >= 0])

    def _bitmap(self, passages: NDArray[np.int64]) -> NDArray[np.uint8]:
        allowed = np.zeros(self.count, bool)
        allowed[passages] = True
        return np.packbits(allowed, bitorder="little")


class _Staged:
    """The vectors of an index in the making, on disk in half precision."""

    def __init__(self, path: Path, starts: NDArray[np.int64], dim: int) -> None:
        shape = int(starts[-1]), dim
        self._vectors = (
            np.memmap(path, np.float16, "r", shape=shape)
            if shape[0]
            else np.empty(shape, np.float16)
        )
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def write_rows(self, folder: Path) -> None:
        count = len(self._vectors)
        rounding = Rounding.of(self._picked(np.arange(count)), 16 if count <= _WIDE else 8)
        Rows.write(folder, rounding, self._vectors, self._starts)

    def coarse(self) -> Any:  # noqa: ANN401 - untyped
        """Return the passages' own vectors in one bit a coordinate, by the number of the passage.

        RaBitQ (Gao and Long, 2024), in one cell or, of very many, in cells around the means of
        k-means.
        """
        heads = self._starts[:-1]
        cells = 1 if len(self) <= _MANY else int(2 * len(self) ** 0.5)
        coarse = faiss.index_factory(
            self._vectors.shape[1], f"IVF{cells},RaBitQfs", faiss.METRIC_INNER_PRODUCT
        )
        coarse.train(self._picked(heads))
        for first, last in chunks(len(self)):
            coarse.add(self._vectors[heads[first:last]].astype(np.float32))
        return coarse

    def questions(self) -> Vectors:
        """Return vectors like those of questions: a window's each, with noise.

        The noise is the difference of two others, so that it lies where vectors lie.
        """
        picked = np.random.default_rng(0).integers(0, len(self._vectors), (3, _QUESTIONS))
        near, one, other = self._vectors[picked].astype(np.float32)
        made = near + _NOISE * (one - other)
        unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
        return unit

    def best(self, questions: Vectors, limit: int) -> Iterator[set[int]]:
        """Yield the best passages for each question, by unrounded vectors and looking at all."""
        scores, passages = [], []
        for first, last in chunks(len(self)):
            starts = self._starts[first : last + 1]
            cosines = self._vectors[starts[0] : starts[-1]].astype(np.float32) @ questions.T
            own = passage_scores(cosines, starts[:-1] - starts[0], np.diff(starts))
            nearest = np.argsort(-own, axis=0)[:limit]
            scores.append(np.take_along_axis(own, nearest, axis=0))
            passages.append(nearest + first)
        order = np.argsort(-np.concatenate(scores), axis=0)[:limit]
        best = np.take_along_axis(np.concatenate(passages), order, axis=0)
        return map(set, best.T.tolist())

    def _picked(self, rows: NDArray[np.int64]) -> Vectors:
        """Return a sample of these rows, evenly spread."""
        at = np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows)), dtype=np.int64)
        return self._vectors[rows[at]].astype(np.float32)
