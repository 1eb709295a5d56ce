"""Late interaction: how near each word of a question comes to some word of a passage.

ColBERT's MaxSim (Khattab and Zaharia, 2020) over the token vectors of a model that was trained for
one vector a text.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.codec import Codes, TokenCodec
from embeddings.encoder import Vectors
from retrieval import checksums
from retrieval.errors import IndexDamagedError

_CODES: Final = "tokens.bin"
_STARTS: Final = "starts.npy"
_CHECKSUMS: Final = "checksums.npy"
_CODEC: Final = "codec.npz"
READ_IN_PARTS: Final = (_CODES,)
"""Files too large to be read at opening: each passage is checked when it is read."""


class LateWriter:
    """Writes the packed tokens of passages, in the order of their numbers."""

    def __init__(self, folder: Path, codec: TokenCodec) -> None:
        folder.mkdir()
        self._folder = folder
        self._file = (folder / _CODES).open("wb")
        self._starts = [0]
        self._checksums: list[int] = []
        np.savez(folder / _CODEC, centre=codec.centre, spread=codec.spread)

    def add(self, passages: Sequence[Codes]) -> None:
        """Add the packed tokens of some passages."""
        for codes in passages:
            self._file.write(codes.tobytes())
            self._starts.append(self._starts[-1] + len(codes))
            self._checksums.append(checksums.of_array(codes))

    def close(self) -> None:
        """End the files."""
        self._file.close()
        np.save(self._folder / _STARTS, np.asarray(self._starts, np.int64))
        np.save(self._folder / _CHECKSUMS, np.asarray(self._checksums, np.uint64))


class LateIndex:
    """Scores passages by their tokens; these stay on disk. Safe from several threads."""

    def __init__(
        self,
        path: Path,
        codec: TokenCodec,
        codes: Codes,
        starts: NDArray[np.int64],
        checks: NDArray[np.uint64],
    ) -> None:
        self._path = path
        self._codec = codec
        self._codes = codes
        self._starts = starts
        self._checks = checks

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what a :class:`LateWriter` wrote."""
        with np.load(folder / _CODEC) as arrays:
            codec = TokenCodec(arrays["centre"], arrays["spread"])
        starts, checks = np.load(folder / _STARTS), np.load(folder / _CHECKSUMS)
        path, shape = folder / _CODES, (int(starts[-1]), codec.packed_width)
        if not shape[0]:
            return cls(path, codec, np.empty(shape, np.uint8), starts, checks)
        return cls(path, codec, np.memmap(path, np.uint8, "r", shape=shape), starts, checks)

    @property
    def count(self) -> int:
        """How many passages the index holds."""
        return len(self._starts) - 1

    def score(self, tokens: Vectors, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Score passages by the tokens of a question, shape (n, width).

        Of each token the cosine to the nearest of the passage's is squared: near ones count more.
        The score is their mean, between 0 and 1.

        Args:
            tokens: of the question, as the model gives them.
            passages: numbers, of which each has a score in the result.

        Raises:
            IndexDamagedError: the tokens of one are not as they were written.
        """
        starts, ends = self._starts[passages], self._starts[passages + 1]
        scores = np.zeros(len(passages), np.float32)
        held = np.flatnonzero(ends > starts)
        if not len(tokens) or not len(held):
            return scores
        codes = [self._read(number) for number in passages[held].tolist()]
        cosines = self._codec.cosines(np.concatenate(codes), tokens)
        heads = np.concatenate([[0], np.cumsum(ends[held] - starts[held])[:-1]])
        nearest = np.maximum(np.maximum.reduceat(cosines, heads, axis=0), 0)
        scores[held] = np.square(nearest).mean(axis=1)
        return scores

    def _read(self, passage: int) -> Codes:
        codes = self._codes[self._starts[passage] : self._starts[passage + 1]]
        if checksums.of_array(codes) != self._checks[passage]:
            raise IndexDamagedError.at(self._path)
        return codes
