"""What every handler is given, with types."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

from bot.access import Access
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.limits import PersonLimits
from bot.memory import Memory
from bot.metrics import Metrics
from bot.once import Once
from bot.search import Search
from bot.settings import Settings
from bot.storage import Database
from bot.watcher import Watcher
from bot.watches import Watches

# What is typed in passing must not keep questions waiting.
_INLINE = 2


@dataclass(frozen=True, slots=True)
class Services:
    """The finished parts one running bot is made of.

    ``typed`` holds each person's latest inline query that waits, ``inline_turn`` how many of them
    are searched for at the same time.
    """

    search: Search
    settings: Settings
    database: Database
    inbox: Inbox
    access: Access
    limits: PersonLimits
    inline_limits: PersonLimits
    feedback: Feedback
    watches: Watches
    watcher: Watcher
    metrics: Metrics
    memory: Memory
    pressed: Once = field(default_factory=Once)
    typed: dict[int, str] = field(default_factory=dict)
    inline_turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_INLINE))


class Context(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context with our services on it."""

    @property
    def services(self) -> Services:
        """The services that ``bot.composition`` put in place."""
        services: Services = self.bot_data[Services]
        return services


BotApplication = Application[
    ExtBot[Any], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None
]
