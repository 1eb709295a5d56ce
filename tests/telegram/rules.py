"""What Telegram accepts in a message, as pure checks.

Descriptions are Telegram's own. Where Telegram would silently repair or drop something, these
checks refuse it, because a bot that knows its rules has no need of it; such a description begins
with ``Strict:``. Written apart from the bot, so that one misreading cannot hide in both.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

Json = Mapping[str, Any]

TEXT_UNITS = 4096
ENTITIES = 100
CALLBACK_BYTES = 64
INLINE_RESULTS = 50
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")

_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_CODE = {"pre", "code"}
_WHOLE = {
    *("text_link", "text_mention", "custom_emoji", "date_time", "mention", "hashtag", "cashtag"),
    *("bot_command", "url", "email", "phone_number"),
}
_DATE_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_BUTTON_ACTIONS = {"url", "callback_data", "copy_text", "switch_inline_query", "web_app"}
# What Telegram turns into a blank, and what it takes out of a text.
_BLANKED = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e\u030a\u0333\u033f]")
_INVISIBLE = re.compile(
    "[ \n\xa0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc"
    "\U000e0000-\U000e007f]*"
)
_HOST_CHARACTERS = re.compile(r"[a-zA-Z0-9.\-_!$,~*'();&+=%\u0080-\U0010ffff]+")


class Refusal(Exception):  # noqa: N818 - a refusal is the server's answer, not its error
    """The server's answer to a request it does not carry out."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> str:
        """The answer as JSON."""
        parameters = {"parameters": self.parameters} if self.parameters else {}
        return json.dumps(
            {"ok": False, "error_code": self.code, "description": self.description} | parameters
        )


def bad_request(description: str) -> NoReturn:
    raise Refusal(400, f"Bad Request: {description}")


def strict(description: str) -> NoReturn:
    raise Refusal(400, f"Strict: {description}")


def check_text(text: str, entities: Sequence[Json] = ()) -> None:
    """Refuse a message text that Telegram refuses or would not show as it is."""
    if not text:
        bad_request("message text is empty")
    _check_characters(text)
    for entity in entities:
        _check_entity(text, entity)
    if _INVISIBLE.fullmatch(text):
        bad_request("text must be non-empty")
    if text != text.strip(" \n"):
        strict("blanks at the ends are cut off")
    if _units(text) > TEXT_UNITS:
        bad_request("message is too long")
    if len(entities) > ENTITIES:
        strict(f"of {len(entities)} entities only {ENTITIES} would be shown")
    _check_nesting(entities)


def check_keyboard(markup: Json) -> None:
    """Refuse an inline keyboard that Telegram refuses."""
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list):
        bad_request('field "inline_keyboard" must be of type Array')
    if not all(rows) or any(len(row) > 8 for row in rows) or sum(map(len, rows)) > 100:
        strict("a keyboard has one to eight buttons in a row, and a hundred in all")
    for button in (button for row in rows for button in row):
        _check_button(button)


def check_inline_results(params: Json) -> None:
    """Refuse an answer to an inline query that Telegram refuses."""
    results = params["results"]
    if len(results) > INLINE_RESULTS:
        bad_request("RESULTS_TOO_MUCH")
    ids = [result["id"] for result in results]
    if len(set(ids)) < len(ids):
        bad_request("RESULT_ID_DUPLICATE")
    if not all(1 <= len(each.encode()) <= 64 for each in ids):
        bad_request("RESULT_ID_INVALID")
    if len(str(params.get("next_offset", "")).encode()) > 64:
        bad_request("NEXT_OFFSET_INVALID")
    if "button" in params:
        _check_start_button(params["button"])
    for result in results:
        _check_article(result)


def _check_start_button(button: Json) -> None:
    if not 1 <= len(button.get("text", "")) <= 64:
        strict("a button above inline results has one to sixty-four characters")
    if not START_PAYLOAD.fullmatch(button.get("start_parameter", "")):
        bad_request("START_PARAM_INVALID")


