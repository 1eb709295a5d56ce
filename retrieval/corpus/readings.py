"""What a build read of each file, noted for the next, so that it need not read it again."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from retrieval.corpus.document import Document
from retrieval.corpus.found import Found, Known, Lines, packed, unpacked
from retrieval.corpus.records import BadRecord, Trouble

_SCHEMA: Final = """
CREATE TABLE files (
    name TEXT PRIMARY KEY, stamp BLOB NOT NULL, first INTEGER NOT NULL, "end" INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, own TEXT NOT NULL, within TEXT NOT NULL,
    line INTEGER, digest BLOB, about BLOB NOT NULL, lines BLOB NOT NULL, repeated BLOB NOT NULL,
    content BLOB NOT NULL
);
CREATE TABLE bad (
    file TEXT NOT NULL, within TEXT NOT NULL, line INTEGER, reason TEXT NOT NULL,
    skipped INTEGER NOT NULL
);
"""
_INDEXES: Final = """
CREATE INDEX articles_by_digest ON articles (digest) WHERE digest IS NOT NULL;
CREATE INDEX bad_by_file ON bad (file);
"""
_IN_ORDER: Final = """
SELECT id, own, within, line, digest, about, lines, repeated, content FROM articles
WHERE number >= ? AND number < ? ORDER BY number
"""
# The index is named lest all articles of the file are looked through.
_NUMBER: Final = """
SELECT number FROM articles INDEXED BY articles_by_digest
WHERE digest = ? AND number >= ? AND number < ?
"""
_LEFT_OUT: Final = """
SELECT DISTINCT id FROM articles WHERE number >= ? AND number < ? AND lines = x''
"""
_TAKEN_IN: Final = """
SELECT DISTINCT id FROM articles WHERE number >= ? AND number < ? AND lines <> x''
"""
_DESCRIBED: Final = """
SELECT 1 FROM articles WHERE number >= ? AND number < ? AND about <> x'' LIMIT 1
"""
_BAD: Final = "SELECT within, line, reason, skipped FROM bad WHERE file = ? ORDER BY rowid"
_OF_FILE: Final = 'SELECT stamp, first, "end" FROM files WHERE name = ?'
_TOGETHER: Final = 1_000
"""Rows written at a time."""


class Past:
    """What was noted of one file; nothing, of a new one."""

    def __init__(
        self,
        database: sqlite3.Connection | None = None,
        name: str = "",
        between: tuple[int, int] = (0, 0),
        *,
        is_whole: bool = False,
    ) -> None:
        self._database = database
        self._name = name
        self._between = between
        self._following: Iterator[Known] = iter(())
        self._next: Known | None = None
        self.is_whole: bool = is_whole
        """Whether the file is as it was, so that it need not even be opened."""

    def articles(self) -> Iterator[Known]:
        """Yield its articles, in their order."""
        return map(_known, self._rows(_IN_ORDER, *self._between))

    def at(self, digest: bytes) -> Known | None:
        """Return the article that stood in a line of this digest."""
        # Most lines stand where they stood: behind the one that was asked for before.
        if not self._next or self._next.digest != digest:
            number = next(self._rows(_NUMBER, digest, *self._between), None)
            if not number:
                return None
            self._following = map(_known, self._rows(_IN_ORDER, *number, self._between[1]))
            self._next = next(self._following)
        found, self._next = self._next, next(self._following, None)
        return found

    @property
    def is_described(self) -> bool:
        """Whether anything was said of its articles elsewhere."""
        return any(True for _ in self._rows(_DESCRIBED, *self._between))

    def left_out(self) -> set[str]:
        """Return the ids of those that were left out because another file's had them."""
        left = {name for (name,) in self._rows(_LEFT_OUT, *self._between)}
        # Few files have any, so that the others are seldom looked at.
        taken = self._rows(_TAKEN_IN, *self._between) if left else iter(())
        return left.difference(name for (name,) in taken)

    def bad(self, place: str) -> Iterator[BadRecord]:
        """Yield what was wrong with it, which is now called by this place."""
        for within, line, reason, skipped in self._rows(_BAD, self._name):
            yield BadRecord(place + within, line, reason, skipped=bool(skipped))

    def _rows(self, statement: str, *values: object) -> Iterator[Any]:
        return self._database.execute(statement, values) if self._database else iter(())


class Readings:
    """Notes what a build reads, and knows what the one before noted.

    What cannot be written is an ``OSError``.

    Args:
        path: of the new notes.
        before: of those of the build before.
    """

    def __init__(self, path: Path, before: Path | None = None) -> None:
        self._before = _opened(before) if before else None
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._articles: list[tuple[object, ...]] = []
        self._numbers = 0
        self._is_sound = True
        # A file that a crash leaves half-written is never published.
        with self._writing():
            self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            self._database.executescript(_SCHEMA)
            self._database.execute("BEGIN")

    def past(self, name: str, stamp: bytes) -> Past:
        """Return what was noted of a file."""
        rows = self._before.execute(_OF_FILE, [name]).fetchall() if self._before else []
        for before, first, end in rows:
            is_whole = bool(stamp) and stamp == before
            return Past(self._before, name, (first, end), is_whole=is_whole)
        return Past()

    def number(self) -> int:
        """Return the number of the next article."""
        self._numbers += 1
        return self._numbers - 1

    @contextmanager
    def file(self, name: str, stamp: bytes) -> Iterator[None]:
        """Note a file: what is numbered and found bad meanwhile is in it.

        It is not passed over the next time if there was trouble with it.
        """
        first, self._is_sound = self._numbers, True
        yield
        row = name, stamp if self._is_sound else b"", first, self._numbers
        with self._writing():
            self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", row)

    def bad(self, file: Document, record: BadRecord) -> None:
        """Note what is wrong with a file."""
        self._is_sound = self._is_sound and not isinstance(record, Trouble)
        within = record.file.removeprefix(file.place)
        row = file.name, within, record.line, record.reason, record.skipped
        with self._writing():
            self._database.execute("INSERT INTO bad VALUES (?, ?, ?, ?, ?)", row)

    def add(
        self,
        found: Found,
        lines: Lines | None = None,
        repeated: tuple[int, ...] = (),
        content: bytes = b"",
    ) -> None:
        """Note an article; without its lines, only that it was there."""
        where = found.number, found.id, found.own, found.within, found.line
        told = found.digest or None, found.about, lines.packed() if lines else b""
        self._articles.append((*where, *told, packed(repeated), content))
        if len(self._articles) == _TOGETHER:
            self._write()

    def close(self) -> None:
        """End the notes."""
        with self._writing():
            self._write()
            self._database.execute("COMMIT")
            self._database.executescript(_INDEXES)
            self._database.close()
        if self._before:
            self._before.close()

    def _write(self) -> None:
        with self._writing():
            statement = "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            self._database.executemany(statement, self._articles)
        self._articles.clear()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error


def _opened(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=False)


def _known(row: Sequence[Any]) -> Known:
    article_id, own, within, line, digest, about, lines, repeated, content = row
    return Known(
        article_id,
        own,
        within,
        line,
        digest or b"",
        about,
        Lines.unpacked(lines) if lines else None,
        unpacked(repeated),
        content,
    )
