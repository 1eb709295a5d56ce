"""Articles and passages in SQLite, by number."""

import hashlib
import json
import shutil
import sqlite3
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.facets import GONE, UNKNOWN, Facets
from retrieval.types import Article, Dating, Passage, Span

_SCHEMA: Final = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, raw BLOB NOT NULL,
    title TEXT NOT NULL, url TEXT, source TEXT, published TEXT, origin TEXT NOT NULL,
    approximate INTEGER NOT NULL, story INTEGER NOT NULL, signature BLOB NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE TABLE given (passages INTEGER NOT NULL);
INSERT INTO given VALUES (0);
"""
_INDEXES: Final = """
CREATE INDEX passages_of_article ON passages (article);
CREATE INDEX articles_by_content ON articles (id, digest);
CREATE INDEX articles_of_story ON articles (story);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_day ON articles (published);
"""
_INSERT: Final = "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PASSAGE: Final = """
SELECT passages.number, articles.id, articles.text, title, url, source, published, origin,
    approximate, start, "end"
FROM passages JOIN articles ON articles.number = article
"""
_ARTICLE_ID: Final = """
SELECT passages.number, id FROM passages JOIN articles ON articles.number = article
"""
_STORY: Final = """
SELECT passages.number, story FROM passages JOIN articles ON articles.number = article
"""
_RETELLINGS: Final = """
SELECT number, id FROM articles
WHERE id <> ?1 AND story = (SELECT story FROM articles WHERE id = ?1)
ORDER BY published IS NULL, published, number
"""
_ARTICLE: Final = """
SELECT number, id, text, title, url, source, published, origin, approximate FROM articles
"""
_COMPARED: Final = """
SELECT (SELECT count(*) FROM before.articles), count(*), sum(now.digest <> before.digest)
FROM now.articles AS now JOIN before.articles AS before USING (id)
"""
_NUMBERED: Final = "WHERE number IN (SELECT value FROM json_each(?))"
_AMONG: Final = "WHERE passages.number IN (SELECT value FROM json_each(?))"
# Each is answered from an index alone, without a look at the texts.
_SOURCES: Final = "SELECT number, source FROM articles WHERE source IS NOT NULL ORDER BY source"
_DAYS: Final = "SELECT number, published FROM articles WHERE published IS NOT NULL"
_PASSAGES_OF: Final = "SELECT article, min(number), count(*) FROM passages GROUP BY article"
_COUNTS: Final = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
# Of a passage that left, the number is not given again: its vectors still have it.
_ENDS: Final = """
SELECT (SELECT coalesce(max(number) + 1, 0) FROM articles), passages FROM given
"""
_SIGNATURES: Final = "SELECT number, source, signature, story FROM articles ORDER BY number"


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles a store has that another had not, or had otherwise, or as they are.

    And how many are ``gone``: it had them, by their ids.
    """

    new: int
    changed: int
    unchanged: int
    gone: int


