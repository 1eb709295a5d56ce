"""Measures of a ranking, by the ranks of the articles that answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from retrieval.evaluation.bootstrap import Estimate, estimates

DEPTH: Final = 100
"""Articles of a ranking that are looked at."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over answerable questions: of measures, each between 0 and 1, or of differences."""

    ndcg_at_10: Estimate
    mrr_at_10: Estimate
    hit_at_1: Estimate
    hit_at_5: Estimate
    recall_at_100: Estimate

    def to_dict(self) -> dict[str, Any]:
        """The means and their intervals by the names that ``eval --json`` gives them."""
        named = {
            "ndcg@10": self.ndcg_at_10,
            "mrr@10": self.mrr_at_10,
            "hit@1": self.hit_at_1,
            "hit@5": self.hit_at_5,
            "recall@100": self.recall_at_100,
        }
        return {
            **{name: estimate.mean for name, estimate in named.items()},
            "intervals": {name: [own.low, own.high] for name, own in named.items()},
        }


def measures(ranks: Sequence[int], relevant: int) -> tuple[float, ...]:
    """Measure the ranking of one question, in the order of :class:`Quality`'s fields.

    Args:
        ranks: where its relevant articles came, from 1; those that did not come are left out.
        relevant: how many relevant articles there are, at least 1.
    """
    best = min(ranks, default=DEPTH + 1)
    gain = sum(1 / np.log2(rank + 1) for rank in ranks if rank <= 10)
    ideal = sum(1 / np.log2(rank + 1) for rank in range(1, min(relevant, 10) + 1))
    return (
        float(gain / ideal),
        1 / best if best <= 10 else 0.0,
        float(best <= 1),
        float(best <= 5),
        len(ranks) / relevant,
    )


def quality(rows: Sequence[tuple[float, ...]]) -> Quality | None:
    """Average the measures of some questions; None where there is none."""
    return Quality(*estimates(np.array(rows))) if rows else None
