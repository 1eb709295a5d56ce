"""A question in a message, and its answer."""

import asyncio
import logging
import re

from telegram import Message, MessageEntity, Update
from telegram.ext import filters

from bot.bidi import one_line
from bot.card import Card, answer_card
from bot.context import Context
from bot.deep_links import linked_question
from bot.handlers.conversation import message_of, respond, texts_of, typing
from bot.understood import Understood, understand
from retrieval.types import Answer

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
    message, texts, settings = (
        message_of(update),
        texts_of(update, context),
        context.services.settings,
    )
    question = question_in(message)
    if not any(char.isalnum() for char in question):
        await respond(message, Card(texts("ask-empty"), ()), context)
    elif len(question) > settings.question_limit:
        too_long = texts("question-too-long", limit=settings.question_limit)
        await respond(message, Card(too_long, ()), context)
    else:
        asked = await understood(message, question, context)
        limit = settings.passages_per_answer
        answer = await search(message, asked, limit + 1, context)
        # Telegram shows of an opened link no more than "/start".
        note = texts("you-asked", question=question) if _OPENED.match(message.text or "") else ""
        card = answer_card(answer, texts, limit=limit, asked=asked, note=note)
        await respond(message, card, context)
        _log(update, answer, context)


async def understood(message: Message, question: str, context: Context) -> Understood:
    """Tell a question's filters, as of the day it was written."""
    sources = context.services.answers.sources
    return await asyncio.to_thread(understand, question, message.date.date(), sources)


async def search(message: Message, asked: Understood, k: int, context: Context) -> Answer:
    """Search for a question in a message, and show meanwhile that the bot is at work."""
    async with typing(message):
        # Only the search leaves the event loop: encoding a question on it would freeze everyone.
        return await asyncio.to_thread(
            context.services.answers.answer, asked.text, k, filters=asked.filters
        )


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
