"""Two rankings into one, with a weight that follows the question's script."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.language import ARABIC

LEXICAL_WEIGHT: Final = {ARABIC: 5.0}
"""Weight of the lexical side's score, as a share of its best, against the dense side's z-score.

Fitted by benchmarks/fit_fusion.py on the development questions (docs/retrieval.md).
"""
LEXICAL_WEIGHT_ELSEWHERE: Final = 1.0
"""The same for a question in another script: it shares names and numbers with Arabic text."""


def fuse(
    dense: NDArray[np.float32], lexical: NDArray[np.float32], language: str
) -> NDArray[np.float32]:
    """Score the candidates of both sides.

    Args:
        dense: the dense score of each candidate, shape (n,).
        lexical: the BM25 of each, 0 where no word of the question stands in it, shape (n,).
        language: the question's tag, as :func:`retrieval.language.language` gives it.
    """
    weight = LEXICAL_WEIGHT.get(language, LEXICAL_WEIGHT_ELSEWHERE)
    return _standardised(dense) + np.float32(weight) * _share_of_best(lexical)


def _standardised(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return z-scores; where all are equal, zeros."""
    spread = scores.std() if scores.size else 0.0
    centred: NDArray[np.float32] = scores - scores.mean() if scores.size else scores
    return centred / spread if spread > 0 else centred * 0


def _share_of_best(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
