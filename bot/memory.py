"""What the bot remembers from one start to the next: ids and choices, never anyone's words."""

from collections.abc import Iterable
from typing import Any

from bot.buttons import key_of
from bot.storage import Database

# People edit what they have just sent; a hundred thousand is weeks of a busy bot, and 5 MB.
_REPLIES = 100_000


class Memory:
    """What buttons lead to, languages, and which message answers which."""

    def __init__(self, database: Database) -> None:
        self._database = database

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
        rows = self._database.rows(statement, *values)
        return rows[0][0] if rows else None

    def _change(self, statement: str, *values: object) -> None:
        self._database.change(statement, *values)
