"""Which articles of a corpus are one: the same text under several addresses or in several papers.

Exact repetitions are found by a digest of their words. Of the others those are compared
(``retrieval/duplicates.py``) that share a band of their MinHash signatures: Broder, "On the
Resemblance and Containment of Documents" (1997); Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", chapter 3.
"""

import zlib
from array import array
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval import arabic
from retrieval.duplicates import Fingerprint
from retrieval.types import Article, Progress

_DIGEST: Final = 8
"""Bytes of a signature that tell whether the words are the same; the keys of its bands follow."""
_LEAST: Final = 20
"""Words: what is shorter is a caption or a notice, which different articles may share."""
_WIDTH: Final = 3
_BANDS: Final = 32
_ROWS: Final = 3
"""Of articles that have 7 runs in 10 in common, a resemblance of 0.54, all but 4 in 1,000 share one
of 32 bands of three minima: (1 - 0.54 ** 3) ** 32."""
_COMPARED: Final = 8
"""Articles that one is compared with at most, those with most bands in common: templates that
differ in a figure are many."""
_KEPT: Final = 256
_AT_ONCE: Final = 2048

_Numbers = NDArray[np.uint32]

_random = np.random.default_rng(1997)
_FACTORS: Final = _random.integers(0, 2**32, (_BANDS * _ROWS, 1), np.uint32) | np.uint32(1)
_OFFSETS: Final = _random.integers(0, 2**32, (_BANDS * _ROWS, 1), np.uint32)
_MIXED: Final = np.uint32(0x9E3779B1)  # the golden ratio of 32 bits: Knuth's multiplicative hashing


def signature(article: Article) -> bytes:
    """Return the numbers that tell an article's story; none of one of fewer than twenty words."""
    words = _hashed(article.text)
    if len(words) < _LEAST:
        return b""
    digest = blake2b(words.tobytes(), digest_size=_DIGEST).digest()
    return digest + _bands(words).tobytes()


