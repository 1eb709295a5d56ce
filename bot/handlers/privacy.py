"""What is kept of a person: said, and forgotten."""

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ChatType

from bot.context import Context
from bot.handlers.conversation import message_of, person_of, say, texts_of
from bot.votes import consent_row


async def show_privacy(update: Update, context: Context) -> None:
    """Say what is kept, and let the person decide what is up to them."""
    message, texts, services = message_of(update), texts_of(update, context), context.services
    said = texts("privacy-logged" if services.settings.log_questions else "privacy")
    if message.chat.type != ChatType.PRIVATE:
        await say(message, said)
        return
    given = services.feedback.consent(person_of(update))
    state = texts("privacy-consented" if given else "privacy-not-consented")
    await message.reply_text(
        f"{said}\n\n{state}", reply_markup=InlineKeyboardMarkup([consent_row(texts)])
    )


async def forget(update: Update, context: Context) -> None:
    """Forget all that is kept of a person, but that they were let in."""
    services, person = context.services, person_of(update)
    votes, watches = services.feedback.forget(person), services.watches.forget(person)
    services.memory.forget(person)
    services.limits.forget(person)
    services.inline_limits.forget(person)
    services.database.scrub()
    await say(
        message_of(update), texts_of(update, context)("forgotten", votes=votes, watches=watches)
    )
