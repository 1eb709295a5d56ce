"""JSON Lines, plain or gzipped: one object a line, read one line at a time."""

import codecs
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from retrieval.corpus.contents import DAMAGED_GZIP, LINE, lines, opened
from retrieval.corpus.document import Document, Format, Record, Unread
from retrieval.corpus.records import BadRecord, Draft, RecordError, draft_of

_Parsed = TypeVar("_Parsed")

_HOPELESS = 1000  # bad lines without a good one among them: the file is something else


@dataclass(frozen=True, slots=True)
class JsonLine:
    """The object on line ``number``, counted from 1."""

    number: int
    fields: dict[str, object]


def read(document: Document) -> Iterator[Record]:
    """One article a line."""

    def draft(number: int, line: bytes | None) -> Draft | BadRecord:
        parsed = _parsed(document, number, line)
        return parsed if isinstance(parsed, BadRecord) else draft_at(document, parsed)

    return _each(document, draft)


def draft_at(document: Document, line: JsonLine) -> Draft | BadRecord:
    """What a line says of its article, or why it cannot be said."""
    try:
        return draft_of(line.fields, line.number)
    except RecordError as error:
        return document.bad(str(error), line.number)


def objects(document: Document) -> Iterator[JsonLine | BadRecord]:
    """The object of each line that is not blank; a bad line does not stop the next."""
    for record in _each(document, partial(_parsed, document)):
        yield record if isinstance(record, BadRecord) else record.read()


def _each(
    document: Document, parse: Callable[[int, bytes | None], _Parsed | BadRecord]
) -> Iterator[Unread[_Parsed] | BadRecord]:
    number = bad = 0
    try:
        with opened(document.path) as file:
            for number, line in enumerate(lines(file), 1):
                if line is not None and not line.strip():
                    continue
                record = Unread(number, line or b"", partial(parse, number, line))
                yield record
                bad = bad + 1 if record.is_bad else 0
                if bad == _HOPELESS:
                    yield document.bad(f"{bad:,} bad lines together: the rest is not read", number)
                    return
    except DAMAGED_GZIP as error:
        yield document.bad(f"the gzip data are damaged from here on: {error}", number + 1)


def _parsed(document: Document, number: int, line: bytes | None) -> JsonLine | BadRecord:
    if line is None:
        return document.bad(f"a line of more than {LINE >> 20} MB", number)
    try:
        return JsonLine(number, _object(line.strip().removeprefix(codecs.BOM_UTF8)))
    except RecordError as error:
        return document.bad(str(error), number)


def _object(line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8 from byte {error.start + 1} on") from error
    except json.JSONDecodeError as error:
        raise RecordError(f"broken JSON at character {error.pos + 1}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise RecordError("JSON with a number too long or nested too deep") from error
    if not isinstance(value, dict):
        raise RecordError("not a JSON object")
    return value


FORMAT = Format(
    name="jsonl",
    holds="JSON lines: one article a line",
    endings=(".jsonl", ".ndjson"),
    read=read,
    matches=lambda head: head.lstrip(codecs.BOM_UTF8).lstrip()[:1] == b"{",
)
