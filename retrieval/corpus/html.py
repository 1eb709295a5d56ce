"""Web pages, saved or crawled: one article a page, without what the site prints around it."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from lxml import etree, html
from lxml.html import HtmlElement

from retrieval.corpus.contents import whole
from retrieval.corpus.dates import find_date
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.encoding import Decoded, declared, decode
from retrieval.corpus.metadata import Facts, facts_of
from retrieval.corpus.pruning import prune, prune_details
from retrieval.corpus.records import Draft, RecordError, Removed

_OPENING = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|title|meta|table|div|article|h1|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
# Of what metadata carry of the text, the part that the page must show to be believed instead.
_SHOWN = 0.7
_HEAD_LINES = 6
_LONGEST_DATE = 40


def read(document: Document) -> Iterator[Record]:
    """The page's one article."""
    try:
        yield draft_of_page(whole(document), document.url, document.seen, document.charset)
    except RecordError as error:
        yield document.bad(str(error))


def draft_of_page(
    data: bytes, url: str | None = None, seen: date | None = None, charset: str | None = None
) -> Draft:
    """The article of a page.

    Args:
        data: the page as it was served.
        url: the address it came from.
        seen: the day on which it was fetched, for relative dates.
        charset: the encoding that the server declared.

    Raises:
        RecordError: it is no page, or in an encoding that cannot be read.
    """
    return explained(data, url, seen, charset).draft


@dataclass(frozen=True, slots=True)
class Explained:
    """The article of a page; the lines that are left of the page, and what went before."""

    draft: Draft
    shown: tuple[str, ...]
    removed: tuple[Removed, ...]


def explained(
    data: bytes, url: str | None = None, seen: date | None = None, charset: str | None = None
) -> Explained:
    """As :func:`draft_of_page`, with what was left out."""
    page = decode(data, charset or declared(data), otherwise="cp1252")
    root = parsed(page.text)
    main = deepcopy(root)
    removed = prune(main)
    facts = facts_of(root, main, url, seen)
    removed += prune_details(main)
    draft = _draft(facts, body_of(main, facts), page)
    return Explained(draft, tuple(lines_of(main)), tuple(removed))


def parsed(page: str) -> HtmlElement:
    """The tree of a page or of a piece of one.

    Raises:
        RecordError: there is nothing in it.
    """
    # lxml refuses text that declares an encoding, and characters that XML has no place for.
    text = _DECLARATION.sub("", page, count=1)
    try:
        root = html.document_fromstring(_CONTROLS.sub("", text))
    except (etree.ParserError, ValueError) as error:
        raise RecordError("an HTML page with nothing in it") from error
    etree.strip_tags(root, "wbr")
    return root


_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def lines_of(element: HtmlElement) -> list[str]:
    """The visible lines of a tree: a block or a ``<br>`` ends one."""
    pieces = "".join(_pieces(element))
    lines = (" ".join(line.split()) for line in pieces.split("\n"))
    return [line for line in lines if line]


def _pieces(element: HtmlElement) -> Iterator[str]:
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if not isinstance(node.tag, str):
            yield _running(node.tail)
        elif event == "start":
            yield "\n" if node.tag in _BLOCKS or node.tag == "br" else ""
            yield _running(node.text)
        else:
            yield "\n" if node.tag in _BLOCKS else ""
            yield _running(node.tail) if node is not element else ""


def _running(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def body_of(main: HtmlElement, facts: Facts) -> str:
    """The text of a pruned page's article, one line a paragraph."""
    import trafilatura  # noqa: PLC0415 - takes a second, and only web pages need it

    linked = "\n".join(lines_of(parsed(facts.body.replace("\n", "<br>")))) if facts.body else ""
    shown = trafilatura.extract(main, include_comments=False, favor_recall=True) or ""
    believed = len(shown.split()) >= _SHOWN * len(linked.split())
    return "\n".join(_without_dates(shown.split("\n"))) if believed else linked


def _without_dates(lines: list[str]) -> list[str]:
    """The lines but those at the head that say nothing but when."""
    return [
        line
        for at, line in enumerate(lines)
        if at >= _HEAD_LINES or len(line) > _LONGEST_DATE or not find_date(line)
    ]


def _draft(facts: Facts, body: str, page: Decoded) -> Draft:
    return Draft(
        text=body,
        title=facts.title,
        url=facts.url,
        source=facts.source,
        dated=facts.dated,
        notes=page.notes,
    )


FORMAT = Format(
    name="html",
    holds="a web page, saved or crawled: one article",
    endings=(".html", ".htm", ".xhtml", ".shtml"),
    read=read,
    matches=lambda head: _OPENING.match(head) is not None,
)