class StoreWriter:
    """Fills a new store; numbers count up in the order of arrival.

    What it begins with keeps its numbers, and those of what leaves stay empty. Safe from several
    threads. What cannot be written is an ``OSError``.

    Args:
        path: of the new store.
        before: of a store whose articles may be kept; it is left as it is.
    """

    def __init__(self, path: Path, before: Path | None = None) -> None:
        if before:
            shutil.copyfile(before, path)
        self._path = path
        self._is_new = before is None
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._lock = RLock()
        # A store that a crash leaves half-written is never published.
        with self._writing():
            self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            self._database.execute("PRAGMA secure_delete = ON")
            if self._is_new:
                self._database.executescript(_SCHEMA)
            self._database.execute("BEGIN")
        # By what each was read as; those found again in the corpus are taken out of here.
        self._before = dict(self._rows("SELECT raw, number FROM articles"))
        self._first: int
        self.first: int
        """The number of the first passage that is added."""
        ((self._first, self.first),) = self._rows(_ENDS)
        self._end = self._first
        self.end: int = self.first
        """The number behind the last passage's."""
        self._left: list[int] = []
        self.articles = 0
        """Kept or added until now."""

    def keep(self, raw: bytes) -> bool:
        """Keep what an article was made into before, by its digest as read; tell whether it was."""
        known = self._before.pop(raw, None) is not None
        self.articles += known
        return known

    def add(
        self,
        article: Article,
        spans: Sequence[Span],
        signature: bytes = b"",
        raw: bytes | None = None,
    ) -> range:
        """Add an article and its passages; return the passages' numbers.

        Args:
            article: as it is shown.
            spans: its passages.
            signature: what tells its story.
            raw: its digest as it was read, where it was another.
        """
        day = article.published.isoformat() if article.published else None
        dating = article.dating.origin, article.dating.approximate
        own = article.title, article.url, article.source, day, *dating
        made = article.id, _digest(article), raw or digest(article), *own
        with self._writing():
            self._replace(article.id)
            numbers = range(self.end, self.end + len(spans))
            places = [(at, self._end, *span) for at, span in zip(numbers, spans, strict=True)]
            row = self._end, *made, self._end, signature, article.text
            self._database.execute(_INSERT, row)
            self._database.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", places)
            self._end += 1
            self.end = numbers.stop
        self.articles += 1
        return numbers

    def leave(self) -> list[int]:
        """Remove what was neither kept nor replaced; return the numbers of the passages gone."""
        with self._writing():
            for number in self._before.values():
                self._remove(number)
        self._before.clear()
        return self._left

    def passages(self, numbers: range) -> list[tuple[Article, Passage]]:
        """Return some passages that were added, each with its article."""
        between = "WHERE passages.number >= ? AND passages.number < ? ORDER BY passages.number"
        return list(map(_pair, self._rows(_PASSAGE + between, [numbers.start, numbers.stop])))

    def signatures(self) -> Iterator[tuple[int, str | None, bytes, int | None]]:
        """Yield each article's number, source and signature, and the story it was found to tell."""
        for number, source, signature, story in self._rows(_SIGNATURES):
            yield number, source, signature, story if number < self._first else None

    def text(self, number: int) -> str:
        """Return the text of an article."""
        ((text,),) = self._rows("SELECT text FROM articles WHERE number = ?", [number])
        return str(text)

    def join(self, stories: Mapping[int, int]) -> None:
        """Say which articles repeat which: each of the others is a story of its own."""
        told = self._rows("SELECT number, story FROM articles")
        firsts = ((stories.get(number, number), story, number) for number, story in told)
        rows = [(first, number) for first, story, number in firsts if first != story]
        with self._writing():
            self._database.executemany("UPDATE articles SET story = ? WHERE number = ?", rows)

    def counts(self) -> tuple[int, int]:
        """Return how many articles and passages there are."""
        ((articles, passages),) = self._rows(_COUNTS)
        return articles, passages

    def close(self) -> None:
        """Write everything, and what makes it quick to search."""
        with closing(self._database), self._writing():
            self._database.execute("UPDATE given SET passages = ?", [self.end])
            self._database.execute("COMMIT")
            if self._is_new:
                self._database.executescript(_INDEXES)

    def changes(self, before: Path | None) -> Changes:
        """Compare what was closed with another store: all is new where that cannot be read."""
        then, both, changed = _compared(self._path, before) if before else (0, 0, 0)
        return Changes(
            new=self.articles - both,
            changed=changed,
            unchanged=both - changed,
            gone=then - both,
        )

    def _replace(self, article_id: str) -> None:
        """Remove the article of an id, if there is one."""
        found = self._rows("SELECT number, raw FROM articles WHERE id = ?", [article_id])
        for number, raw in found:
            self._before.pop(raw)
            self._remove(number)

    def _remove(self, number: int) -> None:
        gone = self._rows("SELECT number FROM passages WHERE article = ?", [number])
        self._left += (passage for (passage,) in gone)
        self._database.execute("DELETE FROM passages WHERE article = ?", [number])
        self._database.execute("DELETE FROM articles WHERE number = ?", [number])

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error


