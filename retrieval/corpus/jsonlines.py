"""JSON Lines, plain or gzipped: one object a line, read one line at a time."""

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from retrieval.corpus.records import BadRecord, Draft, RecordError, draft_of


@dataclass(frozen=True, slots=True)
class JsonLine:
    """The object on line ``number``, counted from 1."""

    number: int
    fields: dict[str, object]


def read(path: Path) -> Iterator[Draft | BadRecord]:
    """One article a line."""
    for line in objects(path):
        yield line if isinstance(line, BadRecord) else draft_at(path, line)


def draft_at(path: Path, line: JsonLine) -> Draft | BadRecord:
    """What a line says of its article, or why it cannot be said."""
    try:
        return draft_of(line.fields, line.number)
    except RecordError as error:
        return BadRecord(str(path), line.number, str(error))


def objects(path: Path) -> Iterator[JsonLine | BadRecord]:
    """The object of each line that is not blank; a bad line does not stop the next."""
    number = 0
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, 1):
                if record := line.strip():
                    yield _parsed(path, number, record)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield BadRecord(str(path), number + 1, f"the gzip data are damaged from here on: {error}")


def _opened(path: Path) -> BinaryIO:
    # A GzipFile reads and iterates as a BinaryIO does, but does not declare it.
    zipped = path.name.lower().endswith(".gz")
    return cast("BinaryIO", gzip.open(path)) if zipped else path.open("rb")


def _parsed(path: Path, number: int, line: bytes) -> JsonLine | BadRecord:
    try:
        return JsonLine(number, _object(line.removeprefix(codecs.BOM_UTF8)))
    except RecordError as error:
        return BadRecord(str(path), number, str(error))


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
