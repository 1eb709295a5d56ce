"""EPUB books: one article a chapter."""

import posixpath
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from retrieval.corpus.archives import is_bomb
from retrieval.corpus.contents import WHOLE
from retrieval.corpus.dates import Dated, read_date
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.encoding import declared, decode
from retrieval.corpus.html import lines_of, parsed
from retrieval.corpus.metadata import text_of
from retrieval.corpus.records import Draft, RecordError

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html")


def read(document: Document) -> Iterator[Record]:
    """Every chapter with text, in the book's order; the book is their source."""
    if is_bomb(document.path):
        yield document.bad("unpacks to far more than its size: a bomb")
        return
    with zipfile.ZipFile(document.path) as book:
        yield from _chapters(book)


def _chapters(book: zipfile.ZipFile) -> Iterator[Record]:
    package_path = _first(_xml(book, _CONTAINER), "rootfile").get("full-path") or ""
    package = _xml(book, package_path)
    about = {name: _text(package, name) for name in ("title", "date")}
    dated = read_date(about["date"]) if about["date"] else None
    pages = {item.get("id"): item for item in _all(package, "item")}
    for number, reference in enumerate(_all(package, "itemref"), 1):
        item = pages.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES:
            continue
        path = posixpath.join(posixpath.dirname(package_path), unquote(item.get("href") or ""))
        draft = _chapter(book.read(posixpath.normpath(path)), number, about["title"], dated)
        if draft.text:
            yield draft


def _chapter(data: bytes, number: int, book: str, dated: Dated | None) -> Draft:
    page = decode(data, declared(data))
    root = parsed(page.text)
    headings = [text_of(heading) for tag in ("h1", "h2", "h3") for heading in root.iter(tag)]
    body = root.find("body")
    lines = lines_of(body if body is not None else root)
    title = next(filter(None, headings), "")
    if title and lines[:1] == [title]:
        lines = lines[1:]
    return Draft(
        text="\n".join(lines),
        line=number,
        title=title or text_of(root.find(".//title")),
        source=book or None,
        dated=dated.by("metadata") if dated else None,
        notes=page.notes,
    )


def _xml(book: zipfile.ZipFile, path: str) -> "etree._Element":
    data = book.read(path)
    if len(data) > WHOLE:
        raise RecordError(f"{path} is too large")
    # No entity of a stranger's is expanded, and nothing is fetched.
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _all(root: "etree._Element", name: str) -> "list[etree._Element]":
    return list(root.iter(f"{{*}}{name}"))


def _first(root: "etree._Element", name: str) -> "etree._Element":
    found = _all(root, name)
    if not found:
        raise RecordError(f"it names no {name}")
    return found[0]


def _text(root: "etree._Element", name: str) -> str:
    found = _all(root, name)
    return " ".join((found[0].text or "").split()) if found else ""


FORMAT = Format(
    name="epub",
    holds="a book: one article a chapter",
    endings=(".epub",),
    read=read,
    matches=lambda head: head.startswith(b"PK") and b"application/epub+zip" in head[:100],
)
