"""What script a text is written in."""

from collections import Counter
from functools import lru_cache
from typing import Final

import regex

ARABIC: Final = "ar"
ARABIZI: Final = "ar-Latn"

_TAGS: Final = {
    "Arabic": ARABIC,
    "Latin": "und-Latn",
    "Cyrillic": "und-Cyrl",
    "Greek": "el",
    "Hebrew": "he",
    "Devanagari": "und-Deva",
    "Bengali": "bn",
    "Thai": "th",
    "Hangul": "ko",
    "Hiragana": "ja",
    "Katakana": "ja",
    "Han": "zh",
    "Armenian": "hy",
    "Georgian": "ka",
    "Ethiopic": "und-Ethi",
}
_PATTERNS: Final = {
    tag: regex.compile(
        "|".join(rf"\p{{Script={script}}}" for script, of in _TAGS.items() if of == tag)
    )
    for tag in dict.fromkeys(_TAGS.values())
}


def language(text: str) -> str:
    """Return the BCP 47 tag that the script of most letters tells: ``ar``, ``und-Latn``, ``el``.

    Kana make Chinese characters Japanese; a text without letters is ``und``.
    """
    counts = Counter(tag for char in text if (tag := _tag(char)))
    if not counts:
        return "und"
    if "ja" in counts:
        counts["ja"] += counts.pop("zh", 0)
    return max(counts, key=counts.__getitem__)


def is_arabic(tag: str) -> bool:
    """Whether a tag is that of Arabic, in whatever script."""
    return tag in (ARABIC, ARABIZI)


@lru_cache(maxsize=1 << 12)
def _tag(char: str) -> str | None:
    if not char.isalpha():
        return None
    return next((tag for tag, pattern in _PATTERNS.items() if pattern.match(char)), None)
