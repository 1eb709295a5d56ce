"""What a web page says of itself: title, address, publisher and day."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from retrieval.corpus.dates import Dated, date_in_address, find_date, read_date
from retrieval.corpus.records import domain, web_address

# schema.org's articles: Article, NewsArticle, ReportageNewsArticle, BlogPosting, Report, ...
_ARTICLE_TYPE = re.compile(r"Article|Posting|Report|Review$|LiveBlog", re.IGNORECASE)
_DATE_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publicationdate",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "sailthru.date",
    "parsely-pub-date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "citation_date",
    "citation_publication_date",
)
_SITE_NAMES = ("og:site_name", "application-name", "al:android:app_name", "dc.publisher")
_TITLE_NAMES = ("og:title", "twitter:title", "dc.title", "citation_title")
# A place for the date, by its name; places of comments and of other articles are pruned before.
_DATE_PLACE = (
    "//*[contains(concat(' ', @class, ' ', @id, ' '), 'date')"
    " or contains(@class, 'time') or contains(@class, 'publish')"
    " or contains(@class, 'info') or contains(@class, 'meta')]"
)
_LONGEST_HEADLINE = 300
_SITE_WORDS = 5
_LONGEST_DATE = 40
_LONGEST_DATE_PLACE = 120  # characters; a longer one holds more than a date
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)\s*(\S+)")
_SAVED_ON = re.compile(r"saved date:\s*(.+)")
_SEPARATED = re.compile(r"\s+(?:[-|»•·\N{EN DASH}\N{EM DASH}]|::)\s+")
_ADDRESS_OF_NOTHING = ("", "/")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a page's article; ``body`` is the text that its metadata carry."""

    title: str = ""
    url: str | None = None
    source: str | None = None
    dated: Dated | None = None
    body: str = ""


def facts_of(
    page: HtmlElement, main: HtmlElement, url: str | None = None, seen: date | None = None
) -> Facts:
    """Read what a page says of itself, and what it shows.

    Args:
        page: the whole tree.
        main: the same without furniture: no date of another article is to be found in it.
        url: the address that a crawl noted.
        seen: the day on which it was fetched.
    """
    linked = _Linked.of(page)
    metas = _metas(page)
    address = _address(page, linked, metas, url)
    whole = text_of(page.find(".//title"))
    said = [linked.text("datePublished"), linked.text("dateCreated"), _named(metas, _DATE_NAMES)]
    seen = seen or _saved_on(page)
    return Facts(
        title=_title(main, whole, [linked.text("headline"), _named(metas, _TITLE_NAMES)]),
        url=address,
        source=metas.get("og:site_name")
        or linked.publisher
        or _itemprop_name(page, "publisher")
        or _named(metas, _SITE_NAMES)
        or _site_in_title(main, whole)
        or domain(address),
        dated=_day(main, said, address, seen),
        body=linked.body,
    )


@dataclass(frozen=True, slots=True)
class _Linked:
    """The article in a page's JSON-LD, its nodes by ``@id``."""

    article: Mapping[str, Any]
    by_id: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, page: HtmlElement) -> "_Linked":
        nodes = list(_nodes(page))
        articles = [node for node in nodes if _ARTICLE_TYPE.search(_type(node))]
        by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
        return cls(articles[0] if articles else {}, by_id)

    @property
    def body(self) -> str:
        return self.text("articleBody")

    def text(self, name: str) -> str:
        value = self.article.get(name)
        return value.strip() if isinstance(value, str) else ""

    @property
    def publisher(self) -> str:
        value = self.article.get("publisher")
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict) and "name" not in value:
            value = self.by_id.get(str(value.get("@id")))
        name = value.get("name") if isinstance(value, Mapping) else value
        return name.strip() if isinstance(name, str) else ""

    @property
    def url(self) -> str:
        page = self.article.get("mainEntityOfPage")
        page = page.get("@id") if isinstance(page, dict) else page
        return self.text("url") or (page if isinstance(page, str) else "")


