"""The bot as a whole: what it is made of, and its life from start to stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import (
    AIORateLimiter,
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot.answers import Answers
from bot.context import BotApplication, Context, Services
from bot.errors import TelegramUnreachableError, TokenRefusedError
from bot.handlers import basics, failures, inline, languages, presses, questions, repeats
from bot.introduction import introduce
from bot.memory import Memory
from bot.privacy import quiet_libraries, token_hidden
from bot.settings import Settings
from bot.updates import ChatByChat
from retrieval.errors import SettingsError

logger = logging.getLogger(__name__)

_RETRIES = 3  # of a call that Telegram told to wait
_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY)
_POLL = 30  # seconds that one request for updates stays open
_ANSWER = 20  # seconds to wait for Telegram's reply; PTB's 5 give up on messages that do arrive


def run(settings: Settings, retriever: Answers) -> None:
    """Answer in Telegram until a stop signal, then finish what was asked.

    Raises:
        SettingsError: no token is set.
        TokenRefusedError: Telegram does not accept the token, or no longer does.
        TelegramUnreachableError: the Bot API server cannot be reached, or does not serve us.
        StorageError: what the bot remembers cannot be read.

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


async def serve(settings: Settings, answers: Answers, stop: asyncio.Event) -> None:
    """Answer until ``stop`` is set, then finish every question already fetched.

    Raises:
        InvalidToken: Telegram does not accept the token, or no longer does.
        TelegramError: the Bot API could not be used when starting.
        StorageError: what the bot remembers cannot be read.

    """
    updates = _UpdatesRequest(on_refusal=stop.set)
    memory = Memory(settings.bot_data)
    application = build_application(settings, answers, memory, updates)
    async with AsyncExitStack() as stack:
        stack.callback(memory.close)
        await stack.enter_async_context(application)
        await introduce(application.bot)
        async with _started(application), _polling(application):
            logger.info("%s is ready for questions", application.bot.name)
            await stop.wait()
            logger.info("stopping once every question is answered")
    if updates.refused:
        raise InvalidToken("the token was withdrawn")


def build_application(
    settings: Settings, answers: Answers, memory: Memory, updates: HTTPXRequest | None = None
) -> BotApplication:
    """Put the bot together; of the handlers in one group, the first that fits takes all.

    ``updates`` makes the requests for updates.
    """
    application = _bare_application(settings, updates or _UpdatesRequest())
    application.bot_data[Services] = Services(answers, settings, memory)

    new, edited = filters.UpdateType.MESSAGE, filters.UpdateType.EDITED_MESSAGE
    private, group = new & filters.ChatType.PRIVATE, new & filters.ChatType.GROUPS
    edited_private = edited & filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND
    edited_group = edited & filters.ChatType.GROUPS
    to_bot = filters.TEXT & ~filters.COMMAND & questions.ADDRESSED_TO_BOT
    application.add_handler(TypeHandler(Update, repeats.drop_repeated), group=-1)
    application.add_handlers(
        [
            CommandHandler("start", basics.start, new),
            CommandHandler("help", basics.show_help, new),
            CommandHandler("language", languages.choose, new),
            CommandHandler("ask", questions.ask, new | edited),
            MessageHandler(private & filters.COMMAND, basics.unknown_command),
            MessageHandler(private & filters.TEXT, questions.ask),
            MessageHandler(private & ~filters.StatusUpdate.ALL, basics.text_only),
            MessageHandler(group & to_bot, questions.ask),
            MessageHandler(edited_private | (edited_group & to_bot), questions.ask),
            CallbackQueryHandler(presses.press),
            InlineQueryHandler(inline.offer, block=False),
        ]
    )
    application.add_error_handler(failures.report)
    return application


def _bare_application(settings: Settings, updates: HTTPXRequest) -> BotApplication:
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
        .concurrent_updates(ChatByChat(settings.concurrent_questions))
        .context_types(ContextTypes(context=Context))
        .job_queue(None)
        .build()
    )


class _UpdatesRequest(HTTPXRequest):
    """Notices when the token is withdrawn, where PTB would stop polling and stay."""

    def __init__(self, on_refusal: Callable[[], None] = lambda: None) -> None:
        super().__init__(connection_pool_size=1)
        self.refused = False
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
        return code, payload


@asynccontextmanager
async def _started(application: BotApplication) -> AsyncIterator[None]:
    """Handle updates; on leaving, finish those at hand."""
    await application.start()
    try:
        yield
    finally:
        await application.stop()


@asynccontextmanager
async def _polling(application: BotApplication) -> AsyncIterator[None]:
    """Fetch updates; leaving raises what ended the fetching for good."""
    updater = application.updater
    if updater is None:
        raise TypeError("the application was built without an updater")
    await updater.start_polling(
        timeout=_POLL, allowed_updates=_UPDATES, error_callback=_polling_failed
    )
    try:
        yield
    finally:
        await updater.stop()


def _polling_failed(error: TelegramError) -> None:
    logger.warning("updates could not be fetched, trying again: %s", error)


async def _serve_until_signal(settings: Settings, answers: Answers) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop_once(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)  # a second signal ends the process at once

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C cancels the task instead
            loop.add_signal_handler(number, stop_once, number)
    await serve(settings, answers, stop)
