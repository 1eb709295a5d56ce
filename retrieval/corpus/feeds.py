"""RSS and Atom files: one article an entry."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from retrieval.corpus.contents import whole
from retrieval.corpus.dates import read_date
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.html import lines_of, parsed
from retrieval.corpus.records import Draft, RecordError, web_address

_ROOT = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*)*<(?:rss|rdf:RDF|(?:\w+:)?feed)\b",
    re.IGNORECASE | re.DOTALL,
)


def read(document: Document) -> Iterator[Record]:
    """Every entry with its full text, or its summary where the feed has no more."""
    import feedparser  # noqa: PLC0415 - only feeds need it

    try:
        data = whole(document)
    except RecordError as error:
        yield document.bad(str(error))
        return
    # A string would be taken for an address or a file's name.
    feed = feedparser.parse(BytesIO(data), response_headers=_headers(document))
    if not feed.entries:
        yield document.bad("a feed without entries")
    site = str(feed.feed.get("title") or "").strip() or None
    for number, entry in enumerate(feed.entries, 1):
        yield _draft(entry, number, site)


def _headers(document: Document) -> dict[str, str]:
    return {"content-location": document.url} if document.url else {}


def _draft(entry: Mapping[str, Any], number: int, site: str | None) -> Draft:
    url = web_address(entry.get("link"))
    guid = str(entry.get("id") or "")
    own = entry.get("source")
    written = entry.get("published") or entry.get("updated") or entry.get("created")
    dated = read_date(written) if written else None
    return Draft(
        text=_text(entry),
        line=number,
        # A bare number is another entry's in another feed.
        id=guid if ":" in guid else url or "",
        title=_plain(str(entry.get("title") or "")),
        url=url,
        source=(own.get("title") if isinstance(own, dict) else None) or site,
        dated=dated.by("metadata") if dated else None,
    )


def _text(entry: Mapping[str, Any]) -> str:
    texts = [part.get("value") for part in entry.get("content", ())]
    return max((_plain(text or "") for text in (*texts, entry.get("summary"))), key=len)


def _plain(markup: str) -> str:
    try:
        return "\n".join(lines_of(parsed(markup))) if markup.strip() else ""
    except RecordError:
        return ""


FORMAT = Format(
    name="feed",
    holds="an RSS or Atom feed: one article an entry",
    endings=(".rss", ".atom"),
    read=read,
    matches=lambda head: _ROOT.match(head) is not None,
)
