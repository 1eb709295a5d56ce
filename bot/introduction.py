"""How the bot presents itself in Telegram: its commands and descriptions, by language."""

import asyncio
import logging
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.texts import LANGUAGES, MessageId, Texts, texts_in

logger = logging.getLogger(__name__)

_DESCRIBED: Mapping[str, MessageId] = MappingProxyType(
    {
        "watch": "command-watch",
        "watches": "command-watches",
        "privacy": "command-privacy",
        "forget": "command-forget",
    }
)
# Telegram punishes frequent changes with waits of hours; the bot does not wait for that.
_PATIENCE = 30.0  # seconds


async def introduce(bot: ExtBot[Any]) -> None:
    """Bring the bot's commands and descriptions up to date; a failure is only logged."""
    try:
        async with asyncio.timeout(_PATIENCE):
            # What is said without a language goes to everyone who is not given another one.
            own = [_introduce_in(bot, texts_in(language), language) for language in LANGUAGES]
            await asyncio.gather(_introduce_in(bot, texts_in("en"), None), *own)
    except (TelegramError, TimeoutError) as error:
        logger.warning("the bot's commands and descriptions stay as they are: %s", error)


async def _introduce_in(bot: ExtBot[Any], texts: Texts, language: str | None) -> None:
    """Set what differs from what is set already."""
    for scope, commands in _commands(texts):
        if await bot.get_my_commands(scope, language) != commands:
            await bot.set_my_commands(commands, scope, language)
    description = texts("bot-description")
    if (await bot.get_my_description(language)).description != description:
        await bot.set_my_description(description, language)
    short = texts("bot-short-description")
    if (await bot.get_my_short_description(language)).short_description != short:
        await bot.set_my_short_description(short, language)


def _commands(texts: Texts) -> Iterator[tuple[BotCommandScope, tuple[BotCommand, ...]]]:
    start = BotCommand("start", texts("command-start"))
    show_help = BotCommand("help", texts("command-help"))
    ask = BotCommand("ask", texts("command-ask"))
    language = BotCommand("language", texts("command-language"))
    own = ("watch", "watches", "privacy", "forget")
    more = tuple(BotCommand(name, texts(_DESCRIBED[name])) for name in own)
    yield BotCommandScopeAllPrivateChats(), (ask, show_help, language, start, *more)
    yield BotCommandScopeAllGroupChats(), (ask, show_help, language)
