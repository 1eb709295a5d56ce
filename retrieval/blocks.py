"""Rows of numbers on disk, in blocks: files written once, which generations share.

Each passage has some rows, one behind the other. A generation that adds to another links its blocks
and writes one of its own, so that what an update costs goes by what is new.
"""

import mmap
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.links import link

_PLACES: Final = "places.npz"
SUFFIX: Final = ".block"
_MOST: Final = 16
"""Blocks; beyond, all but the first, which holds nearly everything, become one."""
_GONE: Final = -1


@dataclass(frozen=True, slots=True)
class Places:
    """Where the rows of passages begin, blocks end to end, and how many each has.

    Both have the shape (numbers,): at a number whose passage left, the count is -1. ``sizes`` are
    the rows of each block.
    """

    firsts: NDArray[np.int64]
    counts: NDArray[np.int32]
    sizes: NDArray[np.int64]

    @classmethod
    def none(cls) -> Self:
        """Return the places of no passages."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what a :class:`BlockWriter` wrote."""
        with np.load(folder / _PLACES) as arrays:
            return cls(arrays["firsts"], arrays["counts"], arrays["sizes"])

    def save(self, folder: Path) -> None:
        """Write them into a folder."""
        np.savez(folder / _PLACES, firsts=self.firsts, counts=self.counts, sizes=self.sizes)

    @property
    def live(self) -> NDArray[np.int64]:
        """The numbers of the passages that are there, ascending."""
        return np.flatnonzero(self.counts != _GONE)


class BlockWriter:
    """Writes the rows of new passages into a folder, behind those of another folder.

    Args:
        folder: an existing folder.
        before: the folder of the generation that is added to; it is left as it is.
    """

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        self._folder = folder
        self._before = Places.load(before) if before else Places.none()
        blocks = [before / name for name in _names(self._before)] if before else []
        shared = blocks if len(blocks) < _MOST else blocks[:1]
        for block in shared:
            link(block, folder / block.name)
        self._shared = len(shared)
        self._file = (folder / _name(len(shared))).open("wb")
        for block in blocks[len(shared) :]:
            with block.open("rb") as file:
                shutil.copyfileobj(file, self._file)
        self._counts: list[int] = []

    def add(self, rows: NDArray[Any], counts: Sequence[int]) -> None:
        """Add the rows of some passages, ``counts`` of them each."""
        self._file.write(rows.tobytes())
        self._counts += counts

    def close(self, left: Collection[int] = ()) -> Places:
        """Write where everything is; ``left`` are the numbers of passages that are no more."""
        self._file.close()
        counts = np.array(self._counts, np.int32)
        end = int(self._before.sizes.sum())
        firsts = end + np.cumsum(counts, dtype=np.int64) - counts
        old = self._before.counts.copy()
        old[list(left)] = _GONE
        places = Places(
            np.concatenate([self._before.firsts, firsts]),
            np.concatenate([old, counts]),
            self._sizes(end + int(counts.sum())),
        )
        places.save(self._folder)
        return places

    def _sizes(self, rows: int) -> NDArray[np.int64]:
        """Return the rows of each block of so many in all; an empty one is not kept."""
        kept = self._before.sizes[: self._shared]
        new = rows - int(kept.sum())
        if len(kept) and not new:
            (self._folder / _name(self._shared)).unlink()
            return kept
        return np.append(kept, new)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Reads what a :class:`BlockWriter` wrote, memory-mapped; safe from several threads."""

    places: Places
    _maps: tuple[mmap.mmap | None, ...]
    _mapped: tuple[NDArray[Any], ...]
    _bounds: NDArray[np.int64]

    @classmethod
    def open(cls, folder: Path, dtype: np.dtype[Any], width: int) -> Self:
        """Map the blocks of a folder, whose rows have ``width`` numbers of a type."""
        places = Places.load(folder)
        maps = tuple(_map(folder / name) for name in _names(places))
        mapped = tuple(np.frombuffer(each or b"", dtype).reshape(-1, width) for each in maps)
        return cls(places, maps, mapped, np.cumsum(places.sizes))

    def __len__(self) -> int:
        """How many numbers there are, those whose passages left included."""
        return len(self.places.counts)

    def expect(self, passages: NDArray[np.int64]) -> None:
        """Have the system read some passages ahead.

        It then asks the disk for all of them together. One after the other, as they are needed,
        fifty take ten times as long.
        """
        for number in passages.tolist() if hasattr(mmap, "MADV_WILLNEED") else ():
            block, start = self._at(number)
            width = self._mapped[block].strides[0]
            first, end = start * width, (start + int(self.places.counts[number])) * width
            first -= first % mmap.PAGESIZE
            if (found := self._maps[block]) and end > first:
                found.madvise(mmap.MADV_WILLNEED, first, end - first)

    def release(self) -> None:
        """Let the pages go that were read: they stay in the system's memory, which it may take."""
        for found in self._maps if hasattr(mmap, "MADV_DONTNEED") else ():
            if found:
                found.madvise(mmap.MADV_DONTNEED)

    def passage(self, number: int) -> NDArray[Any]:
        """Return the rows of a passage, shape (rows, width)."""
        block, start = self._at(number)
        found: NDArray[Any] = self._mapped[block][start : start + int(self.places.counts[number])]
        return found

    def name(self, number: int) -> str:
        """Return the name of the block that holds a passage."""
        return _name(self._at(number)[0])

    def take(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return some rows by their places, in the order given."""
        if not len(rows):
            return self._mapped[0][:0]
        least, most = np.searchsorted(self._bounds, [rows.min(), rows.max()], side="right").tolist()
        if least == most:
            return np.take(self._mapped[least], rows - self._start(least), axis=0)
        blocks = np.searchsorted(self._bounds, rows, side="right")
        found = np.empty((len(rows), self._mapped[0].shape[1]), self._mapped[0].dtype)
        for block in range(least, most + 1):
            at = np.flatnonzero(blocks == block)
            found[at] = np.take(self._mapped[block], rows[at] - self._start(block), axis=0)
        return found

    def _at(self, number: int) -> tuple[int, int]:
        """Return the block of a passage, and its first row there."""
        first = int(self.places.firsts[number])
        # One without rows may lie behind the last.
        block = min(int(np.searchsorted(self._bounds, first, side="right")), len(self._mapped) - 1)
        return block, first - self._start(block)

    def _start(self, block: int) -> int:
        return int(self._bounds[block - 1]) if block else 0


def _names(places: Places) -> list[str]:
    return [_name(number) for number in range(len(places.sizes))]


def _name(number: int) -> str:
    return f"{number:02}{SUFFIX}"


def _map(path: Path) -> mmap.mmap | None:
    """Map a file; one without a byte cannot be mapped."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else None
