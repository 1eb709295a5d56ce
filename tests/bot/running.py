"""Starting and stopping the bot inside a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.answers import SharedAnswers
from bot.app import serve
from bot.settings import Settings
from tests.telegram.server import TelegramServer


def settings_for(server: TelegramServer, **changes: object) -> Settings:
    return Settings.model_validate(
        {"telegram_token": server.token, "telegram_api_url": server.url} | changes
    )


@asynccontextmanager
async def bot_at(
    server: TelegramServer, answers: SharedAnswers, **changes: object
) -> AsyncIterator[asyncio.Task[None]]:
    """The bot, serving until the context ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings_for(server, **changes), answers, stop))
    try:
        yield task
    finally:
        stop.set()
        await task
