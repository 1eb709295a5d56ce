"""What stands before every handler: whether this person is answered, and now."""

import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from telegram import InlineQuery, Message, Update
from telegram.constants import ChatType

from bot.access import PREFIX
from bot.buttons import Drop, More, Why, press_in
from bot.context import Context
from bot.handlers.conversation import acknowledge, person_of, say, texts_of

logger = logging.getLogger(__name__)

Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]

_START: Final = "/start "


def guarded(callback: Callback) -> Callback:
    """Let a handler see only what comes from people the bot answers, and within their limits."""

    async def guard(update: Update, context: Context) -> None:
        if await _within_limits(update, context) and await _admitted(update, context):
            await callback(update, context)

    return guard


async def _admitted(update: Update, context: Context) -> bool:
    services, chat = context.services, update.effective_chat
    person, message = person_of(update), update.message
    if message and message.chat.type == ChatType.PRIVATE:
        payload = (message.text or "").removeprefix(_START)
        if payload.startswith(PREFIX) and services.access.accept(person, payload):
            logger.info("update %d: somebody was let in by invitation", update.update_id)
            return True
    if services.access.admits(person, chat.id if chat else None):
        return True
    services.metrics.count("refused", inline=update.inline_query is not None)
    await _tell(update, texts_of(update, context)("not-admitted", person=str(person)))
    return False


async def _within_limits(update: Update, context: Context) -> bool:
    services, texts, asked = context.services, texts_of(update, context), _asked_at(update)
    if asked is None:
        return True
    if services.search.waiting >= services.settings.waiting_questions:
        services.metrics.count("busy")
        await _tell(update, texts("busy"))
        return False
    verdict = services.limits.take(person_of(update), asked.timestamp())
    if not verdict.allowed:
        services.metrics.count("limited")
    if verdict.first or (update.callback_query and not verdict.allowed):
        most = services.settings.questions_per_minute
        await _tell(update, texts("too-many-questions", most=most, wait=verdict.wait))
    return verdict.allowed


def _asked_at(update: Update) -> datetime | None:
    """When an update asked for a search; None: it costs none, or is counted where it is made."""
    if update.callback_query:
        searches = isinstance(press_in(update.callback_query.data), More | Why | Drop)
        return datetime.now(UTC) if searches else None
    if message := update.effective_message:
        # By the clock of Telegram: what waited there while the bot was down was not asked at once.
        return message.edit_date or message.date
    return None


async def _tell(update: Update, text: str) -> None:
    if update.callback_query:
        await acknowledge(update.callback_query, text)
    elif isinstance(update.inline_query, InlineQuery):
        await update.inline_query.answer([], cache_time=0, is_personal=True)
    elif isinstance(update.effective_message, Message):
        await say(update.effective_message, text)
