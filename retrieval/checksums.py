"""Checksums against damage by chance: XXH3, which costs less than reading what it is taken of."""

import hashlib
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray


def of_file(path: Path) -> str:
    """Return the 128-bit XXH3 of a file in hexadecimal digits, as ``xxhsum -H2`` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, xxhash.xxh3_128).hexdigest()


def of_bytes(data: bytes) -> str:
    """Return the same of some bytes."""
    return xxhash.xxh3_128_hexdigest(data)


def of_array(array: NDArray[np.generic]) -> int:
    """Return the 64-bit XXH3 of a contiguous array."""
    return xxhash.xxh3_64_intdigest(array.data)
