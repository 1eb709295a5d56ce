"""Arabic words for searching: pure functions that index and question share.

A word keeps its place in the author's text; only its form is folded, so whatever is found can be
shown as it was written.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import regex

from retrieval.types import Span

VERSION: Final = 1
"""Raised whenever the same text would give other terms; an index of another version is refused."""

_WORD: Final = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}\p{Cf}\N{ARABIC TATWEEL}]*")
_DROPPED: Final = regex.compile(
    r"[\p{Cf}\N{ARABIC TATWEEL}"
    r"\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff]"
)
_ACCENTED: Final = regex.compile(r"[\u00c0-\u04ff\u1e00-\u1fff]+")
_GRAM: Final = 4
"""Characters of ``_word_`` at a time: the best of the lengths tried on ARCD, MLQA and XQuAD."""

_FOLDED: Final = str.maketrans(
    {
        "\N{ARABIC LETTER ALEF WITH HAMZA ABOVE}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER ALEF WITH HAMZA BELOW}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER ALEF WITH MADDA ABOVE}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER HEH GOAL}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER HEH DOACHASHMEE}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER AE}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER WAW WITH HAMZA ABOVE}": "\N{ARABIC LETTER HAMZA}",
        "\N{ARABIC LETTER YEH WITH HAMZA ABOVE}": "\N{ARABIC LETTER HAMZA}",
        "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER GAF}": "\N{ARABIC LETTER KAF}",
        "\N{ARABIC LETTER PEH}": "\N{ARABIC LETTER BEH}",
        "\N{ARABIC LETTER TCHEH}": "\N{ARABIC LETTER JEEM}",
        "\N{ARABIC LETTER JEH}": "\N{ARABIC LETTER ZAIN}",
        "\N{ARABIC LETTER VEH}": "\N{ARABIC LETTER FEH}",
        "\N{ARABIC LETTER QAF WITH THREE DOTS ABOVE}": "\N{ARABIC LETTER QAF}",
    }
)

# The affixes of light10: Larkey, Ballesteros and Connell, "Light Stemming for Arabic Information
# Retrieval" (2007).
# Their teh marbuta is a heh here, as folded.
_PREFIXES: Final = ("وال", "بال", "كال", "فال", "ال", "لل")
_SUFFIXES: Final = (
    "ها",
    "ان",
    "ات",
    "ون",
    "ين",
    "يه",
    "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER YEH}",
)
_WAW: Final = "\N{ARABIC LETTER WAW}"

_STOP_WORDS_AS_WRITTEN: Final = """
    أ أبدا أثناء أجل أحد أخرى أذ أصبح أكثر أما أمام أن أنا أنت أنتم أنها أنه أنهم أو أول أولئك
    أي أية أيضا أين إذ إذا إلا إلى إما إن إنما إنه إنها آخر أخر ألا ألم بأن بعد بعض بل بين بينما بها
    به بهذا بهذه بكل بلا بما بمن تحت تكون تلك تم ثم ثمة جدا جميع حتى حول حيث حين حينما خارج خلال
    داخل دون ذلك ذات ذو ذي رغم سوف سوى شيء ضد ضمن عبر عدة عدم على عليه عليها عليهم عن عند عندما
    عنه عنها غير فإن فقط فقد فلا فما فهو فهي في فيه فيها فيما قال قالت قبل قد كان كانت كانوا كذلك
    كل كلا كلما كم كما كي كيف لا لأن لأنه لدى لديه لذا لذلك لكن لكنه لكي لم لماذا لن له لها لهذا
    لهذه لهم لو لولا ليس ليست ليسوا لما ما ماذا مازال متى مثل مع معه معها من منذ منه منها منهم مما
    ممن مهما نحن نحو نعم نفس هؤلاء هذا هذان هذه هل هم هما هن هنا هناك هنالك هو هي وأن وإن وقال
    وقالت وقد وكان وكانت ولا ولكن ولم ولن وليس وما ومع ومن وهذا وهذه وهو وهي وفي وعلى وإلى وعن
    يتم يمكن يكون
"""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: its folded form and where it stands."""

    form: str
    span: Span


@dataclass(frozen=True, slots=True)
class Terms:
    """What one word is searched by."""

    stem: str
    grams: tuple[str, ...]


def fold(word: str) -> str:
    """Fold what spelling, keyboards and fonts vary in one word, and nothing that tells words apart.

    Presentation forms and other compatibility characters (NFKC), case, vowel marks, tatweel,
    zero-width and direction characters, alef, yeh, teh marbuta and hamza carriers, Persian letters
    and all decimal digits. Idempotent.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    if plain.isascii():
        return plain
    bare = _DROPPED.sub("", _decomposed(plain)).translate(_FOLDED)
    # Hangul and kana that a dropped character kept apart.
    return unicodedata.normalize("NFC", "".join(map(_digit, bare)))


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order, stop words too."""
    for match in _WORD.finditer(text):
        # One ligature may stand for several words.
        for form in _forms(match.group()):
            yield Word(form, Span(match.start(), match.end()))


def content_words(text: str) -> Iterator[Word]:
    """Yield the words of a text that say what it is about."""
    return (word for word in words(text) if word.form not in STOP_WORDS)


@lru_cache(maxsize=1 << 16)
def terms(form: str) -> Terms:
    """Return the terms of a folded word: its light stem and the 4-grams of ``_word_``."""
    padded = f"_{form}_"
    count = max(1, len(padded) - _GRAM + 1)
    return Terms(stem(form), tuple(padded[at : at + _GRAM] for at in range(count)))


def stem(form: str) -> str:
    """Strip the affixes of light10 off a folded word, leaving at least two letters."""
    if form.startswith(_WAW) and len(form) > 3:
        form = form[1:]
    prefix = next((p for p in _PREFIXES if form.startswith(p) and len(form) >= len(p) + 2), "")
    form = form.removeprefix(prefix)
    for suffix in _SUFFIXES:
        if form.endswith(suffix) and len(form) >= len(suffix) + 2:
            form = form.removesuffix(suffix)
    return form


@lru_cache(maxsize=1 << 16)
def _forms(written: str) -> tuple[str, ...]:
    return tuple(fold(written).split())


def _decomposed(text: str) -> str:
    """Set Latin, Greek and Cyrillic accents apart, leaving composed Arabic letters whole."""
    return _ACCENTED.sub(lambda match: unicodedata.normalize("NFD", match.group()), text)


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


STOP_WORDS: Final = frozenset(fold(word) for word in _STOP_WORDS_AS_WRITTEN.split())
"""Folded words that say nothing of a text's subject."""
