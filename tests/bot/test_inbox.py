"""Restarts: what was asked is answered, and answered once, however the bot ended."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from telegram import Update
from telegram.ext import ExtBot

from bot.inbox import Inbox
from bot.storage import Database
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at
from tests.telegram.faults import dropped
from tests.telegram.server import TOKEN, TelegramServer

ROOT = Path(__file__).resolve().parents[2]
PASSAGE = "ينبع نهر النيل"


def killed_while_searching(server: TelegramServer) -> None:
    """Let a bot fetch everything, begin to search, and be killed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.bot.stuck", server.url]
    with subprocess.Popen(command, env=environment) as process:
        server.wait_until(lambda: bool(server.called("sendChatAction")), "a search", patience=60)
        process.kill()


def bodies() -> list[tuple[int, str | None]]:
    return sqlite3.connect("dalil-bot.sqlite").execute("SELECT id, body FROM updates").fetchall()


def everything() -> bytes:
    """All that lies on disk of the bot's file."""
    return b"".join(path.read_bytes() for path in Path().glob("dalil-bot.sqlite*"))


async def test_restart_answers_nothing_twice(server: TelegramServer, answers: WordAnswers) -> None:
    """What one bot answered, the next one leaves alone, though Telegram delivers it again."""
    chat = server.private()
    async with bot_at(server, answers):
        update = server.say(chat, "النيل")
        await server.reply(chat)
    server.api.push_again(update)
    async with bot_at(server, answers):
        server.say(chat, "القهوة")
        await server.reply(chat)
    assert answers.asked == ["النيل", "القهوة"]


async def test_no_question_stays_on_disk_once_it_is_answered(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Of a handled update only its number is kept, in the file and in its log."""
    async with bot_at(server, answers):
        update = server.say(chat := server.private(), "أسرار النيل")
        await server.reply(chat)
    assert bodies() == [(update, None)]
    assert "أسرار".encode() not in everything()


async def test_question_of_a_killed_bot_is_answered_by_the_next(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Telegram counts it as delivered and delivers it no more; the answer comes once."""
    chat = server.private()
    update = server.say(chat, "النيل")
    await asyncio.to_thread(killed_while_searching, server)
    server.api.forget(update)
    assert server.said(chat) == []
    async with bot_at(server, answers):
        assert PASSAGE in (await server.reply(chat))["text"]
        server.say(chat, "القهوة")
        assert "القهوة" in (await server.reply(chat))["text"]
    assert len(server.said(chat)) == 2


async def test_question_is_kept_while_telegram_cannot_be_reached(
    server: TelegramServer, answers: WordAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last attempt to send, the answer comes on the next start."""
    monkeypatch.setattr("bot.sending._WAITS", (0.0, 0.0))
    chat = server.private()
    server.fail("sendMessage", *(dropped() for _ in range(3)))
    async with bot_at(server, answers):
        server.say(chat, "النيل")
        await asyncio.to_thread(
            server.wait_until, lambda: len(server.called("sendMessage")) == 3, "three attempts"
        )
        assert server.said(chat) == []
    async with bot_at(server, answers):
        assert PASSAGE in (await server.reply(chat))["text"]


async def test_update_that_ends_the_process_is_given_up() -> None:
    """It is taken up at three starts, those that waited behind it at all of them."""
    with Database.open(Path("bot.sqlite")) as database:
        inbox = Inbox(database)
        for number in (7, 8):
            await inbox.put(Update(number))
        taken_up = []
        for _ in range(5):
            inbox.begun(Update(7))
            inbox = Inbox(database)
            await inbox.resume(ExtBot(TOKEN))
            taken_up.append(inbox.qsize())
    assert taken_up == [2, 2, 2, 1, 1]


async def test_what_is_typed_in_passing_is_never_on_disk(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Of an inline query only its number is kept, even while it is searched for."""
    async with bot_at(server, answers):
        hold = answers.hold()
        query = server.ask_inline(server.person(), "النيل")
        await hold.reached()
        assert [body for _, body in bodies()] == [None]
        hold.release()
        await server.inline_answer(query)
