"""What all handlers share: whom they speak to, in which language, and that they are at work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, TelegramError

from bot.card import Card
from bot.sending import send
from bot.texts import Texts, texts_for

logger = logging.getLogger(__name__)

_QUICK = 0.4  # seconds; a sign for less is a call of the thirty that Telegram allows a second
_TYPING_LASTS = 5.0  # seconds, by Telegram's own documentation
_SHORT = 60  # characters that are read while a notice passes


def message_of(update: Update) -> Message:
    """The message of an update that only comes with one.

    Raises:
        TypeError: the update carries no message; a handler was registered without its filter.

    """
    if update.effective_message is None:
        raise TypeError(f"update {update.update_id} carries no message")
    return update.effective_message


def query_of(update: Update) -> CallbackQuery:
    """The press of a button that an update is.

    Raises:
        TypeError: it is none; a handler was registered without its filter.

    """
    if update.callback_query is None:
        raise TypeError(f"update {update.update_id} is no press of a button")
    return update.callback_query


def person_of(update: Update) -> int:
    """The number of whoever wrote or pressed; the chat's, where nobody did by name."""
    who = update.effective_user or update.effective_chat
    return who.id if who else 0


async def acknowledge(query: CallbackQuery, text: str) -> None:
    """End a button's waiting, and show a sentence over the chat."""
    try:
        await query.answer(text, show_alert=len(text) > _SHORT)
    except BadRequest as error:  # it waited longer than Telegram remembers, after a restart
        logger.info("a press is too old to be acknowledged: %s", error)


def texts_of(update: Update) -> Texts:
    """The messages in the language of whoever wrote."""
    user = update.effective_user
    return texts_for(user.language_code if user else None)


async def say(message: Message, text: str) -> None:
    """Reply with plain text; in a group, under the message it answers."""
    await show(message, Card(text, ()))


async def show(message: Message, card: Card) -> None:
    """Reply with a card, under the message it answers."""
    # Buttons find the question in what is quoted.
    quoting = card.answer is not None or message.chat.type != ChatType.PRIVATE
    await send(message.get_bot(), message.chat_id, card, message.message_id if quoting else None)


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
        await asyncio.sleep(_QUICK)
        while True:
            await message.reply_chat_action(ChatAction.TYPING)
            await asyncio.sleep(_TYPING_LASTS - 1)
    except TelegramError as error:  # a sign of life is not worth failing an answer
        logger.debug("typing could not be shown: %s", error)
