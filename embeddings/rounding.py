"""Vectors as whole numbers of 8 or 16 bits, which numpy turns back far quicker than half floats."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors

Rounded: TypeAlias = NDArray[np.signedinteger[Any]]
"""Rounded vectors, one a row, as ``int8`` or ``int16``: shape (n, dim)."""

_LEAST: Final = 1e-9
_AT_ONCE: Final = 256
"""Rows compared at once: what they become stays in the core's cache, which is three times as
fast."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounds each coordinate to so many ``steps`` from the ``centre``; both have the shape (dim,).

    ``bits`` are 8 or 16.
    """

    centre: NDArray[np.float32]
    steps: NDArray[np.float32]
    bits: int

    @classmethod
    def fine(cls, dim: int) -> Self:
        """Round unit vectors, whichever come, to 16 bits."""
        steps = np.full(dim, 1 / _most(16), np.float32)
        return cls(np.zeros(dim, np.float32), steps, 16)

    @classmethod
    def rough(cls, sample: Vectors) -> Self:
        """Round vectors like those of a sample, shape (n, dim), to 8 bits.

        What lies beyond the sample is cut off there.
        """
        centre = sample.mean(axis=0)
        reach = np.abs(sample - centre).max(axis=0, initial=_LEAST)
        return cls(centre, reach / _most(8), 8)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what :meth:`save` wrote."""
        with np.load(path) as arrays:
            return cls(arrays["centre"], arrays["steps"], int(arrays["bits"]))

    def save(self, path: Path) -> None:
        """Write it to a ``.npz`` file."""
        np.savez(path, centre=self.centre, steps=self.steps, bits=self.bits)

    @property
    def dtype(self) -> np.dtype[np.signedinteger[Any]]:
        """The type of the rounded numbers."""
        return np.dtype(np.int8 if self.bits == 8 else np.int16)

    def pack(self, vectors: Vectors) -> Rounded:
        """Round vectors, shape (n, dim)."""
        most = _most(self.bits)
        levels = np.rint((vectors - self.centre) / self.steps)
        rounded: Rounded = np.clip(levels, -most, most).astype(self.dtype)
        return rounded

    def unpack(self, rounded: Rounded) -> Vectors:
        """Return the vectors, shape (n, dim)."""
        found: Vectors = rounded * self.steps + self.centre
        return found

    def cosines(
        self,
        take: Callable[[NDArray[np.int64]], Rounded],
        rows: NDArray[np.int64],
        vector: NDArray[np.float32],
    ) -> NDArray[np.float32]:
        """Compare some rows of rounded vectors with another vector; shape (len(rows),).

        Or with several, shape (dim, n): then a row has a column for each. ``take`` returns rounded
        vectors by their rows.
        """
        scaled = (vector.T * self.steps).T
        found = np.empty((len(rows), *vector.shape[1:]), np.float32)
        for first in range(0, len(rows), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            found[some] = take(rows[some]).astype(np.float32) @ scaled
        found += self.centre @ vector
        return found


def _most(bits: int) -> int:
    return int(2 ** (bits - 1)) - 1
