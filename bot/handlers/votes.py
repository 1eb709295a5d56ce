"""👍 and 👎 under an answer, and the one question that follows the first of them."""

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType

from bot.context import Context
from bot.handlers.conversation import acknowledge, query_of, texts_of
from bot.handlers.questions import question_in
from bot.texts import Texts
from bot.votes import CONSENT, VOTE, consent_row


async def vote(update: Update, context: Context) -> None:
    """Take a person's word on an answer; ask once whether the question may be kept with it."""
    query, texts, feedback = query_of(update), texts_of(update, context), context.services.feedback
    pressed = VOTE.fullmatch(query.data or "")
    if pressed is None:
        await acknowledge(query, texts("press-unknown"))
        return
    answer, good, person = int(pressed["answer"]), pressed["good"] == "1", query.from_user.id
    if not feedback.vote(answer, person, good=good):
        await acknowledge(query, texts("vote-too-late"))
        return
    context.services.metrics.voted(good=good)
    asker = feedback.asked_by(answer, person)
    if asker:
        _keep_question(query, answer, context)
    await acknowledge(query, texts("vote-taken"))
    if asker:
        await _ask_consent(query, answer, texts, context)


async def decide(update: Update, context: Context) -> None:
    """Take a person's decision on keeping their questions."""
    query, texts, feedback = query_of(update), texts_of(update, context), context.services.feedback
    pressed = CONSENT.fullmatch(query.data or "")
    if pressed is None:
        await acknowledge(query, texts("press-unknown"))
        return
    feedback.decide(query.from_user.id, given=pressed["given"] == "1")
    _keep_question(query, int(pressed["answer"]), context)
    await acknowledge(query, texts("consent-given" if pressed["given"] == "1" else "consent-none"))


def _keep_question(query: CallbackQuery, answer: int, context: Context) -> None:
    """Keep the question that the card, or the bot's own question, quotes."""
    message = _quoted(query)
    if message and question_in(message):
        context.services.feedback.keep_question(answer, query.from_user.id, question_in(message))


async def _ask_consent(query: CallbackQuery, answer: int, texts: Texts, context: Context) -> None:
    message = _quoted(query)
    if message is None or message.chat.type != ChatType.PRIVATE:
        return
    if context.services.feedback.consent(query.from_user.id) is None:
        await message.reply_text(
            texts("consent-asked"),
            reply_markup=InlineKeyboardMarkup([consent_row(texts, answer)]),
            do_quote=True,
            allow_sending_without_reply=True,
        )


def _quoted(query: CallbackQuery) -> Message | None:
    """The question that a message of the bot quotes, if both are still there."""
    card = query.message
    return card.reply_to_message if isinstance(card, Message) else None
