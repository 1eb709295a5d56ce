"""The only writer of an index: articles in, a published generation out."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, Final, TypeVar

from embeddings import Encoder
from embeddings.cache import VectorCache, remove
from retrieval import generation, verification
from retrieval.corpus import STANDARD_INPUT, BadRecord, Survey
from retrieval.embedded import embedded_texts
from retrieval.errors import CorpusError, DalilError, IndexDamagedError
from retrieval.generation import Counts, Generation, Summary
from retrieval.store import Changes, Store
from retrieval.takeover import taken_over
from retrieval.texts import TextWriter
from retrieval.types import Article, Passage, Progress
from retrieval.vectors import VectorWriter

_BATCH: Final = 256
"""Passages encoded between two commits of the cache: a killed build loses that much work."""
_PATIENCE: Final = 0.05
"""Seconds between two looks at what was read."""

_Result = TypeVar("_Result")


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
    """Seconds by stage, in their order; reading and encoding go on beside each other."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = perf_counter()
        yield
        taken = perf_counter() - started
        self.seconds[name] = self.seconds.get(name, 0.0) + taken


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
        corpus = Survey(paths, on_bad=reading.on_bad)
        cache = index / generation.CACHE
        if rebuild:
            remove(cache)
        with generation.aside(index) as folder, VectorCache(cache, encoder) as vectors:
            with stage("open"):
                before = None if rebuild else taken_over(index, encoder, vectors)
                texts = TextWriter(folder, encoder, before)
                passages = VectorWriter(folder, vectors, encoder.dim, before)
            left = _take_in(corpus, texts, passages, stage, progress)
            with stage("join"):
                repeated = texts.join(progress)
            with stage("compare"):
                articles_held, passages_held = texts.close()
                changes = texts.changes(_store_published(index))
            with stage("write"):
                count, search = passages.close(left)
                sealed = generation.seal(
                    folder,
                    encoder,
                    Counts(articles=articles_held, passages=passages_held, vectors=count),
                    search,
                    tuple(str(path.absolute()) for path in paths if path != STANDARD_INPUT),
                    Summary(
                        **asdict(changes),
                        encoded=vectors.encoded,
                        skipped=texts.skipped,
                        repeated=repeated,
                        bad=len(reading.bad),
                        seconds={name: round(taken, 1) for name, taken in stage.seconds.items()},
                    ),
                    before,
                )
            with stage("verify"):
                _verify(sealed, encoder, before)
            with stage("publish"):
                published = generation.publish(sealed)
                _forget(vectors, before, left)
        return BuildReport(
            published=published,
            changes=changes,
            articles=articles_held,
            passages=passages_held,
            vectors=count,
            encoded=vectors.encoded,
            skipped=texts.skipped,
            repeated=repeated,
            bad=tuple(reading.bad),
            seconds=stage.seconds,
        )


def _take_in(
    corpus: Survey, texts: TextWriter, passages: VectorWriter, stage: _Stages, progress: Progress
) -> list[int]:
    """Read a corpus and encode what is new in it; return the numbers of the passages gone."""

    def read(stopped: Event) -> list[int]:
        with stage("read"):
            return texts.add(corpus, stopped, progress)

    with _beside(read) as left:
        for batch in _arriving(texts, left):
            with stage("encode"):
                passages.add(batch)
            progress("encode", passages.passages, texts.new if left.done() else None)
        progress("encode", passages.passages, texts.new)
    return left.result()


def _store_published(index: Path) -> Path | None:
    try:
        return generation.current(index).folder / generation.STORE
    except DalilError:  # none yet, or none that can be read: it is built anew
        return None


@contextmanager
def _beside(work: Callable[[Event], _Result]) -> Iterator["Future[_Result]"]:
    """Do some work in a thread, as long as what is done beside it does not fail."""
    stopped = Event()
    with ThreadPoolExecutor(1) as threads:
        try:
            yield threads.submit(work, stopped)
        finally:
            stopped.set()


def _arriving(texts: TextWriter, reading: "Future[Any]") -> Iterator[list[tuple[Article, Passage]]]:
    """Yield new passages as they are read, the same together each time."""
    done = 0
    while not (over := reading.done()) or done < texts.new:
        if over:
            reading.result()
        ready = min(texts.new, done + _BATCH)
        if over or ready == done + _BATCH:
            yield texts.passages(done, ready)
            done = ready
        else:
            wait([reading], _PATIENCE)
    reading.result()


def _forget(vectors: VectorCache, before: Generation | None, left: Sequence[int]) -> None:
    """Drop from the cache what is in the index no more."""
    if not before:
        vectors.forget_unused()
        return
    with closing(Store(before.folder / generation.STORE)) as store:
        for first in range(0, len(left), _BATCH):
            gone = store.passages(left[first : first + _BATCH]).values()
            vectors.forget(text for pair in gone for text in embedded_texts(*pair))


def _verify(sealed: Generation, encoder: Encoder, before: Generation | None) -> None:
    known = generation.shared_files(sealed.folder, before)
    problems = verification.verify(sealed, encoder, sound=known).problems
    if problems:
        msg = (
            f"the new index is not what was built ({'; '.join(problems)}), so it was not published "
            "and the one before is unchanged: check disk and memory, then run 'dalil build' again"
        )
        raise IndexDamagedError(msg)
