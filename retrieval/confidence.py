"""Does the corpus answer this question at all?"""

import math
from dataclasses import dataclass
from typing import Final

from retrieval import arabic
from retrieval.language import ARABIC


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best passage.

    ``similarity`` is the best dense score of all, ``margin`` how far it stands above the mean of
    those that follow, ``coverage`` the share of the question's words, weighed by how rare they
    are, that stand in the passage ranked first.
    """

    similarity: float
    margin: float
    coverage: float


@dataclass(frozen=True, slots=True)
class _Logistic:
    bias: float
    similarity: float
    margin: float
    coverage: float

    def __call__(self, evidence: Evidence) -> float:
        score = (
            self.bias
            + self.similarity * evidence.similarity
            + self.margin * evidence.margin
            + self.coverage * evidence.coverage
        )
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, score))))


# Fitted by benchmarks/fit_confidence.py on the development questions, for the bundled model.
_ARABIC: Final = _Logistic(bias=-24.0, similarity=26.0, margin=10.0, coverage=4.0)
_OTHER: Final = _Logistic(bias=-24.0, similarity=28.0, margin=20.0, coverage=0.0)
FOUND_AT: Final = 0.5
"""Provisional: under it an answer is not an answer."""


def confidence(evidence: Evidence, language: str) -> float:
    """Return how likely it is that the best passage answers, between 0 and 1."""
    return (_ARABIC if language == ARABIC else _OTHER)(evidence)


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
