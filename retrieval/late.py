"""Late interaction: how near each word of a question comes to some word of a passage.

ColBERT's MaxSim (Khattab and Zaharia, 2020) over the token vectors of a model that was trained for
one vector a text.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.codec import Codes, TokenCodec
from embeddings.encoder import Vectors
from retrieval import checksums
from retrieval.blocks import Blocks, BlockWriter
from retrieval.errors import IndexDamagedError

_CHECKSUMS: Final = "checksums.npy"
_CODEC: Final = "codec.npz"


class LateWriter:
    """Writes the packed tokens of new passages, in the order of their numbers.

    Args:
        folder: to be made.
        codec: what they are packed with.
        before: the folder of the generation that is added to, of the same codec.
    """

    def __init__(self, folder: Path, codec: TokenCodec, before: Path | None = None) -> None:
        folder.mkdir()
        self._folder = folder
        self._blocks = BlockWriter(folder, before)
        self._before = np.load(before / _CHECKSUMS) if before else np.empty(0, np.uint64)
        self._checksums: list[int] = []
        np.savez(folder / _CODEC, centre=codec.centre, spread=codec.spread)

    def add(self, passages: Sequence[Codes]) -> None:
        """Add the packed tokens of some passages."""
        for codes in passages:
            self._blocks.add(codes, [len(codes)])
            self._checksums.append(checksums.of_array(codes))

    def close(self, left: Collection[int] = ()) -> None:
        """End the files; ``left`` are the numbers of passages that are no more."""
        self._blocks.close(left)
        new = np.array(self._checksums, np.uint64)
        np.save(self._folder / _CHECKSUMS, np.concatenate([self._before, new]))


def codec_of(folder: Path) -> TokenCodec:
    """Return what the tokens of a folder are packed with."""
    with np.load(folder / _CODEC) as arrays:
        return TokenCodec(arrays["centre"], arrays["spread"])


class LateIndex:
    """Scores passages by their tokens; these stay on disk. Safe from several threads."""

    def __init__(
        self, folder: Path, codec: TokenCodec, blocks: Blocks, checks: NDArray[np.uint64]
    ) -> None:
        self._folder = folder
        self._codec = codec
        self._blocks = blocks
        self._checks = checks

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what a :class:`LateWriter` wrote."""
        codec = codec_of(folder)
        blocks = Blocks.open(folder, np.dtype(np.uint8), codec.packed_width)
        return cls(folder, codec, blocks, np.load(folder / _CHECKSUMS))

    @property
    def count(self) -> int:
        """How many passages the index holds."""
        return len(self._blocks.places.live)

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
        counts = self._blocks.places.counts[passages]
        scores = np.zeros(len(passages), np.float32)
        held = np.flatnonzero(counts > 0)
        if not len(tokens) or not len(held):
            return scores
        self._blocks.expect(passages[held])
        codes = np.concatenate([self._read(number) for number in passages[held].tolist()])
        self._blocks.release()
        cosines = self._codec.cosines(codes, tokens)
        heads = np.concatenate([[0], np.cumsum(counts[held])[:-1]])
        nearest = np.maximum(np.maximum.reduceat(cosines, heads, axis=0), 0)
        scores[held] = np.square(nearest).mean(axis=1)
        return scores

    def _read(self, passage: int) -> Codes:
        codes = self._blocks.passage(passage)
        if checksums.of_array(codes) != self._checks[passage]:
            raise IndexDamagedError.at(self._folder / self._blocks.name(passage))
        return codes
