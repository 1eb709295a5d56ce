"""The only writer of an index: articles in, a published generation out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TypeVar

from embeddings import Encoder
from embeddings.cache import VectorCache, remove
from retrieval import chunking, generation, late, verification
from retrieval.cleaning import clean
from retrieval.corpus import STANDARD_INPUT, BadRecord, read
from retrieval.dense import DenseWriter
from retrieval.embedded import embedded_texts
from retrieval.errors import CorpusError, DalilError, IndexDamagedError
from retrieval.generation import Counts, Generation, Search, Summary
from retrieval.late import LateWriter
from retrieval.lexical import LexicalWriter
from retrieval.repetition import without_repeated
from retrieval.store import Changes, Store, StoreWriter
from retrieval.stories import Stories
from retrieval.types import Article, Progress, Span

_BATCH: Final = 256
"""Passages encoded between two commits of the cache: a killed build loses that much work."""

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.

    ``changes`` is against the articles published before. ``encoded`` counts the texts that went
    through the model, of ``vectors`` in all; ``seconds`` is by stage. ``skipped`` counts articles
    with nothing left to show, ``repeated`` those that repeat another.
    """

    published: Generation
    changes: Changes
    articles: int
    passages: int
    vectors: int
    encoded: int
    skipped: int
    repeated: int
    bad: tuple[BadRecord, ...]
    seconds: dict[str, float]

    @property
    def read(self) -> int:
        """How many articles the corpus gave."""
        return self.articles + self.skipped

    def to_dict(self) -> dict[str, Any]:
        """The report as ``build --json`` writes it."""
        return {
            "generation": self.published.manifest.generation,
            "read": self.read,
            **asdict(self.changes),
            "skipped": self.skipped,
            "repeated": self.repeated,
            "bad": [asdict(record) for record in self.bad],
            "articles": self.articles,
            "passages": self.passages,
            "vectors": self.vectors,
            "encoded": self.encoded,
            "seconds": {stage: round(taken, 3) for stage, taken in self.seconds.items()},
        }


@dataclass(slots=True)
class _Reading:
    """What reading the corpus came to."""

    strict: bool
    bad: list[BadRecord] = field(default_factory=list)
    skipped: int = 0

    def on_bad(self, record: BadRecord) -> None:
        if self.strict:
            raise CorpusError(f"{record}: mend it, or build without --strict")
        self.bad.append(record)


@dataclass(slots=True)
class _Stages:
    """Seconds by stage, in their order."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.seconds[name] = perf_counter() - started


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
        IndexDamagedError: what was written is not what was built.
        DalilError: something cannot be written.
    """
    with generation.sole_builder(index):
        reading, stage = _Reading(strict), _Stages()
        articles = without_repeated(read(paths, on_bad=reading.on_bad))
        cache = index / generation.CACHE
        if rebuild:
            remove(cache)
        with generation.aside(index) as folder, VectorCache(cache, encoder) as vectors:
            with stage("read"):
                store, stories = _write_texts(articles, folder, encoder, reading, progress)
            with stage("join"):
                repeated = stories.find(store.text, progress)
                store.join(repeated)
                store.close()
            with stage("compare"):
                changes = store.changes(_store_published(index))
            with stage("encode"):
                count, search = _write_vectors(
                    folder, vectors, encoder.dim, store.passages, progress
                )
            with stage("write"):
                sealed = generation.seal(
                    folder,
                    encoder,
                    Counts(articles=store.articles, passages=store.passages, vectors=count),
                    search,
                    tuple(str(path.absolute()) for path in paths if path != STANDARD_INPUT),
                    Summary(
                        **asdict(changes),
                        encoded=vectors.encoded,
                        skipped=reading.skipped,
                        repeated=len(repeated),
                        bad=len(reading.bad),
                        seconds={name: round(taken, 1) for name, taken in stage.seconds.items()},
                    ),
                    [f"{generation.LATE}/{name}" for name in late.READ_IN_PARTS],
                )
            with stage("verify"):
                _verify(sealed, encoder)
            with stage("publish"):
                published = generation.publish(sealed)
                vectors.forget_unused()
        return BuildReport(
            published=published,
            changes=changes,
            articles=store.articles,
            passages=store.passages,
            vectors=count,
            encoded=vectors.encoded,
            skipped=reading.skipped,
            repeated=len(repeated),
            bad=tuple(reading.bad),
            seconds=stage.seconds,
        )


def _store_published(index: Path) -> Path | None:
    try:
        return generation.current(index).folder / generation.STORE
    except DalilError:  # none yet, or none that can be read: it is built anew
        return None


def _write_texts(
    articles: Iterable[Article],
    folder: Path,
    encoder: Encoder,
    reading: _Reading,
    progress: Progress,
) -> tuple[StoreWriter, Stories]:
    """Clean, split and store every article; index its words, and note what tells its story."""
    split = splitter(encoder)
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
    return store, stories


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


def _write_vectors(
    folder: Path, vectors: VectorCache, dim: int, total: int, progress: Progress
) -> tuple[int, Search]:
    """Encode every passage and its windows; return how many vectors, and how they are searched."""
    store = Store(folder / generation.STORE)
    dense = DenseWriter(folder / generation.DENSE, dim)
    tokens: LateWriter | None = None
    done = written = 0
    for batch in _batches(store.all_passages(), _BATCH):
        texts = [embedded_texts(article, passage) for article, passage in batch]
        if vectors.gives_tokens:
            codes = vectors.encode_tokens([own[0] for own in texts])
            tokens = tokens or LateWriter(folder / generation.LATE, vectors.codec)
            tokens.add(codes)
        dense.add(
            vectors.encode_passages([text for own in texts for text in own]),
            [len(own) for own in texts],
        )
        done += len(batch)
        written += sum(len(own) for own in texts)
        progress("encode", done, total)
    store.close()
    if tokens:
        tokens.close()
    return written, dense.close()


def _verify(sealed: Generation, encoder: Encoder) -> None:
    problems = verification.verify(sealed, encoder).problems
    if problems:
        msg = (
            f"the new index is not what was built ({'; '.join(problems)}), so it was not published "
            "and the one before is unchanged: check disk and memory, then run 'dalil build' again"
        )
        raise IndexDamagedError(msg)


def _batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
