"""What is different between two phrases in one place of a text: the wording, or what is said."""

from enum import Enum, auto
from functools import lru_cache
from typing import Final

import regex

from retrieval import arabic
from retrieval.phonetic import skeleton

_PHRASE: Final = 6
"""Words that an editor puts in the place of others within a sentence; a paragraph has more."""
_SURE: Final = 4
"""Consonants that tell a word: Arabic roots have three, and many names share one root."""
_PIECE: Final = regex.compile(r"[0-9]+|[^\W0-9]+")
_PARTICLES: Final = "وبلفك"
_ALEF: Final = "\N{ARABIC LETTER ALEF}"


def _stems(words: str) -> frozenset[str]:
    return frozenset(arabic.stem(arabic.fold(word)) for word in words.split())


# The preposition is written like a name, as folded.
_FUNCTION: Final = arabic.STOP_WORDS - {arabic.fold("علي")}
# Who reports it, and days told from the day of print: papers differ in these and mean the same.
_PRESS: Final = _stems(
    """
    ذكر ذكرت أعلن أعلنت أكد أكدت أوضح أوضحت أضاف أضافت تابع تابعت صرح صرحت أفاد أفادت أشار أشارت
    كشف كشفت نقل نقلت لفت لفتت شدد شددت اعتبر اعتبرت أردف أردفت واصل واصلت يقول تقول قائلا مضيفا
    مؤكدا مشيرا لافتا حسب بحسب وفق وفقا نقلا وكالة أنباء رويترز فرانس برس أسوشيتد الأناضول
    اليوم يوم أمس غدا مساء صباح الجاري الحالي الماضي المقبل القادم
    """
)
# Parts of stems that papers spell in two ways, with too few consonants to tell it by them.
_SPELT: Final = (("اميرك", "امريك"), ("صحاف", "صحف"), ("ماءه", "مءه"))
_COUNTED: Final = {
    stem: str(number)
    for number, names in enumerate(
        (
            "صفر",
            "واحد",
            "اثنان اثنين",
            "ثلاثة ثلاث",
            "أربعة أربع",
            "خمسة خمس",
            "ستة ست",
            "سبعة سبع",
            "ثمانية ثمان",
            "تسعة تسع",
            "عشرة عشر",
        )
    )
    for stem in _stems(names)
}
_NAMES: Final = _stems("محمد محمود سلمان سليمان")
"""Names of different people that have the same four consonants."""


class Difference(Enum):
    """In what two phrases differ."""

    WORDING = auto()
    """One says nothing that the other does not."""
    CONTENT = auto()
    """Each says something of its own: another name, or another word for the same."""
    FIGURE = auto()
    """Each has a number of its own."""
    SUBJECT = auto()
    """They are paragraphs with little in common."""


def difference(one: tuple[str, ...], other: tuple[str, ...]) -> Difference:
    """Tell in what two phrases differ, as folded words.

    Stop words, words of reporting, other spellings of a name or a foreign word and digits for
    words are wording.
    """
    ours, theirs = _said(one), _said(other)
    own, their_own = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
    long = max(len(one), len(other)) > _PHRASE
    if long and 2 * len(ours.keys() & theirs.keys()) < max(len(ours), len(theirs)):
        return Difference.SUBJECT
    if not (own and their_own) or "".join(one) == "".join(other):
        return Difference.WORDING
    figures = any(map(str.isdigit, own)) and any(map(str.isdigit, their_own))
    return Difference.FIGURE if figures else Difference.CONTENT


def _said(words: tuple[str, ...]) -> dict[str, None]:
    """Return what some words say, in their order, however it is spelt."""
    pieces = (piece for word in words for piece in _PIECE.findall(word))
    stems = (arabic.stem(piece) for piece in pieces if piece not in _FUNCTION)
    return dict.fromkeys(_sense(stem) for stem in stems if stem not in _PRESS)


@lru_cache(maxsize=1 << 12)
def _sense(stem: str) -> str:
    """Return one form for the spellings of a stem."""
    if stem.isdigit():
        return stem.lstrip("0") or "0"
    if stem in _COUNTED:
        return _COUNTED[stem]
    for part, usual in _SPELT:
        stem = stem.replace(part, usual)
    sounds = skeleton(stem)
    return sounds if len(sounds) >= _SURE and stem not in _NAMES else _bare(stem)


def _bare(stem: str) -> str:
    """Return a stem without a particle or the alef of the accusative."""
    if stem[0] in _PARTICLES and len(stem) > _SURE:
        stem = stem[1:]
    return stem.rstrip(_ALEF) or stem
