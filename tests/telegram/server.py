"""A strict Bot API server on loopback, for tests and for trying the bot without Telegram.

``with TelegramServer() as server:`` serves in threads of its own; a bot reaches it through its
API address, ``server.url``. People write with ``server.say(chat, text)`` and read what the bot
answers with ``server.reply(chat)``. It refuses what Telegram refuses (see ``rules``), records
every call, and on demand fails the way networks and Telegram do (see ``fail``).
"""

import asyncio
import json
import re
import socket
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.telegram.api import BotApi, Chat, User
from tests.telegram.faults import Fault
from tests.telegram.rules import START_PAYLOAD, Refusal

TOKEN = "4242:AAEstrict-Bot_API-server-for-the-tests"  # noqa: S105 - opens nothing
USERNAME = "dalil_test_bot"

# How long a test waits for what must come; only ever reached by a test that fails.
PATIENCE = 20.0

_PATH = re.compile(r"/bot([^/]*)/(\w+)/?")
_ENTITY = re.compile(r"(?P<bot_command>^/\w+(@\w+)?)|(?P<mention>@\w{5,})")


@dataclass(frozen=True, slots=True)
class Call:
    """A request the bot made and the status it got; 0 where the connection was dropped.

    ``performed`` says that it took effect all the same.
    """

    method: str
    params: dict[str, Any]
    status: int
    performed: bool = False
    at: float = field(default_factory=time.monotonic)


