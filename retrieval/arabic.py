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

VERSION: Final = 2
"""Raised whenever the same text would give other terms; an index of another version is refused."""

ARTICLE: Final = "ال"
QUESTION_WORDS: Final = 64
"""Words of a question that are searched: the rest of a pasted article adds time, not sense."""

# What stands for a phrase or holds its own punctuation is a word apart: writers set the blessing
# upon the Prophet close to a name, and a fraction close to a number.
_APART: Final = (
    r"\u00bc-\u00be\u2150-\u215f\u2189\u2474-\u249b\u3220-\u3229\ufdfa\ufdfb\U0001f100-\U0001f10a"
)
# A sign that encloses a number, as at a verse's end, joins it to no word.
_INSIDE: Final = rf"\p{{L}}\p{{N}}\p{{M}}\p{{Cf}}--[{_APART}\p{{Prepended_Concatenation_Mark}}]"
_WORD: Final = regex.compile(rf"(?V1)[{_APART}]|[\p{{L}}\p{{N}}][{_INSIDE}]*(?<!\p{{Cf}})")
# Texts taken from PDF files write vowel marks as characters of their own.
_INVISIBLE: Final = (
    r"\p{Cf}\p{Variation_Selector}\N{COMBINING GRAPHEME JOINER}\N{ARABIC TATWEEL}"
    r"\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f"
)
_MARKS: Final = (
    r"\p{Me}\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0898-\u089f\u08c9-\u08ff"
)
_UNSEEN: Final = regex.compile(f"[{_INVISIBLE}]+")
_DROPPED: Final = regex.compile(f"[{_INVISIBLE}{_MARKS}]+")
_DIGIT: Final = regex.compile(r"\p{Nd}")
_ACCENTED: Final = regex.compile(r"[\u00c0-\u04ff\u1e00-\u1fff]+")
_GRAM: Final = 4
"""Characters of ``_word_`` at a time: the best of the lengths tried on ARCD, MLQA and XQuAD."""

# The spellings of Arabic, and the further letters of Persian, Urdu, Pashto, Kurdish and the
# Maghreb, each under the letter that Arabic writes for it.
_VARIANTS: Final = {
    "ALEF": (
        "ALEF WITH HAMZA ABOVE",
        "ALEF WITH HAMZA BELOW",
        "ALEF WITH MADDA ABOVE",
        "ALEF WASLA",
        "ALEF WITH WAVY HAMZA ABOVE",
        "ALEF WITH WAVY HAMZA BELOW",
    ),
    "HAMZA": ("WAW WITH HAMZA ABOVE", "YEH WITH HAMZA ABOVE"),
    "BEH": ("PEH",),
    "TEH": ("TTEH", "TEH WITH RING"),
    "JEEM": ("TCHEH",),
    "DAL": ("DDAL", "DAL WITH RING"),
    "REH": ("RREH", "REH WITH RING", "REH WITH SMALL V BELOW"),
    "ZAIN": ("JEH",),
    "FEH": ("VEH", "DOTLESS FEH", "FEH WITH DOT MOVED BELOW", "FEH WITH THREE DOTS BELOW"),
    "QAF": ("DOTLESS QAF", "QAF WITH DOT ABOVE", "QAF WITH THREE DOTS ABOVE"),
    "KAF": (
        "KEHEH",
        "SWASH KAF",
        "GAF",
        "KAF WITH RING",
        "KAF WITH DOT ABOVE",
        "KEHEH WITH THREE DOTS ABOVE",
        "NG",
    ),
    "LAM": ("LAM WITH SMALL V",),
    "NOON": ("NOON GHUNNA", "NOON WITH RING"),
    "HEH": (
        "TEH MARBUTA",
        "TEH MARBUTA GOAL",
        "HEH GOAL",
        "HEH GOAL WITH HAMZA ABOVE",
        "HEH DOACHASHMEE",
        "HEH WITH YEH ABOVE",
        "AE",
    ),
    "WAW": ("OE", "U", "YU", "VE"),
    "YEH": (
        "ALEF MAKSURA",
        "FARSI YEH",
        "YEH WITH SMALL V",
        "YEH WITH TAIL",
        "E",
        "YEH BARREE",
        "YEH BARREE WITH HAMZA ABOVE",
    ),
}


