"""What all handlers share: whom they speak to, in which language, and that they are at work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import LinkPreviewOptions, Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.card import Card
from bot.texts import Texts, texts_for

logger = logging.getLogger(__name__)

_TYPING_LASTS = 5.0  # seconds, by Telegram's own documentation
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def message_of(update: Update) -> Message:
    """The message of an update that only comes with one.

    Raises:
        TypeError: the update carries no message; a handler was registered without its filter.

    """
    if update.effective_message is None:
        raise TypeError(f"update {update.update_id} carries no message")
    return update.effective_message


def texts_of(update: Update) -> Texts:
    """The messages in the language of whoever wrote."""
    user = update.effective_user
    return texts_for(user.language_code if user else None)


async def say(message: Message, text: str) -> None:
    """Reply with plain text; in a group, under the message it answers."""
    await show(message, Card(text, ()))


async def show(message: Message, card: Card) -> None:
    """Reply with a card; in a group, under the message it answers."""
    try:
        await _send(message, card)
    except (BadRequest, TimedOut):  # PTB counts them as network errors, but Telegram did answer,
        raise  # or has the message and is slow
    except NetworkError as error:  # most often a connection that died while it was kept open
        logger.info("sending once more: %s", error)
        await _send(message, card)


async def _send(message: Message, card: Card) -> None:
    await message.reply_text(
        card.text,
        entities=card.entities,
        reply_markup=card.keyboard,
        link_preview_options=_NO_PREVIEW,
        allow_sending_without_reply=True,
    )


@asynccontextmanager
async def typing(message: Message) -> AsyncIterator[None]:
    """Show that the bot is writing for as long as the context lasts."""
    task = asyncio.create_task(_keep_typing(message))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_typing(message: Message) -> None:
    try:
        while True:
            await message.reply_chat_action(ChatAction.TYPING)
            await asyncio.sleep(_TYPING_LASTS - 1)
    except TelegramError as error:  # a sign of life is not worth failing an answer
        logger.debug("typing could not be shown: %s", error)
