"""A collection of three articles that is searched by shared words: exact and quick."""

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from retrieval.types import Answer, Article, Filters, Hit, IndexInfo, Passage, Quote, Span

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
    )


class WordAnswers:
    """Answers with every article that shares a word with the question.

    ``articles`` and ``generation`` are the collection's, and may change. ``asked`` and ``answered``
    hold the questions as searches began and as they ended, ``limits`` the filters of each;
    ``before`` is called in between, in the searching thread.
    """

    def __init__(self) -> None:
        self.articles: tuple[Article, ...] = ARTICLES
        self.generation = "1"
        self.asked: list[str] = []
        self.limits: list[Filters] = []
        self.answered: list[str] = []
        self.before: Callable[[str], None] = lambda _: None
        self._lock = threading.Lock()

    def answer(self, question: str, k: int, *, filters: Filters | None = None) -> Answer:
        filters = filters or Filters()
        with self._lock:
            self.asked.append(question)
            self.limits.append(filters)
        self.before(question)
        with self._lock:
            self.answered.append(question)
        words, within = set(_words(question)), [a for a in self.articles if _is_in(a, filters)]
        sharing = [a for a in within if words & set(_words(f"{a.title} {a.text}"))]
        shown = sharing or within[:2]
        hits = [hit_on(article, rank) for rank, article in enumerate(shown[:k], start=1)]
        answer = answer_with(*hits, found=bool(sharing), question=question)
        return replace(answer, index=IndexInfo(self.generation, "words", len(self.articles)))

    def article(self, article_id: str) -> Article | None:
        return next((a for a in self.articles if a.id == article_id), None)

    def sources(self) -> list[str]:
        return [article.source for article in self.articles if article.source]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _is_in(article: Article, filters: Filters) -> bool:
    day = article.published
    if (filters.since or filters.until) and day is None:
        return False
    return (
        (filters.source is None or article.source == filters.source)
        and (filters.since is None or day is None or filters.since <= day)
        and (filters.until is None or day is None or day <= filters.until)
    )
