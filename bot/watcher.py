"""Looks for new generations of the index, and tells people what they wait for."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.access import Access
from bot.bidi import one_line
from bot.card import answer_card
from bot.excerpt import excerpt
from bot.feedback import Feedback
from bot.metrics import Metrics
from bot.search import Search
from bot.sending import send
from bot.texts import texts_for
from bot.understood import understand
from bot.watches import NewArticles, Watch, Watches
from retrieval.errors import UnknownSourceError
from retrieval.types import Answer, Asked, Hit

logger = logging.getLogger(__name__)

_EVERY: Final = 30.0
"""Seconds between two looks at which generation the index is of."""
_QUESTION: Final = 200
"""Units of a saved question that its news repeat."""
_SHOWN: Final = 3
"""New passages told at once."""


class Watcher:
    """Asks every saved question among the articles that are new since it was asked last."""

    def __init__(
        self,
        bot: ExtBot[Any],
        search: Search,
        watches: Watches,
        access: Access,
        feedback: Feedback,
        metrics: Metrics,
    ) -> None:
        self._bot, self._search, self._watches = bot, search, watches
        self._access, self._feedback, self._metrics = access, feedback, metrics
        self._looking = asyncio.Lock()

    async def keep_looking(self, stop: asyncio.Event) -> None:
        """Look again and again until told to stop; a failure is logged and tried again."""
        while not stop.is_set():
            try:
                await self.look(stop)
            except Exception:
                logger.exception("saved questions could not be asked, trying again")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _EVERY)

    async def look(self, stop: asyncio.Event | None = None) -> int:
        """Tell what is new in the present generation; return how many were told of something."""
        async with self._looking:
            state = await self.state()
            told, new = 0, dict[int, NewArticles]()
            for watch in self._watches.behind(state):
                if stop and stop.is_set():
                    break
                if watch.state not in new:
                    new[watch.state] = self._watches.new_since(watch.state)
                told += await self._ask(watch, state, new[watch.state])
            return told

    async def state(self) -> int:
        """Return the number of the state that the index is in now."""
        return await asyncio.to_thread(self._note)

    def _note(self) -> int:
        answers = self._search.answers
        while True:
            generation = answers.info.generation
            known = self._watches.state(generation)
            if known is not None:
                return known
            articles = answers.article_ids()
            if answers.info.generation == generation:  # else they may be of the next one
                return self._watches.note(generation, articles)

    async def _ask(self, watch: Watch, state: int, new: NewArticles) -> bool:
        told = False
        try:
            if new and self._access.admits(watch.person, watch.chat):
                told = await self._tell(watch, new)
        except (Forbidden, BadRequest) as error:
            logger.info("saved question %d is ended: %s", watch.number, error)
            self._watches.end(watch.number, watch.person)
            return False
        except TelegramError as error:
            logger.warning("saved question %d waits: %s", watch.number, error)
            return False
        self._watches.asked(watch, state)
        return told

    async def _tell(self, watch: Watch, new: NewArticles) -> bool:
        answer = None
        with suppress(UnknownSourceError):  # the collection has none of it, so nothing new
            answer = await self._news(watch.question, new)
        if answer is None:
            return False
        texts = texts_for(None, watch.language)
        note = texts("watch-news", question=excerpt(one_line(watch.question), (), _QUESTION).text)
        card = answer_card(answer, texts, limit=_SHOWN, note=note)
        number = self._feedback.keep_answer(watch.person, answer)
        await send(self._bot, watch.chat, replace(card, answer=number))
        self._metrics.told()
        return True

    async def _news(self, question: str, new: NewArticles) -> Answer | None:
        """Answer from the new articles, with each that would answer by itself; None: none would."""
        sources, today = self._search.answers.sources, datetime.now(UTC).date()
        asked = await asyncio.to_thread(understand, question, today, sources)
        first, hits = None, list[Hit]()
        while len(hits) < _SHOWN:
            answer = await self._search(Asked(asked.text, 1, asked.filters, new))
            if not answer.found:
                break
            first = first or answer
            (hit,) = answer.hits
            hits.append(replace(hit, rank=len(hits) + 1))
            new = new.without([hit.article.id, *(article.id for article in hit.also)])
        return replace(first, hits=tuple(hits)) if first else None