def _check_article(result: Json) -> None:
    if result["type"] != "article":
        strict(f"inline results of type {result['type']} are not known here")
    if not result.get("title", "").strip():
        bad_request("ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    check_text(content["message_text"], content.get("entities", []))
    if "reply_markup" in result:
        check_keyboard(result["reply_markup"])
    if "url" in result:
        check_link(result["url"], "article")


def check_link(url: str, what: str) -> None:
    """Refuse an address that Telegram does not link to."""
    if problem := _link_problem(url):
        bad_request(f"{what} URL '{url}' is invalid: {problem}")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        bad_request("strings must be encoded in UTF-8")
    if changed := _BLANKED.search(text) or _REMOVED.search(text):
        strict(f"the character {changed.group()!a} would not be kept")


def _check_entity(text: str, entity: Json) -> None:
    kind = entity["type"]
    if kind not in _STYLES | _QUOTES | _CODE | _WHOLE:
        bad_request("can't parse MessageEntity: Unsupported type specified")
    _check_bounds(text, entity["offset"], entity["length"])
    if kind == "text_link":
        check_link(entity.get("url", ""), "entity")
    if kind == "date_time":
        _check_instant(entity)


def _check_bounds(text: str, offset: int, length: int) -> None:
    for name, value in (("offset", offset), ("length", length)):
        if not 0 <= value <= 1_000_000:
            bad_request(f"receive an entity with incorrect {name} {value}")
    if length == 0:
        strict("an entity without length would be dropped")
    end, encoded = offset + length, text.encode("utf-16-le")
    if offset > len(encoded) // 2:
        bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    start = f"entity beginning at UTF-16 offset {offset} ends"
    if end > len(encoded) // 2:
        bad_request(f"{start} after the end of the text at UTF-16 offset {end}")
    middle = "in a middle of a UTF-16 symbol at byte offset"
    if _splits_pair(encoded, offset):
        bad_request(f"entity begins {middle} {_bytes_through(encoded, offset)}")
    if _splits_pair(encoded, end):
        bad_request(f"{start} {middle} {_bytes_through(encoded, end)}")
    if not encoded[2 * offset : 2 * end].decode("utf-16-le").strip(" \n"):
        strict("an entity of nothing but blanks would be dropped")


def _splits_pair(encoded: bytes, offset: int) -> bool:
    unit = encoded[2 * offset : 2 * offset + 2]
    return bool(unit) and 0xDC00 <= int.from_bytes(unit, "little") <= 0xDFFF


def _bytes_through(encoded: bytes, offset: int) -> int:
    return len(encoded[: 2 * offset + 2].decode("utf-16-le").encode())


def _check_instant(entity: Json) -> None:
    instant, look = entity.get("unix_time"), entity.get("date_time_format", "")
    if not isinstance(instant, int) or not 0 < instant < 2**31:
        strict(f"{instant} is not an instant Telegram can show")
    if not _DATE_TIME_FORMAT.fullmatch(look):
        strict(f"{look!r} is not a date and time format")


def _check_nesting(entities: Sequence[Json]) -> None:
    keys = [(entity["offset"], -entity["length"]) for entity in entities]
    if keys != sorted(keys):
        strict("entities are not in the order of their offsets, outer before inner")
    around: list[Json] = []
    for entity in entities:
        while around and _end(around[-1]) <= entity["offset"]:
            around.pop()
        for outer in around:
            _check_pair(outer, entity)
        around.append(entity)


def _check_pair(outer: Json, inner: Json) -> None:
    kinds = outer["type"], inner["type"]
    if _end(inner) > _end(outer):
        strict(f"{kinds[0]} and {kinds[1]} overlap without one being inside the other")
    both = set(kinds)
    same = outer["type"] == inner["type"]
    code = both & _CODE and not (outer["type"] in _QUOTES and inner["type"] in _CODE)
    quoted = outer["type"] not in _STYLES and inner["type"] in _QUOTES
    whole = both <= _WHOLE
    if same or code or quoted or whole:
        strict(f"{inner['type']} cannot be inside {outer['type']}")


def _end(entity: Json) -> int:
    return int(entity["offset"]) + int(entity["length"])


def _check_button(button: Json) -> None:
    if not button.get("text"):
        bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    actions = _BUTTON_ACTIONS & {key for key, value in button.items() if value}
    if not actions:
        bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        strict("a button does exactly one thing")
    if "url" in actions:
        check_link(button["url"], "inline keyboard button")
    if len(button.get("callback_data", "").encode()) > CALLBACK_BYTES:
        bad_request("BUTTON_DATA_INVALID")


def _link_problem(url: str) -> str | None:
    scheme, separator, rest = url.partition("://")
    if separator and scheme.lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    authority = re.split(r"[/?#]", rest if separator else url, maxsplit=1)[0]
    host, colon, port = authority.rpartition("@")[2].partition(":")
    if colon and not (port.isdecimal() and 0 < int(port) < 65536):
        return "Wrong port number specified in the URL"
    if not host:
        return "URL host is empty"
    if not _HOST_CHARACTERS.fullmatch(host):
        return "Wrong URL host"
    return None if "." in host.strip(".") else "Wrong HTTP URL"
