"""The bot under strain: failures, floods, order, and its own start and end."""

import asyncio
import logging
import os
import signal
import threading

import pytest
from telegram.error import InvalidToken

from bot.app import run, serve
from bot.errors import TelegramUnreachableError, TokenRefusedError
from bot.settings import Settings
from bot.texts import texts_in
from retrieval.errors import SettingsError
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at, settings_for
from tests.telegram.faults import broken, dropped, too_many_requests
from tests.telegram.server import TelegramServer

ARABIC = texts_in("ar")
PASSAGE = "ينبع نهر النيل"


class Gate:
    """Holds up every search whose question contains a word, until it is opened."""

    def __init__(self, word: str) -> None:
        self._word, self._open = word, threading.Event()

    def __call__(self, question: str) -> None:
        if self._word in question:
            self._open.wait(20)

    def open(self) -> None:
        self._open.set()


def open_at_last_poll(server: TelegramServer, gate: Gate) -> None:
    """Open the gate once the bot confirms what it fetched: it is stopping."""
    server.wait_until(
        lambda: any(not call.params.get("timeout") for call in server.called("getUpdates")),
        "the last request for updates",
    )
    gate.open()


def fail(question: str) -> None:
    raise RuntimeError(f"no vector for {question}")


@pytest.mark.usefixtures("bot")
class TestFailures:
    async def test_failed_search_is_told_and_logged(
        self, server: TelegramServer, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The person gets one sentence, the log the traceback without the person's words."""
        answers.before = fail
        chat = server.private()
        server.say(chat, "سرٌّ دفين")
        assert (await server.reply(chat))["text"] == ARABIC("answer-failed")
        assert "RuntimeError: no vector for <question>" in caplog.text
        assert "دفين" not in caplog.text

    async def test_flood_limit_is_waited_for(self, server: TelegramServer) -> None:
        """After a 429 the same message is sent again, and once."""
        server.fail("sendMessage", too_many_requests(1))
        chat = server.private()
        server.say(chat, "النيل")
        assert PASSAGE in (await server.reply(chat))["text"]
        assert [call.status for call in server.called("sendMessage")] == [429, 200]

    async def test_dropped_connections_are_survived(self, server: TelegramServer) -> None:
        """Neither fetching updates nor sending an answer ends with a lost connection."""
        server.fail("getUpdates", dropped())
        server.fail("sendMessage", dropped())
        chat = server.private()
        server.say(chat, "النيل")
        assert PASSAGE in (await server.reply(chat))["text"]

    async def test_refused_message_is_told(self, server: TelegramServer) -> None:
        """Where Telegram refuses the answer, the person hears of a failure, not nothing."""
        server.fail("sendMessage", broken(400, "Bad Request: BUTTON_URL_INVALID"))
        chat = server.private()
        server.say(chat, "النيل")
        assert (await server.reply(chat))["text"] == ARABIC("answer-failed")

    async def test_chat_that_blocked_the_bot_harms_nobody(self, server: TelegramServer) -> None:
        """Others are answered after a chat refused the answer."""
        gone, here = server.private(), server.private()
        gone.blocked = True
        server.say(gone, "النيل")
        server.say(here, "النيل")
        assert PASSAGE in (await server.reply(here))["text"]
        assert server.said(gone) == []

    async def test_no_typing_sign_no_harm(self, server: TelegramServer) -> None:
        """An answer does not depend on the sign that it is being written."""
        server.fail("sendChatAction", broken(400, "Bad Request: chat not found"))
        chat = server.private()
        server.say(chat, "النيل")
        assert PASSAGE in (await server.reply(chat))["text"]


@pytest.mark.usefixtures("bot")
class TestOrder:
    async def test_update_delivered_twice_is_answered_once(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Telegram's second delivery of an update changes nothing."""
        chat = server.private()
        update = server.say(chat, "النيل")
        await server.reply(chat)
        server.api.push_again(update)
        for question in ("القهوة", "Samba"):
            server.say(chat, question)
            assert question in (await server.reply(chat))["text"]
        assert answers.asked == ["النيل", "القهوة", "Samba"]

    async def test_one_chats_questions_keep_their_order(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """However long each search takes, answers come in the order of the questions."""
        gate = answers.before = Gate("أول")
        chat, other = server.private(), server.private()
        questions = ["أول سؤال", *(f"النيل {number}" for number in range(8))]
        for question in questions:
            server.say(chat, question)
        server.say(other, "القهوة")
        await server.reply(other)  # by now all of them are with the bot
        gate.open()
        for _ in questions:
            await server.reply(chat)
        assert answers.answered == ["القهوة", *questions]

    async def test_slow_searches_do_not_hold_up_other_chats(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """One chat with more slow questions than there are slots leaves the slots to others."""
        gate = answers.before = Gate("بطيء")
        busy, other = server.private(), server.private()
        for _ in range(8):
            server.say(busy, "سؤال بطيء عن النيل")
        server.say(other, "النيل")
        assert PASSAGE in (await server.reply(other))["text"]
        assert server.said(busy) == []
        gate.open()
        assert PASSAGE in (await server.reply(busy))["text"]

    async def test_typing_is_shown_while_searching(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """The sign comes before the answer, in the same chat."""
        gate = answers.before = Gate("النيل")
        chat = server.private()
        server.say(chat, "النيل")
        await asyncio.to_thread(
            server.wait_until, lambda: bool(server.called("sendChatAction")), "a typing sign"
        )
        assert server.called("sendChatAction")[0].params == {"chat_id": chat.id, "action": "typing"}
        assert server.said(chat) == []
        gate.open()
        await server.reply(chat)

    async def test_typing_is_not_shown_where_many_wait(
        self, server: TelegramServer, answers: WordAnswers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The calls that Telegram allows are then needed for the answers."""
        monkeypatch.setattr("bot.handlers.conversation._QUICK", 0.0)
        monkeypatch.setattr("bot.handlers.conversation._MANY", 1)
        hold = answers.hold()
        server.say(chat := server.private(), "النيل")
        await hold.reached()
        hold.release()
        await server.reply(chat)
        assert server.called("sendChatAction") == []


class TestStartAndEnd:
    async def test_stopping_finishes_what_was_asked(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Questions fetched before the stop are answered before the bot ends."""
        gate = answers.before = Gate("النيل")
        chats = [server.private() for _ in range(6)]
        async with bot_at(server, answers):
            for chat in chats:
                server.say(chat, "النيل")
            await asyncio.to_thread(
                server.wait_until,
                lambda: len(server.called("sendChatAction")) >= 4,
                "searches to begin",
            )
            threading.Thread(target=open_at_last_poll, args=(server, gate)).start()
        assert all(PASSAGE in server.said(chat)[0]["text"] for chat in chats)

    async def test_introduces_itself_once(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Commands and descriptions are set in all languages, and again only if they differ."""
        for _ in range(2):
            async with bot_at(server, answers):
                server.say(chat := server.private(), "/help")
                await server.reply(chat)
        profile = server.api.profile
        assert [c["command"] for c in profile["commands", "all_private_chats", "ar"]] == [
            *("ask", "help", "language", "start", "watch", "watches", "privacy", "forget")
        ]
        assert [c["command"] for c in profile["commands", "all_group_chats", ""]] == [
            *("ask", "help", "language")
        ]
        assert profile["description", "ar"] == ARABIC("bot-description")
        assert profile["shortdescription", ""] == texts_in("en")("bot-short-description")
        assert len(server.called("setMyCommands")) == 2 * 6
        assert len(server.called("setMyDescription")) == 6

    async def test_failed_introduction_does_not_stop_the_bot(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A bot that may not change its description still answers."""
        server.fail("setMyDescription", broken(400, "Bad Request: not now"))
        async with bot_at(server, answers):
            server.say(chat := server.private(), "النيل")
            assert PASSAGE in (await server.reply(chat))["text"]

    async def test_withdrawn_token_ends_the_bot(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A running bot whose token is no longer accepted ends instead of hanging."""
        task = asyncio.create_task(serve(settings_for(server), answers, asyncio.Event()))
        server.say(chat := server.private(), "النيل")
        await server.reply(chat)
        server.token = "4242:another"  # noqa: S105 - opens nothing
        server.say(chat, "القهوة")
        with pytest.raises(InvalidToken):
            await asyncio.wait_for(task, 20)


class TestRun:
    def test_without_token(self, answers: WordAnswers) -> None:
        """The error names the variable to set."""
        with pytest.raises(SettingsError, match="DALIL_TELEGRAM_TOKEN"):
            run(Settings(telegram_token=None), answers)

    def test_wrong_token_is_one_line_without_the_token(
        self, server: TelegramServer, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Telegram's refusal becomes a sentence; neither it nor the log holds the token."""
        caplog.set_level(logging.DEBUG)
        with pytest.raises(TokenRefusedError, match="DALIL_TELEGRAM_TOKEN") as caught:
            run(settings_for(server, telegram_token="1:wrong-token"), answers)  # noqa: S106
        assert "wrong-token" not in str(caught.value) + caplog.text
        assert caught.value.__suppress_context__
        assert "\n" not in str(caught.value)
        assert "Traceback" not in caplog.text

    async def test_connections_that_break_at_the_start_are_tried_again(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        server.fail("getMe", dropped(), dropped())
        server.fail("deleteWebhook", dropped())
        chat = server.private()
        async with bot_at(server, answers):
            server.say(chat, "النيل")
            assert PASSAGE in (await server.reply(chat))["text"]

    def test_unreachable_api_is_one_line(
        self, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Where nobody listens, the error names the address and the setting."""
        with TelegramServer() as server:
            settings = settings_for(server)
        with pytest.raises(TelegramUnreachableError, match="DALIL_TELEGRAM_API_URL") as caught:
            run(settings, answers)
        assert server.url in str(caught.value)
        assert server.token not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert "Traceback" not in caplog.text

    def test_signal_stops_and_no_log_holds_the_token(
        self, server: TelegramServer, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """SIGTERM ends ``run``; even libraries that log whole addresses leave the token out."""
        chat = server.private()

        def converse() -> None:
            server.say(chat, "النيل")
            server.wait_for_reply(chat)
            for name in ("", "httpx", "httpcore", "telegram", "telegram.ext"):
                caplog.set_level(logging.DEBUG, name or None)
            answers.before = fail
            server.fail("getUpdates", dropped())
            server.say(chat, "القهوة")
            server.wait_for_reply(chat)
            logging.getLogger("stranger").error("%s", {"token": server.token})
            os.kill(os.getpid(), signal.SIGTERM)

        person = threading.Thread(target=converse)
        person.start()
        run(settings_for(server), answers)
        person.join()
        assert server.token not in caplog.text
        assert "/bot<token>/sendMessage" in caplog.text
        assert "{'token': '<token>'}" in caplog.text
