"""The bot as a service: webhook, health, metrics, logs, and settings that cannot work."""

import asyncio
import json
import logging
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest

from bot import cli
from bot.app import run
from bot.errors import ListenError, StorageError, TelegramUnreachableError
from bot.logs import JsonFormatter
from bot.texts import texts_in
from bot.webhook import secret_of
from embeddings.encoder import Encoder
from retrieval.build import build
from retrieval.errors import DalilError
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at, settings_for
from tests.corpora import write_corpus
from tests.fakes import HashEncoder
from tests.telegram.faults import broken, dropped
from tests.telegram.server import TOKEN, TelegramServer
from tests.telegram.webhook import Deliverer, Proxy

ARABIC = texts_in("ar")
PASSAGE = "ينبع نهر النيل"
URL = "https://bot.example.org/hook"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


async def called(server: TelegramServer, method: str) -> None:
    """Wait until the bot calls a method."""
    await asyncio.to_thread(server.wait_until, lambda: bool(server.called(method)), method)


async def get(port: int, path: str) -> tuple[int, str]:
    """Ask a local port, past any proxy."""

    def ask() -> tuple[int, str]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port}{path}") as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return await asyncio.to_thread(ask)


def fail(question: str) -> None:
    raise RuntimeError(question)


class TestWebhook:
    @pytest.mark.parametrize("by_socket", [False, True])
    async def test_delivered_updates_are_answered(
        self, server: TelegramServer, answers: WordAnswers, tmp_path: Path, *, by_socket: bool
    ) -> None:
        """By port or by socket; and once, though they are delivered again."""
        proxy = Proxy(str(tmp_path / "bot.sock")) if by_socket else Proxy("127.0.0.1", free_port())
        where = f"unix:{proxy.host}" if by_socket else f"{proxy.host}:{proxy.port}"
        chat = server.private()
        with Deliverer(server.api, proxy) as deliverer:
            async with bot_at(server, answers, webhook_url=URL, webhook_listen=where):
                update = server.say(chat, "النيل")
                assert PASSAGE in (await server.reply(chat))["text"]
                server.api.push_again(update)
                server.say(chat, "القهوة")
                assert "القهوة" in (await server.reply(chat))["text"]
        assert answers.asked == ["النيل", "القهوة"]
        assert set(deliverer.statuses) == {200}
        assert server.called("getUpdates") == []
        assert server.api.webhook["url"] == URL

    async def test_what_comes_while_the_bot_is_down_is_answered_on_its_start(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Telegram keeps delivering to the address until somebody takes it."""
        port, chat = free_port(), server.private()
        hook = {"webhook_url": URL, "webhook_listen": f"127.0.0.1:{port}"}
        with Deliverer(server.api, Proxy("127.0.0.1", port)) as deliverer:
            async with bot_at(server, answers, **hook):
                pass
            server.say(chat, "النيل")
            await asyncio.to_thread(
                server.wait_until, lambda: 0 in deliverer.statuses, "a failed delivery"
            )
            async with bot_at(server, answers, **hook):
                assert PASSAGE in (await server.reply(chat))["text"]

    async def test_a_connection_that_breaks_at_the_start_is_tried_again(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        port, chat = free_port(), server.private()
        server.fail("setWebhook", dropped(), dropped())
        with Deliverer(server.api, Proxy("127.0.0.1", port)):
            where = f"127.0.0.1:{port}"
            async with bot_at(server, answers, webhook_url=URL, webhook_listen=where):
                server.say(chat, "النيل")
                assert PASSAGE in (await server.reply(chat))["text"]
        assert [call.status for call in server.called("setWebhook")] == [0, 0, 200]

    def test_an_address_that_telegram_refuses_is_one_line(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """It was reached, so it is not asked again."""
        server.fail("setWebhook", broken(400, "Bad Request: bad webhook: failed to resolve host"))
        hook = {"webhook_url": URL, "webhook_listen": f"127.0.0.1:{free_port()}"}
        with pytest.raises(TelegramUnreachableError, match="failed to resolve host") as caught:
            run(settings_for(server, **hook), answers)
        assert "\n" not in str(caught.value)
        assert len(server.called("setWebhook")) == 1

    async def test_only_telegram_can_deliver(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Without the secret, to another path, or with what is no update, nothing is taken."""
        port, chat = free_port(), server.private()
        update = {"update_id": 1, "message": server.message(chat, "النيل")}
        secret = {"X-Telegram-Bot-Api-Secret-Token": secret_of(TOKEN)}
        wrong = {"X-Telegram-Bot-Api-Secret-Token": secret_of("1:other")}
        tries = [
            ("/hook", json.dumps(update), {}, HTTPStatus.FORBIDDEN),
            ("/hook", json.dumps(update), wrong, HTTPStatus.FORBIDDEN),
            ("/other", json.dumps(update), secret, HTTPStatus.NOT_FOUND),
            ("/hook", "no json", secret, HTTPStatus.BAD_REQUEST),
            ("/hook", '{"message": 7}', secret, HTTPStatus.BAD_REQUEST),
            ("/hook", json.dumps(update), secret, HTTPStatus.OK),
        ]
        async with bot_at(server, answers, webhook_url=URL, webhook_listen=f"127.0.0.1:{port}"):
            await called(server, "setWebhook")
            proxy = Proxy("127.0.0.1", port)
            for path, body, headers, expected in tries:
                status = await asyncio.to_thread(proxy.post, path, body.encode(), dict(headers))
                assert status == expected, (path, body)
            await server.reply(chat)
        assert answers.asked == ["النيل"]
        assert TOKEN not in secret_of(TOKEN)

    async def test_polling_takes_over_from_a_webhook(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A bot without the setting tells Telegram to deliver no more, and fetches."""
        listen = f"127.0.0.1:{free_port()}"
        async with bot_at(server, answers, webhook_url=URL, webhook_listen=listen):
            pass
        async with bot_at(server, answers):
            server.say(chat := server.private(), "النيل")
            assert PASSAGE in (await server.reply(chat))["text"]


class TestMonitoring:
    async def test_figures_are_told_without_words_or_people(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Questions by what became of them, their times, votes; no text, no number of a person."""
        port, chat = free_port(), server.private()
        async with bot_at(server, answers, metrics_listen=f"127.0.0.1:{port}"):
            for question in ("النيل", "xyzzy"):
                server.say(chat, question)
                card = await server.reply(chat)
            await server.notice(server.press(chat, card, "v.1.1"))
            status, text = await get(port, "/metrics")
            assert status == HTTPStatus.OK
            assert (await get(port, "/elsewhere"))[0] == HTTPStatus.NOT_FOUND
        lines = text.splitlines()
        assert 'dalil_questions_total{outcome="found"} 1.0' in lines
        assert 'dalil_questions_total{outcome="not_found"} 1.0' in lines
        assert 'dalil_votes_total{vote="good"} 1.0' in lines
        assert "dalil_answer_seconds_count 2.0" in lines
        assert "dalil_passages 3.0" in lines
        assert "xyzzy" not in text

    async def test_inline_queries_are_counted_apart(
        self, server: TelegramServer, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """By what became of them; an empty one asks nothing."""
        port, person = free_port(), server.person()
        limit = {"questions_per_minute": 1}
        async with bot_at(server, answers, metrics_listen=f"127.0.0.1:{port}", **limit):
            for typed in ("", "النيل", "xyzzy"):
                await server.inline_answer(server.ask_inline(person, typed))
            answers.before = fail
            server.ask_inline(person, "القهوة")
            while "inline query" not in caplog.text:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.01)
            await server.inline_answer(server.ask_inline(person, "القهوة"))
            lines = (await get(port, "/metrics"))[1].splitlines()
        counted = {line for line in lines if line.startswith("dalil_inline_queries_total")}
        outcomes = ("found", "not_found", "failed", "limited")
        assert counted == {f'dalil_inline_queries_total{{outcome="{o}"}} 1.0' for o in outcomes}
        assert "dalil_inline_seconds_count 2.0" in lines
        assert not [line for line in lines if line.startswith("dalil_questions_total")]

    async def test_health_says_how_the_bot_is(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        port = free_port()
        async with bot_at(server, answers, metrics_listen=f"127.0.0.1:{port}"):
            await called(server, "deleteWebhook")
            status, body = await get(port, "/health")
        told = json.loads(body)
        assert (status, told["status"], told["generation"]) == (200, "ok", "1")

    async def test_a_bot_that_hears_nothing_of_telegram_is_not_well(
        self, server: TelegramServer, answers: WordAnswers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The status says so, for a supervisor to start it again."""
        monkeypatch.setattr("bot.monitoring._PATIENCE", -1.0)
        port = free_port()
        async with bot_at(server, answers, metrics_listen=f"127.0.0.1:{port}"):
            await called(server, "deleteWebhook")
            status, body = await get(port, "/health")
        assert (status, json.loads(body)["status"]) == (503, "telegram is silent")


class TestLogs:
    def test_json_lines_carry_the_fields(self) -> None:
        """One object a line, whatever the message holds; errors with their trace."""
        record = logging.makeLogRecord(
            {"name": "bot", "levelname": "INFO", "msg": "two\nlines %d", "args": (3,), "chat": 7}
        )
        try:
            int("broken")
        except ValueError as error:
            record.exc_info = (ValueError, error, error.__traceback__)
        line = JsonFormatter().format(record)
        assert "\n" not in line
        told = json.loads(line)
        assert (told["message"], told["chat"]) == ("two\nlines 3", 7)
        assert "ValueError: invalid literal" in told["error"]

    async def test_a_question_is_logged_by_its_figures(
        self, server: TelegramServer, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Its length, whether it was answered and how surely, and never its words."""
        caplog.set_level(logging.INFO)
        async with bot_at(server, answers):
            server.say(chat := server.private(), "أسرار النيل")
            await server.reply(chat)
        (record,) = [r for r in caplog.records if "a question of" in r.getMessage()]
        told = json.loads(JsonFormatter().format(record))
        assert (told["characters"], told["found"], told["confidence"]) == (11, True, 0.9)
        assert all("أسرار" not in JsonFormatter().format(r) for r in caplog.records)


class TestBadSettings:
    """A wrong token and an unreachable API: see test_lifecycle."""

    @pytest.mark.parametrize(
        ("setting", "more"),
        [("metrics_listen", {}), ("webhook_listen", {"webhook_url": URL})],
    )
    def test_a_port_in_use(
        self, server: TelegramServer, answers: WordAnswers, setting: str, more: dict[str, str]
    ) -> None:
        """The line names the address and the setting to change."""
        with taken_port() as port:
            settings = settings_for(server, **{setting: f"127.0.0.1:{port}"}, **more)
            with pytest.raises(ListenError, match=f"DALIL_{setting}".upper()) as caught:
                run(settings, answers)
        assert f"127.0.0.1:{port} (Address already in use)" in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_data_that_cannot_be_kept(self, server: TelegramServer, answers: WordAnswers) -> None:
        """A folder that is not there."""
        with pytest.raises(StorageError, match="DALIL_BOT_DATA") as caught:
            run(settings_for(server, bot_data="no/such/folder/bot.sqlite"), answers)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("case", ["none", "another model's"])
    def test_an_index_that_cannot_answer(
        self,
        server: TelegramServer,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
        case: str,
    ) -> None:
        """No index, or one of another model: one line that names the command, status 2."""
        other: Encoder = HashEncoder("another")
        if case != "none":
            build([write_corpus(tmp_path / "corpus")], tmp_path / "dalil-index", HashEncoder())
        monkeypatch.setattr("retrieval.retriever.load_encoder", lambda _: other)
        monkeypatch.setenv("DALIL_TELEGRAM_TOKEN", server.token)
        monkeypatch.setenv("DALIL_TELEGRAM_API_URL", server.url)
        monkeypatch.setattr("sys.argv", ["dalil", "bot"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        (line,) = capsys.readouterr().err.splitlines()[-1:]
        assert line.startswith("dalil: ")
        assert "dalil build" in line
        assert isinstance(ended.value.__context__, DalilError)
