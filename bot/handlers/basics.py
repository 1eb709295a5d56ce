"""Replies that need no search."""

from telegram import Update

from bot.context import Context
from bot.handlers.conversation import message_of, say, texts_of


async def start(update: Update, _: Context) -> None:
    """Say what the bot is."""
    await say(message_of(update), texts_of(update)("about"))


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask and how to read an answer."""
    await say(message_of(update), texts_of(update)("help", bot=context.bot.name))


async def unknown_command(update: Update, _: Context) -> None:
    """Say that there is no such command."""
    await say(message_of(update), texts_of(update)("unknown-command"))


async def text_only(update: Update, _: Context) -> None:
    """Say that only text is understood."""
    await say(message_of(update), texts_of(update)("text-only"))
