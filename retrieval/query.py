"""A question as it is searched."""

from dataclasses import dataclass
from typing import Final

from retrieval import arabic, arabizi
from retrieval.language import ARABIZI, language
from retrieval.lexical import LexicalIndex
from retrieval.store import Store

_NEAR: Final = 5
"""Passages that decide between the readings of a question's words."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was asked, as it is searched, and the BCP 47 tag of the first."""

    asked: str
    text: str
    language: str


def interpret(question: str, lexical: LexicalIndex, store: Store) -> Query:
    """Return how a question is searched: Arabizi in Arabic script, all else as it was asked."""
    if not arabizi.recognised(question):
        return Query(question, question, language(question))
    slots = arabizi.slots(question, lexical.readings)
    words = [slot.readings for slot in slots if slot.readings[0].form not in arabic.STOP_WORDS]
    found = store.passages(lexical.near(words, _NEAR))
    near = [f"{article.title}\n{passage.text}" for article, passage in found.values()]
    return Query(question, arabizi.settled(slots, near), ARABIZI)
