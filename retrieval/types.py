"""The values that cross modules, all frozen."""

from collections.abc import Collection, Container, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, Protocol

from retrieval.errors import FilterError
from retrieval.language import language

Origin = Literal["field", "metadata", "page", "text", "address"]
"""Where a date stood: in a record's field, in a page's metadata, in a place of the page that is for
dates, in the text, or in the article's address."""


class Span(NamedTuple):
    """Half-open range of characters, ``text[start:end]``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dating:
    """How the day of an article is known.

    ``approximate`` where it was converted from the Hijri calendar, whose months begin by sight of
    the moon, or counted back from the day on which a page was fetched.
    """

    origin: Origin = "field"
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One source text with its metadata.

    ``text`` is the body as it is shown: cleaned of page furniture, without the title.
    ``published`` is the calendar day as the source wrote it, and ``dating`` how it is known.
    """

    id: str
    text: str
    title: str = ""
    url: str | None = None
    source: str | None = None
    published: date | None = None
    dating: Dating = Dating()


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one article: ``article.text[start:end] == text``."""

    article_id: str
    start: int
    end: int
    text: str

    @property
    def language(self) -> str:
        """The BCP 47 tag that its script tells: ``ar``, ``und-Latn``."""
        return language(self.text)


class Candidate(NamedTuple):
    """A passage by its number in the index, as one side of the search scores it."""

    passage: int
    score: float


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question is limited to: articles from ``since`` on up to and including ``until``.

    They are of one of ``sources``, of any where there are none, and of none of ``not_sources``. An
    article without a date is outside any dated search, and one without a source of no source.

    Raises:
        FilterError: ``since`` comes after ``until``, a day is a time, or sources are no collection.
    """

    since: date | None = None
    until: date | None = None
    sources: Collection[str] = ()
    not_sources: Collection[str] = ()

    def __post_init__(self) -> None:
        if isinstance(self.since, datetime) or isinstance(self.until, datetime):
            raise FilterError("since and until are days, as articles are dated, in no time zone")
        if self.since and self.until and self.since > self.until:
            msg = f"no day is both from {self.since} on and up to {self.until}: exchange them"
            raise FilterError(msg)
        if isinstance(self.sources, str) or isinstance(self.not_sources, str):
            raise FilterError("sources are several names: give a list, if only of one")

    def __bool__(self) -> bool:
        return self.dated or bool(self.sources) or bool(self.not_sources)

    @property
    def dated(self) -> bool:
        """Whether they leave out articles without a date."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put to a retriever: ``k`` hits at most, out of what ``filters`` leave.

    ``among`` holds the ids of the articles that may answer; None: all.
    """

    question: str
    k: int = 5
    filters: Filters | None = None
    among: Container[str] | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage, and the ranges of its text to mark: as those of a :class:`Hit`."""

    passage: Passage
    highlights: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """The quote as ``ask --json`` writes it."""
        return {
            "passage": self.passage.text,
            "language": self.passage.language,
            "start": self.passage.start,
            "end": self.passage.end,
            "highlights": [list(span) for span in self.highlights],
        }


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage of an answer.

    ``article`` carries the whole text, so that a caller can show what surrounds the passage.
    ``highlights`` are the ranges of ``passage.text`` to mark, ascending and apart: the window
    that answers. ``dense_rank`` and ``lexical_rank`` count from 1 and are None where that side
    did not find the passage. ``matches`` are the words of ``passage.text`` that stand in the
    question too, ascending and apart: whole, as the author wrote them. ``more`` are the article's
    further good passages, best first, ``also`` other articles of its story or that say nearly the
    same in the same words, oldest first and the undated last.
    """

    rank: int
    score: float
    article: Article
    passage: Passage
    highlights: tuple[Span, ...]
    dense_rank: int | None
    lexical_rank: int | None
    matches: tuple[Span, ...] = ()
    more: tuple[Quote, ...] = ()
    also: tuple[Article, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The hit as ``ask --json`` writes it."""
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            **_about(self.article),
            **Quote(self.passage, self.highlights).to_dict(),
            "matches": [list(span) for span in self.matches],
            "dense_rank": self.dense_rank,
            "lexical_rank": self.lexical_rank,
            "more": [quote.to_dict() for quote in self.more],
            "also": [_about(article) for article in self.also],
        }


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which published state of which index answered."""

    generation: str
    model: str
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collection says to one question.

    ``found`` is False where the collection does not answer; ``hits`` then holds the nearest
    passages all the same, for a caller that wants to show them as such. ``unsure`` is True where
    it is not found and yet the nearest may well answer. ``confidence`` lies
    between 0 and 1. ``language`` is a BCP 47 tag read off the question's script (``ar``,
    ``und-Latn``). ``phrases`` are what the question puts in quotation marks, as it writes them:
    every hit holds them all but those that are ``missing``, which stand nowhere. ``undated`` counts
    the articles that a dated search leaves out only because they have no date.
    """

    question: str
    language: str
    found: bool
    confidence: float
    hits: tuple[Hit, ...]
    index: IndexInfo
    phrases: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unsure: bool = False
    undated: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The answer as ``ask --json`` writes it."""
        return {
            "question": self.question,
            "language": self.language,
            "phrases": list(self.phrases),
            "missing": list(self.missing),
            "found": self.found,
            "unsure": self.unsure,
            "confidence": round(self.confidence, 4),
            "undated": self.undated,
            "hits": [hit.to_dict() for hit in self.hits],
            "timings_ms": {name: round(ms, 2) for name, ms in self.timings_ms.items()},
            "index": {
                "generation": self.index.generation,
                "model": self.index.model,
                "passages": self.index.passages,
            },
        }


class Progress(Protocol):
    """Is told how far long work has come."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take note of ``done`` of ``total`` (None: unknown yet) in a stage."""
        ...


def _about(article: Article) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "dating": asdict(article.dating) if article.published else None,
    }
