"""What every door asks of a retriever, and how it names what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.bidi import one_line
from bot.texts import Texts
from retrieval.types import Answer, Article, Filters, Hit, Quote, Span

_NEAREST = 3
_FURTHER = 3


class Answers(Protocol):
    """A retriever as the bot sees it; called from several threads at once."""

    def answer(self, question: str, k: int, *, filters: Filters | None = None) -> Answer:
        """Answer ``question`` with at most ``k`` passages."""

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id."""

    def sources(self) -> list[str]:
        """Return the names of the sources."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text stands: what to call it on one line, and its address."""

    name: str
    url: str | None


def article_name(article: Article, texts: Texts) -> str:
    """What to call an article on one line: its title, else its id."""
    return one_line(article.title) or one_line(article.id) or texts("untitled")


def quoted(phrases: Sequence[str]) -> str:
    """The exact words that a question demands, on one line."""
    return " ".join(f"«{one_line(phrase)}»" for phrase in phrases)


def filters_line(filters: Filters, texts: Texts) -> str:
    """Say what a question was understood to be limited to; nothing where it is not."""
    parts = []
    if filters.since and filters.until:
        parts.append(texts("filter-between", since=filters.since, until=filters.until))
    elif filters.since:
        parts.append(texts("filter-since", since=filters.since))
    elif filters.until:
        parts.append(texts("filter-until", until=filters.until))
    if filters.source:
        parts.append(texts("filter-source", source=one_line(filters.source)))
    return texts("understood") + " " + " · ".join(parts) if parts else ""


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
