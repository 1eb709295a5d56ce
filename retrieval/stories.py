"""Which articles of a corpus are one: the same text under several addresses or in several papers.

Exact repetitions are found by a digest of their words. Of the others those are compared
(``retrieval/duplicates.py``) that share a band of their MinHash signatures: Broder, "On the
Resemblance and Containment of Documents" (1997); Leskovec, Rajaraman and Ullman, "Mining of Massive
Datasets", chapter 3.
"""

import zlib
from array import array
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval import arabic
from retrieval.duplicates import Fingerprint
from retrieval.types import Article, Progress

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
_Bucket = tuple[int, int]

_random = np.random.default_rng(1997)
_FACTORS: Final = _random.integers(0, 2**32, (_BANDS * _ROWS, 1), np.uint32) | np.uint32(1)
_OFFSETS: Final = _random.integers(0, 2**32, (_BANDS * _ROWS, 1), np.uint32)
_MIXED: Final = np.uint32(0x9E3779B1)  # the golden ratio of 32 bits: Knuth's multiplicative hashing


class Stories:
    """Collects a few numbers of each article, 140 bytes, and then finds those that are one story.

    Articles are numbered from 0 in the order they are added.
    """

    def __init__(self) -> None:
        self._count = 0
        self._numbers = array("I")
        self._digests = bytearray()
        self._keys = bytearray()
        self._papers = array("I")
        self._known: dict[str, int] = {}

    def add(self, article: Article) -> None:
        """Take note of an article; one of fewer than twenty words is a story of its own."""
        words = _hashed(article.text)
        if len(words) >= _LEAST:
            self._numbers.append(self._count)
            self._digests += blake2b(words.tobytes(), digest_size=8).digest()
            self._keys += _bands(words).tobytes()
        paper = article.source or ""
        self._papers.append(self._known.setdefault(paper, len(self._known)))
        self._count += 1

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
        numbers = np.frombuffer(self._numbers, np.uintc)
        digests = np.frombuffer(self._digests, np.uint64)
        _, firsts, groups = np.unique(digests, return_index=True, return_inverse=True)
        found = self._near(np.sort(firsts), text, progress)
        rows = firsts[groups].tolist()
        stories = (found.get(first, first) for first in rows)
        pairs = zip(numbers.tolist(), (int(numbers[row]) for row in stories), strict=True)
        return {number: first for number, first in pairs if number != first}

    def _near(
        self, rows: NDArray[np.intp], text: Callable[[int], str], progress: Progress
    ) -> dict[int, int]:
        """Return which of some rows, no two the same, retell an earlier one; both by row."""

        @lru_cache(_KEPT)
        def fingerprint(row: int) -> Fingerprint:
            return Fingerprint.of(text(self._numbers[row]))

        def retells(row: int, other: int) -> bool:
            cut = self._apart(self._numbers[row], self._numbers[other])
            return fingerprint(row).retells(fingerprint(other), cut=cut)

        found: dict[int, int] = {}
        firsts: dict[_Bucket, deque[int]] = defaultdict(lambda: deque(maxlen=_COMPARED))
        keys = np.frombuffer(self._keys, np.uint32).reshape(-1, _BANDS)[rows]
        for place, buckets in _shared(keys):
            row = int(rows[place])
            met = Counter(chain.from_iterable(firsts[bucket] for bucket in buckets))
            near = (other for other, _ in met.most_common(_COMPARED) if retells(row, other))
            if (first := next(near, None)) is not None:
                found[row] = first
            else:
                for bucket in buckets:
                    firsts[bucket].append(row)
            progress("join", place + 1, len(rows))
        return found

    def _apart(self, number: int, other: int) -> bool:
        """Whether two articles are known to be of different papers."""
        papers = {self._papers[number], self._papers[other]}
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


def _shared(keys: _Numbers) -> Iterator[tuple[int, list[_Bucket]]]:
    """Yield each row that shares a key with another, in order, with the buckets they share."""
    shared = np.zeros(keys.shape, bool)
    for band in range(_BANDS):
        _, groups, counts = np.unique(keys[:, band], return_inverse=True, return_counts=True)
        shared[:, band] = counts[groups] > 1
    for row in np.flatnonzero(shared.any(axis=1)).tolist():
        bands = np.flatnonzero(shared[row]).tolist()
        yield row, [(band, int(keys[row, band])) for band in bands]
