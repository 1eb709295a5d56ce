"""What people think of answers, kept with the question only where they agreed to that."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.bidi import one_line
from bot.storage import Database
from retrieval.errors import OutputError
from retrieval.types import Answer

_KEPT: Final = timedelta(days=90)
"""For which an answer that nobody voted on can still be voted on."""
_VOTES: Final = """
SELECT answer, day, good, question, articles, found, confidence FROM votes
JOIN answers ON number = answer ORDER BY answer, votes.person
"""


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's word on one answer; ``articles`` are the ids of what answered best.

    ``question`` is None where the person did not agree to its being kept.
    """

    answer: int
    day: str
    good: bool
    question: str | None
    articles: tuple[str, ...]
    found: bool
    confidence: float

    @property
    def is_exportable(self) -> bool:
        """Whether it tells what the right answer to a known question is."""
        return self.good and self.question is not None

    @property
    def line(self) -> str:
        """The vote on one line."""
        articles = ", ".join(map(one_line, self.articles)) if self.found else "(not found)"
        question = one_line(self.question) if self.question else "(question not kept)"
        return (
            f"{'+' if self.good else '-'} {self.day} {self.confidence:.2f} {question}: {articles}"
        )

    def to_question(self) -> dict[str, Any]:
        """The vote as a line of a question file."""
        relevant = list(self.articles) if self.found else []
        return {"id": f"feedback-{self.answer}", "question": self.question, "relevant": relevant}

    def to_dict(self) -> dict[str, Any]:
        """The vote as ``dalil feedback --json`` writes it."""
        return {
            "answer": self.answer,
            "day": self.day,
            "good": self.good,
            "question": self.question,
            "articles": list(self.articles),
            "found": self.found,
            "confidence": round(self.confidence, 4),
        }


class Feedback:
    """Answers by number, without anyone's words, and the votes on them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.change(
            "DELETE FROM answers WHERE day < ? AND number NOT IN (SELECT answer FROM votes)",
            str((datetime.now(UTC) - _KEPT).date()),
        )

    def keep_answer(self, person: int, answer: Answer) -> int:
        """Note that somebody got an answer; return the number to vote on it under."""
        best = answer.hits[:1]
        articles = [hit.article.id for hit in best]
        articles += [article.id for hit in best for article in hit.also]
        ((number,),) = self._database.rows(
            "INSERT INTO answers (day, person, articles, found, confidence, generation) "
            "VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
            str(datetime.now(UTC).date()),
            person,
            json.dumps(articles, ensure_ascii=False),
            answer.found,
            answer.confidence,
            answer.index.generation,
        )
        return int(number)

    def vote(self, answer: int, person: int, *, good: bool) -> bool:
        """Take a person's word on an answer, in place of an earlier one; False for no answer."""
        known = self._database.rows("SELECT 1 FROM answers WHERE number = ?", answer)
        if known:
            self._database.change(
                "INSERT INTO votes VALUES (?, ?, ?, NULL) "
                "ON CONFLICT DO UPDATE SET good = excluded.good",
                *(answer, person, good),
            )
        return bool(known)

    def asked_by(self, answer: int, person: int) -> bool:
        """Whether it was this person who asked."""
        found = self._database.rows("SELECT person FROM answers WHERE number = ?", answer)
        return found == [(person,)]

    def consent(self, person: int) -> bool | None:
        """Whether a person's questions may be kept with their votes; None: was not asked yet."""
        found = self._database.rows("SELECT given FROM consents WHERE person = ?", person)
        return bool(found[0][0]) if found else None

    def decide(self, person: int, *, given: bool) -> None:
        """Take a person's decision; without consent, what was kept of their questions goes."""
        self._database.change("REPLACE INTO consents VALUES (?, ?)", person, given)
        if not given:
            self._database.change("UPDATE votes SET question = NULL WHERE person = ?", person)
            self._database.scrub()

    def keep_question(self, answer: int, person: int, question: str) -> None:
        """Keep the question with a vote; nothing happens without consent."""
        if self.consent(person):
            self._database.change(
                "UPDATE votes SET question = ? WHERE answer = ? AND person = ?",
                *(question, answer, person),
            )

    def forget(self, person: int) -> int:
        """Forget a person's votes, answers and decision; return how many votes there were."""
        with self._database.transaction():
            votes = self._database.change(
                "DELETE FROM votes WHERE person = ?1 "
                "OR answer IN (SELECT number FROM answers WHERE person = ?1)",
                person,
            )
            self._database.change("DELETE FROM answers WHERE person = ?", person)
            self._database.change("DELETE FROM consents WHERE person = ?", person)
        return votes

    def counts(self) -> tuple[int, int]:
        """Return how many votes are good, and how many are not."""
        ((good, every),) = self._database.rows("SELECT coalesce(sum(good), 0), count(*) FROM votes")
        return good, every - good


def votes_in(database: Database) -> Iterator[Vote]:
    """Yield every vote, the oldest answer's first."""
    for answer, day, good, question, articles, found, confidence in database.rows(_VOTES):
        about = tuple(json.loads(articles)), bool(found), confidence
        yield Vote(answer, day, bool(good), question, *about)


def export_votes(votes: Iterable[Vote], path: Path) -> int:
    """Write the question file of those votes that tell a right answer; return how many they are.

    Raises:
        OutputError: the file cannot be written.
    """
    questions = [vote.to_question() for vote in votes if vote.is_exportable]
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in questions]
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror}") from error
    return len(lines)
