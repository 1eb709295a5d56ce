"""A question in a message, and its answer."""

import logging
import re
from dataclasses import replace
from time import perf_counter

from telegram import Message, MessageEntity, Update
from telegram.ext import filters

from bot.bidi import one_line
from bot.card import answer_card
from bot.context import Context
from bot.handlers.conversation import message_of, person_of, say, show, texts_of, typing
from retrieval.types import Answer, Asked

logger = logging.getLogger(__name__)

_LEADING_COMMAND = re.compile(r"\s*/\w+(?:@\w+)?")


class _AddressedToBot(filters.MessageFilter):
    """Messages that reply to the bot or mention it by name."""

    def filter(self, message: Message) -> bool:
        return _replies_to_bot(message) or _mentions_bot(message)


ADDRESSED_TO_BOT = _AddressedToBot()


async def ask(update: Update, context: Context) -> None:
    """Answer the question that a message holds, or say why it cannot be searched for."""
    message, texts, settings = message_of(update), texts_of(update), context.services.settings
    question = question_in(message)
    if not any(char.isalnum() for char in question):
        await say(message, texts("ask-empty"))
    elif len(question) > settings.question_limit:
        await say(message, texts("question-too-long", limit=settings.question_limit))
    else:
        started = perf_counter()
        answer = await _search(message, question, context)
        card = answer_card(answer, texts, limit=settings.passages_per_answer)
        number = context.services.feedback.keep_answer(person_of(update), answer)
        await show(message, replace(card, answer=number))
        context.services.metrics.answered(answer, perf_counter() - started)
        _log(update, answer, context)


def question_in(message: Message) -> str:
    """The text of a message on one line, without a leading command or the bot's own name."""
    text = message.text or ""
    if filters.COMMAND.filter(message):
        text = _LEADING_COMMAND.sub("", text, count=1)
    return one_line(re.sub(rf"{_bot_name(message)}\b", " ", text, flags=re.IGNORECASE))


async def _search(message: Message, question: str, context: Context) -> Answer:
    services = context.services
    async with typing(message):
        return await services.search(Asked(question, services.settings.passages_per_answer))


def _log(update: Update, answer: Answer, context: Context) -> None:
    chat = update.effective_chat
    logger.info(
        "update %d, chat %s: a question of %d characters, %s, confidence %.2f",
        update.update_id,
        chat.id if chat else None,
        len(answer.question),
        "answered" if answer.found else "not answered",
        answer.confidence,
        extra={
            "update": update.update_id,
            "chat": chat.id if chat else None,
            "characters": len(answer.question),
            "found": answer.found,
            "confidence": round(answer.confidence, 2),
            "generation": answer.index.generation,
            "milliseconds": round(answer.timings_ms.get("total", 0.0)),
        },
    )
    if context.services.settings.log_questions:
        logger.info("update %d: %s", update.update_id, answer.question)


def _bot_name(message: Message) -> str:
    return message.get_bot().name  # with its leading @


def _replies_to_bot(message: Message) -> bool:
    original = message.reply_to_message
    author = original.from_user if original else None
    return author is not None and author.id == message.get_bot().id


def _mentions_bot(message: Message) -> bool:
    mentions = message.parse_entities([MessageEntity.MENTION, MessageEntity.TEXT_MENTION])
    return any(
        (entity.user is not None and entity.user.id == message.get_bot().id)
        or text.casefold() == _bot_name(message).casefold()
        for entity, text in mentions.items()
    )