def _nodes(page: HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in page.iterfind(".//script[@type='application/ld+json']"):
        try:
            # Sites print raw line breaks inside strings.
            value = json.loads((script.text or "").strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _objects(value)


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item
            yield from _objects(item.get("@graph", []))


def _type(node: Mapping[str, Any]) -> str:
    kinds = node.get("@type", "")
    return " ".join(map(str, kinds)) if isinstance(kinds, list) else str(kinds)


def _metas(page: HtmlElement) -> dict[str, str]:
    """Meta elements by name, property or itemprop in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for meta in page.iterfind(".//meta"):
        names = (meta.get(kind) for kind in ("property", "name", "itemprop"))
        content = " ".join((meta.get("content") or "").split())
        for name in filter(None, names):
            if content:
                found.setdefault(name.strip().lower(), content)
    return found


def _named(metas: Mapping[str, str], names: Iterable[str]) -> str:
    return next((metas[name] for name in names if name in metas), "")


def text_of(element: HtmlElement | None) -> str:
    """The words of an element, single-spaced."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _title(main: HtmlElement, whole: str, said: list[str]) -> str:
    """The headline: one that stands in the page and in what it says of itself, if there is one."""
    shown = [text_of(heading) for tag in ("h1", "h2", "h3") for heading in main.iter(tag)]
    for title in (*said, whole):
        # The site's name may be a heading too; the headline is longer.
        if witness := max((text for text in shown if text in title), key=len, default=""):
            return witness
    alone = shown[0] if shown and not whole else ""
    return next(filter(None, [*said, alone, _without_site(main, whole)]), "")


def _without_site(main: HtmlElement, whole: str) -> str:
    """The part of ``<title>`` that the page prints too, or the whole."""
    parts = [part for part in _SEPARATED.split(whole) if len(part) > 10]
    printed = set(_short_texts(main)) if parts != [whole] else set[str]()
    return next((part for part in parts if part in printed), whole)


def _site_in_title(main: HtmlElement, whole: str) -> str:
    """What stands beside the headline in ``<title>``, where the page prints the headline alone."""
    shown = set(_short_texts(main))
    for head, tail in _splits(whole):
        beside = [name for name, other in ((tail, head), (head, tail)) if other in shown]
        # The site's own name may be printed too; the headline is longer.
        site = min(beside, key=len, default="")
        if 0 < len(site.split()) <= _SITE_WORDS:
            return site
    return ""


def _splits(title: str) -> Iterator[tuple[str, str]]:
    for mark in (*_SEPARATED.finditer(title), *re.finditer(r":\s+", title)):
        yield title[: mark.start()], title[mark.end() :]


def _short_texts(main: HtmlElement) -> Iterator[str]:
    """The texts of elements that may hold a headline and nothing more."""
    for element in main.iter("h1", "h2", "h3", "h4", "b", "strong", "font", "div", "span", "td"):
        pieces = []
        for piece in element.itertext():
            pieces.append(piece)
            if sum(map(len, pieces)) > _LONGEST_HEADLINE:
                break
        else:
            yield " ".join("".join(pieces).split())


def _itemprop_name(page: HtmlElement, prop: str) -> str:
    for owner in page.xpath(f".//*[@itemprop='{prop}']"):
        for name in owner.xpath(".//*[@itemprop='name']"):
            if text := name.get("content") or text_of(name):
                return str(text)
    return ""


def _address(
    page: HtmlElement, linked: _Linked, metas: Mapping[str, str], url: str | None
) -> str | None:
    """The canonical address. One that leads to the home page is a mistake of the site's."""
    comments = "\n".join(str(node.text) for node in page.xpath("//comment()")[:20])
    saved = _SAVED_FROM.search(comments)
    canonical = page.xpath("//link[contains(concat(' ', @rel, ' '), ' canonical ')]/@href")
    base = page.xpath("//base/@href")
    said = [*canonical[:1], metas.get("og:url"), linked.url, metas.get("mainentityofpage")]
    joined = [urljoin(url or "", link.strip()) for link in said if link]
    known = [url, saved[1] if saved else None, *base[:1]]
    addresses = [web_address(link) for link in (*joined, *known)]
    inner = [link for link in addresses if link and not _is_home(link)]
    return next(iter(inner), None)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in _ADDRESS_OF_NOTHING and not parts.query


def _day(
    main: HtmlElement, said: list[str], address: str | None, seen: date | None
) -> Dated | None:
    """The surest day there is; one after that on which the page was fetched is a mistake."""
    for dated in _days(main, said, address, seen):
        if dated and (seen is None or (dated.day - seen).days <= 1):
            return dated
    return None


def _days(
    main: HtmlElement, said: list[str], address: str | None, seen: date | None
) -> Iterator[Dated | None]:
    for dated in map(read_date, (*said, *_times(main))):
        yield dated and dated.by("metadata")
    yield date_in_address(address) if address else None
    for place in main.xpath(_DATE_PLACE):
        text = text_of(place)
        if len(text) <= _LONGEST_DATE_PLACE and (found := find_date(text, seen)):
            yield found.by("page")
    # Old pages set the date apart by nothing but its place.
    for text in _short_texts(main):
        if len(text) <= _LONGEST_DATE and (found := find_date(text)):
            yield found.by("page")


def _times(main: HtmlElement) -> Iterator[str]:
    """What ``<time>`` and microdata hold, those that say "published" first."""
    published = main.xpath(
        "//*[@itemprop='datePublished' or @pubdate or contains(@class, 'published')]"
    )
    for element in (*published, *main.iter("time")):
        if value := element.get("datetime") or element.get("content") or element.get("title"):
            yield value


def _saved_on(page: HtmlElement) -> date | None:
    comments = "\n".join(str(node.text) for node in page.xpath("//comment()")[:20])
    saved = _SAVED_ON.search(comments)
    found = find_date(saved[1]) if saved else None
    return found.day if found else None
