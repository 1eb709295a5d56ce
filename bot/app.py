"""The bot as a whole: what it is made of, and its life from start to stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut
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
from bot.errors import TelegramUnreachableError, TokenRefusedError
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
from bot.introduction import introduce
from bot.limits import PersonLimits
from bot.listening import listening
from bot.memory import Memory
from bot.metrics import Metrics
from bot.monitoring import Heartbeat, Monitor
from bot.privacy import quiet_libraries, token_hidden
from bot.search import Search
from bot.settings import Settings
from bot.storage import Database
from bot.updates import PersonByPerson
from bot.votes import CONSENT, VOTE
from bot.watcher import Watcher
from bot.watches import Watches
from bot.webhook import delivered
from retrieval.errors import SettingsError

logger = logging.getLogger(__name__)

_RETRIES = 3  # of a call that Telegram told to wait
_KINDS = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY]
_TYPED = 3  # inline queries searched for a question that one may ask
_HELLO = (0.2, 1.0, 2.0)  # seconds before each further try to reach Telegram at the start
_POLL = 30  # seconds that one request for updates stays open
_ANSWER = 20  # seconds to wait for Telegram's reply; PTB's 5 give up on messages that do arrive


def run(settings: Settings, retriever: SharedAnswers) -> None:
    """Answer in Telegram until a stop signal, then finish what was asked.

    Raises:
        SettingsError: no token is set.
        TokenRefusedError: Telegram does not accept the token, or no longer does.
        TelegramUnreachableError: the Bot API server cannot be reached, or does not serve us.

    """
    if settings.telegram_token is None:
        raise SettingsError("Set DALIL_TELEGRAM_TOKEN to the token that @BotFather gave you.")
    token = settings.telegram_token.get_secret_value()
    quiet_libraries()
    with token_hidden(token):
        try:
            asyncio.run(_serve_until_signal(settings, retriever))
        except InvalidToken:  # its own message holds the token, and so would a chained traceback
            raise TokenRefusedError(
                "Telegram refused the bot's token: copy it again from @BotFather into "
                "DALIL_TELEGRAM_TOKEN."
            ) from None
        except TelegramError as error:
            reason = str(error).replace(token, "<token>")
            raise TelegramUnreachableError(
                f"The Bot API at {settings.telegram_api_url} cannot be used ({reason}): check the "
                "connection and DALIL_TELEGRAM_API_URL."
            ) from None


async def serve(settings: Settings, answers: SharedAnswers, stop: asyncio.Event) -> None:
    """Answer until ``stop`` is set, then finish every question already fetched.

    Raises:
        StorageError: the file of what the bot keeps cannot be used.
        ListenError: nobody can listen where the settings say.
        InvalidToken: Telegram does not accept the token, or no longer does.
        TelegramError: the Bot API could not be used when starting.

    """
    heartbeat = Heartbeat(delivered=settings.webhook_url is not None)
    updates = _UpdatesRequest(heartbeat, on_refusal=stop.set)
    with Database.open(settings.bot_data) as database:
        inbox = Inbox(database)
        application = build_application(settings, answers, database, inbox, updates)
        services: Services = application.bot_data[Services]
        await _reach(application.bot)
        async with application, _monitored(services, heartbeat):
            await introduce(application.bot)
            async with (
                _started(application, inbox),
                _watching(services.watcher),
                _fetching(application, inbox, settings),
            ):
                logger.info("%s is ready for questions", application.bot.name)
                await stop.wait()
                logger.info("stopping once every question is answered")
    if updates.refused:
        raise InvalidToken("the token was withdrawn")


async def _reach(bot: ExtBot[Any]) -> None:
    """Ask Telegram who the bot is, again where the connection breaks."""
    for seconds in _HELLO:
        try:
            await bot.initialize()
            break
        except TimedOut:  # so long a wait is telling enough
            raise
        except NetworkError as error:
            logger.info("Telegram was not reached, trying again in %.1f s: %s", seconds, error)
        await asyncio.sleep(seconds)


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


class _UpdatesRequest(HTTPXRequest):
    """Notices that Telegram answers, and when the token is withdrawn: PTB would stop and stay."""

    def __init__(self, heartbeat: Heartbeat, on_refusal: Callable[[], None]) -> None:
        super().__init__(connection_pool_size=1)
        self.refused = False
        self._heartbeat = heartbeat
        self._on_refusal = on_refusal

    async def do_request(
        self,
        *args: Any,  # noqa: ANN401 - handed on as they come
        **kwargs: Any,  # noqa: ANN401
    ) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            self.refused = True
            self._on_refusal()
        elif code == HTTPStatus.OK:
            self._heartbeat.beat()
        return code, payload


@asynccontextmanager
async def _started(application: BotApplication, inbox: Inbox) -> AsyncIterator[None]:
    """Handle updates, first those left over; on leaving, finish those at hand."""
    await inbox.resume(application.bot)
    await application.start()
    try:
        yield
    finally:
        await application.stop()


@asynccontextmanager
async def _watching(watcher: Watcher) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(watcher.keep_looking(stop))
    try:
        yield
    finally:
        stop.set()
        await task


@asynccontextmanager
async def _monitored(services: Services, heartbeat: Heartbeat) -> AsyncIterator[None]:
    """Serve health and metrics where the settings say so."""
    where = services.settings.metrics_listen
    if where is None:
        yield
        return
    monitor = Monitor(services.search, services.metrics, heartbeat)
    async with listening(where, monitor.respond, "DALIL_METRICS_LISTEN"):
        yield


def _fetching(
    application: BotApplication, inbox: Inbox, settings: Settings
) -> AbstractAsyncContextManager[None]:
    if settings.webhook_url:
        return delivered(application.bot, inbox, settings, _KINDS)
    return _polling(application)


@asynccontextmanager
async def _polling(application: BotApplication) -> AsyncIterator[None]:
    """Fetch updates; leaving raises what ended the fetching for good."""
    updater = application.updater
    if updater is None:
        raise TypeError("the application was built without an updater")
    await updater.start_polling(
        bootstrap_retries=len(_HELLO),
        timeout=_POLL,
        allowed_updates=_KINDS,
        error_callback=_polling_failed,
    )
    try:
        yield
    finally:
        await updater.stop()


def _polling_failed(error: TelegramError) -> None:
    logger.warning("updates could not be fetched, trying again: %s", error)


async def _serve_until_signal(settings: Settings, answers: SharedAnswers) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop_once(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)  # a second signal ends the process at once

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the task instead
            loop.add_signal_handler(number, stop_once, number)
    await serve(settings, answers, stop)
