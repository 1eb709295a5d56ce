"""Furniture that an archive shows by itself: lines that its sites print again and again."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import xxhash

from retrieval.cleaning import names_source
from retrieval.corpus.found import Found, Lines
from retrieval.corpus.records import domain
from retrieval.types import Article

_AHEAD: Final = 256
"""Articles read before the first is judged: a folder of fewer is known whole."""
_OFTEN: Final = 4
"""Articles of one site, with different bodies, that print a line before it is furniture."""
_SHARE: Final = 0.05
"""Of a site's articles: in a large archive, even a writer's phrase is there four times. In 30,000
news articles of five sites, what stood in more was furniture, each time."""
_LONGEST: Final = 300
"""Characters; a line that is longer is a paragraph."""
_MOST_LINES: Final = 400_000
"""Lines that are counted at a time, some 40 MB; those met once make room for others."""


@dataclass(slots=True)
class Repetition:
    """How many articles of each site print a line.

    Articles with the same longest line are one text under several addresses, and count once: what
    a text says is not furniture for being printed twice.
    """

    _lines: Counter[int] = field(default_factory=Counter)
    _articles: Counter[int] = field(default_factory=Counter)
    _bodies: set[int] = field(default_factory=set)

    def add(self, printed: Lines) -> None:
        """Count an article's lines."""
        if printed.body in self._bodies:
            return
        self._bodies.add(printed.body)
        self._articles[printed.site] += 1
        self._lines.update(printed.lines)
        self._make_room()

    def of(self, printed: Lines) -> tuple[int, ...]:
        """Return which of an article's lines are furniture."""
        least = max(_OFTEN, _SHARE * self._articles[printed.site])
        count = self._lines.get
        return tuple(line for line in printed.lines if count(line, 0) >= least)

    def count(self, article: Article, line: str) -> int:
        """Return how many articles of its site print a line, where that is furniture; or 0."""
        printed = lines_of(replace(article, text=line))
        return max((self._lines[each] for each in self.of(printed)), default=0)

    def _make_room(self) -> None:
        if len(self._lines) > _MOST_LINES:
            self._lines = Counter({key: n for key, n in self._lines.items() if n > 1})
        if len(self._lines) > _MOST_LINES:
            self._lines = Counter(dict(self._lines.most_common(_MOST_LINES // 2)))
        if len(self._bodies) > _MOST_LINES:
            self._bodies.clear()


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that was found, what is counted of it, and which of its lines are furniture.

    Where it is there no more, nothing is counted.
    """

    found: Found
    printed: Lines | None
    repeated: tuple[int, ...] = ()

    def read(self) -> Article | None:
        """Return the article without that furniture; None where it is there no more."""
        article = self.found.read()
        return without(article, self.repeated) if article else None


def judge(corpus: Iterable[Found]) -> Iterator[Judged]:
    """Judge articles, in their order, by those before and by the next 256.

    So one pass is enough, and memory does not grow with the archive.
    """
    known = Repetition()
    ahead: deque[tuple[Found, Lines | None]] = deque()
    for found in corpus:
        if printed := _printed(found):
            known.add(printed)
        ahead.append((found, printed))
        if len(ahead) > _AHEAD:
            yield _judged(known, *ahead.popleft())
    while ahead:
        yield _judged(known, *ahead.popleft())


def without(article: Article, repeated: tuple[int, ...]) -> Article:
    """Return an article without some of its lines, by their hashes."""
    if not repeated:
        return article
    site = _site(article)
    lines = article.text.split("\n")
    kept = (line for line in lines if _hash(" ".join(line.split()), site) not in repeated)
    return replace(article, text="\n".join(kept))


def lines_of(article: Article) -> Lines:
    """Return what is counted of an article; a line that alone names its source is not."""
    site = _site(article)
    lines = dict.fromkeys(" ".join(line.split()) for line in article.text.split("\n"))
    own = [line for line in lines if line and line != article.title]
    counted = (
        _hash(line, site)
        for line in own
        if len(line) <= _LONGEST and (article.source is not None or not names_source(line))
    )
    return Lines(site, _hash(max(own, key=len, default=""), site), tuple(counted))


def _printed(found: Found) -> Lines | None:
    if found.known:
        return found.known.lines
    article = found.read()
    return lines_of(article) if article else None


def _judged(known: Repetition, found: Found, printed: Lines | None) -> Judged:
    return Judged(found, printed, known.of(printed) if printed else ())


def _site(article: Article) -> int:
    return _hash(article.source or domain(article.url) or "")


def _hash(text: str, seed: int = 0) -> int:
    return xxhash.xxh3_64_intdigest(text.encode("utf-8", "surrogatepass"), seed)
