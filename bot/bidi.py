"""Text of unknown direction, made safe to stand beside other text.

Articles bring their own direction controls, and one stray override turns the rest of a message
around. So content loses its controls, names and titles are isolated, and a paragraph whose first
letter would mislead a viewer about its direction gets a mark in front.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from retrieval.types import Span

Direction = Literal["rtl", "ltr"]

FIRST_STRONG_ISOLATE = "\N{FIRST STRONG ISOLATE}"
POP_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"
MARKS: dict[Direction, str] = {
    "rtl": "\N{RIGHT-TO-LEFT MARK}",
    "ltr": "\N{LEFT-TO-RIGHT MARK}",
}

_CONTROLS = frozenset(
    "\N{ARABIC LETTER MARK}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\N{ZERO WIDTH NO-BREAK SPACE}"
)
# Telegram removes these from every message, which would shift the entities behind them.
_REMOVED_BY_TELEGRAM = frozenset("\r\u030a\u0333\u033f")
_LINE_BREAKS = frozenset("\n\v\f\x85\u2028\u2029")
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}


@dataclass(frozen=True, slots=True)
class Clean:
    """Content without controls; ``kept[i]`` is where ``text[i]`` stood in the original."""

    text: str
    kept: tuple[int, ...]

    def span(self, original: Span) -> Span:
        """Where a range of the original is now; empty where nothing of it is left."""
        return Span(bisect_left(self.kept, original.start), bisect_left(self.kept, original.end))


def clean(text: str) -> Clean:
    """Content as it can be shown: no direction controls, no other controls, no blank ends."""
    pairs = [(shown, at) for at, char in enumerate(text) if (shown := _shown(char))]
    while pairs and pairs[-1][0].isspace():
        pairs.pop()
    start = next((i for i, (shown, _) in enumerate(pairs) if not shown.isspace()), len(pairs))
    kept = pairs[start:]
    return Clean("".join(shown for shown, _ in kept), tuple(at for _, at in kept))


def one_line(text: str) -> str:
    """A name or a title on one line, without controls."""
    return " ".join(clean(text).text.split())


def isolate(text: str) -> str:
    """``text`` so that neither it nor its surroundings turn the other around."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def strip_controls(text: str) -> str:
    """``text`` without direction controls, for places that show none."""
    return "".join(char for char in text if char not in _CONTROLS)


def direction(text: str) -> Direction:
    """The direction most letters of ``text`` have; right to left where it has none."""
    balance = sum(1 if strong == "rtl" else -1 for strong in _strong_letters(text))
    return "ltr" if balance < 0 else "rtl"


def misleading_starts(text: str, wanted: Direction) -> list[int]:
    """Where paragraphs begin whose first strong letter would set another direction."""
    starts, at = [], 0
    for paragraph in text.split("\n"):
        if paragraph.strip() and next(_strong_letters(paragraph), None) != wanted:
            starts.append(at)
        at += len(paragraph) + 1
    return starts


def directed(text: str, wanted: Direction) -> str:
    """``text`` with a direction mark in front of every paragraph that needs one."""
    bounds = [0, *misleading_starts(text, wanted), len(text)]
    return MARKS[wanted].join(text[start:end] for start, end in pairwise(bounds))


def _shown(char: str) -> str:
    if char in _CONTROLS or char in _REMOVED_BY_TELEGRAM:
        return ""
    if char in _LINE_BREAKS:
        return "\n"
    category = unicodedata.category(char)
    if category == "Cs":  # half a surrogate pair cannot be sent at all
        return "\N{REPLACEMENT CHARACTER}"
    return " " if category == "Cc" else char


def _strong_letters(text: str) -> Iterator[Direction]:
    for char in text:
        if strong := _STRONG.get(unicodedata.bidirectional(char)):
            yield strong
