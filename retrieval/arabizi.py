"""Arabizi, Arabic typed in Latin letters and digits: recognised, and read in Arabic script. Pure.

``meen 7akam 7alab?`` is من حكم حلب. Function words are read by a table, in standard Arabic; every
other word may be several Arabic words, between which the articles decide.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import regex

from retrieval import arabic
from retrieval.transliteration import Reading

# Standard words by the spellings that dialects give them. Those after the bar are words of other
# languages too.
_READ_AS: Final = {
    "ماذا": "shou chnou chnu chnowa chnoua shnou shnu shno shinu sheno chno wesh eih eeh"
    " | shu sho chou wish ash ach esh ech eh",
    "من": "meen mino minu chkoun chkon shkoun shkon | men mn min mein",
    "أين": "ween wayn weyn feen wayno feno | wen wein wain fein fen fin win",
    "متى": "emta imta 2emta emtha imata wa2tach wa9tach w9tach waqtach wa2tash | amta",
    "لماذا": "leish leesh leeh 3lach 3lash 3alach 3alash 3lech | lesh lish laysh leh leih",
    "كيف": "kifach kifash kifech kefach kefash ezay ezzay izay izzay shlon shloun shloan shlown"
    " | kif kef keef kayf keyf chlon",
    "كم": "2adesh 2addesh 2adeh 2addeh 2ade addesh adesh adeh addeh gaddesh gadesh 9addech 9adech"
    " 9addesh ch7al sh7al chhal shgad shgadd shkad shqad bkam bikam | kam ade",
    "هل": "| wach wash hal",
    "الذي": "elly elli yalli yelli | illi ili lli yali li",
    "هو": "howa howwa howwe huwwe houwa | huwa",
    "هي": "heyya hiyye hiyya | hiya",
    "في": "| fi f",
    "على": "3ala 3la",
    "مع": "ma3 m3a",
    "عن": "3an",
    "عند": "3end 3and 3nd",
    "كان": "| kan",
    "كانت": "kanet kanit | kant",
    "كانوا": "kanou | kano kanu",
    "هذا": "hayda haida | hada haza had dah",
    "هذه": "hayde haydi | hadi hay",
    "ليس": "mouch | mish mesh mush",
    "الآن": "hala2 halla2 hal2 dilwa2ti delwa2ti | hassa daba tawa",
    "أو": "wella | aw wala wla walla",
    "إلى": "| ila",
    "قبل": "2abel 2abl 9bel 9bal | abl qabl",
    "بعد": "ba3d ba3ed",
    "أي": "| ay",
    "عندما": "lamma | ki lama",
    "يوجد": "| kayn kayen kayna",
    "ما اسم": "shisma shismo shesmo",
    "يعني": "ya3ni",
}
_STANDARD: Final = {
    spelling: word
    for word, spellings in _READ_AS.items()
    for spelling in spellings.replace("|", " ").split()
}
# What is written apart in Latin letters, and together with the next word in Arabic ones.
_ARTICLES_AS_WRITTEN: Final = """
    el al il l ez es er ed et en esh ech eth edh as ar az an ash at ad
"""
ARTICLES: Final = frozenset(_ARTICLES_AS_WRITTEN.split())
"""The Arabic article as Latin letters write it, its consonant assimilated or not."""
_WITH_ARTICLE: Final = (arabic.ARTICLE, "لل")
_JOINED: Final = {
    "b": "\N{ARABIC LETTER BEH}",
    "bi": "\N{ARABIC LETTER BEH}",
    "bel": "بال",
    "bil": "بال",
    "bal": "بال",
    "fel": "في ال",
    "fil": "في ال",
    "la": "\N{ARABIC LETTER LAM}",
    "lel": "لل",
    "lal": "لل",
    "lil": "لل",
    "w": "\N{ARABIC LETTER WAW}",
    "ou": "\N{ARABIC LETTER WAW}",
    "wa": "\N{ARABIC LETTER WAW}",
    "o": "\N{ARABIC LETTER WAW}",
    "wel": "وال",
    "wil": "وال",
    "3al": "على ال",
    "mel": "من ال",
}
_BEFORE_WORDS: Final = tuple(
    prefix
    for particle in ("", *"وبفلك")
    for prefix in (particle, particle + arabic.ARTICLE, f"{particle}لل")
)
_COMPANY: Final = 2.0
"""How much it speaks for a reading that it stands in the texts where the others do."""

# Not "la", which the Romance languages have too.
_ATTACHED: Final = frozenset(("el", "il", "al", "f", *_JOINED)) - {"la"}
_TELL_TALE: Final = """
    bzaf bezaf bezzaf bzzaf barsha kteer kifak kifek shlonak inchallah inchalah nchallah inshallah
    wallahi dyal dyali diali mta3 bta3
"""
# The function words that a question in another language with Latin letters hardly goes without.
_FOREIGN_AS_WRITTEN: Final = """
    the of to and is are was were what which who where when why how did does in on with many much
    de les des du que qui quoi quel quelle est sont dans pour avec combien comment pourquoi quand
    der die das und ist sind war wer wie was wann wo warum welche welcher welches ein eine von mit
    dem im zu los las del una uno por para con cual quien como donde cuando cuantos son fue per
    di della delle che cosa dove quando quanti perche sono do dos das um uma qual quem onde
    foi nu este sunt ce cine unde cand cate cum din cu pentru care ve bir ne nerede nasil kim hangi
    icin mu mi ile olan nedir van het een wat waar hoe zijn voor og hvad hvem hvor som vad var och
    det att jest kto gdzie kiedy ile czy sie apa siapa dimana kapan bagaimana berapa yang dan
    ini itu adalah nini nani wapi lini kwa kya kaun kahan kab kaise kitne hai hain ka ke
    ko se mein kojast kist chera ast gi ai cua cho trong nhung khi nao khong duoc mot
