"""Consonant skeletons: what a name keeps when it is written in another script.

Vowels are written in one script and not in the other, and differ from one spelling to the next;
the consonants stay, in order. ``Soleimani``, ``Сулеймани`` and سليماني are all ``slmn``.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex
from anyascii import anyascii

from retrieval import arabic

SHORTEST: Final = 3
"""Consonants under which a skeleton says too little to search by."""

_ARABIC: Final = str.maketrans(
    "بتثجحخدذرزسشصضطظغفقكلمنه",
    "bttghxddrss$sdtsgfkklmnh",
    "اويءع",
)
# Longer spellings of one sound first: German sch, French dj and tch, English sh.
_LATIN: Final = (
    ("x", "ks"),
    ("dsch", "g"),
    ("sch", "$"),
    ("tch", "$"),
    ("dj", "g"),
    ("sh", "$"),
    ("ch", "$"),
    ("kh", "x"),
    ("gh", "g"),
    ("th", "t"),
    ("dh", "d"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "k"),
    ("ng", "n"),
)
_SOFT_C: Final = regex.compile(r"c(?=[eiy])")
_LETTERS: Final = str.maketrans("pvqcjz", "bfkkgs", "aeiouyw")
# Arabic typed on a Latin keyboard writes the letters that it lacks as digits of their shape.
_ARABIZI: Final = str.maketrans(
    {"7": "h", "5": "kh", "6": "t", "9": "s", "2": "", "3": "", "8": "q"}
)
_REPEATED: Final = regex.compile(r"(.)\1+")
_ARABIC_WORD: Final = regex.compile(r"\p{Arabic}+")
_ARTICLES: Final = ("وال", "بال", "كال", "فال", "ال", "لل")
_PARTICLES: Final = "وبلفك"


def skeletons(text: str) -> Iterator[str]:
    """Yield the skeletons of a text's words that are long enough, in order."""
    for word in arabic.content_words(text):
        yield from of_word(word.form)


@lru_cache(maxsize=1 << 16)
def of_word(form: str) -> tuple[str, ...]:
    """Return the skeletons of a folded word: with and, where it may have one, without a prefix."""
    if not _ARABIC_WORD.fullmatch(form):
        return tuple(found for found in [skeleton(form)] if len(found) >= SHORTEST)
    bare = next((form.removeprefix(p) for p in _ARTICLES if form.startswith(p)), "")
    if not bare and form[:1] in _PARTICLES:
        bare = form[1:]
    found = (skeleton(variant) for variant in (form, bare))
    return tuple(dict.fromkeys(each for each in found if len(each) >= SHORTEST))


def skeleton(form: str) -> str:
    """Return the consonants of one folded word in one alphabet for all scripts."""
    if _ARABIC_WORD.fullmatch(form):
        sounds = form.removesuffix("\N{ARABIC LETTER HEH}").translate(_ARABIC)
    else:
        sounds = _romanised(form)
    return _REPEATED.sub(r"\1", sounds)


def _romanised(form: str) -> str:
    latin = anyascii(form).lower()
    if not latin.isdigit():
        latin = latin.translate(_ARABIZI)
    latin = _SOFT_C.sub("s", latin).removesuffix("h")
    for spelling, sound in _LATIN:
        latin = latin.replace(spelling, sound)
    return "".join(char for char in latin.translate(_LETTERS) if char.isalpha() or char == "$")
