"""Saved questions, and which articles are new to each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.storage import Database

_COLUMNS: Final = "SELECT number, person, chat, language, question, state FROM watches "


@dataclass(frozen=True, slots=True)
class Watch:
    """A question that somebody wants to hear more about; ``state`` is the last it was asked in."""

    number: int
    person: int
    chat: int
    language: str
    question: str
    state: int


@dataclass(frozen=True, slots=True)
class NewArticles:
    """The articles that an index holds since some state, to look ids up in."""

    keys: frozenset[int]

    def __contains__(self, article: object) -> bool:
        return _key(str(article)) in self.keys

    def __bool__(self) -> bool:
        return bool(self.keys)

    def without(self, articles: Iterable[str]) -> "NewArticles":
        """Return all but some."""
        return NewArticles(self.keys.difference(map(_key, articles)))


class Watches:
    """Who waits for news on which question.

    Each generation of the index that was seen is a state, numbered upwards. An article is new in
    the first state that holds it, so news are told once, whatever happens between two builds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, person: int, chat: int, language: str, question: str, state: int) -> None:
        """Keep a question; what the state holds already is no news."""
        self._database.change(
            "INSERT INTO watches (person, chat, language, question, state) VALUES (?, ?, ?, ?, ?)",
            *(person, chat, language, question, state),
        )

    def of(self, person: int) -> list[Watch]:
        """Return a person's questions, the oldest first."""
        rows = self._database.rows(_COLUMNS + "WHERE person = ? ORDER BY number", person)
        return [Watch(*row) for row in rows]

    def behind(self, state: int) -> list[Watch]:
        """Return the questions that were not asked in this state yet."""
        rows = self._database.rows(_COLUMNS + "WHERE state < ? ORDER BY number", state)
        return [Watch(*row) for row in rows]

    def asked(self, watch: Watch, state: int) -> None:
        """Note that a question was asked in a state, and its news told."""
        self._database.change("UPDATE watches SET state = ? WHERE number = ?", state, watch.number)

    def end(self, number: int, person: int) -> bool:
        """End one of a person's questions; False where they have none of this number."""
        statement = "DELETE FROM watches WHERE number = ? AND person = ?"
        return self._database.change(statement, number, person) > 0

    def forget(self, person: int) -> int:
        """End all of a person's questions; return how many there were."""
        return self._database.change("DELETE FROM watches WHERE person = ?", person)

    def count(self) -> int:
        """Return how many questions are kept."""
        ((count,),) = self._database.rows("SELECT count(*) FROM watches")
        return int(count)

    def state(self, generation: str) -> int | None:
        """Return the number of the state that a generation is; None: it was not seen yet."""
        found = self._database.rows("SELECT number FROM states WHERE generation = ?", generation)
        return int(found[0][0]) if found else None

    def note(self, generation: str, articles: Iterable[str]) -> int:
        """Note what a generation holds; return the number of its state."""
        with self._database.transaction():
            self._database.change("INSERT INTO states (generation) VALUES (?)", generation)
            ((state,),) = self._database.rows("SELECT max(number) FROM states")
            self._database.change_many(
                "INSERT OR IGNORE INTO known_articles VALUES (?, ?)",
                ((_key(article), state) for article in articles),
            )
        return int(state)

    def new_since(self, state: int) -> NewArticles:
        """Return the articles that no state up to this one held."""
        rows = self._database.rows("SELECT key FROM known_articles WHERE state > ?", state)
        return NewArticles(frozenset(key for (key,) in rows))


def _key(article: str) -> int:
    digest = hashlib.blake2b(article.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