"""
_SURE, _PERHAPS, _AGAINST = 2.0, 1.0, -2.0
_CLEAR: Final = 1.5
"""Evidence of one word that needs little beside it; alone in a question, nothing."""
_ENOUGH, _ENOUGH_OF_HINTS = 2.0, 3.0
_TELLING: Final = (
    {
        spelling: weight
        for spellings in _READ_AS.values()
        for part, weight in zip(spellings.split("|"), (_SURE, _PERHAPS), strict=False)
        for spelling in part.split()
    }
    | dict.fromkeys(_TELL_TALE.split(), _SURE)
    | dict.fromkeys(_ATTACHED, _PERHAPS)
    | dict.fromkeys(_FOREIGN_AS_WRITTEN.split(), _AGAINST)
    | {"shu": _CLEAR}  # a syllable of Chinese names too
)

_TOKEN: Final = regex.compile(r"(?:[\p{L}\p{M}\p{Nd}$]|(?<=[35679])['’`](?=\p{L}))+")
_APOSTROPHES: Final = str.maketrans("’`", "''")
# One digit of a letter's shape among letters, as in 7alab and mat7af; not covid19, nor 20th.
_DIGITS_APART: Final = regex.compile(r"(?:[235-9]'?)?(?:[a-z$]+(?:[235-9]'?)?)+")


@dataclass(frozen=True, slots=True)
class Slot:
    """A word of a question: what is written with it in front, and what it may be read as."""

    prefix: str
    readings: tuple[Reading, ...]


def recognised(text: str) -> bool:
    """Whether a text is Arabic in Latin letters, rather than another language or a name.

    What speaks for it are digits among letters and the function words of dialects; against it,
    function words of other languages. A text with Arabic letters needs no reading.
    """
    tokens = _tokens(text)
    if not tokens or regex.search(r"\p{Arabic}", text):
        return False
    # Articles and particles count once together.
    evidence = {token if token not in _ATTACHED else "": _evidence(token) for token in tokens}
    clearest, total = max(evidence.values()), sum(evidence.values())
    if clearest < _CLEAR:
        return total >= _ENOUGH_OF_HINTS
    return len(tokens) == 1 or total >= _ENOUGH


def slots(text: str, readings: Callable[[str], Sequence[Reading]]) -> list[Slot]:
    """Read a text in Arabizi word by word.

    Args:
        text: the question.
        readings: tells what a word may be in Arabic, the likeliest first; nothing where it is not
            known, and then the word stays in Latin letters.
    """
    found: list[Slot] = []
    prefix = ""
    for token in _tokens(text):
        if prefix.endswith(_WITH_ARTICLE) and token in ARTICLES:
            continue
        if token in ARTICLES or (token in _JOINED and not prefix.endswith(_WITH_ARTICLE)):
            prefix += _JOINED.get(token, arabic.ARTICLE)
        else:
            found.append(_slot(token, prefix, readings))
            prefix = ""
    return found


def settled(read: Sequence[Slot], near: Sequence[str]) -> str:
    """Return what was read as a sentence: of each word, the reading that suits the others.

    Args:
        read: the words.
        near: texts in which readings of many of these words stand together.
    """
    standing = [{word.form for word in arabic.words(text)} for text in near]
    return " ".join(slot.prefix + _suiting(slot, standing) for slot in read)


def _slot(token: str, prefix: str, readings: Callable[[str], Sequence[Reading]]) -> Slot:
    after_article = prefix.endswith(_WITH_ARTICLE)
    if token in _STANDARD and not after_article:
        return Slot(prefix, (Reading(_STANDARD[token], 1.0),))
    found = readings(token)
    if not found:
        return Slot(prefix if token.isdigit() else "", (Reading(token, 1.0),))
    if after_article:
        found = [Reading(form.removeprefix(arabic.ARTICLE), weight) for form, weight in found]
    return Slot(prefix, tuple(found))


def _suiting(slot: Slot, standing: Sequence[set[str]]) -> str:
    def fitness(reading: Reading) -> float:
        bare = arabic.fold(reading.form).removeprefix(arabic.ARTICLE)
        written = {before + bare for before in _BEFORE_WORDS}
        held = sum(not written.isdisjoint(forms) for forms in standing)
        return math.log(reading.weight) + _COMPANY * math.log(1 + held)

    return max(slot.readings, key=fitness).form


def _evidence(token: str) -> float:
    known = _TELLING.get(token)
    return _of_digits(token) if known is None else known


def _of_digits(token: str) -> float:
    """Weigh digits among letters: inside a word most, at its end, as in mp3, least."""
    letters = sum(char.isalpha() for char in token)
    if letters in (0, 1, len(token)) or not _DIGITS_APART.fullmatch(token):
        return 0.0
    if letters > 3 and any(char.isdigit() for char in token[1:-1]):
        return _SURE
    return _CLEAR if letters > 2 and token[0].isdigit() else _PERHAPS


def _tokens(text: str) -> list[str]:
    return [token.lower().translate(_APOSTROPHES) for token in _TOKEN.findall(text)]
