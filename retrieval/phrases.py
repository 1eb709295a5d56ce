"""Exact phrases: what a question holds in quotation marks.

Single marks are left alone, for most are apostrophes: ``don't``, ``rock 'n' roll``. So are those of
Chinese and Japanese, which set no words apart.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Final

import regex

from retrieval import arabic
from retrieval.language import language

_DOUBLE: Final = '"“”„‟＂〝〞〟'
# Also the wrong way round: so some languages quote, and so the two are confused where text runs
# from right to left.
_PAIRS: Final = ("«»", "»«", "‹›", "›‹")
# Behind a digit a mark means inches, and within a Hebrew word an abbreviation.
_OPENS: Final = r"(?<![\p{N}\p{Hebrew}])"
# A mark between a blank and a word opens: there, the one before it was never closed.
_CLOSES: Final = r"(?:(?<!\s.)|(?!\w))"
_QUOTED: Final = "|".join(
    [
        rf"{_OPENS}[{_DOUBLE}](?P<text>[^{_DOUBLE}]*)[{_DOUBLE}]{_CLOSES}",
        *(rf"{a}(?P<text>[^{a}{b}]*){b}{_CLOSES}" for a, b in _PAIRS),
    ]
)
_ANY: Final = regex.compile(_QUOTED, regex.DOTALL)
_WHOLE: Final = regex.compile(rf"\s*(?:{_QUOTED})\s*", regex.DOTALL)
_ARABIC: Final = regex.compile(r"\p{Arabic}")
_QUESTION_MARKS: Final = ("?", "؟", "？")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand together in this order: as they were written, and folded."""

    text: str
    forms: tuple[str, ...]


def phrases(question: str) -> tuple[Phrase, ...]:
    """Return what stands in quotation marks, each phrase once; a single word is one too.

    Marks without a word between them or without a partner mean nothing, nor do those around the
    whole of a question that ends in a question mark. A question without an Arabic letter demands
    nothing: its words stand translated in the articles. As many words are demanded as a question
    has searched (:data:`retrieval.arabic.QUESTION_WORDS`), no more.
    """
    if language(question) != "und" and not _ARABIC.search(question):
        return ()
    found: dict[tuple[str, ...], Phrase] = {}
    for match in _ANY.finditer(_asked(question)):
        room = arabic.QUESTION_WORDS - sum(map(len, found))
        forms = tuple(word.form for word in islice(arabic.words(match["text"]), room))
        if forms:
            found.setdefault(forms, Phrase(match["text"].strip(), forms))
    return tuple(found.values())


def only_phrases(question: str) -> bool:
    """Whether a question is phrases and nothing else, so that whatever holds them answers it."""
    rest = _ANY.sub(" ", _asked(question))
    return bool(phrases(question)) and not any(True for _ in arabic.words(rest))


def _asked(question: str) -> str:
    """Return a question without marks around the whole of it, which only quote it."""
    whole = _WHOLE.fullmatch(question)
    if whole and whole["text"].rstrip().endswith(_QUESTION_MARKS):
        return _asked(whole["text"])
    return question
