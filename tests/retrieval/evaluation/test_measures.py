"""Measures against values worked by hand, and against other implementations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from retrieval.evaluation.measures import measures, quality

ranks_of = st.sets(st.integers(1, 100), max_size=15).map(sorted)


def gain(*ranks: int) -> float:
    return sum(1 / math.log2(rank + 1) for rank in ranks)


@pytest.mark.parametrize(
    ("ranks", "relevant", "expected"),
    [
        ([1], 1, (1, 1, 1, 1, 1)),
        ([2], 1, (0.630930, 1 / 2, 0, 1, 1)),
        ([5], 1, (0.386853, 1 / 5, 0, 1, 1)),
        ([6], 1, (0.356207, 1 / 6, 0, 0, 1)),
        ([10], 1, (0.289065, 1 / 10, 0, 0, 1)),
        ([11], 1, (0, 0, 0, 0, 1)),
        ([], 1, (0, 0, 0, 0, 0)),
        ([2, 5], 3, (gain(2, 5) / gain(1, 2, 3), 1 / 2, 0, 1, 2 / 3)),
        ([1, 40], 2, (1 / gain(1, 2), 1, 1, 1, 1)),
        (list(range(1, 13)), 12, (1, 1, 1, 1, 1)),
    ],
)
def test_measures_of_one_question(
    ranks: list[int], relevant: int, expected: tuple[float, ...]
) -> None:
    assert measures(ranks, relevant) == pytest.approx(expected, abs=1e-6)


@given(ranks_of, st.integers(0, 5))
def test_measures_are_those_of_scikit_learn_and_of_a_walk_down_the_ranking(
    ranks: list[int], missed: int
) -> None:
    """nDCG@10 as scikit-learn has it; the others by looking at one article after the other."""
    relevant = len(ranks) + missed
    if not relevant:
        return
    right = [rank in ranks for rank in range(1, 101)] + [True] * missed
    scores = -np.arange(len(right), dtype=np.float64)
    ndcg, mrr, hit_at_1, hit_at_5, recall = measures(ranks, relevant)
    assert ndcg == pytest.approx(ndcg_score([right], [scores], k=10))
    assert mrr == (1 / (right.index(True) + 1) if any(right[:10]) else 0)
    assert hit_at_1 == right[0]
    assert hit_at_5 == any(right[:5])
    assert recall == sum(right[:100]) / sum(right)


def test_measures_are_averaged_and_named() -> None:
    rows = [measures(ranks, 1) for ranks in ([1], [4], [])]
    found = quality(rows)
    assert found
    told = found.to_dict()
    intervals = told.pop("intervals")
    assert told == pytest.approx(
        {
            "ndcg@10": (1 + gain(4)) / 3,
            "mrr@10": (1 + 1 / 4) / 3,
            "hit@1": 1 / 3,
            "hit@5": 2 / 3,
            "recall@100": 2 / 3,
        }
    )
    assert intervals.keys() == told.keys()
    assert intervals["hit@1"] == [0, 1]
    assert all(low <= told[name] <= high for name, (low, high) in intervals.items())


def test_without_answerable_questions_there_is_no_quality() -> None:
    assert quality([]) is None
