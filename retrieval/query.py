"""A question as it is searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval import arabic, arabizi
from retrieval.arabizi import Slot
from retrieval.language import ARABIZI, language
from retrieval.lexical import LexicalIndex
from retrieval.store import Store
from retrieval.transliteration import romanised

_NEAR: Final = 5
"""Passages that decide between the readings of a question's words."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was asked, as it is searched, and the BCP 47 tag of the first.

    ``names`` is what a question that is nothing but names in other letters may be in Arabic ones.
    """

    asked: str
    text: str
    language: str
    names: str = ""


def interpret(question: str, lexical: LexicalIndex, store: Store) -> Query:
    """Return how a question is searched: Arabizi in Arabic script, all else as it was asked."""
    if arabizi.recognised(question):
        slots = arabizi.slots(question, lexical.readings)
        return Query(question, _settled(slots, lexical, store), ARABIZI)
    slots = _names(question, lexical)
    return Query(question, question, language(question), _settled(slots, lexical, store))


def _names(question: str, lexical: LexicalIndex) -> list[Slot]:
    """Return the words of a question if all are capitalised and may be Arabic ones, else none."""
    words = [
        word
        for word in arabic.asked_words(question)
        if romanised(word.form) not in arabizi.ARTICLES
    ]
    if not all(question[word.span.start].isupper() for word in words):
        return []
    slots = [Slot("", lexical.readings(word.form)) for word in words]
    return slots if all(slot.readings for slot in slots) else []


def _settled(slots: Sequence[Slot], lexical: LexicalIndex, store: Store) -> str:
    """Return what was read, each word as it suits the others in the articles."""
    words = [slot.readings for slot in slots if slot.readings[0].form not in arabic.STOP_WORDS]
    found = store.passages(lexical.near(words, _NEAR)) if words else {}
    near = [f"{article.title}\n{passage.text}" for article, passage in found.values()]
    return arabizi.settled(slots, near)
