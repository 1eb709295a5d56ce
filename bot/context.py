"""What every handler is given, with types."""

from dataclasses import dataclass
from typing import Any

from telegram.ext import Application, CallbackContext, ExtBot

from bot.access import Access
from bot.feedback import Feedback
from bot.inbox import Inbox
from bot.limits import PersonLimits
from bot.metrics import Metrics
from bot.search import Search
from bot.settings import Settings
from bot.storage import Database
from bot.watcher import Watcher
from bot.watches import Watches


@dataclass(frozen=True, slots=True)
class Services:
    """The finished parts one running bot is made of."""

    search: Search
    settings: Settings
    database: Database
    inbox: Inbox
    access: Access
    limits: PersonLimits
    feedback: Feedback
    watches: Watches
    watcher: Watcher
    metrics: Metrics


class Context(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context with our services on it."""

    @property
    def services(self) -> Services:
        """The services that ``bot.app`` put in place."""
        services: Services = self.bot_data[Services]
        return services


BotApplication = Application[
    ExtBot[Any], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None
]