class Stories:
    """Collects the signatures of articles, and then finds those that are one story."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._signatures = bytearray()
        self._papers = array("I")
        self._known: dict[str, int] = {}
        self._told: dict[int, int] = {}
        self._firsts: dict[int, int] = {}

    def add(
        self, number: int, source: str | None, numbers: bytes, story: int | None = None
    ) -> None:
        """Take note of an article, its numbers ascending.

        Args:
            number: the article's.
            source: its paper.
            numbers: its signature.
            story: the number of the first of its story, if that was found before; if that article
                left, the next one is the first.
        """
        if not numbers:
            return
        if story is not None:
            self._told[len(self._numbers)] = self._firsts.setdefault(story, len(self._numbers))
        self._numbers.append(number)
        self._signatures += numbers
        self._papers.append(self._known.setdefault(source or "", len(self._known)))

    def find(
        self,
        text: Callable[[int], str],
        progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
    ) -> dict[int, int]:
        """Return each article that repeats an earlier one, with the first of its story.

        ``text`` returns an article's text by its number.
        """
        if not self._numbers:
            return {}
        numbers = np.frombuffer(self._numbers, np.int64)
        signatures = np.frombuffer(self._signatures, np.uint8).reshape(len(numbers), -1)
        digests = np.ascontiguousarray(signatures[:, :_DIGEST]).view(np.uint64)[:, 0]
        _, firsts, groups = np.unique(digests, return_index=True, return_inverse=True)
        keys = np.ascontiguousarray(signatures[:, _DIGEST:]).view(np.uint32)
        found = self._near(np.sort(firsts), keys, text, progress)
        rows = firsts[groups].tolist()
        stories = (found.get(first, first) for first in rows)
        pairs = zip(numbers.tolist(), (int(numbers[row]) for row in stories), strict=True)
        return {number: first for number, first in pairs if number != first}

    def _near(
        self,
        rows: NDArray[np.intp],
        keys: _Numbers,
        text: Callable[[int], str],
        progress: Progress,
    ) -> dict[int, int]:
        """Return which of some rows, no two the same, retell an earlier one; both by row."""

        @lru_cache(_KEPT)
        def fingerprint(row: int) -> Fingerprint:
            return Fingerprint.of(text(self._numbers[row]))

        def retells(row: int, other: int) -> bool:
            cut = self._apart(row, other)
            return fingerprint(row).retells(fingerprint(other), cut=cut)

        found = {row: first for row, first in self._told.items() if row != first}
        shared = _shared(keys[rows])
        firsts = _Buckets(int(shared.max()) + 1)
        for place in np.flatnonzero((shared >= 0).any(axis=1)).tolist():
            row, own = int(rows[place]), shared[place][shared[place] >= 0]
            if row not in self._told:
                met = Counter(firsts.rows(own))
                near = (other for other, _ in met.most_common(_COMPARED) if retells(row, other))
                if (first := next(near, None)) is not None:
                    found[row] = first
            if row not in found:
                firsts.add(row, own)
            progress("join", place + 1, len(rows))
        progress("join", len(rows), len(rows))
        return found

    def _apart(self, row: int, other: int) -> bool:
        """Whether two articles are known to be of different papers."""
        papers = {self._papers[row], self._papers[other]}
        return len(papers) == 2 and self._known.get("") not in papers


def _hashed(text: str) -> _Numbers:
    return np.fromiter(chain.from_iterable(map(_hashes, text.split())), np.uint32)


@lru_cache(maxsize=1 << 16)
def _hashes(token: str) -> tuple[int, ...]:
    return tuple(zlib.crc32(form.encode()) for form in arabic.forms(token))


def _bands(words: _Numbers) -> _Numbers:
    """Return the key of each band of a text's MinHash signature, shape (bands,)."""
    runs = words[: 1 - _WIDTH].copy()
    for offset in range(1, _WIDTH):
        runs = _mix(runs) + words[offset : len(words) - _WIDTH + 1 + offset]
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(runs), _AT_ONCE):
        hashes = _mix(runs[start : start + _AT_ONCE]) * _FACTORS + _OFFSETS
        np.minimum(least, hashes.min(axis=1), out=least)
    rows = least.reshape(_BANDS, _ROWS)
    keys = rows[:, 0]
    for column in range(1, _ROWS):
        keys = _mix(keys) + rows[:, column]
    return keys


def _mix(numbers: _Numbers) -> _Numbers:
    mixed: _Numbers = (numbers ^ (numbers >> np.uint32(15))) * _MIXED
    return mixed


class _Buckets:
    """The last few rows in each bucket: 33 bytes a bucket, of which copies make millions."""

    def __init__(self, count: int) -> None:
        self._rows = np.full((count, _COMPARED), -1, np.int32)
        self._next = np.zeros(count, np.uint8)

    def add(self, row: int, buckets: NDArray[np.int32]) -> None:
        """Put a row, which follows all before it, into buckets."""
        at = self._next[buckets]
        self._rows[buckets, at] = row
        self._next[buckets] = (at + 1) % _COMPARED

    def rows(self, buckets: NDArray[np.int32]) -> list[int]:
        """Return what is in some buckets, one bucket after the other, the oldest first."""
        found = np.sort(self._rows[buckets], axis=1)
        rows: list[int] = found[found >= 0].tolist()
        return rows


def _shared(keys: _Numbers) -> NDArray[np.int32]:
    """Return the bucket of each key that several rows have in one band, and -1 for other keys.

    Shape (rows, bands); buckets are numbered from 0.
    """
    shared, count = np.empty(keys.shape, np.int32), 0
    for band in range(_BANDS):
        _, groups, counts = np.unique(keys[:, band], return_inverse=True, return_counts=True)
        several = counts > 1
        numbers = np.where(several, count + np.cumsum(several) - 1, -1)
        shared[:, band] = numbers[groups]
        count += int(several.sum())
    return shared