@dataclass
class TelegramServer:
    """Telegram as one bot sees it."""

    token: str = TOKEN
    username: str = USERNAME
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api = BotApi(self.username)
        self._faults: defaultdict[str, list[Fault]] = defaultdict(list)
        self._ids = count(1)
        self._http = _HttpServer(("127.0.0.1", 0), _Handler, self)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self.api.changed:
            self.api.closed = True
            self.api.changed.notify_all()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The server's root; methods live under ``/bot<token>/``."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    # What people do

    def person(self, language_code: str | None = "ar") -> User:
        """Somebody new."""
        number = next(self._ids)
        return User(number, f"Person {number}", language_code, f"person_{number}")

    def private(self, language_code: str | None = "ar") -> Chat:
        """A private chat of the bot with somebody new."""
        user = self.person(language_code)
        return self._open(Chat(user.id, "private", user.first_name, user))

    def group(self, title: str = "Group") -> Chat:
        """A group that the bot is in and may read."""
        return self._open(Chat(-next(self._ids), "supergroup", title, self.person()))

    def say(
        self,
        chat: Chat,
        text: str | None,
        *,
        author: User | None = None,
        **fields: Any,  # noqa: ANN401 - a message's own fields
    ) -> int:
        """Let somebody write ``text`` into ``chat``; return the update's id.

        ``fields`` are added to the message, in Telegram's JSON: ``reply_to_message``, ``photo``
        (with None for the text) and so on.
        """
        return self.api.push("message", self.message(chat, text, author=author, **fields))

    def message(
        self,
        chat: Chat,
        text: str | None,
        *,
        author: User | None = None,
        **fields: Any,  # noqa: ANN401 - a message's own fields
    ) -> dict[str, Any]:
        """A person's message in ``chat`` that the bot is not told of."""
        with self.api.changed:
            message = self.api.new_message(chat, (author or chat.person).to_json())
            if text is not None:
                message |= {"text": text, "entities": _entities(text)}
            message |= fields
        return message

    def edit(self, chat: Chat, message_id: int, text: str) -> int:
        """Let somebody change what they wrote; return the update's id."""
        with self.api.changed:
            message = chat.messages[message_id]
            message |= {"text": text, "entities": _entities(text), "edit_date": message["date"] + 1}
        return self.api.push("edited_message", message)

    def follow(self, chat: Chat, link: str) -> int:
        """Let somebody open a link into the bot's private chat; return the update's id.

        Raises:
            AssertionError: it is no such link.

        """
        start, payload = f"https://t.me/{self.username}?start=", link.rpartition("=")[2]
        assert link == start + payload
        assert START_PAYLOAD.fullmatch(payload)
        return self.say(chat, f"/start {payload}")

    def press(
        self, chat: Chat, message: dict[str, Any], data: str, *, author: User | None = None
    ) -> str:
        """Let somebody press a button; return the callback query's id."""
        query_id = str(next(self._ids))
        who = (author or chat.person).to_json()
        query = {"id": query_id, "from": who, "chat_instance": "1", "data": data}
        with self.api.changed:
            self.api.callbacks.add(query_id)
            pressed = self.api.as_pressed(message)
        self.api.push("callback_query", query | {"message": pressed})
        return query_id

    def ask_inline(self, user: User, query: str, offset: str = "") -> str:
        """Let somebody type the bot's name and a question in any chat; return the query's id."""
        query_id = str(next(self._ids))
        asked = {"id": query_id, "from": user.to_json(), "query": query, "offset": offset}
        with self.api.changed:
            self.api.inline_queries.add(query_id)
        self.api.push("inline_query", asked)
        return query_id

    # What tests see

    async def reply(self, chat: Chat) -> dict[str, Any]:
        """Wait for the bot's next message in ``chat`` that no test has read yet."""
        return await asyncio.to_thread(self.wait_for_reply, chat)

    def wait_for_reply(self, chat: Chat) -> dict[str, Any]:
        """As ``reply``, outside an event loop.

        Raises:
            AssertionError: none came.

        """
        self.wait_until(lambda: len(self.said(chat)) > chat.read, f"a reply in chat {chat.id}")
        chat.read += 1
        return self.said(chat)[chat.read - 1]

    async def notice(self, query_id: str) -> str:
        """Wait until a press is acknowledged; return what is shown over the chat."""
        await asyncio.to_thread(
            self.wait_until, lambda: query_id in self.api.alerts, f"the end of press {query_id}"
        )
        return self.api.alerts[query_id]

    async def inline_answer(self, query_id: str) -> dict[str, Any]:
        """Wait for the answer to an inline query."""
        answers = self.api.inline_answers
        await asyncio.to_thread(
            self.wait_until, lambda: query_id in answers, f"results of query {query_id}"
        )
        return answers[query_id]

    async def edited(self, count: int) -> None:
        """Wait until the bot has edited so many times."""
        await asyncio.to_thread(
            self.wait_until, lambda: self.api.edits >= count, f"edit number {count}"
        )

    def said(self, chat: Chat) -> list[dict[str, Any]]:
        """Everything the bot has said in ``chat``."""
        return [m for m in list(chat.messages.values()) if m["from"]["id"] == self.api.me["id"]]

    def called(self, method: str) -> list[Call]:
        """Every call of one method so far."""
        return [call for call in list(self.calls) if call.method == method]

    def wait_until(self, true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        """Wait for the server's state to change.

        Raises:
            AssertionError: it did not.

        """
        with self.api.changed:
            if not self.api.changed.wait_for(true, patience):
                calls = [(call.method, call.status) for call in self.calls]
                raise AssertionError(f"waited in vain for {what}; the bot called {calls}")

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of ``method`` fail, one after the other."""
        with self.api.changed:
            self._faults[method] += faults

    # What the HTTP side does

    def answer(self, token: str, method: str, params: dict[str, Any]) -> tuple[int, str] | None:
        """Carry out a request; None where the connection is to be dropped."""
        with self.api.changed:
            waiting = self._faults[method]
            fault = waiting.pop(0) if waiting else self.api.weather.fault(method)
        if fault.seconds:
            time.sleep(fault.seconds)
        try:
            result = self._perform(token, method, params, fault)
            status, body = 200, json.dumps({"ok": True, "result": result})
        except Refusal as refusal:
            status, body = refusal.code, refusal.body()
        with self.api.changed:
            self.calls.append(
                Call(method, params, 0 if fault.drop else status, fault.performed and status == 200)
            )
            self.api.changed.notify_all()
        return None if fault.drop else (status, body)

    def _perform(self, token: str, method: str, params: dict[str, Any], fault: Fault) -> object:
        if token != self.token:
            raise Refusal(401, "Unauthorized") if ":" in token else Refusal(404, "Not Found")
        if fault.refusal:
            raise fault.refusal
        return None if fault.drop and not fault.performed else self.api.call(method, params)

    def _open(self, chat: Chat) -> Chat:
        self.api.chats[chat.id] = chat
        return chat


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # kept connections would hold up the end
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type["_Handler"], telegram: TelegramServer
    ) -> None:
        super().__init__(address, handler)
        self.telegram = telegram

    def handle_error(self, *_: object) -> None:
        """Keep quiet where the other side has gone; all else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(self.rfile.read(length).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet: the calls are recorded."""

    def _answer(self, body: str) -> None:
        assert isinstance(self.server, _HttpServer)
        address = urlsplit(self.path)
        path = _PATH.fullmatch(address.path)
        if path is None:
            answer: tuple[int, str] | None = (404, Refusal(404, "Not Found").body())
        else:
            params = self._params(body) | _decoded(parse_qsl(address.query))
            answer = self.server.telegram.answer(path[1], path[2], params)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self._write(*answer)

    def _params(self, body: str) -> dict[str, Any]:
        if self.headers.get_content_type() == "application/json":
            return dict(json.loads(body or "{}"))
        return _decoded(parse_qsl(body, keep_blank_values=True))

    def _write(self, status: int, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _decoded(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Form fields: whatever is no string comes as JSON, except that texts stay texts."""
    return {key: value if key in _TEXTS else _from_json(value) for key, value in pairs}


_TEXTS = {
    *("text", "description", "short_description", "callback_query_id", "language_code"),
    *("inline_query_id", "next_offset"),
}


def _from_json(value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _entities(text: str) -> list[dict[str, Any]]:
    """The entities Telegram finds by itself in what people write."""
    return [
        {
            "type": match.lastgroup or "mention",
            "offset": len(text[: match.start()].encode("utf-16-le")) // 2,
            "length": len(match.group()),
        }
        for match in _ENTITY.finditer(text)
    ]
