"""A JSON array read one element at a time, however long it is."""

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from retrieval.corpus.contents import DAMAGED_GZIP, LINE, opened
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.records import BadRecord, RecordError, draft_of

_CHUNK = 1 << 20
_BETWEEN = " \t\r\n,"


class Scanner:
    """Text that grows as it is read, and a place in it."""

    def __init__(self, file: BinaryIO) -> None:
        self.text = ""
        self.at = 0
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._json = json.JSONDecoder(strict=False)

    def more(self, size: int = _CHUNK) -> bool:
        """Read on; return whether there was anything."""
        data = self._file.read(size)
        self.text = self.text[self.at :] + self._decoder.decode(data, not data)
        self.at = 0
        return bool(data)

    def elements(self) -> Iterator[object]:
        """The elements of the array whose first comes next.

        Raises:
            RecordError: an element is broken, too long, or not there.
        """
        while self._next() != "]":
            yield self._element()

    def _next(self) -> str:
        while True:
            while self.at < len(self.text) and self.text[self.at] in _BETWEEN:
                self.at += 1
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                raise RecordError("the JSON array has no end: the file is torn")

    def _element(self) -> object:
        size = _CHUNK
        while True:
            try:
                value, self.at = self._json.raw_decode(self.text, self.at)
            except RecursionError as error:
                raise RecordError("JSON nested too deep: the rest is not read") from error
            except ValueError as error:
                # Twice as much each time: a long element is not parsed again at every chunk.
                size *= 2
                if size > LINE or not self.more(size):
                    raise RecordError(f"broken JSON: {error}; the rest is not read") from error
            else:
                return value


def read(document: Document) -> Iterator[Record]:
    """One article an element, each an object."""
    number = 0
    try:
        with opened(document.path) as file:
            scanner = Scanner(file)
            scanner.more()
            scanner.at = scanner.text.index("[") + 1
            for number, element in enumerate(scanner.elements(), 1):
                yield _record(document, element, number)
    except RecordError as error:
        yield document.bad(str(error), number + 1)
    except DAMAGED_GZIP as error:
        yield document.bad(f"the gzip data are damaged from here on: {error}", number + 1)


def _record(document: Document, element: object, number: int) -> "Record | BadRecord":
    if not isinstance(element, dict):
        return document.bad("not a JSON object", number)
    try:
        return draft_of(element, number)
    except RecordError as error:
        return document.bad(str(error), number)


FORMAT = Format(
    name="json",
    holds="a JSON array: one article an element",
    endings=(),
    read=read,
    matches=lambda head: head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] == b"[",
)
