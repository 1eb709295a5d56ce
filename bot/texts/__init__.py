"""What the bot says, by language: the catalogues beside this file, in Fluent's format.

Fluent puts direction isolates around every value it inserts.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from babel import Locale, UnknownLocaleError
from fluent.runtime import FluentBundle, FluentResource

from bot.bidi import Direction

Language = Literal["ar", "en", "fr", "tr", "de"]
MessageId = Literal[
    "about",
    "already-pressed",
    "also",
    "also-others",
    "answer-failed",
    "around",
    "around-number",
    "article-gone",
    "ask-empty",
    "asked-again",
    "bot-description",
    "bot-short-description",
    "busy",
    "comma",
    "command-ask",
    "command-forget",
    "command-help",
    "command-language",
    "command-privacy",
    "command-start",
    "command-watch",
    "command-watches",
    "consent-asked",
    "consent-given",
    "consent-no",
    "consent-none",
    "consent-yes",
    "console-help",
    "console-prompt",
    "console-start",
    "drop-filters",
    "filter-between",
    "filter-since",
    "filter-source",
    "filter-until",
    "forgotten",
    "help",
    "inline-hint",
    "inline-not-found",
    "inline-read",
    "inline-unsure",
    "invitation",
    "language-choose",
    "language-chosen",
    "language-name",
    "more",
    "nearest",
    "no-date",
    "no-link",
    "no-more",
    "not-admitted",
    "not-found",
    "not-found-advice",
    "not-found-filtered",
    "not-held",
    "not-held-advice",
    "nothing-new",
    "open-source",
    "page-back",
    "page-on",
    "press-unknown",
    "privacy",
    "privacy-consented",
    "privacy-logged",
    "privacy-not-consented",
    "published",
    "published-about",
    "question-gone",
    "question-too-long",
    "quote-close",
    "quote-open",
    "reloaded",
    "show-nearest",
    "source-number",
    "source-unknown",
    "sources-near",
    "stats",
    "text-only",
    "too-many-questions",
    "undated",
    "understood",
    "unknown-command",
    "unsure",
    "untitled",
    "version",
    "vote-taken",
    "vote-too-late",
    "watch-empty",
    "watch-ended",
    "watch-kept",
    "watch-list",
    "watch-news",
    "watch-none",
    "watch-too-many",
    "watch-unknown",
    "why",
    "why-exact",
    "why-meaning",
    "why-no-meaning",
    "why-no-words",
    "why-spelling",
    "why-sure",
    "why-unsure",
    "why-words",
    "you-asked",
]

LANGUAGES: tuple[Language, ...] = get_args(Language)
_DIRECTIONS: Mapping[Language, Direction] = {
    "ar": "rtl",
    "en": "ltr",
    "fr": "ltr",
    "tr": "ltr",
    "de": "ltr",
}


class Texts:
    """The messages of one language: ``texts("question-too-long", limit=500)``."""

    def __init__(self, language: Language, locale: str) -> None:
        self.language = language
        self.direction = _DIRECTIONS[language]
        self._bundle = FluentBundle([locale])
        source = Path(__file__).with_name(f"{language}.ftl").read_text(encoding="utf-8")
        self._bundle.add_resource(FluentResource(source))

    def __call__(self, message: MessageId, /, **values: str | int | date) -> str:
        """Return the message with ``values`` put in.

        Raises:
            LookupError: the catalogue lacks the message, or the message needs another value.

        """
        pattern = self._bundle.get_message(message).value
        if pattern is None:
            raise LookupError(f"{self.language}.ftl: {message} has no text")
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise LookupError(f"{self.language}.ftl: {message}: {errors[0]}")
        return str(text)


@cache
def texts_in(language: Language, locale: str | None = None) -> Texts:
    """Load a language's messages, once; days and numbers are written as in ``locale``."""
    return Texts(language, locale or language)


def texts_for(language_code: str | None, chosen: str | None = None) -> Texts:
    """Choose the language: ``chosen``, else that of Telegram's ``language_code``, else English.

    Arabic is for whoever's Telegram does not tell. The code's country, as in ``ar-SY``, says how
    days are written.
    """
    locale = _locale(language_code or "ar")
    language = chosen or (locale.language if locale else "")
    for known in LANGUAGES:
        if known == language:
            same = locale is not None and locale.language == known
            return texts_in(known, str(locale) if same else known)
    return texts_in("en")


def _locale(language_code: str) -> Locale | None:
    try:
        return Locale.parse(language_code.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
