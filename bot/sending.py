"""Sending a card so that a broken connection does not lose it."""

import asyncio
import logging
from typing import Final

import httpx
from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.card import Card

logger = logging.getLogger(__name__)

_WAITS: Final = (0.0, 0.5, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 60.0)
"""Seconds before a card is sent again: three minutes without Telegram lose nothing. What is then
still not sent is taken up at the next start."""
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


async def send(bot: Bot, chat: int, card: Card, quoted: int | None = None) -> Message:
    """Send a card, again where the connection broke: Telegram may have had it or not."""
    for seconds in _WAITS:
        try:
            return await _send(bot, chat, card, quoted)
        except (BadRequest, TimedOut) as error:  # PTB counts them as network errors, but Telegram
            if not _is_unsent(error):  # did answer, or has the message and is slow
                raise
        except NetworkError as error:  # most often a connection that died while it was kept open
            logger.info("sending again in %.1f s: %s", seconds, error)
        await asyncio.sleep(seconds)
    return await _send(bot, chat, card, quoted)


def _is_unsent(error: TelegramError) -> bool:
    return isinstance(error.__cause__, httpx.ConnectTimeout | httpx.PoolTimeout)


async def _send(bot: Bot, chat: int, card: Card, quoted: int | None) -> Message:
    reply = ReplyParameters(quoted, allow_sending_without_reply=True) if quoted else None
    return await bot.send_message(
        chat,
        card.text,
        entities=card.entities,
        reply_markup=card.keyboard,
        link_preview_options=NO_PREVIEW,
        reply_parameters=reply,
    )
