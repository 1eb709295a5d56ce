"""Questions put to an index, and what came of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoding
from retrieval.evaluation.measures import DEPTH
from retrieval.evaluation.questions import Question
from retrieval.query import Query
from retrieval.retriever import Retriever, Searcher
from retrieval.types import IndexInfo, Progress


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    ``ranks`` are the ranks of its relevant articles in the fused ranking, ascending from 1, among
    the first 100 articles; ``dense_ranks`` and ``lexical_ranks`` those in the ranking of either
    side alone. Ranks count articles, each once, at its best passage. ``language`` is the tag that
    the question's file gives it, else the one it was searched under.
    """

    question: Question
    language: str
    ranks: tuple[int, ...]
    dense_ranks: tuple[int, ...]
    lexical_ranks: tuple[int, ...]
    confidence: float
    found: bool

    @property
    def answerable(self) -> bool:
        """Whether the collection holds an answer."""
        return bool(self.question.relevant)


@dataclass(frozen=True, slots=True)
class Run:
    """What one index made of the questions of each file, in the file's order."""

    index: IndexInfo
    files: Mapping[str, tuple[Outcome, ...]]

    @property
    def outcomes(self) -> list[Outcome]:
        """What came of the questions of all files."""
        return [outcome for own in self.files.values() for outcome in own]


def evaluate(
    retriever: Retriever,
    files: Mapping[str, Sequence[Question]],
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
) -> Run:
    """Ask every question of every file, all of the generation in use now."""
    searcher = retriever.searcher
    outcomes: dict[str, tuple[Outcome, ...]] = {}
    for name, questions in files.items():
        queries = [searcher.query(question.text) for question in questions]
        own = []
        for question, query, encoding in zip(
            questions, queries, searcher.encode(queries), strict=True
        ):
            own.append(_outcome(question, searcher, query, encoding))
            progress(name, len(own), len(questions))
        outcomes[name] = tuple(own)
    return Run(searcher.info, outcomes)


def _outcome(question: Question, searcher: Searcher, query: Query, encoding: Encoding) -> Outcome:
    ranking = searcher.rank(query, encoding)
    candidates = ranking.candidates
    articles = np.array(searcher.articles_of(candidates.passages.tolist()), object)
    return Outcome(
        question=question,
        language=question.language or ranking.language,
        ranks=_ranks(articles, question),
        dense_ranks=_ranks(articles[_in_order(candidates.dense_ranks)], question),
        lexical_ranks=_ranks(articles[_in_order(candidates.lexical_ranks)], question),
        confidence=ranking.confidence,
        found=ranking.found,
    )


def _in_order(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the candidates that a side brought, in that side's order."""
    brought = np.flatnonzero(ranks)
    return brought[np.argsort(ranks[brought])]


def _ranks(articles: Iterable[str], question: Question) -> tuple[int, ...]:
    """Return where the relevant articles come in a ranking that may name an article twice."""
    ranked = list(dict.fromkeys(articles))[:DEPTH]
    return tuple(rank for rank, name in enumerate(ranked, 1) if name in question.relevant)
