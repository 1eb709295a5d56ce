"""The only reader of an index: a question in, an Answer out."""

import copy
import logging
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from time import perf_counter
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder, load_encoder
from embeddings.encoder import Encoding, TokenEncoder
from retrieval import arabic, generation
from retrieval.confidence import Calibration, Evidence, coverage, weigh
from retrieval.dense import DenseIndex
from retrieval.facets import Facets
from retrieval.fusion import Candidates, fuse, rerank
from retrieval.generation import Generation
from retrieval.grouping import Told, group
from retrieval.highlight import decisive, matches
from retrieval.late import LateIndex
from retrieval.lexical import LexicalIndex
from retrieval.phrases import Phrase, only_phrases, phrases
from retrieval.query import Query, interpret
from retrieval.reload import Reloaded
from retrieval.store import Store
from retrieval.types import (
    Answer,
    Article,
    Asked,
    Candidate,
    Filters,
    Hit,
    IndexInfo,
    Quote,
)

logger = logging.getLogger(__name__)

_POOL: Final = 150
"""Passages that each side brings into the fusion."""
_READ_BY_TOKEN: Final = 50
"""Best passages of the fusion that are compared token by token."""
_ALIKE: Final = 0.86
"""Cosine from which a name and its Arabic reading are one, by the bundled model: Raqqa and رقة are,
Cairo and كره are not (docs/retrieval.md)."""
_RETELLINGS: Final = 100
"""Further sources that a hit has of its story at most."""
_READ: Final = 25
"""Passages read at a time while hits are grouped."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a question, best first, with their fused scores, shape (n,).

    ``evidence`` is None where there is no candidate. ``found``,
    ``unsure`` and ``missing`` are the answer's.
    """

    language: str
    confidence: float
    candidates: Candidates
    scores: NDArray[np.float32]
    found: bool = False
    unsure: bool = False
    evidence: Evidence | None = None
    missing: tuple[str, ...] = ()


class Retriever:
    """Answers questions from an index, each from one generation; safe from several threads.

    What is published while it is open is opened beside the old, in the background, and answers the
    questions from then on. The old is let go when the last question in it has its answer.
    """

    def __init__(self, index: Path, encoder: Encoder) -> None:
        mark, open_ = partial(_mark, index), partial(_open, index, encoder)
        self._reloaded: Reloaded[Searcher] = Reloaded(mark, open_)
        # Also at the end of the program, which must not come in the middle of an opening.
        self._stop = weakref.finalize(self, self._reloaded.stop)

    @classmethod
    def open(cls, index: Path | str, encoder: Encoder | None = None) -> Self:
        """Open the published generation of an index, and those published from now on.

        Args:
            index: the index's folder.
            encoder: the model to encode questions with; by default the one the index was built
                with is loaded.

        Raises:
            IndexMissingError: nothing was published there.
            IndexDamagedError: a file is missing or not as it was written.
            IndexIncompatibleError: another version or another model wrote it.
            DalilError: its calibration cannot be read.
            ModelUnavailableError: the model cannot be loaded.
        """
        published = generation.current(Path(index))
        return cls(Path(index), encoder or load_encoder(published.manifest.model.name))

    @property
    def searcher(self) -> "Searcher":
        """The generation in use now: it stays the same, and takes a question step by step."""
        return self._reloaded.current

    @property
    def info(self) -> IndexInfo:
        """Of the generation in use now."""
        return self.searcher.info

    def answer(self, question: str, k: int = 5, *, filters: Filters | None = None) -> Answer:
        """Return the ``k`` best hits, each of another article and text, and whether they answer.

        A question without a letter or a digit finds nothing. What it puts in quotation marks every
        passage found holds word for word, or its article's title does; unless none does.

        Raises:
            ValueError: ``k`` is less than 1.
            IndexDamagedError: what is read is not as it was written.
            FilterError: no article is of a source that the filters name.
        """
        return self.searcher.answer(question, k, filters=filters)

    def prepare(self, asked: Sequence[Asked]) -> list[Callable[[], Answer]]:
        """Encode questions together; return what answers each, for any thread to call.

        Raises:
            ValueError: a ``k`` is less than 1.
        """
        return self.searcher.prepare(asked)

    def article_ids(self) -> list[str]:
        """Return the ids of all articles of the generation in use now."""
        return self.searcher.article_ids()

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or None where the generation in use has none such."""
        return self.searcher.article(article_id)

    def sources(self) -> list[str]:
        """Return the names of the sources, that with the most articles first."""
        return self.searcher.sources()

    def check(self, filters: Filters) -> None:
        """Check filters before a question is asked within them.

        Raises:
            FilterError: no article is of a source that they name.
        """
        self.searcher.undated(filters)

    def close(self) -> None:
        """Let the index's files go."""
        self._stop()
        self.searcher.close()


