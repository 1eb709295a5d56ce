"""What one record of a corpus says of its article, and what is wrong with a bad one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from retrieval.corpus.dates import Dated, read_date

# The usual names of each field, the surest first; compared without case, "_", "-" and spaces.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "articleid", "docid", "uuid", "guid"),
    "url": ("url", "link", "canonicalurl", "canonical", "permalink", "articleurl", "sourceurl"),
    "title": ("title", "headline", "heading", "articletitle"),
    "text": (
        "text",
        "body",
        "content",
        "article",
        "maintext",
        "fulltext",
        "articlebody",
        "articletext",
        "contenttext",
    ),
    "source": (
        "source",
        "publisher",
        "site",
        "sitename",
        "sourcename",
        "outlet",
        "newspaper",
        "domain",
        "sourcedomain",
        "hostname",
    ),
    "published": (
        "published",
        "publishedat",
        "publisheddate",
        "publishedtime",
        "datepublished",
        "publishdate",
        "publicationdate",
        "datepublish",
        "pubdate",
        "date",
        "datetime",
        "timestamp",
        "createdat",
    ),
}


class RecordError(ValueError):
    """A record that gives no article; the message is the reason."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """What could not be read, and where.

    ``line`` counts from 1 and is None where the whole file is meant. ``skipped`` is False where
    the article was kept and only this detail of it (an unreadable date, say) was left out.
    """

    file: str
    line: int | None
    reason: str
    skipped: bool = True

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Trouble(BadRecord):
    """What lies with the machine and not with the file: another time it may be read."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A piece of a page that is not part of its article, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An article before its id and its sidecar are settled.

    Empty values mean that the record does not say. ``line`` is the number of the record in its
    file, counted from 1 or as the file counts, and None where the file is the record. ``notes``
    are the details left out, each a reason.
    """

    text: str = ""
    line: int | None = None
    id: str = ""
    title: str = ""
    url: str | None = None
    source: str | None = None
    dated: Dated | None = None
    notes: tuple[str, ...] = ()

    def filled_from(self, other: "Draft") -> "Draft":
        """This draft, with what it does not say taken from ``other``; never the text."""
        return replace(
            self,
            id=self.id or other.id,
            title=self.title or other.title,
            url=self.url or other.url,
            source=self.source or other.source,
            dated=self.dated or other.dated,
        )


def draft_of(record: Mapping[str, object], line: int | None = None) -> Draft:
    """The draft that a mapping of fields under any of their usual names describes.

    Raises:
        RecordError: the id, title or text is of a type that cannot be one.
    """
    values = {squash(name): value for name, value in record.items() if not _blank(value)}
    given = {field: _first(values, field) for field in _NAMES}
    url = web_address(given["url"])
    source = _source(given["source"])
    published = read_date(given["published"])
    read = {"url": url, "source": source, "published": published}
    return Draft(
        text=_string(given["text"], "text"),
        line=line,
        id=_id(given["id"]),
        title=_string(given["title"], "title"),
        url=url,
        source=source,
        dated=published,
        notes=tuple(
            f"the {field} {given[field]!r:.60} cannot be read; the article is kept without it"
            for field, value in read.items()
            if value is None and given[field] is not None
        ),
    )


def knows_text(names: Iterable[str]) -> bool:
    """Whether one of the columns called ``names`` holds the articles' text."""
    return any(squash(name) in _NAMES["text"] for name in names)


@lru_cache(maxsize=1024)
def squash(name: str) -> str:
    """A field's name as ``_NAMES`` spells it."""
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "").strip("\ufeff")


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _first(values: Mapping[str, object], field: str) -> object:
    return next((values[name] for name in _NAMES[field] if name in values), None)


def _string(value: object, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordError(f"the {field} is of type {type(value).__name__}, not a string")
    return _encodable(value)


def _id(value: object) -> str:
    whole_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole_number else _string(value, "id").strip()


def _source(value: object) -> str | None:
    # schema.org's publisher and several news APIs nest the name in an object.
    name = value.get("name") if isinstance(value, dict) else value
    return _encodable(name).strip() if isinstance(name, str) else None


def web_address(value: object) -> str | None:
    """``value`` where it is an ``http`` or ``https`` address."""
    if not isinstance(value, str):
        return None
    address = _encodable(value).strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return address if web and len(address.split()) == 1 else None


def domain(url: str | None) -> str | None:
    """The host of an address, without ``www.``; None where there is none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _encodable(text: str) -> str:
    # JSON can spell half of a surrogate pair, which no database or file can store.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "ignore").decode("utf-8")
    return text
