"""The texts of a generation: articles cleaned, split and stored, their words indexed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from embeddings import Encoder
from retrieval import chunking, generation
from retrieval.cleaning import clean
from retrieval.corpus import Readings, Survey
from retrieval.errors import CorpusError
from retrieval.generation import Generation
from retrieval.lexical import LexicalWriter
from retrieval.repetition import Judged, judge
from retrieval.store import Changes, StoreWriter, digest
from retrieval.stories import Stories, signature
from retrieval.types import Article, Passage, Progress, Span


class Stopped(Exception):  # noqa: N818 - nothing went wrong here
    """Whoever wanted the articles wants them no more."""


class TextWriter:
    """Writes the texts of a generation; those that the one before has are taken from there.

    Passages can be read while others are added, by another thread. What cannot be written is an
    ``OSError``.
    """

    def __init__(self, folder: Path, encoder: Encoder, before: Generation | None = None) -> None:
        def shared(name: str) -> Path | None:
            return before.folder / name if before else None

        self._store = StoreWriter(folder / generation.STORE, shared(generation.STORE))
        self._readings = Readings(folder / generation.READINGS, shared(generation.READINGS))
        self._words = folder / generation.LEXICAL
        self._words_before = shared(generation.LEXICAL)
        self._split = splitter(encoder)
        self.skipped = 0
        """Articles with nothing left to show."""

    @property
    def new(self) -> int:
        """How many passages were added until now."""
        return self._store.end - self._store.first

    def add(self, corpus: Survey, stopped: Event, progress: Progress) -> list[int]:
        """Take in a corpus; return the numbers of the passages before that are no more.

        Raises:
            CorpusError: no article has any text.
            Stopped: the event was set meanwhile.
        """
        with LexicalWriter(self._words, self._words_before) as lexical:
            for judged in judge(corpus.found(self._readings)):
                if stopped.is_set():
                    raise Stopped
                self._take_in(judged, lexical)
                progress("read", self._store.articles, None)
            if not self._store.articles:
                msg = "no article has any text: nothing to index, so nothing was changed"
                raise CorpusError(msg)
            left = self._store.leave()
            lexical.remove(left)
            self._readings.close()
        progress("read", self._store.articles, self._store.articles)
        return left

    def passages(self, first: int, last: int) -> list[tuple[Article, Passage]]:
        """Return some of the passages that were added, counted from 0, with their articles."""
        start = self._store.first
        return self._store.passages(range(start + first, start + last))

    def join(self, progress: Progress) -> int:
        """Find which articles are one story; return how many repeat another."""
        stories = Stories()
        for told in self._store.signatures():
            stories.add(*told)
        found = stories.find(self._store.text, progress)
        self._store.join(found)
        return len(found)

    def close(self) -> tuple[int, int]:
        """End the files; return how many articles and passages they hold."""
        counts = self._store.counts()
        self._store.close()
        return counts

    def changes(self, before: Path | None) -> Changes:
        """Compare what was closed with another store: all is new where that cannot be read."""
        return self._store.changes(before)

    def _take_in(self, judged: Judged, lexical: LexicalWriter) -> None:
        content = self._known(judged)
        if content is None:
            if not (raw := judged.read()):
                self._readings.add(judged.found)
                return
            content = digest(raw)
            if not self._store.keep(content):
                content = self._add(raw, content, lexical)
        self._readings.add(judged.found, judged.printed, judged.repeated, content)

    def _known(self, judged: Judged) -> bytes | None:
        """Return the content of an article that need not be read; empty where that is nothing."""
        known = judged.found.known
        if not known or known.repeated != judged.repeated:
            return None
        if not known.content:
            self.skipped += 1
            return known.content
        return known.content if self._store.keep(known.content) else None

    def _add(self, raw: Article, content: bytes, lexical: LexicalWriter) -> bytes:
        """Add an article; return its content, or nothing where none of it is left to show."""
        article = clean(raw)
        spans = self._split(article)
        if not spans:
            self.skipped += 1
            return b""
        numbers = self._store.add(article, spans, signature(article), content)
        for number, (start, end) in zip(numbers, spans, strict=True):
            lexical.add(number, article, article.text[start:end])
        return content


def splitter(encoder: Encoder) -> Callable[[Article], list[Span]]:
    """Return what cuts an article so that each passage fits the model beside the title."""
    (overhead,) = encoder.count_tokens([""])

    def tokens(texts: Sequence[str]) -> list[int]:
        return [count - overhead for count in encoder.count_tokens(texts)]

    def split(article: Article) -> list[Span]:
        (title,) = tokens([article.title])
        budget = encoder.max_tokens - overhead - title
        return chunking.passages(article.text, tokens, max(budget, encoder.max_tokens // 2))

    return split
