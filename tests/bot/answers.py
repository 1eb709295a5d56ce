"""A collection of three articles that is searched by shared words: exact and quick."""

import asyncio
import re
import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from retrieval.errors import UnknownSourceError
from retrieval.types import (
    Answer,
    Article,
    Asked,
    Filters,
    Hit,
    IndexInfo,
    Passage,
    Quote,
    Span,
)

ARTICLES = (
    Article(
        "nile",
        "ينبع نهر النيل من بحيرة فكتوريا. ويصب في البحر المتوسط. طوله 6650 كيلومترًا.",
        title="نهر النيل",
        url="https://example.org/nile",
        source="موسوعة الأنهار",
        published=date(2024, 5, 3),
    ),
    Article(
        "samba",
        "أعلن مشروع Samba إصدارًا جديدًا. يدعم الإصدار بروتوكول SMB3.",
        title="إصدار Samba 4.20",
        url="ftp://example.org/samba",
        source="Linux Today",
    ),
    Article("coffee", "موطن القهوة الأول هو اليمن.\nومنها انتشرت 🌍 في العالم.", title="القهوة"),
)


def hit_on(article: Article, rank: int = 1, marks: tuple[Span, ...] | None = None) -> Hit:
    """The whole of ``article`` as one hit, its first sentence marked unless told otherwise."""
    first = Span(0, article.text.find(".") + 1)
    passage = Passage(article.id, 0, len(article.text), article.text)
    return Hit(rank, 1 / rank, article, passage, (first,) if marks is None else marks, rank, None)


def quote_of(article: Article, words: str) -> Quote:
    """The whole of ``article`` with these words of it marked."""
    at = article.text.index(words)
    passage = Passage(article.id, 0, len(article.text), article.text)
    return Quote(passage, (Span(at, at + len(words)),))


def answer_with(
    *hits: Hit,
    found: bool = True,
    unsure: bool = False,
    question: str = "سؤال",
    phrases: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    undated: int = 0,
) -> Answer:
    return Answer(
        question=question,
        language="ar",
        found=found,
        confidence=0.9 if found else 0.1,
        hits=hits,
        index=IndexInfo("1", "words", 3),
        phrases=phrases,
        missing=missing,
        unsure=unsure,
        undated=undated,
    )


class WordAnswers:
    """Answers with every article that shares a word with the question.

    ``articles`` and ``info`` are the collection's, and may change. ``together`` holds how many
    questions came at once, ``asked`` and ``answered`` the questions as searches began and as they
    ended, ``limits`` the filters of each; ``before`` is called in between, in the searching thread.
    """

    def __init__(self) -> None:
        self.articles: tuple[Article, ...] = ARTICLES
        self.asked: list[str] = []
        self.limits: list[Filters] = []
        self.answered: list[str] = []
        self.before: Callable[[str], None] = lambda _: None
        self.together: list[int] = []
        self.info = IndexInfo("1", "words", len(ARTICLES))
        self._lock = threading.Lock()

    def prepare(self, asked: Sequence[Asked]) -> list[Callable[[], Answer]]:
        self.together.append(len(asked))
        return [
            partial(self.answer, each.question, each.k, each.among, filters=each.filters)
            for each in asked
        ]

    def article_ids(self) -> list[str]:
        return [article.id for article in self.articles]

    def article(self, article_id: str) -> Article | None:
        return next((a for a in self.articles if a.id == article_id), None)

    def sources(self) -> list[str]:
        return [article.source for article in self.articles if article.source]

    def hold(self) -> "Hold":
        """Stop all searches until the hold is released."""
        self.before = hold = Hold()
        return hold

    def publish(self, *articles: Article) -> None:
        """Go over to a new generation, of the same articles and these."""
        self.articles += articles
        self.info = IndexInfo(str(int(self.info.generation) + 1), "words", len(self.articles))

    def answer(
        self,
        question: str,
        k: int,
        among: Container[str] | None = None,
        *,
        filters: Filters | None = None,
    ) -> Answer:
        filters = filters or Filters()
        unknown = [name for name in filters.sources if name not in self.sources()]
        if unknown:
            raise UnknownSourceError(unknown[0], self.sources(), "no such source")
        with self._lock:
            self.asked.append(question)
            self.limits.append(filters)
        self.before(question)
        with self._lock:
            self.answered.append(question)
        words = set(_words(question))
        held = [a for a in self.articles if among is None or a.id in among]
        within = [a for a in held if _is_in(a, filters)]
        sharing = [a for a in within if words & set(_words(f"{a.title} {a.text}"))]
        shown = sharing or within[:2]
        hits = [hit_on(article, rank) for rank, article in enumerate(shown[:k], start=1)]
        answer = answer_with(*hits, found=bool(sharing), question=question)
        return replace(answer, index=self.info)


class Hold:
    """Stops every search at its beginning until released."""

    def __init__(self) -> None:
        self._reached, self._released = threading.Event(), threading.Event()

    def __call__(self, _: str) -> None:
        self._reached.set()
        self._released.wait(20)

    async def reached(self) -> None:
        """Wait for a search to begin."""
        assert await asyncio.to_thread(self._reached.wait, 20)

    def release(self) -> None:
        self._released.set()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _is_in(article: Article, filters: Filters) -> bool:
    day = article.published
    if filters.dated and day is None:
        return False
    return (
        (not filters.sources or article.source in filters.sources)
        and article.source not in filters.not_sources
        and (filters.since is None or day is None or filters.since <= day)
        and (filters.until is None or day is None or day <= filters.until)
    )
