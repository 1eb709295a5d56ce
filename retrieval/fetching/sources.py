"""What names pages: feeds, sitemaps, lists of addresses, all known by their content; home pages."""

import re
import zlib
from calendar import timegm
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any, Final

import feedparser
from lxml import etree, html

from retrieval.fetching.client import Reply, Trouble
from retrieval.fetching.urls import web_address

LARGEST: Final = 50 * 1024 * 1024
"""Bytes of a source, as of a sitemap (sitemaps.org)."""
_MOST: Final = 50_000
"""Addresses that one source may name, as a sitemap may."""
_FEED_PAGES: Final = 50
"""A feed in pages (RFC 5005) is followed this far back."""
_SITEMAPS: Final = 3
"""Sitemaps within sitemaps; the standard knows two levels."""
_HEAD: Final = 8192
"""Bytes in which the first element stands."""
_HOME: Final = 1 << 20
"""Bytes of a home page in which its feeds are looked for: they stand in its head."""

_ROOT: Final = re.compile(
    rb"""
    (?:\xef\xbb\xbf)?+ \s*+
    (?: (?> <\?.*?\?> | <!--.*?--> | <!DOCTYPE[^>]*> ) \s*+ )*+  # possessive: it never goes back
    < (?:[\w.-]+:)? ([\w.-]+)
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_FEEDS: Final = frozenset({b"rss", b"feed", b"rdf"})
_MAPS: Final = frozenset({b"urlset", b"sitemapindex"})
_FURTHER: Final = frozenset({"next", "prev-archive"})
_FEED_TYPES: Final = frozenset({"application/rss+xml", "application/atom+xml"})


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a source names; ``changed``: when it says that the page last changed."""

    url: str
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a source names: pages, and further sources; ``continues``: these go on where it ends."""

    pages: tuple[Link, ...] = ()
    sources: tuple[Link, ...] = ()
    continues: bool = False


def read(reply: Reply, depth: int) -> Source | None:
    """Return what a reply names; None where it is no source, but a page.

    ``depth`` counts the sources that led here. Beyond a depth no further sources are named: a
    feed whose pages never end, ends.

    Raises:
        Trouble: it is a source and cannot be read.
    """
    body = _inflated(reply.body)
    root = _root(body)
    if root in _FEEDS:
        return _feed(body, reply.url, depth)
    if root in _MAPS:
        return _sitemap(body, reply.url, depth)
    if reply.content_type == "text/plain" or body is not reply.body:
        return _list(body)
    return None


def of_home(reply: Reply, sitemaps: Iterable[str]) -> Source | None:
    """Return the feeds that a home page names and its site's sitemaps; None where there are none.

    Feeds as WHATWG's HTML standard has them found: ``<link rel="alternate" type="...">``.
    """
    named = ((where, None) for where in (*_alternates(reply.body), *sitemaps))
    links = _links(named, reply.url)
    return Source(sources=links) if links else None


def is_source(reply: Reply) -> bool:
    """Whether a reply is a feed or a sitemap, and so no page to keep."""
    return _root(reply.body) in _FEEDS | _MAPS


def addresses(lines: Iterable[str]) -> Iterator[str]:
    """Return the lines of a list of addresses, without blank lines and ``#`` comments."""
    stripped = (line.strip() for line in lines)
    return (line for line in stripped if line and not line.startswith("#"))


def _root(body: bytes) -> bytes:
    # NULs of UTF-16 are left out: the names looked for are ASCII.
    match = _ROOT.match(body[:_HEAD].removeprefix(b"\xff\xfe").replace(b"\0", b""))
    return match[1].lower() if match else b""


def _inflated(body: bytes) -> bytes:
    """Return what a .gz holds: sitemaps are often kept compressed."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        whole = inflate.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise Trouble("its compression is damaged") from error
    if len(whole) > LARGEST:
        raise Trouble(f"it is larger than {LARGEST:,} bytes")
    return whole


def _feed(body: bytes, url: str, depth: int) -> Source:
    try:
        feed = feedparser.parse(
            BytesIO(body),
            response_headers={"content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # it meets whatever sites send, and fails in many ways
        raise Trouble("it is a feed that cannot be read") from error
    further = (link.get("href") for link in feed.feed.get("links", ()) if _leads_on(link))
    return Source(
        pages=_links(((_page(entry), _changed(entry)) for entry in feed.entries), url),
        sources=_links(((href, None) for href in further), url) if depth < _FEED_PAGES else (),
        continues=True,
    )


def _alternates(page: bytes) -> Iterator[str]:
    try:
        root = html.document_fromstring(page[:_HOME])
    except (etree.ParserError, ValueError):  # there is nothing in it
        return
    for element in root.iter("link"):
        relations = element.get("rel", "").lower().split()
        kind = element.get("type", "").partition(";")[0].strip().lower()
        if "alternate" in relations and kind in _FEED_TYPES:
            yield element.get("href", "")


def _leads_on(link: Any) -> bool:  # noqa: ANN401 - feedparser has no types
    return link.get("rel") in _FURTHER


def _page(entry: Any) -> str | None:  # noqa: ANN401
    # FeedBurner's links count clicks; the page's own address is beside them.
    page = entry.get("feedburner_origlink") or entry.get("link")
    return page if isinstance(page, str) else None


def _changed(entry: Any) -> datetime | None:  # noqa: ANN401
    # Asked for `updated` where there is none, feedparser gives the date of publication.
    if not (entry.get("updated_parsed")):
        return None
    try:
        return datetime.fromtimestamp(timegm(entry["updated_parsed"]), UTC)
    except (ValueError, OverflowError):
        return None


def _sitemap(body: bytes, url: str, depth: int) -> Source:
    try:
        named = list(islice(_locations(body), _MOST))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Trouble("it is a sitemap that cannot be read") from error
    pages = ((where, when) for kind, where, when in named if kind == "url")
    sources = ((where, when) for kind, where, when in named if kind == "sitemap")
    return Source(
        pages=_links(pages, url), sources=_links(sources, url) if depth < _SITEMAPS else ()
    )


def _locations(body: bytes) -> Iterator[tuple[str, str, datetime | None]]:
    """Yield the kind, the address and the last change of each entry, one at a time."""
    for _, element in etree.iterparse(
        BytesIO(body),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        recover=True,
    ):
        changed = element.findtext("{*}lastmod")
        yield etree.QName(element).localname, element.findtext("{*}loc") or "", _moment(changed)
        element.clear()


def _moment(text: str | None) -> datetime | None:
    text = (text or "").strip()
    try:
        moment = datetime.fromisoformat(text)
        # A day alone is over when it ends.
        moment += timedelta(days=len(text) == len("2018-03-01"))
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _list(body: bytes) -> Source | None:
    """Return what a text names, if every line of it is an address."""
    lines = list(addresses(body.decode("utf-8-sig", "replace").splitlines()))
    links = [web_address(line) for line in lines[:_MOST]]
    if not links or None in links:
        return None
    return Source(pages=tuple(Link(link) for link in links if link))


def _links(named: Iterable[tuple[str | None, datetime | None]], base: str) -> tuple[Link, ...]:
    spelled = ((web_address(where or "", base), when) for where, when in islice(named, _MOST))
    return tuple(Link(where, when) for where, when in spelled if where)
