"""What happens when handling an update fails: log first, then tell."""

import logging

from telegram import Update
from telegram.error import Forbidden, NetworkError, TelegramError

from bot.context import Context
from bot.handlers.conversation import say, texts_of
from bot.handlers.questions import question_in
from bot.privacy import describe

logger = logging.getLogger(__name__)


async def report(update: object, context: Context) -> None:
    """Log the failure, then say in one sentence that there was one."""
    error = context.error
    message = update.effective_message if isinstance(update, Update) else None
    if isinstance(update, Update) and update.inline_query and error:
        described = describe(error, update.inline_query.query)
        logger.error("inline query in update %d failed\n%s", update.update_id, described)
        context.services.metrics.count("failed", inline=True)
        return
    if not isinstance(update, Update) or message is None or error is None:
        logger.error("outside any conversation: %s", error)
        return
    if isinstance(error, Forbidden):
        logger.info("update %d: the chat does not let the bot speak", update.update_id)
        return
    if type(error) is NetworkError:  # not a kind of it, where Telegram did answer
        logger.warning("update %d: Telegram cannot be reached: %s", update.update_id, error)
        context.services.inbox.leave(update)
        return
    context.services.metrics.count("failed")
    open_log = context.services.settings.log_questions
    hidden = "" if open_log else question_in(message)
    logger.error("update %d failed\n%s", update.update_id, describe(error, hidden))
    try:
        await say(message, texts_of(update, context)("answer-failed"))
    except TelegramError as second:
        logger.warning("update %d: nor could the failure be told: %s", update.update_id, second)
