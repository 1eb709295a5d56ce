"""Documents of Word: one article a file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from retrieval.corpus.archives import is_bomb
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.records import Draft

if TYPE_CHECKING:
    from docx.table import Table
    from docx.text.paragraph import Paragraph


def read(document: Document) -> Iterator[Record]:
    """The document's one article; a paragraph in the style "Title" is its title."""
    import docx  # noqa: PLC0415 - only such documents need it

    if is_bomb(document.path):
        yield document.bad("unpacks to far more than its size: a bomb")
        return
    with document.path.open("rb") as file:
        word = docx.Document(file)
    lines = [line for block in word.iter_inner_content() for line in _lines(block)]
    titled = [each.text for each in word.paragraphs if _style(each) == "Title"]
    title = " ".join((titled or [word.core_properties.title or ""])[0].split())
    yield Draft(text="\n".join(lines), title=title)


def _lines(block: "Paragraph | Table") -> Iterator[str]:
    rows = getattr(block, "rows", None)
    if rows is None:
        yield getattr(block, "text", "")
        return
    for row in rows:
        yield " | ".join(" ".join(cell.text.split()) for cell in row.cells)


def _style(paragraph: "Paragraph") -> str:
    return (paragraph.style.name if paragraph.style else None) or ""


FORMAT = Format(
    name="docx",
    holds="a document of Word: one article",
    endings=(".docx",),
    read=read,
    matches=lambda head: head.startswith(b"PK") and b"word/" in head,
)