def _letter(name: str) -> str:
    return unicodedata.lookup(f"ARABIC LETTER {name}")


_FOLDED: Final = str.maketrans(
    {_letter(each): _letter(name) for name, variants in _VARIANTS.items() for each in variants}
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
    يتم يمكن يكون و ب ل ف ك
"""

# Of the Levant, Egypt, the Gulf, Iraq and the Maghreb. Left out are those that standard Arabic has
# with a meaning, and those that names often hold: عم, كمان, دي.
_DIALECT_AS_WRITTEN: Final = """
    شو شنو شنوة شنوا شنهو شني شنية اشنو إيش ايش أيش وش ويش أش آش شسمه شكو
    مين منو مينو شكون وين وينو وينه وينها فين فينو فينه منين مناين
    ليش وليش ليه علاش علاه لويش إمتى إيمتى شوكت وقتاش فوقاش يمتى
    كيفاش إزاي ازاي إزيك شلون وشلون اشلون قديش أديش شحال شكد شقد قداش بقديش بكام كام
    واش اللي يلي إللي هلق هلأ هسه هسا هسع دلوقتي دلوقت دابا دروك هالحين
    بدي بدك بدو بدنا عايز عاوز عايزة عاوزة أبغى أبغا بغيت مو مش موش مب مهوب بس برضه برضو
    هيدا هيدي هاد هاذا هاي هادي ده لسا لسه عشان علشان مشان منشان باش
    بتاع بتاعة بتاعت بتوع متاع تاع ديال كتير وايد هواية برشا بزاف
    أنهو كاين كاينة راه راهو راهي فيني
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
    # First what is not seen: it may keep a letter from its hamza.
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", word))
    plain = unicodedata.normalize("NFKC", seen.casefold())
    if plain.isascii():
        return plain
    bare = _DROPPED.sub("", _decomposed(plain)).translate(_FOLDED)
    # Hangul that a dropped mark kept apart.
    return unicodedata.normalize("NFC", _DIGIT.sub(_ascii, bare))


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order, stop words too."""
    for match in _WORD.finditer(text):
        # One character may stand for several words.
        for form in _forms(match.group()):
            yield Word(form, Span(match.start(), match.end()))


def forms(text: str) -> list[str]:
    """Return the folded words of a text in order, as :func:`words` has them, in half the time."""
    return [form for written in _WORD.findall(text) for form in _forms(written)]


def content_words(text: str) -> Iterator[Word]:
    """Yield the words of a text that say what it is about."""
    return (word for word in words(text) if word.form not in STOP_WORDS)


def asked_words(text: str) -> Iterator[Word]:
    """Yield the words of a question that say what it is about, in standard Arabic or a dialect.

    The words that only a dialect leaves out stay in articles, where they may be names.
    """
    return (word for word in content_words(text) if word.form not in _DIALECT)


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
    return tuple(_WORD.findall(fold(written)))


def _decomposed(text: str) -> str:
    """Set Latin, Greek and Cyrillic accents apart, leaving composed Arabic letters whole."""
    return _ACCENTED.sub(lambda match: unicodedata.normalize("NFD", match.group()), text)


def _ascii(digit: regex.Match[str]) -> str:
    return str(unicodedata.decimal(digit.group(), digit.group()))


STOP_WORDS: Final = frozenset(fold(word) for word in _STOP_WORDS_AS_WRITTEN.split())
"""Folded words that say nothing of a text's subject."""
_DIALECT: Final = frozenset(fold(word) for word in _DIALECT_AS_WRITTEN.split())
