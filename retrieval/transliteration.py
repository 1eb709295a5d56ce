"""Arabic spellings of a word in other letters: names in any script, and Arabizi. Pure.

What a Latin letter stands for is ambiguous, and vowels may be written in Arabic or not, so a word
has many spellings. Each costs what its letters cost; whoever knows a vocabulary chooses.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from heapq import nsmallest
from typing import Final, NamedTuple

import regex
from anyascii import anyascii

from retrieval import arabic

_BEAM: Final = 200
"""Spellings kept of a word, and of each of its beginnings."""
_LONGEST: Final = 30
"""Letters of a word that is spelt at all."""
_SPLIT: Final = 1.5
"""What it costs to read two letters apart that mostly write one sound."""


class Spelling(NamedTuple):
    """One way to write a word in Arabic letters; the lower its cost, the likelier."""

    form: str
    cost: float


class Reading(NamedTuple):
    """A known Arabic word that a word in other letters may be; the likeliest weighs 1."""

    form: str
    weight: float


# Arabic letters in the tables are in Buckwalter's transliteration, one ASCII character each.
_BUCKWALTER: Final = str.maketrans(
    "AbtvjHxd*rzs$SDTZEgfqklmnhwyYp'&}",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءؤئ",
)


def _table(rows: Mapping[str, str]) -> dict[str, tuple[Spelling, ...]]:
    """Read rows of ``letters/cost`` in tenths; a cost is minus a rough logarithm of a share."""
    return {
        latin: tuple(
            Spelling(letters.translate(_BUCKWALTER), int(cost) / 10)
            for letters, cost in (option.split("/") for option in options.split())
        )
        for latin, options in rows.items()
    }


# Set by hand, after how names and Arabizi are written; the digits are those of Arabizi, which
# writes the letters that Latin lacks as digits of their shape.
_CONSONANTS: Final = _table(
    {
        "b": "b/0",
        "c": "k/5 s/12 q/10",
        "ch": "$/5 t$/8 k/12 x/12",
        "ck": "k/2",
        "d": "d/2 D/10 */16",
        "dh": "*/5 D/6 Z/6 d/10",
        "dj": "j/1",
        "f": "f/0",
        "g": "g/6 j/7 q/10 k/12",
        "gh": "g/1",
        "h": "h/5 H/6",
        "j": "j/1 y/20",
        "k": "k/3 q/8",
        "kh": "x/1 H/10 h/16",
        "l": "l/0",
        "m": "m/0",
        "n": "n/0",
        "ng": "ng/6 nj/8 n/10",
        "p": "b/1",
        "ph": "f/1",
        "q": "q/1 k/12",
        "qu": "q/3 k/5",
        "r": "r/0",
        "s": "s/3 S/9",
        "sch": "$/1",
        "sh": "$/1",
        "$": "$/0",
        "t": "t/2 T/9 v/25",
        "tch": "t$/2",
        "th": "v/3 */7 t/7 Z/16",
        "ts": "ts/3 z/10",
        "v": "f/2 w/12",
        "w": "w/2",
        "x": "ks/5",
        "y": "y/2",
        "z": "z/3 */10 Z/16 D/20",
        "zh": "j/3 z/8",
        "2": "q/6 }/6 '/8 A/6 &/9 /15",
        "3": "E/0",
        "3'": "g/0",
        "4": "*/5",
        "5": "x/0",
        "6": "T/0",
        "6'": "Z/0",
        "7": "H/0",
        "7'": "x/0",
        "8": "q/3 g/8",
        "9": "q/4 S/5",
        "9'": "D/0",
    }
)
_FIRST: Final = _table(
    {
        "a": "A/1 E/10",
        "aa": "A/2",
        "ai": "Ay/3 Ey/15",
        "ao": "Aw/5 Ew/9",
        "aou": "Aw/4 Ew/6",
        "au": "Aw/4 Ew/15",
        "aw": "Aw/2",
        "ay": "Ay/2",
        "e": "A/2 Ay/12 E/20",
        "ei": "Ay/3",
        "i": "A/2 Ay/5 E/11",
        "o": "A/4 Aw/5 w/9 E/10",
        "oo": "Aw/3",
        "ou": "Aw/2 w/5 E/18",
        "u": "A/4 Aw/5 E/10",
    }
)
_INNER: Final = _table(
    {
        "a": "/3 A/5 y/18",
        "aa": "A/1 EA/15 E/12",
        "ai": "y/3 Ay/10 E/15 Ey/15",
        "ao": "Aw/6 Ew/12",
        "aou": "Aw/5 Ew/9",
        "au": "w/3 Aw/10",
        "aw": "w/2 Aw/8",
        "ay": "y/2 Ay/10",
        "e": "/3 y/8 A/15",
        "ee": "y/1",
        "ei": "y/2",
        "ey": "y/2",
        "i": "/4 y/5",
        "ie": "y/4",
        "ii": "y/1",
        "o": "/5 w/5",
        "oa": "w/6",
        "oo": "w/1",
        "ou": "w/1 /8",
        "u": "/5 w/5 A/13",
        "uu": "w/1",
        "y": "y/6",
    }
)
_LAST: Final = _table(
    {
        "a": "p/4 A/6 Y/10 Ap/12 A'/14 /15",
        "aa": "A'/5 A/4 EA'/9 EA/12",
        "ah": "p/2 Ah/10",
        "ai": "y/4 Ay/7",
        "at": "p/6",
        "aw": "w/3",
        "ay": "y/3 Ay/6",
        "e": "p/5 /7 y/9",
        "ee": "y/2 /15",
        "eh": "p/2",
        "ei": "y/3",
        "et": "p/5",
        "h": "/4",
        "i": "y/1 /16",
        "it": "p/9",
        "o": "w/4 wA/9 h/9 /16",
        "ou": "w/2 wA/6 h/12",
        "u": "w/3 wA/8 /13",
        "y": "y/1",
    }
)
# The article and particles written with a word, and what dialects set before a verb.
_PREFIXES: Final = _table(
    {
        "al": "Al/0",
        "bal": "bAl/5",
        "bel": "bAl/2",
        "bet": "t/9",
        "bi": "y/10",
        "bil": "bAl/2",
        "bt": "t/6",
        "by": "y/6",
        "el": "Al/0",
        "fel": "Al/4",
        "il": "Al/1",
        "l": "Al/5",
        "lel": "ll/2",
        "wal": "wAl/2",
        "wel": "wAl/2",
        "w": "w/9",
    }
)
_WHOLE: Final = frozenset(("ch", "ck", "dh", "gh", "kh", "ph", "qu", "sh", "th", "ts", "zh"))
_SOFT_C: Final = _table({"c": "s/3 k/15"})["c"]
# An article whose l has become the next letter: ez-Zor, esh-Sham.
_ASSIMILATED: Final = regex.compile(r"[aei]?(sh|ch|th|dh|[tdrzsn69$])(?=\1)")
_GREEK: Final = (("mp", "b"), ("nt", "d"), ("gk", "g"), ("oy", "u"), ("ch", "kh"), ("ay", "av"))
_OTHER: Final = regex.compile(r"[^a-z0-9$']+")


def romanised(word: str) -> str:
    """Return a word of any script in small Latin letters, with the digits of Arabizi."""
    latin = anyascii(word).lower()
    if regex.search(r"\p{Greek}", word):
        for spelling, sound in _GREEK:
            latin = latin.replace(spelling, sound)
    return _OTHER.sub("", latin.replace("dzh", "j"))


@lru_cache(maxsize=1 << 14)
def spellings(word: str) -> tuple[Spelling, ...]:
    """Return the likeliest Arabic spellings of a romanised word, the likeliest first.

    None of them has less than two letters; a number, or a word too long to be one, has none.
    """
    if word.isdigit() or len(word) > _LONGEST:
        return ()
    costs = _decoded(word, bare=True)
    if article := _ASSIMILATED.match(word):
        for form, cost in _decoded(word[article.end() :], bare=False).items():
            written = f"{arabic.ARTICLE}{form}"
            costs[written] = min(cost, costs.get(written, cost))
    found = (Spelling(form, cost) for form, cost in costs.items() if len(form) > 1)
    return tuple(nsmallest(_BEAM, found, key=lambda spelling: (spelling.cost, spelling.form)))


def _decoded(word: str, *, bare: bool) -> dict[str, float]:
    """Return the spellings of a word by beam search over its letters, each with its cost.

    Args:
        word: in Latin letters.
        bare: whether prefixes are still to be looked for.
    """
    beams: list[dict[str, float]] = [{"": 0.0}, *({} for _ in word)]
    for at in range(len(word)):
        best = nsmallest(_BEAM, beams[at].items(), key=lambda item: item[1])
        for length, option in _options(word, at, bare=bare):
            beam = beams[at + length]
            for form, cost in best:
                longer, total = form + option.form, cost + option.cost
                if total < beam.get(longer, total + 1):
                    beam[longer] = total
    return beams[-1]


def _options(word: str, at: int, *, bare: bool) -> Iterator[tuple[int, Spelling]]:
    """Yield what the letters from a place on may stand for, each with how many they are."""
    for length in (3, 2, 1):
        letters = word[at : at + length]
        if len(letters) == length:
            ends = at + length == len(word)
            vowels = _FIRST if not at else _LAST if ends and letters in _LAST else _INNER
            for option in vowels.get(letters, ()):
                yield length, option
            if bare and not at and len(word) > length + 1:
                for option in _PREFIXES.get(letters, ()):
                    yield length, option
            # A doubled consonant is written once.
            doubled = length == 1 and letters == word[at + 1 : at + 2]
            for option in _consonants(word, at, letters):
                yield length + doubled, option


def _consonants(word: str, at: int, letters: str) -> Iterator[Spelling]:
    if letters == "c" and word[at + 1 : at + 2] in ("e", "i", "y"):
        yield from _SOFT_C
        return
    split = _SPLIT if word[at : at + 2] in _WHOLE and len(letters) == 1 else 0.0
    for form, cost in _CONSONANTS.get(letters, ()):
        yield Spelling(form, cost + split)
