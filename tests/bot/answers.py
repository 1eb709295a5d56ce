"""A collection of three articles that is searched by shared words: exact and quick."""

import asyncio
import re
import threading
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from retrieval.types import Answer, Article, Asked, Hit, IndexInfo, Passage, Quote, Span

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

    ``together`` holds how many questions came at once, ``asked`` and ``answered`` the questions as
    searches began and as they ended; ``before`` is called in between, in the searching thread.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answered: list[str] = []
        self.before: Callable[[str], None] = lambda _: None
        self.together: list[int] = []
        self.articles: tuple[Article, ...] = ARTICLES
        self.info = IndexInfo("1", "words", len(ARTICLES))
        self._lock = threading.Lock()

    def prepare(self, asked: Sequence[Asked]) -> list[Callable[[], Answer]]:
        self.together.append(len(asked))
        return [partial(self.answer, each.question, each.k, each.among) for each in asked]

    def article_ids(self) -> list[str]:
        return [article.id for article in self.articles]

    def hold(self) -> "Hold":
        """Stop all searches until the hold is released."""
        self.before = hold = Hold()
        return hold

    def publish(self, *articles: Article) -> None:
        """Go over to a new generation, of the same articles and these."""
        self.articles += articles
        self.info = IndexInfo(str(int(self.info.generation) + 1), "words", len(self.articles))

    def answer(self, question: str, k: int, among: Container[str] | None = None) -> Answer:
        with self._lock:
            self.asked.append(question)
        self.before(question)
        with self._lock:
            self.answered.append(question)
        words = set(re.findall(r"\w+", question))
        held = [a for a in self.articles if among is None or a.id in among]
        sharing = [a for a in held if words & set(re.findall(r"\w+", f"{a.title} {a.text}"))]
        shown = sharing or held[:2]
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