class Store:
    """Reads a closed store; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(_uri(path), uri=True, check_same_thread=False)
        self._lock = Lock()
        weakref.finalize(self, self._database.close)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._database.close()

    def counts(self) -> tuple[int, int]:
        """Return how many articles and passages there are."""
        ((articles, passages),) = self._rows(_COUNTS)
        return articles, passages

    def ends(self) -> tuple[int, int]:
        """Return the numbers behind the last article's and passage's."""
        ((articles, passages),) = self._rows(_ENDS)
        return articles, passages

    def numbers(self) -> list[int]:
        """Return the numbers of all passages, ascending."""
        return [number for (number,) in self._rows("SELECT number FROM passages ORDER BY number")]

    def sources(self) -> list[tuple[str | None, int]]:
        """Return each source with its number of articles, the largest first."""
        statement = "SELECT source, count(*) FROM articles GROUP BY source ORDER BY 2 DESC, 1"
        return [(source, count) for source, count in self._rows(statement)]

    def years(self) -> list[tuple[int | None, int]]:
        """Return each year with its number of articles, the latest first; None: without a date."""
        statement = (
            "SELECT CAST(substr(published, 1, 4) AS INTEGER), count(*) FROM articles"
            " GROUP BY 1 ORDER BY 1 DESC"
        )
        return [(year, count) for year, count in self._rows(statement)]

    def problems(self) -> list[str]:
        """Return what is wrong with the file, and which rows point at none."""
        found = [line for (line,) in self._rows("PRAGMA integrity_check") if line != "ok"]
        orphans = len(self._rows("PRAGMA foreign_key_check"))
        return [*found, *([f"{orphans:,} passages of no article"] if orphans else [])]

    def passages(self, numbers: Iterable[int]) -> dict[int, tuple[Article, Passage]]:
        """Return the passages with these numbers, each with its article."""
        rows = self._rows(_PASSAGE + _AMONG, [_json(numbers)])
        return {row[0]: _pair(row) for row in rows}

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        rows = self._rows(_ARTICLE + "WHERE id = ?", [article_id])
        return _article(rows[0][1:]) if rows else None

    def article_ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the article's id of each of these passages."""
        rows = self._rows(_ARTICLE_ID + _AMONG, [_json(numbers)])
        return dict(rows)

    def all_article_ids(self) -> list[str]:
        """Return every article's id."""
        return [name for (name,) in self._rows("SELECT id FROM articles")]

    def stories(self, numbers: Iterable[int]) -> dict[int, int]:
        """Return the story of each of these passages' articles."""
        rows = self._rows(_STORY + _AMONG, [_json(numbers)])
        return dict(rows)

    def retellings(self, article_id: str) -> dict[int, str]:
        """Return the numbers and ids of the other articles of an article's story.

        Oldest first, those without a date last.
        """
        rows = self._rows(_RETELLINGS, [article_id])
        return dict(rows)

    def articles(self, numbers: Iterable[int]) -> dict[int, Article]:
        """Return the articles with these numbers."""
        rows = self._rows(_ARTICLE + _NUMBERED, [_json(numbers)])
        return {number: _article(row) for number, *row in rows}

    def facets(self) -> Facets:
        """Return what filters look at."""
        sources, days = dict(self._rows(_SOURCES)), dict(self._rows(_DAYS))
        places = {name: place for place, name in enumerate(dict.fromkeys(sources.values()))}
        articles, passages = self.ends()
        owners = np.full(passages, GONE, np.int32)
        for article, first, count in self._rows(_PASSAGES_OF):
            owners[first : first + count] = article
        found = Facets(
            names=tuple(places),
            sources=_column(articles, sources, places.__getitem__),
            days=_column(articles, days, lambda day: date.fromisoformat(day).toordinal()),
            owners=owners,
        )
        found.days[np.setdiff1d(np.arange(articles), owners)] = GONE
        return found

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()


def digest(article: Article) -> bytes:
    """Return what tells an article from another, its id included."""
    return _hashed(article.id, _digest(article).hex())


def _uri(path: Path) -> str:
    # The file of a finished store never changes.
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def _compared(now: Path, before: Path) -> tuple[int, int, int]:
    """Return how many articles were before, how many are in both, and differ in content."""
    database = sqlite3.connect(":memory:", uri=True)
    try:
        database.execute("ATTACH ? AS now", [_uri(now)])
        database.execute("ATTACH ? AS before", [_uri(before)])
        ((then, both, changed),) = database.execute(_COMPARED)
    except sqlite3.DatabaseError:  # another version's, or damaged
        return 0, 0, 0
    finally:
        database.close()
    return then, both, changed or 0


def _digest(article: Article) -> bytes:
    """Return what tells one content, text and metadata, from another."""
    about = article.title, article.url, article.source, str(article.published), article.text
    return _hashed(*about, article.dating.origin, str(article.dating.approximate))


def _hashed(*parts: str | None) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        written = b"" if part is None else b"%" + part.encode("utf-8", "surrogatepass")
        digest.update(len(written).to_bytes(8, "little") + written)
    return digest.digest()


def _pair(row: tuple[Any, ...]) -> tuple[Article, Passage]:
    _, *about, start, end = row
    article = _article(about)
    return article, Passage(article.id, start, end, article.text[start:end])


def _article(row: Sequence[Any]) -> Article:
    name, text, title, url, source, day, origin, approximate = row
    published = date.fromisoformat(day) if day else None
    dating = Dating(origin, approximate=bool(approximate))
    return Article(name, text, title, url, source, published, dating)


def _column(
    articles: int, values: Mapping[int, str], number: Callable[[str], int]
) -> NDArray[np.int32]:
    """Return a number for the value of each article, shape (articles,)."""
    column = np.full(articles, UNKNOWN, np.int32)
    column[list(values)] = [number(value) for value in values.values()]
    return column


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))
