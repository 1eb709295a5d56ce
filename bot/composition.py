"""What the bot is made of: its parts, and its handlers in order."""

from typing import Any

from telegram import Update
from telegram.ext import (
    AIORateLimiter,
    Application,
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.access import Access
from bot.answers import SharedAnswers
from bot.context import BotApplication, Context, Services
from bot.feedback import Feedback
from bot.handlers import (
    administration,
    basics,
    failures,
    inline,
    languages,
    presses,
    privacy,
    questions,
    votes,
    watches,
)
from bot.handlers.guard import guarded
from bot.inbox import Inbox
from bot.limits import PersonLimits
from bot.memory import Memory
from bot.metrics import Metrics
from bot.search import Search
from bot.settings import Settings
from bot.storage import Database
from bot.updates import PersonByPerson
from bot.votes import CONSENT, VOTE
from bot.watcher import Watcher
from bot.watches import Watches

KINDS = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY]
"""The kinds of updates that the handlers take."""
_RETRIES = 3  # of a call that Telegram told to wait
_TYPED = 3  # inline queries searched for a question that one may ask
_ANSWER = 20  # seconds to wait for Telegram's reply; PTB's 5 give up on messages that do arrive


def build_application(
    settings: Settings,
    answers: SharedAnswers,
    database: Database,
    inbox: Inbox,
    updates: HTTPXRequest,
) -> BotApplication:
    """Put the bot together; of the handlers, the first that fits takes all.

    ``updates`` makes the requests for updates.
    """
    application = _bare_application(settings, inbox, updates)
    services = _services(application.bot, settings, answers, database, inbox)
    application.bot_data[Services] = services
    for handler in _handlers(settings):
        handler.callback = guarded(handler.callback)
        application.add_handler(handler)
    application.add_error_handler(failures.report)
    return application


def _services(
    bot: ExtBot[Any],
    settings: Settings,
    answers: SharedAnswers,
    database: Database,
    inbox: Inbox,
) -> Services:
    search = Search(answers, settings.concurrent_questions)
    access, feedback = Access(database, settings), Feedback(database)
    saved, metrics = Watches(database), Metrics(search)
    return Services(
        search=search,
        settings=settings,
        database=database,
        inbox=inbox,
        access=access,
        limits=PersonLimits(settings.questions_per_minute),
        inline_limits=PersonLimits(settings.questions_per_minute * _TYPED),
        feedback=feedback,
        watches=saved,
        watcher=Watcher(bot, search, saved, access, feedback, metrics),
        metrics=metrics,
        memory=Memory(database),
    )


def _handlers(settings: Settings) -> list[BaseHandler[Update, Context, Any]]:
    """Return what is done with each kind of update."""
    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    admin = new & filters.User(settings.admins)
    private, group = new & filters.ChatType.PRIVATE, new & filters.ChatType.GROUPS
    edited_private = edited & filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND
    edited_group = edited & filters.ChatType.GROUPS
    to_bot = filters.TEXT & ~filters.COMMAND & questions.ADDRESSED_TO_BOT
    return [
        CommandHandler("start", basics.start, new),
        CommandHandler("help", basics.show_help, new),
        CommandHandler("language", languages.choose, new),
        CommandHandler("ask", questions.ask, new | edited),
        CommandHandler("watch", watches.watch, new),
        CommandHandler("watches", watches.show_watches, new),
        CommandHandler("privacy", privacy.show_privacy, new),
        CommandHandler("forget", privacy.forget, new),
        CommandHandler("stats", administration.show_stats, admin),
        CommandHandler("version", administration.show_version, admin),
        CommandHandler("reload", administration.look, admin),
        CommandHandler("invite", administration.invite, admin),
        CallbackQueryHandler(votes.vote, VOTE),
        CallbackQueryHandler(votes.decide, CONSENT),
        CallbackQueryHandler(watches.end, watches.END),
        CallbackQueryHandler(presses.press),
        MessageHandler(private & filters.COMMAND, basics.unknown_command),
        MessageHandler(private & filters.TEXT, questions.ask),
        MessageHandler(private & ~filters.StatusUpdate.ALL, basics.text_only),
        MessageHandler(group & to_bot, questions.ask),
        MessageHandler(edited_private | (edited_group & to_bot), questions.ask),
        InlineQueryHandler(inline.offer, block=False),
    ]


def _bare_application(settings: Settings, inbox: Inbox, updates: HTTPXRequest) -> BotApplication:
    token = settings.telegram_token
    return (
        Application.builder()
        .token(token.get_secret_value() if token else "")
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .read_timeout(_ANSWER)
        .connect_timeout(_ANSWER)
        .pool_timeout(_ANSWER)
        .get_updates_request(updates)
        .rate_limiter(AIORateLimiter(max_retries=_RETRIES))
        .update_queue(inbox)
        .concurrent_updates(PersonByPerson(inbox))
        .context_types(ContextTypes(context=Context))
        .job_queue(None)
        .build()
    )
