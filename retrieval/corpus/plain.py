"""Plain text, as a crawler leaves a page: the whole file is one article's raw text."""

from collections.abc import Iterator

from retrieval.corpus.contents import whole
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.encoding import decode
from retrieval.corpus.records import Draft, RecordError


def read(document: Document) -> Iterator[Record]:
    """The file's one article; its title is still the first line of its text."""
    try:
        page = decode(whole(document), document.charset)
        yield Draft(text=page.text, notes=page.notes)
    except RecordError as error:
        yield document.bad(str(error))


FORMAT = Format(
    name="text",
    holds="plain text: one article",
    endings=(".txt", ".text"),
    read=read,
)
