"""The dense side: which passages' vectors are nearest to a question's, with FAISS."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from embeddings.rounding import Rounding
from retrieval.generation import Kind, Search
from retrieval.rows import DenseScores, Rows, RowsWriter, chunks
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
"""Vectors on which rounding is measured."""
_TRAINED: Final = 4_096
_OF_A_CELL: Final = 40
"""Vectors to find the means of cells with, and as many more for each: FAISS asks for 39."""
_WIDE: Final = 2_000_000
"""Vectors up to which a coordinate has 16 bits; 8 are half the memory, and move a cosine by
0.0003. Those that are added to an index are rounded as it is."""
_QUESTIONS: Final = 100
_LIMIT: Final = 150
"""Recall is measured with so many questions, and so many passages wanted: the retriever's."""
_NOISE: Final = 0.8
"""Of these: their nearest passages are then as far from them as from real questions, and recall
is near that of 400 of them, 99.2 %."""


class DenseWriter:
    """Collects the vectors of new passages in a new folder, in the order of their numbers.

    They go to disk as they come, and are read from there a part at a time.

    Args:
        folder: to be made.
        dim: of the vectors.
        before: the folder of the generation that is added to.
    """

    def __init__(self, folder: Path, dim: int, before: Path | None = None) -> None:
        folder.mkdir()
        self._folder = folder
        self._before = before
        self._staged = _Staged(folder / _STAGED, dim)

    def add(self, vectors: Vectors, counts: Sequence[int]) -> None:
        """Add passages: of each, its own vector and then its windows', ``counts`` in all.

        Raises:
            ValueError: the counts do not add up to the rows, or a passage has none.
        """
        if sum(counts) != len(vectors) or min(counts, default=1) < 1:
            msg = f"{sum(counts)} vectors announced, {len(vectors)} given"
            raise ValueError(msg)
        self._staged.add(vectors, counts)

    def close(self, left: Collection[int] = ()) -> Search:
        """Write the index; return how it is searched.

        ``left`` are the numbers of passages of the generation before that are no more.
        """
        rows = RowsWriter(self._folder, self._staged.rounding, self._before)
        for vectors, counts in self._staged.parts():
            rows.add(vectors, counts)
        rows.close(left)
        self._staged.remove()
        found = Rows.open(self._folder)
        return self._approximate(found) if len(found.numbers) > _FEW else Search(kind="exact")

    def _approximate(self, rows: Rows) -> Search:
        coarse = _coarse(rows)
        _save(coarse, self._folder / _COARSE)
        index = DenseIndex(rows, coarse)
        questions = _questions(rows)
        kept = [
            len(best & {passage for passage, _ in index.search(question, _LIMIT)[:10]}) / 10
            for question, best in zip(questions, _best(rows, questions, 10), strict=True)
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
        self._numbers = rows.numbers
        self._coarse = coarse

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a saved index."""
        coarse = folder / _COARSE
        return cls(Rows.open(folder), faiss.read_index(str(coarse)) if coarse.is_file() else None)

    @property
    def count(self) -> int:
        """How many passages the index holds."""
        return len(self._numbers)

    @property
    def vectors(self) -> int:
        """How many vectors the index holds."""
        return self._rows.vectors

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
            return self._numbers if allowed is None else allowed
        parameters = faiss.SearchParametersIVF(
            nprobe=max(1, int(self._coarse.nlist * _PROBED)),
            sel=None if allowed is None else faiss.IDSelectorBitmap(self._bitmap(allowed)),
        )
        # Of this thread alone: a question takes no longer, and other cores are left to others.
        faiss.omp_set_num_threads(1)
        _, found = self._coarse.search(vector[None], wanted, params=parameters)
        return np.sort(found[0][found[0] >= 0])

    def _bitmap(self, passages: NDArray[np.int64]) -> NDArray[np.uint8]:
        allowed = np.zeros(len(self._rows.blocks), bool)
        allowed[passages] = True
        return np.packbits(allowed, bitorder="little")


class _Staged:
    """The vectors of new passages, on disk in half precision until all have come.

    They are read and not mapped: a map of them all would count as memory.
    """

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._dim = dim
        self._file = path.open("wb")
        self._counts: list[int] = []

    def add(self, vectors: Vectors, counts: Sequence[int]) -> None:
        self._file.write(vectors.astype(np.float16).tobytes())
        self._counts += counts

    def rounding(self) -> Rounding:
        """Return how they are best rounded, as measured on a sample of very many."""
        self._file.flush()
        count = sum(self._counts)
        if count <= _WIDE:
            return Rounding.fine(self._dim)
        sample = [self._rows(row, row + 1) for row in _spread(np.arange(count), _SAMPLE).tolist()]
        return Rounding.rough(np.concatenate(sample))

    def parts(self) -> Iterator[tuple[Vectors, list[int]]]:
        """Yield the vectors of some passages at a time, and how many each has."""
        self._file.flush()
        first = 0
        for numbers in chunks(np.arange(len(self._counts))):
            counts = self._counts[numbers[0] : numbers[-1] + 1]
            yield self._rows(first, first + sum(counts)), counts
            first += sum(counts)

    def remove(self) -> None:
        self._file.close()
        self._path.unlink()

    def _rows(self, first: int, last: int) -> Vectors:
        width = self._dim * np.dtype(np.float16).itemsize
        count = (last - first) * self._dim
        rows = np.fromfile(self._path, np.float16, count, offset=first * width)
        return rows.reshape(-1, self._dim).astype(np.float32)


def _coarse(rows: Rows) -> Any:  # noqa: ANN401 - untyped
    """Return the passages' own vectors in one bit a coordinate, by the number of the passage.

    RaBitQ (Gao and Long, 2024), in one cell or, of very many, in cells around the means of k-means.
    """
    numbers = rows.numbers
    cells = 1 if len(numbers) <= _MANY else int(2 * len(numbers) ** 0.5)
    width = len(rows.rounding.centre)
    coarse = faiss.index_factory(width, f"IVF{cells},RaBitQfs", faiss.METRIC_INNER_PRODUCT)
    coarse.train(rows.own(_spread(numbers, _TRAINED + _OF_A_CELL * cells)))
    for some in chunks(numbers):
        coarse.add_with_ids(rows.own(some), some)
    return coarse


def _questions(rows: Rows) -> Vectors:
    """Return vectors like those of questions: a window's each, with noise.

    The noise is the difference of two others, so that it lies where vectors lie.
    """
    numbers, rng = rows.numbers, np.random.default_rng(0)
    vectors, counts = rows.unpacked(numbers[rng.integers(0, len(numbers), 3 * _QUESTIONS)])
    heads = np.cumsum(counts) - counts
    near, one, other = np.split(vectors[heads + rng.integers(0, counts)], 3)
    made = near + _NOISE * (one - other)
    unit: Vectors = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit


def _best(rows: Rows, questions: Vectors, limit: int) -> Iterator[set[int]]:
    """Yield the best passages for each question, looking at all."""
    scores, passages = [], []
    for some in chunks(rows.numbers):
        own = rows.scores(questions.T, some)
        nearest = np.argpartition(-own, min(limit, len(own) - 1), axis=0)[:limit]
        scores.append(np.take_along_axis(own, nearest, axis=0))
        passages.append(some[nearest])
    order = np.argsort(-np.concatenate(scores), axis=0)[:limit]
    best = np.take_along_axis(np.concatenate(passages), order, axis=0)
    return map(set, best.T.tolist())


def _spread(numbers: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return a sample of numbers, evenly spread."""
    at = np.linspace(0, len(numbers) - 1, min(most, len(numbers)), dtype=np.int64)
    return numbers[at]
