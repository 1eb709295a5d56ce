"""A bot at work: the real one, over real HTTP, with the strict server as its Telegram."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at
from tests.telegram.server import TelegramServer


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the developer's ``.env``, or reaches loopback through a proxy."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


@pytest.fixture
def answers() -> WordAnswers:
    return WordAnswers()


@pytest.fixture
async def bot(server: TelegramServer, answers: WordAnswers) -> AsyncIterator[None]:
    async with bot_at(server, answers):
        yield
