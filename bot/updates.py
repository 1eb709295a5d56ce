"""Updates as Telegram delivers them: each once, and each chat's in order."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

# Telegram delivers an update again only until it is confirmed; a thousand is days of small talk
# and seconds of a flood, and the confirmation comes within one poll.
_REMEMBERED = 1000

# Updates that may wait for their turn. PTB's own limit is taken before a chat's turn comes, so a
# small one would let a single busy chat hold up all others.
_WAITING = 4096


class SeenUpdates:
    """The ids of the latest updates, so that one delivered again is recognised."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._ids: OrderedDict[int, None] = OrderedDict()

    def add(self, update_id: int) -> bool:
        """Remember an id; False where it was known already."""
        if update_id in self._ids:
            return False
        self._ids[update_id] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)
        return True


class ChatByChat(BaseUpdateProcessor):
    """Handles several chats at once, and within one chat one update after the other."""

    __slots__ = ("_chats", "_slots")

    def __init__(self, chats_at_once: int) -> None:
        super().__init__(max_concurrent_updates=_WAITING)
        self._slots = asyncio.Semaphore(chats_at_once)
        self._chats: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then for a free slot; locks and slots are first come."""
        async with self._turn(update), self._slots:
            await coroutine

    def _turn(self, update: object) -> asyncio.Lock:
        chat = update.effective_chat if isinstance(update, Update) else None
        # The dictionary holds a lock only as long as somebody waits for it or has it.
        return self._chats.setdefault(chat.id if chat else 0, asyncio.Lock())

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""
