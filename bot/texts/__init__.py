"""What the bot says, by language: the catalogues beside this file, in Fluent's format.

Fluent puts direction isolates around every value it inserts.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from fluent.runtime import FluentBundle, FluentResource

from bot.bidi import Direction

Language = Literal["ar", "en"]
MessageId = Literal[
    "about",
    "also",
    "also-others",
    "answer-failed",
    "ask-empty",
    "bot-description",
    "bot-short-description",
    "busy",
    "command-ask",
    "command-forget",
    "command-help",
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
    "forgotten",
    "help",
    "invitation",
    "nearest",
    "no-date",
    "no-link",
    "not-admitted",
    "not-found",
    "not-found-advice",
    "not-held",
    "not-held-advice",
    "nothing-new",
    "open-source",
    "press-unknown",
    "privacy",
    "privacy-consented",
    "privacy-logged",
    "privacy-not-consented",
    "published",
    "question-too-long",
    "reloaded",
    "source-number",
    "stats",
    "text-only",
    "too-many-questions",
    "undated",
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
]

LANGUAGES: tuple[Language, ...] = get_args(Language)
_DIRECTIONS: Mapping[Language, Direction] = {"ar": "rtl", "en": "ltr"}


class Texts:
    """The messages of one language: ``texts("question-too-long", limit=500)``."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.direction = _DIRECTIONS[language]
        self._bundle = FluentBundle([language])
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
def texts_in(language: Language) -> Texts:
    """Load a language's messages, once."""
    return Texts(language)


def texts_for(language_code: str | None) -> Texts:
    """Choose by Telegram's ``language_code``: Arabic if it says so or nothing, else English."""
    primary = (language_code or "ar").replace("_", "-").split("-")[0].lower()
    return texts_in("ar" if primary == "ar" else "en")
