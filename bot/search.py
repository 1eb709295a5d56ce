"""Where the questions of all people meet the retriever: fairly, and encoded together."""

import asyncio
from collections.abc import Callable
from typing import Final

from bot.answers import SharedAnswers
from retrieval.types import Answer, Asked

_TOGETHER: Final = 16
"""Questions encoded at once. More would make the first of them wait longer than encoding saves."""


class Search:
    """Puts questions to a retriever off the event loop, first come first served.

    Encoding on the loop would freeze everyone. While some questions are encoded, the next ones
    gather, and are then encoded in one go; afterwards each is searched for in a thread of its own.
    """

    def __init__(self, answers: SharedAnswers, threads: int) -> None:
        self.answers = answers
        self.waiting = 0
        self._gathered: list[tuple[Asked, asyncio.Future[Callable[[], Answer]]]] = []
        self._encoder = asyncio.Lock()
        self._threads = asyncio.Semaphore(threads)

    async def __call__(self, asked: Asked) -> Answer:
        """Answer a question; what the retriever raises is raised here."""
        self.waiting += 1
        try:
            search = await self._encoded(asked)
            async with self._threads:
                return await asyncio.to_thread(search)
        finally:
            self.waiting -= 1

    async def _encoded(self, asked: Asked) -> Callable[[], Answer]:
        future: asyncio.Future[Callable[[], Answer]] = asyncio.get_running_loop().create_future()
        self._gathered.append((asked, future))
        async with self._encoder:
            if not future.done():  # else it was taken along with one before it
                await self._encode_gathered()
        return future.result()

    async def _encode_gathered(self) -> None:
        taken = self._gathered[:_TOGETHER]
        del self._gathered[:_TOGETHER]
        try:
            searches = await asyncio.to_thread(self.answers.prepare, [asked for asked, _ in taken])
        except Exception as error:
            for _, future in taken:
                future.set_exception(error)
        else:
            for (_, future), search in zip(taken, searches, strict=True):
                future.set_result(search)
