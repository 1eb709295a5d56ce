"""Furniture that an archive shows by itself: lines that its sites print again and again."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from retrieval.cleaning import names_source
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
    _articles: Counter[str] = field(default_factory=Counter)
    _bodies: set[int] = field(default_factory=set)

    def add(self, article: Article) -> None:
        """Count an article's lines."""
        site, lines = _site(article), _lines_of(article)
        body = hash((site, max(lines, key=len, default="")))
        if body in self._bodies:
            return
        self._bodies.add(body)
        self._articles[site] += 1
        self._lines.update(hash((site, line)) for line in lines if len(line) <= _LONGEST)
        self._make_room()

    def count(self, article: Article, line: str) -> int:
        """How many articles of the article's site print the line, where that is furniture; or 0."""
        if len(line := " ".join(line.split())) > _LONGEST:
            return 0
        site = _site(article)
        found = self._lines[hash((site, line))]
        return found if found >= max(_OFTEN, _SHARE * self._articles[site]) else 0

    def without(self, article: Article) -> Article:
        """The article without the lines that its site repeats; a line that names a source stays."""
        lines = article.text.split("\n")
        kept = [
            line
            for line in lines
            if not self.count(article, line)
            or (article.source is None and names_source(" ".join(line.split())))
        ]
        return article if kept == lines else replace(article, text="\n".join(kept))

    def _make_room(self) -> None:
        if len(self._lines) > _MOST_LINES:
            self._lines = Counter({key: n for key, n in self._lines.items() if n > 1})
        if len(self._lines) > _MOST_LINES:
            self._lines = Counter(dict(self._lines.most_common(_MOST_LINES // 2)))
        if len(self._bodies) > _MOST_LINES:
            self._bodies.clear()


def without_repeated(articles: Iterable[Article]) -> Iterator[Article]:
    """The articles, in their order, without the lines that their sites repeat.

    Each is judged by those before it and by the next 256, so that one pass is enough and memory
    does not grow with the archive.
    """
    known = Repetition()
    ahead: deque[Article] = deque()
    for article in articles:
        known.add(article)
        ahead.append(article)
        if len(ahead) > _AHEAD:
            yield known.without(ahead.popleft())
    while ahead:
        yield known.without(ahead.popleft())


def _site(article: Article) -> str:
    return article.source or domain(article.url) or ""


def _lines_of(article: Article) -> set[str]:
    lines = (" ".join(line.split()) for line in article.text.split("\n"))
    return {line for line in lines if line and line != article.title}
