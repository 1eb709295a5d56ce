"""Which language the bot speaks with whom."""

from telegram import CallbackQuery, Update

from bot.buttons import Speak
from bot.card import Card, PressButton
from bot.context import Context
from bot.handlers.conversation import acknowledge, message_of, show, texts_of
from bot.texts import LANGUAGES, texts_in


async def choose(update: Update, context: Context) -> None:
    """Offer the languages, each under its own name."""
    buttons = [PressButton(texts_in(each)("language-name"), Speak(each)) for each in LANGUAGES]
    rows = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    text = texts_of(update, context)("language-choose")
    await show(message_of(update), Card(text, (), rows))


async def speak(query: CallbackQuery, wanted: Speak, context: Context) -> None:
    """Speak with whoever pressed the button in the language it names, from now on."""
    language = next(each for each in LANGUAGES if each == wanted.language)
    context.services.memory.speak(query.from_user.id, language)
    await acknowledge(query, texts_in(language)("language-chosen"))
