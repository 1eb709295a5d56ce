"""A text cut into sentences, passages and windows, with exact places in the text."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

import regex

from retrieval.types import Span

VERSION: Final = 2
"""Raised whenever the same text would be cut elsewhere; an index of another version is refused."""

TARGET_WORDS: Final = 100
MAX_WORDS: Final = 120
WINDOW_WORDS: Final = 18
"""A window has at least so many words: one long sentence or a few short ones."""

_CLOSERS: Final = r"[\"'\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}»)\]}]*"
_END: Final = regex.compile(
    rf"""
      \n+                                  # a line is a sentence of its own
    | [!?؟؛…。！？]+ {_CLOSERS} (?=\s|$)    # a mark that only ends sentences
    | [。！？]+ {_CLOSERS}                  # which in Chinese no space follows
      # after no initial and no title: د. أ.د. هـ. Dr.
    | (?<!(?:^|[\s(.«"])\p{{L}}) (?<!هـ) (?<!\b(?:Mrs?|Ms|Dr|Prof|St)) \.+ {_CLOSERS} (?=\s|$)
    """,
    regex.VERBOSE,
)
_WORD: Final = regex.compile(r"\S+")
_CLAUSE: Final = "،,;:؛-–—"


Measure: TypeAlias = Callable[[Sequence[str]], Sequence[int]]


class _Unit(NamedTuple):
    span: Span
    words: int
    tokens: int


def sentences(text: str) -> list[Span]:
    """Cut a text at sentence ends and line breaks; white space belongs to no sentence."""
    ends = [match.end() for match in _END.finditer(text)]
    bounds = pairwise([0, *ends, len(text)])
    return [span for start, end in bounds if (span := _trim(text, start, end))]


def passages(text: str, tokens: Measure | None = None, budget: int = 500) -> list[Span]:
    """Cut a text into passages of whole sentences, each as near 100 words as may be.

    Where sentences must be grouped, the grouping with the least sum of squared distances from the
    target wins, as in Knuth and Plass, "Breaking Paragraphs into Lines" (1981). A sentence longer
    than a passage may be is cut at a comma or, failing that, between words.

    Args:
        text: the article's text.
        tokens: counts the model's tokens of texts; without it only words count.
        budget: the most tokens a passage may have.
    """
    measured = _measured(text, sentences(text), tokens)
    units = [piece for unit in measured for piece in _cut_to_fit(text, unit, tokens, budget)]
    cost = [0.0] + [float("inf")] * len(units)
    starts = [0] * (len(units) + 1)
    for end in range(1, len(units) + 1):
        words = size = 0
        for start in range(end - 1, -1, -1):
            words += units[start].words
            size += units[start].tokens
            if start < end - 1 and (words > MAX_WORDS or size > budget):
                break
            price = cost[start] + (words - TARGET_WORDS) ** 2
            if price < cost[end]:
                cost[end], starts[end] = price, start
    return _grouped(units, starts)


def windows(text: str, least: int = WINDOW_WORDS) -> list[Span]:
    """Cut a passage into windows of whole sentences, each of at least ``least`` words.

    A passage that is one window gives one: itself.
    """
    found: list[Span] = []
    for sentence in sentences(text):
        if found and _words(text[slice(*found[-1])]) < least:
            found[-1] = Span(found[-1].start, sentence.end)
        else:
            found.append(sentence)
    if len(found) > 1 and _words(text[slice(*found[-1])]) < least:
        last = found.pop()
        found[-1] = Span(found[-1].start, last.end)
    return found


def _measured(text: str, spans: Sequence[Span], tokens: Measure | None) -> list[_Unit]:
    texts = [text[start:end] for start, end in spans]
    sizes = tokens(texts) if tokens else [0] * len(texts)
    return [
        _Unit(span, _words(inside), size)
        for span, inside, size in zip(spans, texts, sizes, strict=True)
    ]


def _cut_to_fit(text: str, unit: _Unit, tokens: Measure | None, budget: int) -> list[_Unit]:
    """Cut one sentence into pieces that are no longer than a passage may be."""
    (start, end), words, size = unit
    if (words <= MAX_WORDS and size <= budget) or end - start == 1:
        return [unit]
    middle = start + _middle(text[start:end])
    halves = [span for bounds in ((start, middle), (middle, end)) if (span := _trim(text, *bounds))]
    pieces = _measured(text, halves, tokens)
    return [piece for half in pieces for piece in _cut_to_fit(text, half, tokens, budget)]


def _middle(sentence: str) -> int:
    """Return where to cut a sentence: after the comma nearest its middle, or between words."""
    ends = [match.end() for match in _WORD.finditer(sentence)][:-1]
    if not ends:
        return len(sentence) // 2
    inner = ends[len(ends) // 4 : len(ends) * 3 // 4 + 1]
    commas = [end for end in inner if sentence[end - 1] in _CLAUSE]
    return min(commas or ends, key=lambda end: abs(end - len(sentence) // 2))


def _grouped(units: Sequence[_Unit], starts: Sequence[int]) -> list[Span]:
    found: list[Span] = []
    end = len(units)
    while end:
        start = starts[end]
        found.append(Span(units[start].span.start, units[end - 1].span.end))
        end = start
    return found[::-1]


def _words(text: str) -> int:
    return len(text.split())


def _trim(text: str, start: int, end: int) -> Span | None:
    inside = text[start:end]
    left = len(inside) - len(inside.lstrip())
    right = len(inside.rstrip())
    return Span(start + left, start + right) if right > left else None
