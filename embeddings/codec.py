"""Token vectors in two bits a coordinate: a sixteenth of the room, and nearly the same ranking."""

from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Vectors

Codes: TypeAlias = NDArray[np.uint8]
"""Packed token vectors, one a row: shape (tokens, width / 4, rounded up)."""

# The best four levels for a normal variable, and what lies between them (Max, 1960).
_LEVELS: Final = np.array([-1.510, -0.4528, 0.4528, 1.510], np.float32)
_BOUNDS: Final = np.array([-0.9816, 0.0, 0.9816], np.float32)
_A_BYTE: Final = 4
_AT_ONCE: Final = 256
"""Tokens compared at once: what they become stays in the core's cache."""
_SHIFTS: Final = np.array([0, 2, 4, 6], np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class TokenCodec:
    """Packs the token vectors of one model.

    All tokens of a model lie on one side of the space: without their mean, ``centre``, they differ
    by more. ``spread`` is the deviation of each coordinate from it. Both have the shape (width,).
    """

    centre: NDArray[np.float32]
    spread: NDArray[np.float32]

    @classmethod
    def of(cls, tokens: Vectors) -> Self:
        """Measure a sample of token vectors, shape (n, width)."""
        if not len(tokens):
            return cls(np.zeros(tokens.shape[1], np.float32), np.ones(tokens.shape[1], np.float32))
        centre = tokens.mean(axis=0)
        return cls(centre, np.maximum(_unit(tokens - centre).std(axis=0), 1e-6))

    def __eq__(self, other: object) -> bool:
        """Whether both pack alike."""
        if not isinstance(other, TokenCodec):
            return NotImplemented
        alike = np.array_equal(self.centre, other.centre)
        return alike and np.array_equal(self.spread, other.spread)

    __hash__ = None  # type: ignore[assignment] # as the arrays it is compared by

    @property
    def width(self) -> int:
        """Coordinates of a token vector."""
        return len(self.centre)

    @property
    def packed_width(self) -> int:
        """Bytes of a packed one."""
        return -(-self.width // _A_BYTE)

    def centred(self, tokens: Vectors) -> Vectors:
        """Return token vectors as :meth:`unpack` gives them, but unrounded."""
        return _unit(tokens - self.centre)

    def pack(self, tokens: Vectors) -> Codes:
        """Round token vectors, shape (n, width)."""
        scaled = self.centred(tokens) / self.spread
        levels = np.zeros((len(scaled), self.packed_width * _A_BYTE), np.uint8)
        # As np.digitize and a reduction over the four would, in a sixth of the time.
        for bound in _BOUNDS:
            levels[:, : self.width] += scaled >= bound
        packed: Codes = np.zeros((len(levels), self.packed_width), np.uint8)
        for at, shift in enumerate(_SHIFTS):
            packed |= levels[:, at::_A_BYTE] << shift
        return packed

    def unpack(self, codes: Codes) -> Vectors:
        """Return centred unit vectors, shape (n, width)."""
        return _unit(self._levels(codes) * self.spread)

    def cosines(self, codes: Codes, tokens: Vectors) -> NDArray[np.float32]:
        """Compare packed tokens with others, shape (len(codes), len(tokens)).

        What :meth:`unpack` and :meth:`centred` give, multiplied, in a fourth of the time.
        """
        others = (self.centred(tokens) * self.spread).T
        found = np.empty((len(codes), len(tokens)), np.float32)
        for first in range(0, len(codes), _AT_ONCE):
            levels = self._levels(codes[first : first + _AT_ONCE])
            products = levels @ others
            products /= np.sqrt(np.square(levels, out=levels) @ np.square(self.spread))[:, None]
            found[first : first + _AT_ONCE] = products
        return found

    def _levels(self, codes: Codes) -> Vectors:
        # A byte is never out of bounds, and so numpy need not look.
        levels = np.take(_BYTES, codes, axis=0, mode="clip")
        levels = levels.reshape(len(codes), self.packed_width * _A_BYTE)
        return levels[:, : self.width]


# Of each byte, the four levels that it holds: one look at a table unpacks it.
_BYTES: Final = _LEVELS[(np.arange(256, dtype=np.uint8)[:, None] >> _SHIFTS) & 3]


def _unit(vectors: Vectors) -> Vectors:
    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found
