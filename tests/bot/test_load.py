"""A small crowd in foul weather: see benchmarks/load.py for the large one."""

import asyncio
from collections.abc import Container
from dataclasses import replace

import pytest

from bot.bidi import one_line
from retrieval.types import Answer, Article, Filters
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at
from tests.telegram.crowd import Crowd
from tests.telegram.server import TelegramServer
from tests.telegram.weather import Weather

_QUESTIONS = 100
_FOUL = Weather(
    seed=5,
    floods=0.01,
    drops=0.05,
    lost_replies=0.03,
    delays=0.1,
    longest=0.2,
    repeats=0.5,
    disorder=0.5,
)


class EchoAnswers(WordAnswers):
    """Says of every question that no article holds its words, as they are."""

    def answer(
        self,
        question: str,
        k: int,
        among: Container[str] | None = None,
        *,
        filters: Filters | None = None,
    ) -> Answer:
        answer = super().answer(question, k, among, filters=filters)
        return replace(answer, missing=(one_line(question),), found=False)


async def test_every_question_is_answered_once_in_foul_weather(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Floods, lost connections, delays, repeats and disorder, a restart and three generations."""
    monkeypatch.setattr("bot.watcher._EVERY", 0.2)
    answers, crowd = EchoAnswers(), Crowd(server, 12, ["النيل", "القهوة"])
    server.api.weather = _FOUL
    for _ in range(2):
        async with bot_at(server, answers):
            for generation in range(2):
                await asyncio.to_thread(list, crowd.ask(60, _QUESTIONS // 4))
                answers.publish(Article(f"new-{generation}", "خبر جديد عن البحر."))
    server.api.weather = Weather()
    async with bot_at(server, answers):
        await asyncio.to_thread(crowd.wait, 20)
    account = crowd.account()
    assert (account.asked, account.lost, account.twice) == (_QUESTIONS, 0, 0)
    assert account.unheard <= len([c for c in server.calls if c.performed])
