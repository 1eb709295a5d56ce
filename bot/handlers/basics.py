"""Commands other than questions, and what the bot does not understand."""

from telegram import Update

from bot.context import Context
from bot.deep_links import linked_article
from bot.handlers.conversation import article_behind, message_of, say, show, texts_of
from bot.handlers.questions import ask, question_in
from bot.reading import after, page_card


async def start(update: Update, context: Context) -> None:
    """Say what the bot is; open the question or the article of a link."""
    message = message_of(update)
    payload = context.args[0] if context.args else ""
    if key := linked_article(payload):
        await _open_article(update, key, context)
    elif question_in(message):
        await ask(update, context)
    else:
        await say(message, texts_of(update, context)("about"))


async def _open_article(update: Update, key: str, context: Context) -> None:
    article, texts = await article_behind(key, context), texts_of(update, context)
    message = message_of(update)
    if article is None:
        await say(message, texts("article-gone"))
    else:
        await show(message, page_card(article, after(article.text, 0), texts))


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask and how to read an answer."""
    await say(message_of(update), texts_of(update, context)("help", bot=context.bot.name))


async def unknown_command(update: Update, context: Context) -> None:
    """Say that there is no such command."""
    await say(message_of(update), texts_of(update, context)("unknown-command"))


async def text_only(update: Update, context: Context) -> None:
    """Say that only text is understood."""
    await say(message_of(update), texts_of(update, context)("text-only"))
