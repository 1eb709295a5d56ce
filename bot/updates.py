"""In which order updates are handled: each person's one after the other, all people's at once."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.inbox import Inbox

_WAITING: Final = 1 << 16
"""Updates that may wait for their turn. PTB's own limit is taken before a person's turn comes, so a
small one would let a single busy person hold up all others."""


class PersonByPerson(BaseUpdateProcessor):
    """Handles several people's updates at once, and one person's in their order.

    Nobody has two questions at the search, so a hundred of one person's are behind one another and
    not before anybody else's.
    """

    __slots__ = ("_inbox", "_people")

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(max_concurrent_updates=_WAITING)
        self._inbox = inbox
        self._people: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the person's turn; locks are first come."""
        async with self._turn(update):
            if isinstance(update, Update):
                self._inbox.begun(update)
            await coroutine
        if isinstance(update, Update):
            self._inbox.handled(update)

    def _turn(self, update: object) -> asyncio.Lock:
        who = None
        if isinstance(update, Update):
            who = update.effective_user or update.effective_chat
        # The dictionary holds a lock only as long as somebody waits for it or has it.
        return self._people.setdefault(who.id if who else 0, asyncio.Lock())

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""