class Searcher:
    """Answers questions from one generation of an index; safe from several threads."""

    def __init__(self, published: Generation, encoder: Encoder, calibration: Calibration) -> None:
        folder, manifest = published
        self._encoder = encoder
        self._calibration = calibration
        self._store = Store(folder / generation.STORE)
        self._dense = DenseIndex.open(folder / generation.DENSE)
        self._lexical = LexicalIndex.open(folder / generation.LEXICAL)
        late = folder / generation.LATE
        self._late = LateIndex.open(late) if late.is_dir() else None
        self.info = IndexInfo(manifest.generation, manifest.model.name, manifest.counts.passages)

    def calibrated(self, calibration: Calibration) -> Self:
        """Return the same generation under another calibration."""
        other = copy.copy(self)
        other._calibration = calibration  # noqa: SLF001 - of its own class
        return other

    def answer(self, question: str, k: int = 5, *, filters: Filters | None = None) -> Answer:
        """Answer as :meth:`Retriever.answer` does."""
        (search,) = self.prepare([Asked(question, k, filters)])
        return search()

    def prepare(self, asked: Sequence[Asked]) -> list[Callable[[], Answer]]:
        """Encode questions together, as :meth:`Retriever.prepare` does."""
        if (least := min((each.k for each in asked), default=1)) < 1:
            msg = f"k is {least}: ask for at least one passage"
            raise ValueError(msg)
        clocks = [_Clock() for _ in asked]
        queries = []
        for each, clock in zip(asked, clocks, strict=True):
            with clock("interpret"):
                queries.append(self.query(each.question))
        with ExitStack() as together:
            for clock in clocks:
                together.enter_context(clock("encode"))
            encodings = self.encode(queries)
        rows = zip(asked, queries, encodings, clocks, strict=True)
        return [partial(self._answer, *row) for row in rows]

    def _answer(self, asked: Asked, query: Query, encoding: Encoding, clock: "_Clock") -> Answer:
        found = self.candidates(query, encoding.vector, asked.filters, clock)
        if asked.among is not None:
            names = self.articles_of(found.passages.tolist())
            found = found.only(np.array([name in asked.among for name in names], bool))
        ranking = self.judge(query, encoding, found, clock)
        with clock("read"):
            hits = self._hits(asked, query, encoding.vector, ranking)
        return Answer(
            question=asked.question,
            language=ranking.language,
            found=ranking.found,
            unsure=ranking.unsure,
            confidence=ranking.confidence,
            hits=hits,
            index=self.info,
            phrases=tuple(phrase.text for phrase in phrases(asked.question)),
            missing=ranking.missing,
            undated=self.undated(asked.filters or Filters()),
            timings_ms=clock.timings(),
        )

    def article_ids(self) -> list[str]:
        """Return the ids of all articles of the index."""
        return self._store.all_article_ids()

    def article(self, article_id: str) -> Article | None:
        """Return the article with this id, or None where the index has none such."""
        return self._store.article(article_id)

    def sources(self) -> list[str]:
        """Return the names of the sources, that with the most articles first."""
        return [source for source, _ in self._store.sources() if source]

    @property
    def fingerprint(self) -> str:
        """Of the model."""
        return self._encoder.fingerprint

    def query(self, question: str) -> Query:
        """Return how a question is searched: what all the steps below are asked with."""
        return interpret(question, self._lexical, self._store)

    def encode(self, queries: Sequence[Query]) -> list[Encoding]:
        """Return the vectors of many questions; of their tokens too, where the index has any."""
        encodings = self._encode([query.text for query in queries])
        named = [at for at, query in enumerate(queries) if query.names]
        heard = self._encode([queries[at].names for at in named]) if named else []
        for at, names in zip(named, heard, strict=True):
            encodings[at] = _heard(encodings[at], names)
        return encodings

    def _encode(self, texts: Sequence[str]) -> list[Encoding]:
        if self._late and isinstance(self._encoder, TokenEncoder):
            return self._encoder.encode_query_tokens(texts)
        vectors = self._encoder.encode_queries(texts)
        return [Encoding(vector, np.empty((0, 0), np.float32)) for vector in vectors]

    def rank(
        self,
        query: Query,
        encoding: Encoding,
        filters: Filters | None = None,
        clock: "_Clock | None" = None,
    ) -> Ranking:
        """Rank the candidates of both sides for one question and its vectors."""
        clock = clock or _Clock()
        found = self.candidates(query, encoding.vector, filters, clock)
        return self.judge(query, encoding, found, clock)

    def judge(
        self,
        query: Query,
        encoding: Encoding,
        found: Candidates,
        clock: "_Clock | None" = None,
    ) -> Ranking:
        """Rank candidates, and tell how likely it is that the first of them answers."""
        clock = clock or _Clock()
        tag = query.language
        if not len(found):
            return Ranking(tag, 0.0, found, found.cosines)
        with clock("fuse"):
            scores = fuse(found, tag)
            order = np.lexsort((found.passages, -scores))
            found, scores = found[order], scores[order]
        with clock("tokens"):
            late = self.read_by_token(encoding, found)
            scores = rerank(scores, late, tag)
            order = np.lexsort((found.passages, -scores))
            found, scores, late = found[order], scores[order], late[order[: len(late)]]
        with clock("weigh"):
            evidence = self._evidence(query, found, late)
        demanded = phrases(query.asked)
        held = self._held(demanded)
        missing = tuple(phrase.text for phrase in demanded if phrase not in held)
        # Whatever holds the words that are all the question answers it.
        only = only_phrases(query.asked) and not missing
        sure = 1.0 if only else self._calibration.confidence(evidence, tag)
        return Ranking(
            language=tag,
            confidence=sure,
            found=self._calibration.found_at <= sure and not missing,
            unsure=self._calibration.unsure_at <= sure
            and (bool(missing) or sure < self._calibration.found_at),
            candidates=found,
            scores=scores,
            evidence=evidence,
            missing=missing,
        )

    def candidates(
        self,
        query: Query,
        vector: NDArray[np.float32],
        filters: Filters | None = None,
        clock: "_Clock | None" = None,
    ) -> Candidates:
        """Collect what both sides bring; nothing for a question without a letter or a digit."""
        clock = clock or _Clock()
        if not any(True for _ in arabic.words(query.text)):
            return _together([], [], {}, {})
        demanded = self._held(phrases(query.asked))
        with clock("dense"):
            allowed = self._allowed(filters, demanded)
            dense = self._dense.search(vector, _POOL, allowed)
        with clock("lexical"):
            lexical = self._lexical.search(query.text, _POOL, filters, demanded)
        with clock("score"):
            cosines, bm25 = dict(dense), dict(lexical)
            passages = sorted(cosines | bm25)
            # Each side has scored what it brought; what the other brought is left.
            unscored = [number for number in passages if number not in cosines]
            cosines |= zip(unscored, self._dense.score(vector, unscored).scores, strict=True)
            bm25 |= self._lexical.score(query.text, [n for n in passages if n not in bm25])
        return _together(dense, lexical, {number: cosines[number] for number in passages}, bm25)

    def read_by_token(self, encoding: Encoding, ranked: Candidates) -> NDArray[np.float32]:
        """Return the late scores of the first of some candidates; none without token vectors."""
        if not self._late or not len(encoding.tokens):
            return np.empty(0, np.float32)
        return self._late.score(encoding.tokens, ranked.passages[:_READ_BY_TOKEN])

    def undated(self, filters: Filters) -> int:
        """Return how many articles the filters leave out for nothing but their missing day."""
        return self._facets.undated(filters) if filters else 0

    def articles_of(self, passages: Sequence[int]) -> list[str]:
        """Return the id of each passage's article, in the order given."""
        ids = self._store.article_ids(passages)
        return [ids[number] for number in passages]

    def close(self) -> None:
        """Let the index's files go."""
        self._store.close()

    @cached_property
    def _facets(self) -> Facets:
        return self._store.facets()

    def _evidence(self, query: Query, ranked: Candidates, late: NDArray[np.float32]) -> Evidence:
        """Weigh what speaks for the first of some candidates, best first."""
        first = int(ranked.passages[0])
        article, passage = self._store.passages([first])[first]
        stems = {arabic.terms(word.form).stem for word in arabic.asked_words(query.text)}
        frequencies = {stem: self._lexical.frequency(stem) for stem in stems}
        text = f"{article.title}\n{passage.text}"
        return weigh(ranked, late, coverage(frequencies, text, self.info.passages))

    def _held(self, demanded: Sequence[Phrase]) -> tuple[Phrase, ...]:
        """Return those of some phrases that a passage holds; none where none holds them all."""
        held = tuple(phrase for phrase in demanded if self._lexical.holds([phrase]))
        return held if len(held) < 2 or self._lexical.holds(held) else ()

    def _allowed(
        self, filters: Filters | None, demanded: Sequence[Phrase]
    ) -> NDArray[np.int64] | None:
        """Return the numbers of the passages that may answer, ascending; None where all may."""
        within = self._facets.passages(filters) if filters else None
        if not demanded:
            return within
        holding = self._lexical.holding(demanded)
        return holding if within is None else np.intersect1d(within, holding, assume_unique=True)

    def _hits(
        self, asked: Asked, query: Query, vector: NDArray[np.float32], ranking: Ranking
    ) -> tuple[Hit, ...]:
        ranked = ranking.candidates
        groups = group(self._told(ranked.passages.tolist()), ranking.scores.tolist(), asked.k)
        found = self._quotes(vector, ranked, [at for hit in groups for at in hit.places])
        hits = []
        for rank, places in enumerate(groups, 1):
            article, quote = found[places.best]
            hits.append(
                Hit(
                    rank=rank,
                    score=float(ranking.scores[places.best]),
                    article=article,
                    passage=quote.passage,
                    highlights=quote.highlights,
                    dense_rank=int(ranked.dense_ranks[places.best]) or None,
                    lexical_rank=int(ranked.lexical_ranks[places.best]) or None,
                    more=tuple(found[at][1] for at in places.more),
                    also=self._also(article, [found[at][0] for at in places.also], asked),
                    matches=matches(query.text, quote.passage.text),
                )
            )
        return tuple(hits)

    def _also(
        self, article: Article, repeating: Sequence[Article], asked: Asked
    ) -> tuple[Article, ...]:
        """Return the other articles of a hit, found or not: oldest first, the undated last."""
        numbers = self._retellings(article, asked)[:_RETELLINGS]
        retold = self._store.articles(numbers).values()
        found = {each.id: each for each in (*retold, *repeating)}.values()
        return tuple(sorted(found, key=lambda each: each.published or date.max))

    def _retellings(self, article: Article, asked: Asked) -> list[int]:
        """Return the other articles of an article's story that may answer, oldest first."""
        told = self._store.retellings(article.id)
        if told and asked.filters:
            told = {at: told[at] for at in self._facets.admitted(told, asked.filters)}
        return [at for at, name in told.items() if asked.among is None or name in asked.among]

    def _told(self, numbers: Sequence[int]) -> Iterator[Told]:
        """Yield the passages with these numbers, in the order given, read a few at a time."""
        for start in range(0, len(numbers), _READ):
            some = numbers[start : start + _READ]
            texts, stories = self._store.passages(some), self._store.stories(some)
            yield from (Told(stories[number], texts[number][1]) for number in some)

    def _quotes(
        self, vector: NDArray[np.float32], candidates: Candidates, places: Sequence[int]
    ) -> dict[int, tuple[Article, Quote]]:
        """Return the candidates at these places, each as a quote with its article."""
        numbers = [int(candidates.passages[at]) for at in places]
        texts = self._store.passages(numbers)
        windows = self._dense.score(vector, numbers).windows.tolist()
        found = {}
        for at, number, window in zip(places, numbers, windows, strict=True):
            article, passage = texts[number]
            found[at] = article, Quote(passage, decisive(passage.text, window))
        return found


