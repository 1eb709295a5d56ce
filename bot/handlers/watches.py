"""Saved questions: kept, listed, ended."""

import re
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from bot.bidi import isolate
from bot.context import Context
from bot.excerpt import excerpt
from bot.handlers.conversation import (
    acknowledge,
    message_of,
    person_of,
    query_of,
    say,
    texts_of,
)
from bot.handlers.questions import question_in
from bot.texts import Texts
from bot.watches import Watch

END: Final = re.compile(r"e\.(?P<number>\d{1,15})")
_LINE: Final = 120  # units of a question in the list
_LISTED: Final = 30  # at most, so that any list fits a message


async def watch(update: Update, context: Context) -> None:
    """Keep a question, and tell its asker when there is something new on it."""
    message, texts, services = message_of(update), texts_of(update, context), context.services
    question, person = question_in(message), person_of(update)
    own = services.watches.of(person)
    if not any(char.isalnum() for char in question):
        await say(message, texts("watch-empty"))
    elif len(question) > services.settings.question_limit:
        await say(message, texts("question-too-long", limit=services.settings.question_limit))
    elif len(own) >= services.settings.watches_per_person:
        await say(message, texts("watch-too-many", most=services.settings.watches_per_person))
    else:
        if (message.chat_id, question) not in {(each.chat, each.question) for each in own}:
            state = await services.watcher.state()
            services.watches.add(person, message.chat_id, texts.language, question, state)
        await say(message, texts("watch-kept"))


async def show_watches(update: Update, context: Context) -> None:
    """List a person's saved questions, each with a button to end it."""
    own, texts = context.services.watches.of(person_of(update)), texts_of(update, context)
    await message_of(update).reply_text(_list(own, texts), reply_markup=_buttons(own))


async def end(update: Update, context: Context) -> None:
    """End a saved question, and show which are left."""
    query, texts, watches = query_of(update), texts_of(update, context), context.services.watches
    pressed = END.fullmatch(query.data or "")
    ended = pressed and watches.end(int(pressed["number"]), query.from_user.id)
    await acknowledge(query, texts("watch-ended" if ended else "watch-unknown"))
    if ended and isinstance(query.message, Message):
        own = watches.of(query.from_user.id)
        await query.edit_message_text(_list(own, texts), reply_markup=_buttons(own))


def _list(watches: list[Watch], texts: Texts) -> str:
    if not watches:
        return texts("watch-none")
    lines = [
        f"{place}. {isolate(excerpt(each.question, (), _LINE).text)}"
        for place, each in enumerate(watches[:_LISTED], 1)
    ]
    return "\n".join([texts("watch-list"), *lines])


def _buttons(watches: list[Watch]) -> InlineKeyboardMarkup | None:
    buttons = [
        InlineKeyboardButton(f"✕ {place}", callback_data=f"e.{each.number}")
        for place, each in enumerate(watches[:_LISTED], 1)
    ]
    rows = [buttons[at : at + 5] for at in range(0, len(buttons), 5)]
    return InlineKeyboardMarkup(rows) if rows else None
