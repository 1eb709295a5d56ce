"""The bytes of a file, unpacked where it is gzipped, and never more of them than fit in memory."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from retrieval.corpus.document import Document
from retrieval.corpus.records import RecordError

WHOLE = 32 << 20
"""Bytes of a file that is read whole: thrice the longest novel, and a page of 50 MB is no page."""
LINE = 32 << 20
"""Bytes of a line that may hold an article."""
DAMAGED_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)
_HEAD = 4096
_GZIP = b"\x1f\x8b"


def opened(path: Path) -> BinaryIO:
    """The bytes of a file as a stream."""
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    # A GzipFile reads and iterates as a BinaryIO does, but does not declare it.
    return cast("BinaryIO", gzip.open(path)) if zipped else path.open("rb")


def head(path: Path) -> bytes:
    """The first bytes of a file, as many as tell its format; what is damaged has none."""
    try:
        with opened(path) as file:
            return file.read(_HEAD)
    except DAMAGED_GZIP:
        return b""


def whole(document: Document) -> bytes:
    """All bytes of a file that holds one article.

    Raises:
        RecordError: there are too many, or they are damaged.
    """
    try:
        with opened(document.path) as file:
            data = file.read(WHOLE + 1)
    except DAMAGED_GZIP as error:
        raise RecordError(f"the gzip data are damaged: {error}") from error
    if len(data) > WHOLE:
        raise RecordError(f"larger than {WHOLE >> 20} MB, which no article is: split the file")
    return data


def lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a stream; None stands for one too long to be read."""
    while line := file.readline(LINE + 1):
        if len(line) <= LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LINE)
        yield None