def _mark(index: Path) -> tuple[object, ...]:
    """Return what is another once another generation or calibration is in use."""
    return generation.current_name(index), Calibration.stamp(index)


def _open(index: Path, encoder: Encoder, before: Searcher | None) -> Searcher:
    published = generation.current(index)
    generation.check_model(published, encoder)
    calibration = Calibration.of(index, encoder.fingerprint)
    name = published.manifest.generation
    if before and before.info.generation == name:
        return before.calibrated(calibration)
    generation.check(published)
    searcher = Searcher(published, encoder, calibration)
    if before:
        logger.info("the index's generation %s answers from now on", name)
    return searcher


class _Clock:
    """Milliseconds by stage."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._stages: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self._stages[stage] = (perf_counter() - started) * 1000

    def timings(self) -> dict[str, float]:
        return {**self._stages, "total": (perf_counter() - self._started) * 1000}


def _heard(asked: Encoding, names: Encoding) -> Encoding:
    """Join a question of names with its Arabic reading, where the model hears it in them."""
    if asked.vector @ names.vector < _ALIKE:
        return asked
    middle = asked.vector + names.vector
    return Encoding(middle / np.linalg.norm(middle), np.concatenate([asked.tokens, names.tokens]))


def _together(
    dense: Sequence[Candidate],
    lexical: Sequence[Candidate],
    cosines: Mapping[int, float],
    bm25: Mapping[int, float],
) -> Candidates:
    """Line up the candidates of both sides by the numbers of their passages, ascending."""
    passages = np.array(list(cosines), np.int64)
    return Candidates(
        passages,
        np.array(list(cosines.values()), np.float32),
        np.array([bm25.get(number, 0.0) for number in cosines], np.float32),
        _ranks(dense, passages),
        _ranks(lexical, passages),
    )


def _ranks(candidates: Sequence[Candidate], passages: NDArray[np.int64]) -> NDArray[np.int64]:
    ranks = {candidate.passage: rank for rank, candidate in enumerate(candidates, 1)}
    return np.array([ranks.get(number, 0) for number in passages.tolist()], np.int64)
