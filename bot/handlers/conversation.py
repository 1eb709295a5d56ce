"""What all handlers share: whom they speak to, in which language, and that they are at work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, TelegramError

from bot.card import Card
from bot.context import Context
from bot.search import Search
from bot.sending import NO_PREVIEW, send
from bot.texts import Texts, texts_for
from retrieval.types import Article

logger = logging.getLogger(__name__)

_QUICK = 0.4  # seconds; a sign for less is a call of the thirty that Telegram allows a second
_MANY = 20  # questions waiting: signs for more would keep their answers waiting for those calls
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


def author_of(message: Message) -> int:
    """The number of whoever wrote a message; the chat's, where nobody did by name."""
    return message.from_user.id if message.from_user else message.chat_id


async def acknowledge(query: CallbackQuery, text: str) -> None:
    """End a button's waiting; ``text``, if any, is shown over the chat."""
    try:
        await query.answer(text or None, show_alert=len(text) > _SHORT)
    except BadRequest as error:  # it waited longer than Telegram remembers, after a restart
        logger.info("a press is too old to be acknowledged: %s", error)


def texts_of(update: Update, context: Context) -> Texts:
    """The messages in the language that whoever wrote chose, else in their Telegram's."""
    user = update.effective_user
    if user is None:
        return texts_for(None)
    return texts_for(user.language_code, context.services.memory.language(user.id))


async def say(message: Message, text: str) -> None:
    """Reply with plain text; in a group, under the message it answers."""
    await show(message, Card(text, ()))


async def show(message: Message, card: Card, *, quoting: bool = False) -> Message:
    """Reply with a card; in a group, or where told so, under the message it answers."""
    quoting = quoting or message.chat.type != ChatType.PRIVATE
    quoted = message.message_id if quoting else None
    return await send(message.get_bot(), message.chat_id, card, quoted)


async def respond(message: Message, card: Card, context: Context) -> None:
    """Answer a message: below it, or in the place of the answer that it had before an edit."""
    memory = context.services.memory
    memory.keep_articles(card.articles)
    before = memory.reply(message.chat_id, message.message_id)
    if before is not None and await _replaced(message, before, card):
        return
    sent = await show(message, card, quoting=True)
    memory.keep_reply(message.chat_id, message.message_id, sent.message_id, author_of(message))


async def _replaced(message: Message, answer: int, card: Card) -> bool:
    """Put a card in the place of a message; False where that is gone."""
    try:
        await message.get_bot().edit_message_text(
            card.text,
            message.chat_id,
            answer,
            entities=card.entities,
            reply_markup=card.keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        return "not modified" in error.message
    return True


async def article_behind(key: str, context: Context) -> Article | None:
    """The article that a button or a link means, if it is still there."""
    services = context.services
    article_id = services.memory.article(key)
    if article_id is None:
        return None
    return await asyncio.to_thread(services.search.answers.article, article_id)


@asynccontextmanager
async def typing(message: Message, search: Search) -> AsyncIterator[None]:
    """Show that the bot is writing for as long as the context lasts, unless many wait."""
    task = asyncio.create_task(_keep_typing(message, search))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_typing(message: Message, search: Search) -> None:
    try:
        await asyncio.sleep(_QUICK)
        while True:
            if search.waiting < _MANY:
                await message.reply_chat_action(ChatAction.TYPING)
            await asyncio.sleep(_TYPING_LASTS - 1)
    except TelegramError as error:  # a sign of life is not worth failing an answer
        logger.debug("typing could not be shown: %s", error)
