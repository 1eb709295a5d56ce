"""Questions typed after the bot's name in any chat: passages to choose from and send there."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from time import perf_counter

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)

from bot.answers import article_name
from bot.bidi import isolate, one_line
from bot.buttons import key_of
from bot.card import Card, LinkButton, hit_card, shortened
from bot.context import Context
from bot.deep_links import article_link, question_payload
from bot.handlers.conversation import texts_of
from bot.sending import NO_PREVIEW
from bot.texts import MessageId, Texts
from bot.understood import understand
from retrieval.errors import UnknownSourceError
from retrieval.types import Answer, Asked, Hit

_PAGE, _MOST = 10, 50
_TITLE, _DESCRIPTION = 100, 200  # units; a result shows about so much
_KEPT = 300  # seconds that Telegram shows the same person the same results
_NOTHING = "ask"  # where a question is too long for a link


async def offer(update: Update, context: Context) -> None:
    """Offer the hits of a question, a page at a time; only for what was typed last."""
    query = update.inline_query
    if query is None:
        raise TypeError(f"update {update.update_id} is no inline query")
    services, texts, started = context.services, texts_of(update, context), perf_counter()
    question = one_line(query.query)
    if not any(char.isalnum() for char in question):
        await _answer(query, [], "", _button("inline-hint", "", texts))
        return
    services.typed[query.from_user.id] = query.id
    async with services.inline_turn:
        # Every letter is a query of its own: those that were typed past are not searched for.
        if services.typed.get(query.from_user.id) != query.id:
            return
        del services.typed[query.from_user.id]
        start = int(query.offset) if query.offset.isdecimal() else 0
        k = min(start + _PAGE, _MOST) + 1
        answer = await _search(query, question, k, context)
    if answer is None:
        await query.answer([], cache_time=0, is_personal=True)
        return
    hits = answer.hits[start : k - 1] if answer.found or answer.unsure else ()
    services.memory.keep_articles(hit.article.id for hit in hits)
    further = str(k - 1) if hits and len(answer.hits) == k <= _MOST else ""
    results = [_result(answer, hit, context.bot.name, texts) for hit in hits]
    await _answer(query, results, further, _remark(answer, question, texts))
    services.metrics.answered(answer, perf_counter() - started, inline=True)


async def _search(query: InlineQuery, question: str, k: int, context: Context) -> Answer | None:
    """Search for what was typed; None where it cannot be, or not now."""
    services, now = context.services, datetime.now(UTC)
    sources = services.search.answers.sources
    allowed = services.inline_limits.take(query.from_user.id, now.timestamp()).allowed
    if not allowed or services.search.waiting >= services.settings.waiting_questions:
        services.metrics.count("busy" if allowed else "limited", inline=True)
        return None
    asked = await asyncio.to_thread(understand, question, now.date(), sources)
    with suppress(UnknownSourceError):  # its name is still being typed
        return await services.search(Asked(asked.text, k, asked.filters))
    return None


async def _answer(
    query: InlineQuery,
    results: list[InlineQueryResultArticle],
    further: str,
    button: InlineQueryResultsButton | None,
) -> None:
    await query.answer(
        results, cache_time=_KEPT, is_personal=True, next_offset=further, button=button
    )


def _result(answer: Answer, hit: Hit, bot: str, texts: Texts) -> InlineQueryResultArticle:
    card = _card(answer, hit, bot, texts)
    marked = " … ".join(one_line(hit.passage.text[start:end]) for start, end in hit.highlights)
    return InlineQueryResultArticle(
        f"{key_of(hit.article.id)}.{hit.passage.start}",
        isolate(shortened(article_name(hit.article, texts), _TITLE)),
        InputTextMessageContent(card.text, entities=card.entities, link_preview_options=NO_PREVIEW),
        reply_markup=card.keyboard,
        description=shortened(marked or one_line(hit.passage.text), _DESCRIPTION),
    )


def _card(answer: Answer, hit: Hit, bot: str, texts: Texts) -> Card:
    card = hit_card(answer, hit, texts)
    if card.rows:
        return card
    read = LinkButton(texts("inline-read"), article_link(bot, hit.article.id))
    return Card(card.text, card.entities, ((read,),))


def _remark(answer: Answer, question: str, texts: Texts) -> InlineQueryResultsButton | None:
    if answer.found:
        return None
    return _button("inline-unsure" if answer.unsure else "inline-not-found", question, texts)


def _button(text: MessageId, question: str, texts: Texts) -> InlineQueryResultsButton:
    """A button above the results, which leads into the bot's own chat to ask there."""
    payload = question_payload(question) if question else None
    return InlineQueryResultsButton(texts(text), start_parameter=payload or _NOTHING)
