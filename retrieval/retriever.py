"""The only reader of an index: a question in, an Answer out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings import Encoder, load_encoder
from retrieval import arabic, generation
from retrieval.confidence import FOUND_AT, Evidence, confidence, coverage, weigh
from retrieval.dense import DenseIndex
from retrieval.fusion import Candidates, fuse
from retrieval.generation import Generation
from retrieval.highlight import decisive, matches
from retrieval.language import language
from retrieval.lexical import LexicalIndex
from retrieval.phrases import Phrase, only_phrases, phrases
from retrieval.store import Store
from retrieval.types import Answer, Candidate, Filters, Hit, IndexInfo

_POOL: Final = 150
"""Passages that each side brings into the fusion."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a question, best first, with their fused scores, shape (n,)."""

    language: str
    confidence: float
    candidates: Candidates
    scores: NDArray[np.float32]

    @property
    def found(self) -> bool:
        """Whether the collection answers the question."""
        return self.confidence >= FOUND_AT


class Retriever:
    """Answers questions from one generation of an index; safe from several threads."""

    def __init__(self, published: Generation, encoder: Encoder) -> None:
        folder, manifest = published
        self._encoder = encoder
        self._store = Store(folder / generation.STORE)
        self._dense = DenseIndex.open(folder / generation.DENSE)
        self._lexical = LexicalIndex.open(folder / generation.LEXICAL)
        self.info = IndexInfo(manifest.generation, manifest.model.name, manifest.counts.passages)

    @classmethod
    def open(cls, index: Path | str, encoder: Encoder | None = None) -> Self:
        """Open the published generation of an index.

        Args:
            index: the index's folder.
            encoder: the model to encode questions with; by default the one the index was built
                with is loaded.

        Raises:
            IndexMissingError: nothing was published there.
            IndexDamagedError: a part is missing.
            IndexIncompatibleError: another version or another model wrote it.
            ModelUnavailableError: the model cannot be loaded.
        """
        published = generation.current(Path(index))
        encoder = encoder or load_encoder(published.manifest.model.name)
        generation.check_model(published, encoder)
        return cls(published, encoder)

    def answer(self, question: str, k: int = 5, *, filters: Filters | None = None) -> Answer:
        """Return the ``k`` best passages, one an article, and whether they answer.

        A question without a letter or a digit finds nothing. What it puts in quotation marks every
        passage found holds word for word, or its article's title does.

        Raises:
            ValueError: ``k`` is less than 1.
        """
        if k < 1:
            msg = f"k is {k}: ask for at least one passage"
            raise ValueError(msg)
        clock = _Clock()
        with clock("encode"):
            vector = self._encoder.encode_queries([question])[0]
        ranking = self.rank(question, vector, filters, clock)
        with clock("read"):
            hits = self._hits(question, vector, ranking, k)
        return Answer(
            question=question,
            language=ranking.language,
            found=ranking.found and bool(hits),
            confidence=ranking.confidence,
            hits=hits,
            index=self.info,
            phrases=tuple(phrase.text for phrase in phrases(question)),
            timings_ms=clock.timings(),
        )

    def encode(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of many questions at once, shape (len(questions), dim)."""
        return self._encoder.encode_queries(questions)

    def rank(
        self,
        question: str,
        vector: NDArray[np.float32],
        filters: Filters | None = None,
        clock: "_Clock | None" = None,
    ) -> Ranking:
        """Rank the candidates of both sides for one question and its vector."""
        clock = clock or _Clock()
        tag = language(question)
        found = self.candidates(question, vector, filters, clock)
        if not len(found):
            return Ranking(tag, 0.0, found, found.cosines)
        with clock("fuse"):
            scores = fuse(found, tag)
            order = np.lexsort((found.passages, -scores))
            evidence = self.evidence(question, found[order])
        # Whatever holds the words that are all the question answers it.
        sure = 1.0 if only_phrases(question) else confidence(evidence, tag)
        return Ranking(tag, sure, found[order], scores[order])

    def candidates(
        self,
        question: str,
        vector: NDArray[np.float32],
        filters: Filters | None = None,
        clock: "_Clock | None" = None,
    ) -> Candidates:
        """Collect what both sides bring; nothing for a question without a letter or a digit."""
        clock = clock or _Clock()
        if not any(True for _ in arabic.words(question)):
            return _together([], [], {}, {})
        demanded = phrases(question)
        with clock("dense"):
            allowed = self._allowed(filters, demanded)
            dense = self._dense.search(vector, _POOL, allowed)
        with clock("lexical"):
            lexical = self._lexical.search(question, _POOL, filters, demanded)
        with clock("score"):
            cosines, bm25 = dict(dense), dict(lexical)
            passages = sorted(cosines | bm25)
            # Each side has scored what it brought; what the other brought is left.
            unscored = [number for number in passages if number not in cosines]
            cosines |= zip(unscored, self._dense.score(vector, unscored).scores, strict=True)
            bm25 |= self._lexical.score(question, [n for n in passages if n not in bm25])
        return _together(dense, lexical, {number: cosines[number] for number in passages}, bm25)

    def evidence(self, question: str, ranked: Candidates) -> Evidence:
        """Weigh what speaks for the first of some candidates, best first."""
        first = int(ranked.passages[0])
        article, passage = self._store.passages([first])[first]
        stems = {arabic.terms(word.form).stem for word in arabic.content_words(question)}
        frequencies = {stem: self._lexical.frequency(stem) for stem in stems}
        text = f"{article.title}\n{passage.text}"
        return weigh(ranked, coverage(frequencies, text, self.info.passages))

    def articles_of(self, passages: Sequence[int]) -> list[str]:
        """Return the id of each passage's article, in the order given."""
        ids = self._store.article_ids(passages)
        return [ids[number] for number in passages]

    def close(self) -> None:
        """Let the index's files go."""
        self._store.close()

    def _allowed(
        self, filters: Filters | None, demanded: Sequence[Phrase]
    ) -> NDArray[np.int64] | None:
        """Return the numbers of the passages that may answer, ascending; None where all may."""
        within = self._store.matching(filters) if filters else None
        if not demanded:
            return within
        holding = self._lexical.holding(demanded)
        return holding if within is None else np.intersect1d(within, holding, assume_unique=True)

    def _hits(
        self, question: str, vector: NDArray[np.float32], ranking: Ranking, k: int
    ) -> tuple[Hit, ...]:
        places = self._first_of_articles(ranking.candidates.passages.tolist(), k)
        chosen = ranking.candidates[np.array(places, np.int64)]
        numbers = chosen.passages
        texts = self._store.passages(numbers.tolist())
        windows = self._dense.score(vector, numbers).windows
        hits = []
        for at, (place, window) in enumerate(zip(places, windows.tolist(), strict=True)):
            article, passage = texts[int(numbers[at])]
            hits.append(
                Hit(
                    rank=at + 1,
                    score=float(ranking.scores[place]),
                    article=article,
                    passage=passage,
                    highlights=decisive(passage.text, window),
                    dense_rank=int(chosen.dense_ranks[at]) or None,
                    lexical_rank=int(chosen.lexical_ranks[at]) or None,
                    matches=matches(question, passage.text),
                )
            )
        return tuple(hits)

    def _first_of_articles(self, passages: list[int], k: int) -> list[int]:
        """Return the places in a ranking of the first passages of ``k`` different articles."""
        first: dict[str, int] = {}
        for place, article in enumerate(self.articles_of(passages)):
            first.setdefault(article, place)
        return list(first.values())[:k]


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
