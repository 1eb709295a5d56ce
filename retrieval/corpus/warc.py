"""Web archives as crawlers write them: one article a page that was served."""

from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader
from typing import TYPE_CHECKING, BinaryIO, cast

from retrieval.corpus.contents import DAMAGED_GZIP, WHOLE, opened
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.html import draft_of_page
from retrieval.corpus.records import RecordError, web_address

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_PAGES = frozenset(("text/html", "application/xhtml+xml"))


def read(document: Document) -> Iterator[Record]:
    """Every page that was served with status 200; pictures, redirects and errors are passed over.

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
                if _is_page(record):
                    yield _article(document, record, number)
            if stream.error:
                raise stream.error
    except (OSError, ValueError, *DAMAGED_GZIP) as error:
        yield document.bad(f"the web archive is damaged from here on: {error}", number + 1)


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


def _is_page(record: "WarcRecord") -> bool:
    if not record.is_http:
        return (record.headers.get("Content-Type") or "").partition(";")[0] in _PAGES
    status = record.http_headers.status_code if record.http_headers else None
    return status == 200 and (record.http_content_type or "") in _PAGES


def _article(document: Document, record: "WarcRecord", number: int) -> Record:
    url = web_address((record.headers.get("WARC-Target-URI") or "").strip("<>"))
    seen = record.record_date.date() if record.record_date else document.seen
    try:
        page = record.reader.read(WHOLE + 1)
        if len(page) > WHOLE:
            return document.bad(f"a page of more than {WHOLE >> 20} MB: {url}", number)
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
