"""The buttons under a card to say whether it answers, and the data they carry."""

import re
from typing import Final

from telegram import InlineKeyboardButton

from bot.texts import Texts

VOTE: Final = re.compile(r"v\.(?P<answer>\d{1,15})\.(?P<good>[01])")
CONSENT: Final = re.compile(r"c\.(?P<answer>\d{1,15})\.(?P<given>[01])")


def vote_row(answer: int) -> tuple[InlineKeyboardButton, ...]:
    """Return the buttons to vote on an answer with."""
    return (
        InlineKeyboardButton("👍", callback_data=f"v.{answer}.1"),
        InlineKeyboardButton("👎", callback_data=f"v.{answer}.0"),
    )


def consent_row(texts: Texts, answer: int = 0) -> tuple[InlineKeyboardButton, ...]:
    """Return the buttons to decide with on keeping one's questions; ``answer`` was voted on."""
    return (
        InlineKeyboardButton(texts("consent-yes"), callback_data=f"c.{answer}.1"),
        InlineKeyboardButton(texts("consent-no"), callback_data=f"c.{answer}.0"),
    )
