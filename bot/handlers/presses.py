"""Buttons under a card. Whoever presses one, each shows what it leads to once."""

import logging

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest, TelegramError

from bot.buttons import Around, Drop, More, Read, Speak, Why, press_in, state_of
from bot.card import Card, answer_card, unknown_source_card
from bot.context import Context
from bot.handlers.conversation import (
    acknowledge,
    article_behind,
    query_of,
    show,
    texts_of,
)
from bot.handlers.languages import speak
from bot.handlers.questions import question_in, search, to_vote_on, understood
from bot.reading import after, before, page_card, passage_card
from bot.reasons import why_card
from bot.sending import NO_PREVIEW
from bot.texts import LANGUAGES, Texts
from bot.understood import Understood
from retrieval.errors import UnknownSourceError
from retrieval.types import Answer, Span

logger = logging.getLogger(__name__)

_MOST_HITS = 50  # of one question: who has read as many asks otherwise


async def press(update: Update, context: Context) -> None:
    """Do what a button asks for, or say why that is no longer possible."""
    query, texts = query_of(update), texts_of(update, context)
    match press_in(query.data):
        case More() | Why() | Drop() as asked:
            await _ask_again(query, asked, texts, context)
        case Around() as place:
            await _show_around(query, place, texts, context)
        case Read() as place:
            await _turn(query, place, texts, context)
        case Speak() as wanted if wanted.language in LANGUAGES:
            await speak(query, wanted, context)
        case _:
            await acknowledge(query, texts("press-unknown"))


async def _ask_again(
    query: CallbackQuery, press: More | Why | Drop, texts: Texts, context: Context
) -> None:
    """Ask the question above a card again, and show the part of the answer that is wanted."""
    message = _question_of(query)
    if message is None:
        await acknowledge(query, texts("question-gone"))
        return
    with context.services.pressed.begin(
        (message.chat_id, query.message and query.message.message_id, query.data)
    ) as first:
        await acknowledge(query, "" if first else texts("already-pressed"))
        if not first:
            return
        asked = await understood(message, question_in(message), context)
        if isinstance(press, Drop) or press.dropped:
            asked = asked.without_filters()
        card = await _card(message, asked, press, texts, context)
        context.services.memory.keep_articles(card.articles)
        await show(message, card, quoting=True)
        await _take_away(query)


async def _card(
    message: Message,
    asked: Understood,
    press: More | Why | Drop,
    texts: Texts,
    context: Context,
) -> Card:
    limit = context.services.settings.passages_per_answer
    try:
        answer = await search(message, asked, _needed(press, limit), context)
    except UnknownSourceError as error:
        return unknown_source_card(error, texts)
    card = _part(answer, asked, press, texts, limit)
    is_answer = card.articles or isinstance(press, Drop)
    return to_vote_on(card, answer, message, context) if is_answer else card


def _needed(press: More | Why | Drop, limit: int) -> int:
    """How many hits must be asked for, one more than is shown included."""
    last = press.rank - 1 + limit if isinstance(press, More) else limit
    if isinstance(press, Why):
        last = press.rank - 1 + press.count
    return min(max(last, limit), _MOST_HITS - 1) + 1


def _part(
    answer: Answer, asked: Understood, press: More | Why | Drop, texts: Texts, limit: int
) -> Card:
    if isinstance(press, Drop):
        return answer_card(answer, texts, limit=limit, asked=asked)
    hits = answer.hits[press.rank - 1 :]
    if press.state != state_of(answer.index.generation, asked.typed):
        note = texts("asked-again")
        return answer_card(answer, texts, limit=limit, asked=asked, note=note)
    if not hits:
        return Card(texts("no-more"), ())
    if isinstance(press, Why):
        return why_card(answer, hits[: press.count], texts)
    return answer_card(answer, texts, limit=limit, asked=asked, first=press.rank, nearest=True)


async def _show_around(query: CallbackQuery, place: Around, texts: Texts, context: Context) -> None:
    """Show what surrounds a passage, below the card that holds it."""
    article, message = await article_behind(place.key, context), query.message
    if article is None or not isinstance(message, Message):
        await acknowledge(query, texts("article-gone"))
        return
    with context.services.pressed.begin((message.chat_id, message.message_id, query.data)) as first:
        await acknowledge(query, "" if first else texts("already-pressed"))
        if first:
            card = passage_card(article, Span(place.start, place.end), texts)
            await show(message, card, quoting=True)
            await _take_away(query)


async def _turn(query: CallbackQuery, place: Read, texts: Texts, context: Context) -> None:
    """Turn the page in its place."""
    article = await article_behind(place.key, context)
    await acknowledge(query, "" if article else texts("article-gone"))
    if article is None:
        return
    window = (before if place.back else after)(article.text, place.place)
    card = page_card(article, window, texts)
    try:
        await query.edit_message_text(
            card.text,
            entities=card.entities,
            reply_markup=card.keyboard,
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if "not modified" not in error.message:  # pressed twice
            raise


def _question_of(query: CallbackQuery) -> Message | None:
    """The message that a card answers, if it is still there and holds a question."""
    card = query.message
    message = card.reply_to_message if isinstance(card, Message) else None
    return message if message and question_in(message) else None


async def _take_away(query: CallbackQuery) -> None:
    """Remove a button that has shown what it can."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = [
        [button for button in row if button.callback_data != query.data]
        for row in (markup.inline_keyboard if markup else ())
    ]
    try:
        await query.edit_message_reply_markup(InlineKeyboardMarkup([row for row in rows if row]))
    except TelegramError as error:  # what it led to is shown all the same
        logger.debug("a button stays: %s", error)
