"""A passage cut to the room there is, at a sentence or word end, with its marks still in it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.rich_text import units, units_fit
from retrieval.types import Span

_LEFT_OUT_BEFORE, _LEFT_OUT_AFTER = "… ", " …"
_ELLIPSIS = 2  # units either of them takes
_LOOK_BACK = 16  # a sentence's start is seen from the stop and the blanks before it

_STOP = r"[.!?؟…۔][\"'»”’)\]]*"
_SENTENCE_END = re.compile(rf"{_STOP}(?=\s)|(?=\n)")
_SENTENCE_START = re.compile(rf"{_STOP}\s+(?=\S)|\n\s*(?=\S)")
_WORD_END = re.compile(r"(?<=\S)(?=\s)")
_WORD_START = re.compile(r"\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text to show, the ranges of it to mark, and the words within them to stress."""

    text: str
    marks: tuple[Span, ...]
    words: tuple[Span, ...] = ()


def excerpt(text: str, marks: Sequence[Span], room: int, words: Sequence[Span] = ()) -> Excerpt:
    """Cut ``text`` to at most ``room`` UTF-16 units, keeping what is marked as far as it goes.

    An ellipsis, counted in ``room``, stands wherever something was left out.
    """
    marks = [mark for mark in marks if mark.start < mark.end]
    if units(text) <= room:
        return Excerpt(text, tuple(marks), tuple(words))
    focus = _focus(text, marks, room - 2 * _ELLIPSIS)
    start = _start(text, focus, room)
    before = _LEFT_OUT_BEFORE if start else ""
    end = _end(text, start, focus.end, room - units(before) - _ELLIPSIS)
    after = _LEFT_OUT_AFTER if end < len(text) else ""

    def kept(spans: Sequence[Span]) -> tuple[Span, ...]:
        shift = len(before) - start
        inside = ((max(span.start, start), min(span.end, end)) for span in spans)
        return tuple(Span(a + shift, b + shift) for a, b in inside if a < b)

    return Excerpt(before + text[start:end] + after, kept(marks), kept(words))


def _focus(text: str, marks: Sequence[Span], room: int) -> Span:
    """What must stay in: all marks if they fit together, else the first as far as it fits."""
    if not marks:
        return Span(0, 0)
    start = marks[0].start
    for last in (marks[-1], marks[0]):
        if units(text[start : last.end]) <= room:
            return Span(start, last.end)
    return Span(start, units_fit(text, start, room))


def _start(text: str, focus: Span, room: int) -> int:
    """The text's start if the focus is in reach of it, else a sentence's, a word's, its own."""
    if units(text[: focus.end]) <= room - _ELLIPSIS:
        return 0
    room_around = room - 2 * _ELLIPSIS - units(text[focus.start : focus.end])
    # A quarter of it goes before the focus, as a folded quote shows only its first lines; and
    # whatever the text behind does not need.
    left = max(room_around // 4, room_around - units(text[focus.end :]))
    earliest = focus.start
    while earliest and left >= (width := units(text[earliest - 1])):
        earliest, left = earliest - 1, left - width
    for boundary in (_SENTENCE_START, _WORD_START):
        for match in boundary.finditer(text, max(0, earliest - _LOOK_BACK), focus.start + 1):
            if match.end() >= earliest:
                return match.end()
    return focus.start


def _end(text: str, start: int, least: int, room: int) -> int:
    """The last sentence end in reach that keeps the focus and half the room, else a word's."""
    reach = units_fit(text, start, room)
    if reach == len(text):
        return reach
    half = start + (reach - start) // 2
    for boundary, earliest in ((_SENTENCE_END, max(least, half)), (_WORD_END, least)):
        ends = (match.end() for match in boundary.finditer(text, start + 1, reach + 1))
        fitting = [end for end in ends if earliest <= end <= reach]
        if fitting:
            return fitting[-1]
    return _whole_character(text, start, reach)


def _whole_character(text: str, start: int, end: int) -> int:
    """Step back over marks that would be torn from their letter."""
    cut = end
    while cut > start and unicodedata.combining(text[cut]):
        cut -= 1
    return cut if cut > start else end
