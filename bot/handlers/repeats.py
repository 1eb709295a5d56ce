"""Updates that Telegram delivers a second time."""

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.context import Context


async def drop_repeated(update: Update, context: Context) -> None:
    """Keep an update that was handled already from all other handlers."""
    if not context.services.seen.add(update.update_id):
        raise ApplicationHandlerStop
