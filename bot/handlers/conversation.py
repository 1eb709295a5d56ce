"""What all handlers share: whom they speak to, in which language, and that they are at work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import CallbackQuery, LinkPreviewOptions, Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from bot.card import Card
from bot.context import Context
from bot.texts import Texts, texts_for
from retrieval.types import Article

logger = logging.getLogger(__name__)

_TYPING_LASTS = 5.0  # seconds, by Telegram's own documentation
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def message_of(update: Update) -> Message:
    """The message of an update that only comes with one.

    Raises:
        TypeError: the update carries no message; a handler was registered without its filter.

    """
    if update.effective_message is None:
        raise TypeError(f"update {update.update_id} carries no message")
    return update.effective_message


def texts_of(update: Update, context: Context) -> Texts:
    """The messages in the language that whoever wrote chose, else in their Telegram's."""
    user = update.effective_user
    if user is None:
        return texts_for(None)
    return texts_for(user.language_code, context.services.memory.language(user.id))


async def say(message: Message, text: str) -> None:
    """Reply with plain text; in a group, under the message it answers."""
    await show(message, Card(text, ()))


async def show(message: Message, card: Card, *, quoting: bool | None = None) -> Message:
    """Reply with a card; in a group, or where told so, under the message it answers."""
    try:
        return await _send(message, card, quoting)
    except (BadRequest, TimedOut):  # PTB counts them as network errors, but Telegram did answer,
        raise  # or has the message and is slow
    except NetworkError as error:  # most often a connection that died while it was kept open
        logger.info("sending once more: %s", error)
        return await _send(message, card, quoting)


async def respond(message: Message, card: Card, context: Context) -> None:
    """Answer a message: below it, or in the place of the answer that it had before an edit."""
    memory = context.services.memory
    memory.keep_articles(card.articles)
    before = memory.reply(message.chat_id, message.message_id)
    if before is not None and await _replaced(message, before, card):
        return
    sent = await show(message, card, quoting=True)
    person = message.from_user.id if message.from_user else message.chat_id
    memory.keep_reply(message.chat_id, message.message_id, sent.message_id, person)


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


async def _send(message: Message, card: Card, quoting: bool | None) -> Message:
    return await message.reply_text(
        card.text,
        entities=card.entities,
        reply_markup=card.keyboard,
        link_preview_options=NO_PREVIEW,
        allow_sending_without_reply=True,
        do_quote=quoting,
    )


async def article_behind(key: str, context: Context) -> Article | None:
    """The article that a button or a link means, if it is still there."""
    services = context.services
    article_id = services.memory.article(key)
    if article_id is None:
        return None
    return await asyncio.to_thread(services.answers.article, article_id)


async def acknowledge(query: CallbackQuery, text: str) -> None:
    """End the button's waiting; ``text``, if any, is shown over the chat."""
    try:
        await query.answer(text or None, show_alert=bool(text))
    except BadRequest as error:  # it waited longer than Telegram remembers, after a restart
        logger.info("a press is too old to be acknowledged: %s", error)


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
