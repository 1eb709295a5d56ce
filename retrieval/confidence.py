"""Does the corpus answer this question at all?"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from retrieval import arabic
from retrieval.fusion import Candidates
from retrieval.language import ARABIC

FEATURES: Final = ("similarity", "margin", "lead", "coverage", "agreement")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the passage ranked first.

    ``similarity`` is its dense score; ``margin`` how far the best dense score stands above the
    mean of the next, ``lead`` how far the first's lexical score stands above the tenth's, as a
    share; ``coverage`` the share of the question's words, weighed by how rare they are, that stand
    in it; ``agreement`` whether both sides rank it first (1), or how near they come.
    """

    similarity: float
    margin: float
    lead: float
    coverage: float
    agreement: float


# Fitted by benchmarks/fit.py on the development questions, for the bundled model, over the ranking
# of the Arabic fusion weights in use before (1, 5, 0).
_ARABIC: Final = (-16.23, 16.13, 5.97, 0.85, 1.39, 2.62)
_OTHERS: Final = (-34.57, 42.29, 27.67, 0.6, 2.62, 3.02)
_NEXT: Final = 10
"""Candidates that the first is compared with."""
FOUND_AT: Final = 0.25
"""Under it an answer is not an answer. Provisional, set by hand: of the Arabic development
questions left out of the fit that have an answer, 87 % stand above 0.2 and 78 % above 0.3; of those
without one, 58 % and 41 %."""


def features(evidence: Evidence) -> tuple[float, ...]:
    """Return the evidence as numbers, in the order of :data:`FEATURES`."""
    return (
        evidence.similarity,
        evidence.margin,
        evidence.lead,
        evidence.coverage,
        evidence.agreement,
    )


def confidence(evidence: Evidence, language: str) -> float:
    """Return how likely it is that the collection answers, between 0 and 1."""
    bias, *weights = _ARABIC if language == ARABIC else _OTHERS
    pairs = zip(weights, features(evidence), strict=True)
    score = bias + sum(weight * value for weight, value in pairs)
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


def weigh(ranked: Candidates, covered: float) -> Evidence:
    """Return what speaks for the first of some candidates, best first.

    Args:
        ranked: the candidates in their fused order.
        covered: the coverage of the first.
    """
    cosines = np.sort(ranked.cosines)[::-1][:_NEXT].tolist()
    bm25 = np.sort(ranked.bm25)[::-1][:_NEXT].tolist()
    ranks = int(ranked.dense_ranks[0]), int(ranked.lexical_ranks[0])
    return Evidence(
        similarity=float(ranked.cosines[0]),
        margin=cosines[0] - sum(cosines) / len(cosines),
        lead=(float(ranked.bm25[0]) - bm25[-1]) / bm25[0] if bm25[0] else 0.0,
        coverage=covered,
        agreement=1 / max(ranks) if all(ranks) else 0.0,
    )


def coverage(question_stems: dict[str, int], passage_text: str, passages: int) -> float:
    """Return what share of a question's words stand in a text, weighed by their rarity.

    Args:
        question_stems: the stems of the question, each with the passages that hold it.
        passage_text: the text, its title included.
        passages: how many passages the index holds.
    """
    weights = {stem: math.log(1 + passages / (1 + count)) for stem, count in question_stems.items()}
    total = sum(weights.values())
    if not total:
        return 0.0
    present = {arabic.terms(word.form).stem for word in arabic.content_words(passage_text)}
    return sum(weight for stem, weight in weights.items() if stem in present) / total
