"""The JSON export of a channel by Telegram Desktop: one article a post."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from retrieval.corpus.contents import DAMAGED_GZIP, opened
from retrieval.corpus.dates import read_date
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.jsonarray import Scanner
from retrieval.corpus.records import Draft, RecordError

# A quotation mark inside a string is escaped, so the field is found whatever the channel's name is.
_MESSAGES = re.compile(r'(?<!\\)"messages"\s*:\s*\[')
_EXPORT = re.compile(
    rb'\s*\{.*"type"\s*:\s*"\w+_(?:channel|supergroup|group|chat)".*"messages"\s*:\s*\[', re.DOTALL
)
_LONGEST_HEAD = 1 << 20


@dataclass(frozen=True, slots=True)
class Channel:
    """What an export says of its channel.

    ``username`` is what a public channel is linked by; Telegram does not export it, and whoever
    adds it to the file gets links that everyone can follow. Others are for members.
    """

    name: str
    number: int
    username: str = ""

    def link(self, message: int) -> str:
        """Where a post can be read."""
        return f"https://t.me/{self.username or f'c/{self.number}'}/{message}"


def read(document: Document) -> Iterator[Record]:
    """Every post with text; an album is one post, and a service message none."""
    try:
        with opened(document.path) as file:
            scanner = Scanner(file)
            channel = _channel(scanner)
            messages = (item for item in scanner.elements() if isinstance(item, dict))
            for album in _albums(messages):
                yield from _post(channel, album)
    except RecordError as error:
        yield document.bad(str(error))
    except DAMAGED_GZIP as error:
        yield document.bad(f"the gzip data are damaged: {error}")


def _channel(scanner: Scanner) -> Channel:
    while not (found := _MESSAGES.search(scanner.text)):
        if len(scanner.text) > _LONGEST_HEAD or not scanner.more():
            raise RecordError("an export of Telegram without its messages")
    try:
        fields = json.loads(scanner.text[: found.start()] + '"messages": []}')
    except ValueError as error:
        raise RecordError("an export of Telegram with a broken head") from error
    scanner.at = found.end()
    kind, number, username = fields.get("type"), fields.get("id"), fields.get("username")
    if not str(kind).endswith("_channel"):
        raise RecordError(f"an export of a {kind}: only those of channels are read")
    return Channel(
        name=str(fields.get("name") or ""),
        number=number if isinstance(number, int) else 0,
        username=username.lstrip("@") if isinstance(username, str) else "",
    )


def _albums(messages: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Posts: the pictures of an album come one after the other, sent in the same second."""
    album: list[Mapping[str, Any]] = []
    try:
        for message in messages:
            if message.get("type") != "message":
                continue
            if album and _sent_together(message) != _sent_together(album[-1]):
                yield album
                album = []
            album.append(message)
    except RecordError:
        # The posts before the place where a torn export breaks off are whole.
        if album:
            yield album
        raise
    if album:
        yield album


def _sent_together(message: Mapping[str, Any]) -> tuple[object, object]:
    media = any(name in message for name in ("photo", "file", "media_type"))
    when = message.get("date_unixtime") or message.get("date")
    return (when, message.get("forwarded_from")) if media else (message.get("id"), "")


def _post(channel: Channel, album: list[Mapping[str, Any]]) -> Iterator[Draft]:
    number = album[0].get("id")
    text = "\n".join(filter(None, map(_text, album)))
    if not text.strip() or not isinstance(number, int):
        return
    yield Draft(
        text=text,
        line=number,
        url=channel.link(number),
        source=channel.name or None,
        dated=read_date(album[0].get("date")),
    )


def _text(message: Mapping[str, Any]) -> str:
    """The text of a message: a string, or a list of strings and of entities with theirs."""
    parts = message.get("text")
    parts = parts if isinstance(parts, list) else [parts]
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    text = "".join(part for part in texts if isinstance(part, str))
    return text.encode("utf-8", "ignore").decode("utf-8")  # half a surrogate pair is no text


FORMAT = Format(
    name="telegram",
    holds="Telegram Desktop's JSON export of a channel: one article a post",
    endings=(),
    read=read,
    matches=lambda head: _EXPORT.match(head) is not None,
)
