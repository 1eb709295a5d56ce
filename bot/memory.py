"""What the bot remembers from one start to the next: ids and choices, never anyone's words."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.buttons import key_of
from bot.errors import StorageError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (key TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS languages (person INTEGER PRIMARY KEY, language TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS replies (
    number INTEGER PRIMARY KEY, chat INTEGER NOT NULL, question INTEGER NOT NULL,
    answer INTEGER NOT NULL, person INTEGER NOT NULL, UNIQUE (chat, question)
);
CREATE INDEX IF NOT EXISTS replies_to_person ON replies (person);
"""
# People edit what they have just sent; a hundred thousand is weeks of a busy bot, and 5 MB.
_REPLIES = 100_000


class Memory:
    """A few tables of a SQLite file; each call takes well under a millisecond.

    Raises:
        StorageError: the file cannot be opened or is no database.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._database = sqlite3.connect(path, isolation_level=None)
            self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
            self._database.executescript(_SCHEMA)
        except sqlite3.Error as error:
            msg = f"cannot use the bot's data in {path} ({error}): see DALIL_BOT_DATA"
            raise StorageError(msg) from error

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def keep_articles(self, ids: Iterable[str]) -> None:
        """Remember which articles are behind the keys of a card's buttons."""
        for article in ids:
            self._change("INSERT OR IGNORE INTO articles VALUES (?, ?)", key_of(article), article)

    def article(self, key: str) -> str | None:
        """Return the id of the article with this key."""
        found: str | None = self._value("SELECT id FROM articles WHERE key = ?", key)
        return found

    def speak(self, person: int, language: str) -> None:
        """Remember the language that somebody chose."""
        self._change("REPLACE INTO languages VALUES (?, ?)", person, language)

    def language(self, person: int) -> str | None:
        """Return the language that somebody chose."""
        found: str | None = self._value("SELECT language FROM languages WHERE person = ?", person)
        return found

    def keep_reply(self, chat: int, question: int, answer: int, person: int) -> None:
        """Remember which message answers which; the oldest are forgotten at last."""
        number = self._value(
            "REPLACE INTO replies (chat, question, answer, person) VALUES (?, ?, ?, ?) "
            "RETURNING number",
            *(chat, question, answer, person),
        )
        self._change("DELETE FROM replies WHERE number <= ?", number - _REPLIES)

    def reply(self, chat: int, question: int) -> int | None:
        """Return the id of the message that answers a question."""
        statement = "SELECT answer FROM replies WHERE chat = ? AND question = ?"
        found: int | None = self._value(statement, chat, question)
        return found

    def forget(self, person: int) -> None:
        """Forget all that is remembered of somebody."""
        self._change("DELETE FROM languages WHERE person = ?", person)
        self._change("DELETE FROM replies WHERE person = ?", person)

    def _value(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - as SQLite has it
        rows = self._database.execute(statement, values).fetchall()
        return rows[0][0] if rows else None

    def _change(self, statement: str, *values: object) -> None:
        self._database.execute(statement, values)
