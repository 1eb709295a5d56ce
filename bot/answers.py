"""What every door asks of a retriever, and how it names what comes back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.bidi import one_line
from bot.texts import Texts
from retrieval.errors import FilterError
from retrieval.types import Answer, Article, Asked, Filters, Hit, IndexInfo, Quote, Span

_NEAREST = 3
_FURTHER = 3


class Answers(Protocol):
    """A retriever as a conversation sees it."""

    def answer(self, question: str, k: int, *, filters: Filters | None = None) -> Answer:
        """Answer ``question`` with at most ``k`` passages."""

    def sources(self) -> list[str]:
        """Return the names of the sources."""


class SharedAnswers(Protocol):
    """A retriever as a bot for many people sees it; called from several threads at once."""

    @property
    def info(self) -> IndexInfo:
        """What it answers from."""

    def prepare(self, asked: Sequence[Asked]) -> Sequence[Callable[[], Answer]]:
        """Encode questions together; return what answers each."""

    def article_ids(self) -> list[str]:
        """Return the ids of all articles it answers from."""

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""

    def sources(self) -> list[str]:
        """Return the names of the sources."""


@dataclass(frozen=True, slots=True)
class Limited:
    """A retriever whose every question is within the same filters."""

    retriever: Answers
    filters: Filters

    def answer(self, question: str, k: int, *, filters: Filters | None = None) -> Answer:
        """Answer ``question`` with at most ``k`` passages.

        Raises:
            FilterError: nothing can be within both filters.
        """
        both = _narrowed(self.filters, filters) if filters else self.filters
        return self.retriever.answer(question, k, filters=both)

    def sources(self) -> list[str]:
        """Return the names of the sources."""
        return self.retriever.sources()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text stands: what to call it on one line, and its address."""

    name: str
    url: str | None


def article_name(article: Article, texts: Texts) -> str:
    """What to call an article on one line: its title, else its id."""
    return one_line(article.title) or one_line(article.id) or texts("untitled")


def published(article: Article, texts: Texts) -> str:
    """Say on what day an article was published, or about when; nothing where that is unknown."""
    if not article.published:
        return ""
    about = article.dating.approximate
    return texts("published-about" if about else "published", day=article.published)


def quoted(phrases: Sequence[str], texts: Texts) -> str:
    """The exact words that a question demands, on one line."""
    opened, closed = texts("quote-open"), texts("quote-close")
    return " ".join(f"{opened}{one_line(phrase)}{closed}" for phrase in phrases)


def filters_line(filters: Filters, texts: Texts) -> str:
    """Say what a question was understood to be limited to; nothing where it is not."""
    parts = []
    if filters.since and filters.until:
        parts.append(texts("filter-between", since=filters.since, until=filters.until))
    elif filters.since:
        parts.append(texts("filter-since", since=filters.since))
    elif filters.until:
        parts.append(texts("filter-until", until=filters.until))
    if filters.sources:
        names = texts("comma").join(map(one_line, filters.sources))
        parts.append(texts("filter-source", source=names))
    return texts("understood") + " " + " · ".join(parts) if parts else ""


def unknown_source(source: str, near: Sequence[str], texts: Texts) -> str:
    """Say that no article is of a source, and name those that may be meant; names of one line."""
    said = texts("source-unknown", source=source)
    if near:
        said += "\n" + texts("sources-near", sources=texts("comma").join(near))
    return said


def matching_words(hit: Hit) -> list[Span]:
    """The words in a hit's deciding window that match the question; neighbours are one range."""
    found: list[Span] = []
    for window in hit.highlights:
        inside = [word for word in hit.matches if _within(word, window)]
        found += _joined(hit.passage.text, inside)
    return found


def nearest_articles(hits: Sequence[Hit]) -> list[Article]:
    """The articles to name under a plain "the collection does not answer", each once."""
    return list({hit.article.id: hit.article for hit in hits}.values())[:_NEAREST]


def further_sources(hit: Hit, texts: Texts) -> list[Source]:
    """The first few articles that repeat a hit, by the names of their papers.

    Another article of a paper that is named already goes by its title, as one of no paper.
    """
    named = {"", one_line(hit.article.source or "")}
    found = []
    for article in hit.also[:_FURTHER]:
        paper = one_line(article.source or "")
        name = article_name(article, texts) if paper in named else paper
        found.append(Source(name, article.url))
        named.add(paper)
    return found


def further_words(hit: Hit) -> list[str]:
    """The deciding words of the article's further passages, each on one line."""
    return [words for quote in hit.more if (words := one_line(_deciding(quote)))]


def _narrowed(one: Filters, other: Filters) -> Filters:
    sources = one.sources or other.sources
    if one.sources and other.sources:
        sources = tuple(name for name in other.sources if name in one.sources)
        if not sources:
            raise FilterError("no source is among both those of the command and of the question")
    return Filters(
        since=max(filter(None, (one.since, other.since)), default=None),
        until=min(filter(None, (one.until, other.until)), default=None),
        sources=sources,
        not_sources=(*one.not_sources, *other.not_sources),
    )


def _deciding(quote: Quote) -> str:
    if not quote.highlights:
        return quote.passage.text
    return quote.passage.text[quote.highlights[0].start : quote.highlights[-1].end]


def _joined(text: str, words: Sequence[Span]) -> list[Span]:
    """``words``, those with nothing but a blank between them as one."""
    joined = list(words[:1])
    for start, end in words[1:]:
        neighbour = text[joined[-1].end : start].isspace()
        joined.append(Span(joined.pop().start if neighbour else start, end))
    return joined


def _within(word: Span, window: Span) -> bool:
    return window.start <= word.start and word.end <= window.end
