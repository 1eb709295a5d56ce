"""The only writer of an index: articles in, a published generation out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

from embeddings import Encoder
from embeddings.cache import VectorCache
from retrieval import chunking, generation
from retrieval.cleaning import clean
from retrieval.corpus import BadRecord, read
from retrieval.dense import DenseWriter
from retrieval.errors import CorpusError
from retrieval.generation import Counts, Generation
from retrieval.late import LateWriter
from retrieval.lexical import LexicalWriter
from retrieval.store import Store, StoreWriter
from retrieval.stories import Stories
from retrieval.types import Article, Passage, Progress, Span

_BATCH: Final = 256
"""Passages encoded between two commits of the cache: a killed build loses that much work."""
_CACHE: Final = "vectors.sqlite"

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    ``encoded`` counts the texts that went through the model, of ``vectors`` in all; ``seconds``
    is by stage. ``skipped`` counts articles with nothing left to show, ``repeated`` those that
    repeat another.
    """

    published: Generation
    articles: int
    passages: int
    vectors: int
    encoded: int
    skipped: int
    repeated: int
    bad: tuple[BadRecord, ...]
    seconds: dict[str, float]


@dataclass(slots=True)
class _Reading:
    """What reading the corpus came to."""

    strict: bool
    bad: list[BadRecord] = field(default_factory=list)
    skipped: int = 0
    repeated: int = 0

    def on_bad(self, record: BadRecord) -> None:
        if self.strict:
            raise CorpusError(f"{record}: mend it, or build without --strict")
        self.bad.append(record)


def build(
    paths: Sequence[Path],
    index: Path,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    strict: bool = False,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
) -> BuildReport:
    """Index the articles under ``paths`` and publish the result.

    Whatever happens in between, the index published before stays whole and current. Texts that an
    earlier build encoded, an interrupted one too, are not encoded again, unless ``rebuild``.

    Raises:
        BuildInProgressError: another process is building this index.
        CorpusError: there is nothing to read, or a record is bad under ``strict``.
    """
    with generation.sole_builder(index):
        reading = _Reading(strict)
        started = perf_counter()
        articles = read(paths, on_bad=reading.on_bad)
        cache = index / _CACHE
        if rebuild:
            cache.unlink(missing_ok=True)
        folder = generation.start(index)
        store = _write_texts(articles, folder, encoder, reading, progress)
        read_at = perf_counter()
        with VectorCache(cache, encoder) as vectors:
            count = _write_vectors(folder, vectors, encoder.dim, store.passages, progress)
            encoded_at = perf_counter()
            counts = Counts(articles=store.articles, passages=store.passages, vectors=count)
            corpus = tuple(str(path.absolute()) for path in paths)
            published = generation.publish(folder, encoder, counts, corpus)
            vectors.forget_unused()
        return BuildReport(
            published=published,
            articles=store.articles,
            passages=store.passages,
            vectors=count,
            encoded=vectors.encoded,
            skipped=reading.skipped,
            repeated=reading.repeated,
            bad=tuple(reading.bad),
            seconds={
                "read": read_at - started,
                "encode": encoded_at - read_at,
                "publish": perf_counter() - encoded_at,
            },
        )


def embedded(article: Article, text: str) -> str:
    """Return what is encoded for a passage."""
    return f"{article.title}\n{text}" if article.title else text


def _write_texts(
    articles: Iterable[Article],
    folder: Path,
    encoder: Encoder,
    reading: _Reading,
    progress: Progress,
) -> StoreWriter:
    """Clean, split and store every article; index its words."""
    split = _splitter(encoder)
    store = StoreWriter(folder / generation.STORE)
    stories = Stories()
    with LexicalWriter(folder / generation.LEXICAL) as lexical:
        for raw in articles:
            article = clean(raw)
            spans = split(article)
            if not spans:
                reading.skipped += 1
                continue
            for number, (start, end) in zip(store.add(article, spans), spans, strict=True):
                lexical.add(number, article, article.text[start:end])
            stories.add(article)
            progress("read", store.articles, None)
    if not store.articles:
        raise CorpusError("no article has any text: nothing to index, so nothing was changed")
    repeated = stories.find(store.text, progress)
    store.join(repeated)
    reading.repeated = len(repeated)
    store.close()
    return store


def _splitter(encoder: Encoder) -> Callable[[Article], list[Span]]:
    """Return what cuts an article so that each passage fits the model beside the title."""
    (overhead,) = encoder.count_tokens([""])

    def tokens(texts: Sequence[str]) -> list[int]:
        return [count - overhead for count in encoder.count_tokens(texts)]

    def split(article: Article) -> list[Span]:
        (title,) = tokens([article.title])
        budget = encoder.max_tokens - overhead - title
        return chunking.passages(article.text, tokens, max(budget, encoder.max_tokens // 2))

    return split


def _write_vectors(
    folder: Path, vectors: VectorCache, dim: int, total: int, progress: Progress
) -> int:
    """Encode every passage and its windows; return how many vectors that made."""
    store = Store(folder / generation.STORE)
    dense = DenseWriter(dim)
    late: LateWriter | None = None
    done = written = 0
    for batch in _batches(store.all_passages(), _BATCH):
        texts = [_texts(article, passage) for article, passage in batch]
        if vectors.gives_tokens:
            codes = vectors.encode_tokens([own[0] for own in texts])
            late = late or LateWriter(folder / generation.LATE, vectors.codec)
            late.add(codes)
        dense.add(
            vectors.encode_passages([text for own in texts for text in own]),
            [len(own) for own in texts],
        )
        done += len(batch)
        written += sum(len(own) for own in texts)
        progress("encode", done, total)
    store.close()
    if late:
        late.close()
    dense.save(folder / generation.DENSE)
    return written


def _texts(article: Article, passage: Passage) -> list[str]:
    """Return what is encoded of a passage: itself, then its windows if it has several."""
    spans = chunking.windows(passage.text)
    windows = [passage.text[start:end] for start, end in spans] if len(spans) > 1 else []
    return [embedded(article, passage.text), *windows]


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
