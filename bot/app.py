"""The bot's life from start to stop."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot.answers import SharedAnswers
from bot.composition import KINDS, build_application
from bot.context import BotApplication, Services
from bot.errors import TelegramUnreachableError, TokenRefusedError
from bot.inbox import Inbox
from bot.introduction import introduce
from bot.listening import listening
from bot.monitoring import Heartbeat, Monitor
from bot.privacy import quiet_libraries, token_hidden
from bot.reaching import WAITS, reach
from bot.settings import Settings
from bot.storage import Database
from bot.watcher import Watcher
from bot.webhook import delivered
from retrieval.errors import SettingsError

logger = logging.getLogger(__name__)

_POLL = 30  # seconds that one request for updates stays open
# Seconds that a thread may compute before others have a turn. At Python's 5 ms, searches keep the
# event loop waiting at each of its calls to the database and the network: in five runs side by side
# at 20 and 25 questions a second the median time to the answer fell by 16 to 49 %.
_TURN = 0.0005


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
    sys.setswitchinterval(_TURN)
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
        await reach(application.bot.initialize)
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
        return delivered(application.bot, inbox, settings, KINDS)
    return _polling(application)


@asynccontextmanager
async def _polling(application: BotApplication) -> AsyncIterator[None]:
    """Fetch updates; leaving raises what ended the fetching for good."""
    updater = application.updater
    if updater is None:
        raise TypeError("the application was built without an updater")
    await updater.start_polling(
        bootstrap_retries=len(WAITS),
        timeout=_POLL,
        allowed_updates=KINDS,
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
