"""A question in a message, and its answer."""

import asyncio
import logging
import re
from dataclasses import replace
from time import perf_counter

from telegram import Message, MessageEntity, Update
from telegram.ext import filters

from bot.bidi import one_line
from bot.card import Card, answer_card, unknown_source_card
from bot.context import Context
from bot.deep_links import linked_question
from bot.handlers.conversation import author_of, message_of, respond, texts_of, typing
from bot.understood import Understood, understand
from retrieval.errors import UnknownSourceError
from retrieval.types import Answer, Asked

logger = logging.getLogger(__name__)

_OPENED = re.compile(r"/start(?:@\w+)? (?P<payload>[\w-]+)", re.ASCII)
_LEADING_COMMAND = re.compile(r"\s*/\w+(?:@\w+)?")


class _AddressedToBot(filters.MessageFilter):
    """Messages that reply to the bot or mention it by name."""

    def filter(self, message: Message) -> bool:
        return _replies_to_bot(message) or _mentions_bot(message)


ADDRESSED_TO_BOT = _AddressedToBot()


async def ask(update: Update, context: Context) -> None:
    """Answer the question that a message holds, or say why it cannot be searched for."""
    message, texts = message_of(update), texts_of(update, context)
    question, limit = question_in(message), context.services.settings.question_limit
    if not any(char.isalnum() for char in question):
        await respond(message, Card(texts("ask-empty"), ()), context)
    elif len(question) > limit:
        await respond(message, Card(texts("question-too-long", limit=limit), ()), context)
    else:
        await _answer(update, question, context)


async def _answer(update: Update, question: str, context: Context) -> None:
    message, texts, started = message_of(update), texts_of(update, context), perf_counter()
    limit = context.services.settings.passages_per_answer
    asked = await understood(message, question, context)
    try:
        answer = await search(message, asked, limit + 1, context)
    except UnknownSourceError as error:
        await respond(message, unknown_source_card(error, texts), context)
        return
    # Telegram shows of an opened link no more than "/start".
    note = texts("you-asked", question=question) if _OPENED.match(message.text or "") else ""
    card = answer_card(answer, texts, limit=limit, asked=asked, note=note)
    await respond(message, to_vote_on(card, answer, message, context), context)
    context.services.metrics.answered(answer, perf_counter() - started)
    _log(update, answer, context)


def to_vote_on(card: Card, answer: Answer, message: Message, context: Context) -> Card:
    """Return the card with the buttons to vote on what it answers to a message."""
    number = context.services.feedback.keep_answer(author_of(message), answer)
    return replace(card, answer=number)


async def understood(message: Message, question: str, context: Context) -> Understood:
    """Tell a question's filters, as of the day it was written."""
    sources = context.services.search.answers.sources
    return await asyncio.to_thread(understand, question, message.date.date(), sources)


async def search(message: Message, asked: Understood, k: int, context: Context) -> Answer:
    """Search for a question in a message, and show meanwhile that the bot is at work."""
    async with typing(message, context.services.search):
        return await context.services.search(Asked(asked.text, k, asked.filters))


def question_in(message: Message) -> str:
    """The text of a message on one line, without a leading command or the bot's own name.

    Of a link that was opened, the question in it.
    """
    text = message.text or ""
    if opened := _OPENED.fullmatch(text):
        return one_line(linked_question(opened["payload"]))
    if filters.COMMAND.filter(message):
        text = _LEADING_COMMAND.sub("", text, count=1)
    return one_line(re.sub(rf"{_bot_name(message)}\b", " ", text, flags=re.IGNORECASE))


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
