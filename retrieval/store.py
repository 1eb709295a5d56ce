"""Articles and passages in SQLite, by number."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from retrieval.types import Article, Filters, Passage, Span

_SCHEMA: Final = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, url TEXT,
    source TEXT, published TEXT, text TEXT NOT NULL
);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
"""
_INDEXES: Final = """
CREATE INDEX passages_of_article ON passages (article);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_day ON articles (published);
"""
_PASSAGE: Final = """
SELECT passages.number, articles.id, articles.text, title, url, source, published, start, "end"
FROM passages JOIN articles ON articles.number = article
"""
_ARTICLE_ID: Final = """
SELECT passages.number, id FROM passages JOIN articles ON articles.number = article
"""
_ARTICLE: Final = "SELECT id, text, title, url, source, published FROM articles WHERE id = ?"
_AMONG: Final = "WHERE passages.number IN (SELECT value FROM json_each(?))"
_MATCHING: Final = """
SELECT passages.number FROM passages JOIN articles ON articles.number = article
WHERE (?1 IS NULL OR source = ?1) AND (?2 IS NULL OR published >= ?2)
AND (?3 IS NULL OR published <= ?3) ORDER BY 1
"""


class StoreWriter:
    """Fills a new store; numbers count up from 0 in the order of arrival."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        # A store that a crash leaves half-written is never published.
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self.articles = 0
        self.passages = 0

    def add(self, article: Article, spans: Sequence[Span]) -> range:
        """Add an article and its passages; return the passages' numbers."""
        day = article.published.isoformat() if article.published else None
        about = article.title, article.url, article.source, day
        row = self.articles, article.id, *about, article.text
        self._database.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        numbers = range(self.passages, self.passages + len(spans))
        self._database.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?)",
            [(number, self.articles, *span) for number, span in zip(numbers, spans, strict=True)],
        )
        self.articles += 1
        self.passages += len(spans)
        return numbers

    def close(self) -> None:
        """Write everything, and what makes it quick to search."""
        self._database.execute("COMMIT")
        self._database.executescript(_INDEXES)
        self._database.close()


class Store:
    """Reads a closed store; safe from several threads."""

    def __init__(self, path: Path) -> None:
        # The file of a published index never changes.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._database = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = Lock()

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._database.close()

    def counts(self) -> tuple[int, int]:
        """Return how many articles and passages there are."""
        statement = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
        ((articles, passages),) = self._rows(statement)
        return articles, passages

    def sources(self) -> list[tuple[str | None, int]]:
        """Return each source with its number of articles, the largest first."""
        statement = "SELECT source, count(*) FROM articles GROUP BY source ORDER BY 2 DESC, 1"
        return [(source, count) for source, count in self._rows(statement)]

    def passages(self, numbers: Iterable[int]) -> dict[int, tuple[Article, Passage]]:
        """Return the passages with these numbers, each with its article."""
        rows = self._rows(_PASSAGE + _AMONG, [_json(numbers)])
        return {row[0]: _pair(row) for row in rows}

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""
        rows = self._rows(_ARTICLE, [article_id])
        return _article(rows[0]) if rows else None

    def article_ids(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the article's id of each of these passages."""
        rows = self._rows(_ARTICLE_ID + _AMONG, [_json(numbers)])
        return dict(rows)

    def all_passages(self) -> Iterator[tuple[Article, Passage]]:
        """Yield every passage with its article, in the order of their numbers."""
        with self._lock:
            cursor = self._database.execute(_PASSAGE + "ORDER BY passages.number")
        yield from (_pair(row) for row in cursor)

    def matching(self, filters: Filters) -> NDArray[np.int64]:
        """Return the numbers of the passages within the filters, ascending."""
        days = (day.isoformat() if day else None for day in (filters.since, filters.until))
        rows = self._rows(_MATCHING, [filters.source, *days])
        return np.fromiter((number for (number,) in rows), np.int64)

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()


def _pair(row: tuple[Any, ...]) -> tuple[Article, Passage]:
    _, name, text, *_, start, end = row
    return _article(row[1:7]), Passage(name, start, end, text[start:end])


def _article(row: tuple[Any, ...]) -> Article:
    name, text, title, url, source, day = row
    published = date.fromisoformat(day) if day else None
    return Article(name, text, title, url, source, published)


def _json(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))
