"""Updates on their way to the handlers: each taken in once, and on disk until it was handled."""

import asyncio
import json
import logging
import time
from typing import Any, Final

from telegram import Update
from telegram.ext import ExtBot

from bot.storage import Database

logger = logging.getLogger(__name__)

_REMEMBERED: Final = 2 * 24 * 3600
"""Seconds; Telegram delivers an update for a day."""
_TRIES: Final = 3
"""Starts at which an update is taken up again whose handling was begun: one that ends the process
must not end every process to come. Those that only waited meanwhile are taken up at any."""


class Inbox(asyncio.Queue[object]):
    """The queue between PTB's fetching and its handlers.

    Telegram counts an update as delivered once the next ones are asked for, long before it is
    answered. So what comes in is written down first, and taken up again after a crash.
    """

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self._left: set[int] = set()
        database.change("DELETE FROM updates WHERE arrived < ?", int(time.time()) - _REMEMBERED)

    async def put(self, item: object) -> None:
        """Take an update in, unless it came before; anything else is passed on."""
        if not isinstance(item, Update) or self._keep(item):
            await super().put(item)

    async def resume(self, bot: ExtBot[Any]) -> None:
        """Take up what a process before this one left unhandled."""
        given_up = self._database.change(
            "UPDATE updates SET body = NULL WHERE body IS NOT NULL AND tries > ?", _TRIES
        )
        waiting = self._database.rows("SELECT body FROM updates WHERE body IS NOT NULL ORDER BY id")
        if waiting or given_up:
            logger.info("%d updates are taken up again, %d given up", len(waiting), given_up)
        for (body,) in waiting:
            await super().put(Update.de_json(json.loads(body), bot))

    def begun(self, update: Update) -> None:
        """Note that an update is about to be handled."""
        self._database.change("UPDATE updates SET tries = tries + 1 WHERE id = ?", update.update_id)

    def leave(self, update: Update) -> None:
        """Leave an update that could not be answered to the next start."""
        self._left.add(update.update_id)

    def handled(self, update: Update) -> None:
        """Keep of an update only that it came, unless it was left."""
        if update.update_id in self._left:
            return
        self._database.change("UPDATE updates SET body = NULL WHERE id = ?", update.update_id)

    def _keep(self, update: Update) -> bool:
        """Write an update down; False where it is known already."""
        # What was typed in passing is of no use after a restart.
        body = None if update.inline_query else update.to_json()
        return (
            self._database.change(
                "INSERT OR IGNORE INTO updates VALUES (?, ?, ?, 0)",
                update.update_id,
                int(time.time()),
                body,
            )
            > 0
        )
