"""Web archives as crawlers write them: one article a page that was served."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, cast

from retrieval.corpus.contents import DAMAGED_GZIP, PAGE, WHOLE, opened
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.html import draft_of_page
from retrieval.corpus.records import RecordError, web_address

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_PAGES = frozenset(("text/html", "application/xhtml+xml"))
_PDF = "application/pdf"


def read(document: Document) -> Iterator[Record]:
    """Every page and PDF that was served with status 200; all else is passed over.

    An article's id is the address it was fetched from.
    """
    # Compiled, and only web archives need it.
    from fastwarc.warc import ArchiveIterator, WarcRecordType  # noqa: PLC0415

    number = 0
    try:
        with opened(document.path) as file:
            stream = _Forgiving(file)
            kinds = WarcRecordType.response | WarcRecordType.resource
            # Decoding Content-Encoding is bounded by what is read of it below.
            records = ArchiveIterator(stream, kinds, auto_decode="all", fsspec_args=False)
            for number, record in enumerate(records, 1):
                kind = _kind(record)
                if kind in _PAGES:
                    yield _article(document, record, number)
                elif kind == _PDF:
                    yield from _file(document, record, number)
            if stream.error:
                raise stream.error
    except (ValueError, *DAMAGED_GZIP) as error:
        yield document.bad(f"the web archive is damaged from here on: {error}", number + 1)
    except OSError as error:
        yield document.trouble(f"cannot be read from here on: {error}", number + 1)


class _Forgiving:
    """A stream that ends where its damage begins, so that what was read before is not lost."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = cast("BufferedReader", file)
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; none at the end or from the damage on."""
        try:
            return self._file.read1(size)
        except DAMAGED_GZIP as error:
            self.error = error
            return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


def _kind(record: "WarcRecord") -> str:
    """The type of what a record holds, as it was declared; of an error or a redirect none."""
    if not record.is_http:
        return (record.headers.get("Content-Type") or "").partition(";")[0]
    status = record.http_headers.status_code if record.http_headers else None
    return record.http_content_type or "" if status == 200 else ""


def _address(record: "WarcRecord") -> str | None:
    return web_address((record.headers.get("WARC-Target-URI") or "").strip("<>"))


def _seen(document: Document, record: "WarcRecord") -> date | None:
    return record.record_date.date() if record.record_date else document.seen


def _file(document: Document, record: "WarcRecord", number: int) -> Iterator[Record]:
    """What is read from a file of its own: it is called by its address."""
    url = _address(record)
    data = record.reader.read(WHOLE + 1)
    if len(data) > WHOLE:
        yield document.bad(f"a file of more than {WHOLE >> 20} MB: {url}", number)
        return
    with TemporaryDirectory(prefix="dalil-") as folder:
        path = Path(folder) / "record"
        path.write_bytes(data)
        part = document.part(path, url or str(number))
        yield replace(part, name=url or part.name, url=url, seen=_seen(document, record))


def _article(document: Document, record: "WarcRecord", number: int) -> Record:
    url, seen = _address(record), _seen(document, record)
    try:
        page = record.reader.read(PAGE + 1)
        if len(page) > PAGE:
            return document.bad(f"a page of more than {PAGE >> 20} MB: {url}", number)
        draft = draft_of_page(page, url, seen, record.http_charset if record.is_http else None)
    except RecordError as error:
        return document.bad(f"{error}: {url}", number)
    return replace(draft, id=url or "", line=number)


FORMAT = Format(
    name="warc",
    holds="a web archive: one article a page",
    endings=(".warc",),
    read=read,
    matches=lambda head: head.startswith(b"WARC/"),
)
