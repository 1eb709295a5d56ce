"""What the bot keeps from one run to the next: one SQLite file, with one writer.

A change is on disk before the call that made it returns, so a process that is killed loses none.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Final, Self

from filelock import FileLock, Timeout

from bot.errors import StorageError

_MIGRATIONS: Final = (
    """
    CREATE TABLE updates (
        id INTEGER PRIMARY KEY, arrived INTEGER NOT NULL, body TEXT, tries INTEGER NOT NULL
    );
    CREATE INDEX updates_waiting ON updates (id) WHERE body IS NOT NULL;
    CREATE INDEX updates_by_age ON updates (arrived);
    CREATE TABLE consents (person INTEGER PRIMARY KEY, given INTEGER NOT NULL);
    CREATE TABLE answers (
        number INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, person INTEGER NOT NULL,
        articles TEXT NOT NULL, found INTEGER NOT NULL, confidence REAL NOT NULL,
        generation TEXT NOT NULL
    );
    CREATE INDEX answers_by_person ON answers (person);
    CREATE INDEX answers_by_day ON answers (day);
    CREATE TABLE votes (
        answer INTEGER NOT NULL REFERENCES answers, person INTEGER NOT NULL, good INTEGER NOT NULL,
        question TEXT, PRIMARY KEY (answer, person)
    ) WITHOUT ROWID;
    CREATE INDEX votes_by_person ON votes (person);
    CREATE TABLE guests (person INTEGER PRIMARY KEY);
    CREATE TABLE invitations (
        code TEXT PRIMARY KEY, places INTEGER NOT NULL, expires INTEGER NOT NULL
    );
    CREATE TABLE watches (
        number INTEGER PRIMARY KEY AUTOINCREMENT, person INTEGER NOT NULL, chat INTEGER NOT NULL,
        language TEXT NOT NULL, question TEXT NOT NULL, state INTEGER NOT NULL
    );
    CREATE INDEX watches_of_person ON watches (person);
    CREATE TABLE states (number INTEGER PRIMARY KEY AUTOINCREMENT, generation TEXT UNIQUE);
    CREATE TABLE known_articles (key INTEGER PRIMARY KEY, state INTEGER NOT NULL);
    CREATE INDEX known_articles_by_state ON known_articles (state);
    """,
    """
    CREATE TABLE articles (key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE languages (person INTEGER PRIMARY KEY, language TEXT NOT NULL);
    CREATE TABLE replies (
        number INTEGER PRIMARY KEY, chat INTEGER NOT NULL, question INTEGER NOT NULL,
        answer INTEGER NOT NULL, person INTEGER NOT NULL, UNIQUE (chat, question)
    );
    CREATE INDEX replies_to_person ON replies (person);
    """,
)
"""Each brings the schema one version further; none is ever changed once released."""
_PATIENCE: Final = 10.0
"""Seconds to wait while another process reads at the wrong moment."""


class Database:
    """The bot's file; safe from several threads. SQL takes people's words as parameters only."""

    def __init__(self, path: Path, lock: FileLock | None) -> None:
        self._lock, self._turn = lock, RLock()
        self._connection = sqlite3.connect(
            path, _PATIENCE, isolation_level=None, check_same_thread=False
        )
        # With a write-ahead log, NORMAL survives the end of the process; what is deleted is
        # overwritten, because it is people's.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._migrate()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file as its one writer, and bring it up to date; it is made if need be.

        Raises:
            StorageError: another bot has it, a newer version wrote it, or it cannot be used.
        """
        lock = FileLock(f"{path}.lock", timeout=0)
        try:
            path.touch(mode=0o600)
            lock.acquire()
        except Timeout:
            msg = f"another bot uses {path}: stop it, or set DALIL_BOT_DATA to another file"
            raise StorageError(msg) from None
        except OSError as error:
            raise _unusable(path, error.strerror or str(error)) from error
        try:
            return cls(path, lock)
        except BaseException as error:
            lock.release()
            if isinstance(error, sqlite3.Error):
                raise _unusable(path, str(error)) from error
            raise

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open the file beside a bot that may be at work with it.

        Raises:
            StorageError: it is not there, or cannot be used.
        """
        if not path.is_file():
            raise _unusable(path, "there is none yet: a bot makes it")
        try:
            return cls(path, None)
        except sqlite3.Error as error:
            raise _unusable(path, str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def rows(self, statement: str, *values: object) -> list[Any]:
        """Return what a statement selects."""
        with self._turn:
            return self._connection.execute(statement, values).fetchall()

    def change(self, statement: str, *values: object) -> int:
        """Carry out a statement; return how many rows it changed."""
        with self._turn:
            return self._connection.execute(statement, values).rowcount

    def change_many(self, statement: str, rows: Iterator[Sequence[object]]) -> None:
        """Carry out a statement for each row, all or none of them."""
        with self.transaction():
            self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all changes of the context, or none; one within another is part of it."""
        with self._turn:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def scrub(self) -> None:
        """Leave no trace of what was deleted in the write-ahead log either."""
        with self._turn:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let the file go."""
        with self._turn:
            self._connection.close()
        if self._lock:
            self._lock.release()

    def _migrate(self) -> None:
        ((version,),) = self.rows("PRAGMA user_version")
        if version > len(_MIGRATIONS):
            raise StorageError("a newer version wrote the bot's data: install that version again")
        for number, script in enumerate(_MIGRATIONS[version:], version + 1):
            self._connection.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
            )


def _unusable(path: Path, why: str) -> StorageError:
    return StorageError(f"cannot use the bot's data in {path} ({why}): see DALIL_BOT_DATA")
