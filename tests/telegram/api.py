"""The Bot API as a state machine: what a method does, apart from how it is called."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from threading import Condition
from typing import Any

from tests.telegram.rules import (
    Refusal,
    bad_request,
    check_inline_results,
    check_keyboard,
    check_text,
    strict,
)
from tests.telegram.weather import FAIR

Params = Mapping[str, Any]

_ACTIONS = {"typing", "upload_photo", "upload_document", "choose_sticker", "find_location"}
_LANGUAGE = re.compile(r"|[a-z]{2}")
_WEBHOOK_CONFLICT = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete "
    "the webhook first"
)
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_POLL_CONFLICT = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is "
    "running"
)


@dataclass(slots=True)
class User:
    """Somebody who writes to the bot."""

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None

    def to_json(self) -> dict[str, Any]:
        optional = {"language_code": self.language_code, "username": self.username}
        known = {key: value for key, value in optional.items() if value is not None}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name} | known


@dataclass(slots=True)
class Chat:
    """A chat the bot is in, with one ``person`` who writes if nobody else is named.

    ``messages`` holds both sides, by message id; ``read`` counts the bot's that a test has seen.
    """

    id: int
    type: str
    title: str
    person: User
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: bool = False
    read: int = 0

    def to_json(self) -> dict[str, Any]:
        name = "first_name" if self.type == "private" else "title"
        return {"id": self.id, "type": self.type, name: self.title}


class BotApi:
    """One bot's side of Telegram: chats, pending updates, and the methods a bot may call.

    Every access goes through ``changed``, a condition that is notified of every change.
    """

    def __init__(self, username: str) -> None:
        self.me = {"id": 4242, "is_bot": True, "first_name": "Dalil", "username": username}
        self.chats: dict[int, Chat] = {}
        self.changed = Condition()
        self.closed = False
        self.callbacks: set[str] = set()
        self.alerts: dict[str, str] = {}
        self.inline_queries: set[str] = set()
        self.inline_answers: dict[str, dict[str, Any]] = {}
        self.profile: dict[tuple[str, ...], Any] = {}
        self._pending: list[dict[str, Any]] = []
        self._confirmed: list[dict[str, Any]] = []
        self._repeats: list[dict[str, Any]] = []
        self.weather = FAIR
        self._allowed: list[str] = []
        self.polls = 0
        self.edits = 0
        self.webhook: dict[str, Any] = {}
        self._update_ids = count(1000)
        self._message_ids = count(1)

    def call(self, method: str, params: Params) -> object:
        """Carry out a method.

        Raises:
            Refusal: what Telegram answers where it does not.

        """
        known: Mapping[str, Callable[[Params], object]] = {
            "getme": lambda _: self.me | {"can_join_groups": True},
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_message,
            "editmessagereplymarkup": self._edit_keyboard,
            "answerinlinequery": self._answer_inline_query,
            "sendchataction": self._send_chat_action,
            "answercallbackquery": self._answer_callback,
            "setmycommands": self._set_commands,
            "getmycommands": lambda params: self.profile.get(_commands_key(params), []),
            **{f"setmy{name}": self._set_text(name, most) for name, most in _PROFILE_TEXTS},
            **{f"getmy{name}": self._get_text(name) for name, _ in _PROFILE_TEXTS},
        }
        if method.lower() not in known:
            raise Refusal(404, "Not Found: method not found")
        return known[method.lower()](params)

    def new_message(self, chat: Chat, author: Mapping[str, Any]) -> dict[str, Any]:
        """Put a message, still without content, into a chat."""
        message_id = next(self._message_ids)
        message = {
            "message_id": message_id,
            "date": 1_700_000_000 + message_id,
            "chat": chat.to_json(),
            "from": dict(author),
        }
        chat.messages[message_id] = message
        return message

    def as_pressed(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A message as a callback query brings it: with the one it replies to, and no further."""
        replied = message.get("reply_parameters", {}).get("message_id")
        original = self.chats[message["chat"]["id"]].messages.get(replied)
        return _alone(message) | ({"reply_to_message": _alone(original)} if original else {})

    def push(self, kind: str, content: Mapping[str, Any]) -> int:
        """Queue an update, unless the bot asked not to get its kind; return the update's id."""
        with self.changed:
            update_id = next(self._update_ids)
            if not self._allowed or kind in self._allowed:
                self._pending.append({"update_id": update_id, kind: dict(content)})
                self.changed.notify_all()
            return update_id

    def forget(self, update_id: int) -> None:
        """Count an update as confirmed."""
        with self.changed:
            self._confirm(lambda update: update["update_id"] == update_id)

    def to_deliver(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the webhook, empty where there is none, and what waits for it."""
        with self.changed:
            updates, self._repeats = self._repeats + self._pending, []
            return self.webhook, updates

    def push_again(self, update_id: int) -> None:
        """Deliver an update once more, confirmed or not."""
        with self.changed:
            known = self._confirmed + self._pending
            self._repeats += [u for u in known if u["update_id"] == update_id]
            self.changed.notify_all()

    def _get_updates(self, params: Params) -> list[dict[str, Any]]:
        offset, timeout = int(params.get("offset", 0)), float(params.get("timeout", 0))
        with self.changed:
            if self.webhook:
                raise Refusal(409, _WEBHOOK_CONFLICT)
            self._confirm(lambda update: update["update_id"] < offset)
            self.polls += 1
            mine = self.polls
            self._allowed = list(params.get("allowed_updates", self._allowed))
            self.changed.notify_all()
            self.changed.wait_for(
                lambda: self.closed or self.polls != mine or self._ready(offset), timeout
            )
            if self.polls != mine:
                raise Refusal(409, _POLL_CONFLICT)
            ready, self._repeats = self._ready(offset), []
            return self.weather.delivered(ready, self._confirmed[-50:])

    def _confirm(self, chosen: Callable[[dict[str, Any]], bool]) -> None:
        self._confirmed += filter(chosen, self._pending)
        self._pending = [update for update in self._pending if not chosen(update)]

    def _set_webhook(self, params: Params) -> bool:
        if not str(params.get("url", "")).startswith("https://"):
            bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not _SECRET.fullmatch(str(params.get("secret_token", ""))):
            bad_request("bad webhook: secret token contains unallowed characters")
        with self.changed:
            self.webhook = dict(params)
            self._allowed = list(params.get("allowed_updates", self._allowed))
            self.changed.notify_all()
        return True

    def _delete_webhook(self, _: Params) -> bool:
        with self.changed:
            self.webhook = {}
        return True

    def _ready(self, offset: int) -> list[dict[str, Any]]:
        return self._repeats + [u for u in self._pending if u["update_id"] >= offset][:100]

    def _send_message(self, params: Params) -> dict[str, Any]:
        text, entities = str(params.get("text", "")), params.get("entities", [])
        check_text(text, entities)
        if "reply_markup" in params:
            check_keyboard(params["reply_markup"])
        with self.changed:
            chat = self._chat(params)
            self._check_reply(chat, params.get("reply_parameters"))
            message = self.new_message(chat, self.me) | {"text": text}
            message |= {key: params[key] for key in _KEPT if key in params}
            message |= _quoted(chat, params.get("reply_parameters"))
            chat.messages[message["message_id"]] = message
            self.changed.notify_all()
            return message

    def _edit_message(self, params: Params) -> dict[str, Any]:
        text, entities = str(params.get("text", "")), params.get("entities", [])
        check_text(text, entities)
        if "reply_markup" in params:
            check_keyboard(params["reply_markup"])
        with self.changed:
            message = self._own_message(params)
            new = {"text": text} | {key: params[key] for key in _EDITED if key in params}
            if all(message.get(key) == new.get(key) for key in ("text", "entities", _MARKUP)):
                bad_request(_NOT_MODIFIED)
            for key in _EDITED:
                message.pop(key, None)
            return self._edited(message, new)

    def _edit_keyboard(self, params: Params) -> dict[str, Any]:
        markup = params.get(_MARKUP, {"inline_keyboard": []})
        check_keyboard(markup)
        with self.changed:
            message = self._own_message(params)
            if message.get(_MARKUP, {"inline_keyboard": []}) == markup:
                bad_request(_NOT_MODIFIED)
            message.pop(_MARKUP, None)
            return self._edited(message, {_MARKUP: markup} if markup["inline_keyboard"] else {})

    def _own_message(self, params: Params) -> dict[str, Any]:
        message = self._chat(params).messages.get(int(params.get("message_id", 0)))
        if message is None or message["from"]["id"] != self.me["id"]:
            bad_request("message to edit not found")
        return message

    def _edited(self, message: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        message |= new
        self.edits += 1
        self.changed.notify_all()
        return message

    def _send_chat_action(self, params: Params) -> bool:
        self._chat(params)
        if params.get("action") not in _ACTIONS:
            bad_request("wrong parameter action in request")
        return True

    def _answer_callback(self, params: Params) -> bool:
        if len(params.get("text", "")) > 200:
            bad_request("MESSAGE_TOO_LONG")
        with self.changed:
            self._take_query(self.callbacks, params.get("callback_query_id"))
            self.alerts[params["callback_query_id"]] = str(params.get("text", ""))
            self.changed.notify_all()
        return True

    def _answer_inline_query(self, params: Params) -> bool:
        check_inline_results(params)
        with self.changed:
            self._take_query(self.inline_queries, params.get("inline_query_id"))
            self.inline_answers[params["inline_query_id"]] = dict(params)
            self.changed.notify_all()
        return True

    def _take_query(self, waiting: set[str], query_id: object) -> None:
        if query_id not in waiting:
            bad_request("query is too old and response timeout expired or query ID is invalid")
        waiting.remove(str(query_id))

    def _set_commands(self, params: Params) -> bool:
        for command in params["commands"]:
            if not _COMMAND.fullmatch(command["command"]):
                bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.profile[_commands_key(params)] = params["commands"]
        return True

    def _set_text(self, name: str, most: int) -> Callable[[Params], bool]:
        def set_text(params: Params) -> bool:
            text = params.get(_SNAKE[name], "")
            if len(text) > most:
                strict(f"a bot's {name} has at most {most} characters")
            self.profile[name, _language(params)] = text
            return True

        return set_text

    def _get_text(self, name: str) -> Callable[[Params], dict[str, str]]:
        return lambda params: {_SNAKE[name]: self.profile.get((name, _language(params)), "")}

    def _chat(self, params: Params) -> Chat:
        if params.get("chat_id") in {None, ""}:
            bad_request("chat_id is empty")
        chat = self.chats.get(_integer(params["chat_id"]))
        if chat is None:
            bad_request("chat not found")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        return chat

    def _check_reply(self, chat: Chat, reply: Params | None) -> None:
        if reply is None or reply.get("allow_sending_without_reply"):
            return
        if "message_id" not in reply:
            bad_request('can\'t find field "message_id"')
        if reply["message_id"] not in chat.messages:
            bad_request("message to be replied not found")


_MARKUP = "reply_markup"
_EDITED = ("entities", _MARKUP, "link_preview_options")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_KEPT = ("entities", "reply_markup", "reply_parameters", "link_preview_options")
_PROFILE_TEXTS = (("description", 512), ("shortdescription", 120))
_SNAKE = {"description": "description", "shortdescription": "short_description"}


def _alone(message: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _quoted(chat: Chat, reply: Params | None) -> dict[str, Any]:
    """The message that another replies to, without what that one replies to."""
    original = chat.messages.get(reply.get("message_id", 0)) if reply else None
    if original is None:
        return {}
    inner = {key: value for key, value in original.items() if key != "reply_to_message"}
    return {"reply_to_message": inner}


def _integer(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        bad_request("chat not found")


def _language(params: Params) -> str:
    code = str(params.get("language_code", ""))
    if not _LANGUAGE.fullmatch(code):
        bad_request("invalid language code specified")
    return code


def _commands_key(params: Params) -> tuple[str, ...]:
    return "commands", params.get("scope", {"type": "default"})["type"], _language(params)
