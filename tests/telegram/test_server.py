"""The strict server, as a bare HTTP client sees it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from typing import Any

import pytest

from tests.telegram.faults import dropped, too_many_requests
from tests.telegram.server import TOKEN, TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


def call(
    server: TelegramServer, method: str, token: str = TOKEN, **params: object
) -> dict[str, Any]:
    """Call a method with a JSON body, past any proxy."""
    request = urllib.request.Request(  # noqa: S310 - always our own loopback server
        f"{server.url}/bot{token}/{method}",
        json.dumps(params).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as reply:
            return dict(json.load(reply))
    except urllib.error.HTTPError as error:
        return dict(json.load(error)) | {"status": error.code}


def description(answer: dict[str, Any]) -> str:
    assert (answer["ok"], answer["status"]) == (False, answer["error_code"])
    return f"{answer['error_code']} {answer['description']}"


def test_tokens_and_methods(server: TelegramServer) -> None:
    """A wrong token is 401, a malformed one and an unknown method are 404."""
    assert call(server, "getMe")["result"]["username"] == "dalil_test_bot"
    assert call(server, "getme")["ok"]
    assert description(call(server, "getMe", "1:wrong")) == "401 Unauthorized"
    assert description(call(server, "getMe", "wrong")) == "404 Not Found"
    assert description(call(server, "sendPigeon")) == "404 Not Found: method not found"


def test_messages_and_chats(server: TelegramServer) -> None:
    """Messages go to known chats that let the bot speak, and are kept as sent."""
    chat = server.private()
    sent = call(server, "sendMessage", chat_id=chat.id, text="نعم")["result"]
    assert (sent["text"], server.said(chat)) == ("نعم", [sent])
    refusals: dict[str, dict[str, Any]] = {
        "400 Bad Request: chat_id is empty": {"text": "a"},
        "400 Bad Request: chat not found": {"chat_id": 77, "text": "a"},
        "400 Bad Request: message text is empty": {"chat_id": 77},
        "400 Bad Request: message to be replied not found": {
            "chat_id": chat.id,
            "text": "a",
            "reply_parameters": {"message_id": 99},
        },
    }
    for refusal, params in refusals.items():
        assert description(call(server, "sendMessage", **params)) == refusal
    chat.blocked = True
    blocked = description(call(server, "sendMessage", chat_id=chat.id, text="a"))
    assert blocked == "403 Forbidden: bot was blocked by the user"


def test_edits(server: TelegramServer) -> None:
    """The bot edits its own messages, and only if something changes."""
    chat = server.private()
    server.say(chat, "من إنسان")
    sent = call(server, "sendMessage", chat_id=chat.id, text="a")["result"]["message_id"]
    edited = call(server, "editMessageText", chat_id=chat.id, message_id=sent, text="b")
    assert edited["result"]["text"] == "b"
    again = call(server, "editMessageText", chat_id=chat.id, message_id=sent, text="b")
    assert "message is not modified" in description(again)
    foreign = call(server, "editMessageText", chat_id=chat.id, message_id=sent - 1, text="b")
    assert description(foreign) == "400 Bad Request: message to edit not found"


def test_updates_are_kept_until_confirmed(server: TelegramServer) -> None:
    """An offset confirms what is below it; unwanted kinds are not kept; repeats come again."""
    chat = server.private()
    first, second = server.say(chat, "/ask السؤال"), server.say(chat, "ثانية")
    update = call(server, "getUpdates")["result"][0]
    assert update["update_id"] == first
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 4}]
    confirmed = call(server, "getUpdates", offset=first + 1, allowed_updates=["message"])
    assert [u["update_id"] for u in confirmed["result"]] == [second]
    server.api.push("edited_message", {})
    server.api.push_again(first)
    repeated = call(server, "getUpdates", offset=second + 1)
    assert [u["update_id"] for u in repeated["result"]] == [first]


def test_poll_waits_and_yields_to_a_newer_one(server: TelegramServer) -> None:
    """A poll ends with the first update; a second poll ends the first with 409."""
    with ThreadPoolExecutor() as pool:
        older = pool.submit(call, server, "getUpdates", timeout=20)
        server.wait_until(lambda: server.api.polls == 1, "the first poll")
        newer = pool.submit(call, server, "getUpdates", timeout=20)
        assert description(older.result()).startswith("409 Conflict: terminated by other")
        update = server.say(server.private(), "مرحبًا")
        assert [u["update_id"] for u in newer.result()["result"]] == [update]


def test_callback_ids_go_stale(server: TelegramServer) -> None:
    """A callback query can be answered once."""
    chat = server.private()
    query = server.press(chat, server.message(chat, "a"), "yes")
    assert call(server, "answerCallbackQuery", callback_query_id=query)["result"] is True
    again = description(call(server, "answerCallbackQuery", callback_query_id=query))
    assert again == (
        "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


def test_acknowledgements_are_short(server: TelegramServer) -> None:
    """200 characters over the chat, which the person sees."""
    chat = server.private()
    query = server.press(chat, server.message(chat, "a"), "yes")
    long = call(server, "answerCallbackQuery", callback_query_id=query, text="س" * 201)
    assert description(long) == "400 Bad Request: MESSAGE_TOO_LONG"
    assert call(server, "answerCallbackQuery", callback_query_id=query, text="س" * 200)["ok"]
    assert server.api.alerts == {query: "س" * 200}


def test_press_brings_the_message_and_what_it_replies_to(server: TelegramServer) -> None:
    """While that is there; and no further."""
    chat = server.private()
    server.say(chat, "سؤال")
    params: dict[str, Any] = {"chat_id": chat.id, "text": "جواب"}
    question = max(chat.messages)
    sent = call(server, "sendMessage", **params, reply_parameters={"message_id": question})
    again = {"message_id": sent["result"]["message_id"]}
    call(server, "sendMessage", **params, reply_parameters=again)
    answer, second = server.said(chat)
    for message in (answer, second):
        server.press(chat, message, "a")
    del chat.messages[question]
    server.press(chat, answer, "a")
    updates = call(server, "getUpdates", allowed_updates=["callback_query"])["result"]
    pressed = [u["callback_query"]["message"] for u in updates if "callback_query" in u]
    assert pressed[0]["reply_to_message"]["text"] == "سؤال"
    assert "reply_to_message" not in pressed[1]["reply_to_message"]
    assert "reply_to_message" not in pressed[2]


def test_keyboards_are_edited_alone(server: TelegramServer) -> None:
    """The text stays, an empty keyboard goes, and the same again is refused."""
    chat = server.private()
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    params: dict[str, Any] = {"chat_id": chat.id}
    sent = call(server, "sendMessage", **params, text="a", reply_markup=markup)["result"]
    edit = params | {"message_id": sent["message_id"]}
    same = call(server, "editMessageReplyMarkup", **edit, reply_markup=markup)
    assert "message is not modified" in description(same)
    assert call(server, "editMessageReplyMarkup", **edit)["result"]["text"] == "a"
    assert "reply_markup" not in server.said(chat)[0]


def test_inline_queries_are_answered_once(server: TelegramServer) -> None:
    query = server.ask_inline(server.person(), "سؤال")
    assert call(server, "answerInlineQuery", inline_query_id=query, results=[])["ok"]
    again = call(server, "answerInlineQuery", inline_query_id=query, results=[])
    assert "query is too old" in description(again)


def test_confirmed_updates_are_forgotten(server: TelegramServer) -> None:
    """Also for a bot that starts anew and does not know how far it came."""
    chat = server.private()
    first, second = server.say(chat, "أولى"), server.say(chat, "ثانية")
    call(server, "getUpdates", offset=first + 1)
    assert [u["update_id"] for u in call(server, "getUpdates")["result"]] == [second]


def test_faults(server: TelegramServer) -> None:
    """Faults come in order, once each; a dropped call may still have taken effect."""
    chat = server.private()
    server.fail("sendMessage", too_many_requests(7), dropped(), dropped(performed=True))
    flood = call(server, "sendMessage", chat_id=chat.id, text="a")
    assert description(flood) == "429 Too Many Requests: retry after 7"
    assert flood["parameters"] == {"retry_after": 7}
    for performed in (0, 1):
        with pytest.raises(RemoteDisconnected):
            call(server, "sendMessage", chat_id=chat.id, text="a")
        assert len(server.said(chat)) == performed
    assert call(server, "sendMessage", chat_id=chat.id, text="a")["ok"]
    assert [c.status for c in server.called("sendMessage")] == [429, 0, 0, 200]


def test_profile(server: TelegramServer) -> None:
    """Commands and descriptions are kept by language and scope, within their limits."""
    commands = [{"command": "ask", "description": "اسأل"}]
    assert call(server, "setMyCommands", commands=commands, language_code="ar")["ok"]
    assert call(server, "getMyCommands", language_code="ar")["result"] == commands
    assert call(server, "getMyCommands")["result"] == []
    refusals = {
        "400 Bad Request: BOT_COMMAND_INVALID": [{"command": "Ask", "description": "a"}],
        "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID": [{"command": "a", "description": ""}],
    }
    for refusal, wrong in refusals.items():
        assert description(call(server, "setMyCommands", commands=wrong)) == refusal
    long = call(server, "setMyShortDescription", short_description="a" * 121)
    assert "at most 120" in description(long)
    language = call(server, "setMyDescription", description="a", language_code="arabic")
    assert description(language) == "400 Bad Request: invalid language code specified"
