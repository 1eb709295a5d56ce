"""Bootstrap intervals: against SciPy, and against what an interval promises."""

import numpy as np
import pytest
from scipy import stats

from retrieval.evaluation.bootstrap import Estimate, estimates


def test_intervals_are_those_of_scipys_percentile_bootstrap() -> None:
    """To within the chance that both have in their resamples; each column alone."""
    random = np.random.default_rng(1)
    rows = np.stack([random.random(150), random.random(150) < 0.1], axis=1).astype(np.float64)
    found = estimates(rows)
    for column, own in zip(rows.T, found, strict=True):
        expected = stats.bootstrap(
            (column,), np.mean, n_resamples=20_000, method="percentile", rng=random
        )
        low, high = expected.confidence_interval
        room = 0.08 * (high - low)
        assert own.mean == pytest.approx(column.mean())
        assert own.low == pytest.approx(low, abs=room)
        assert own.high == pytest.approx(high, abs=room)


def test_of_a_hundred_intervals_about_95_hold_the_truth() -> None:
    random = np.random.default_rng(2)
    samples = random.exponential(size=(100, 400))
    held = [own.low <= 1 <= own.high for own in estimates(samples)]
    assert 0.92 <= np.mean(held) <= 0.97


def test_the_same_rows_give_the_same_interval() -> None:
    """Whatever stands beside them, and whatever was drawn before."""
    rows = np.random.default_rng(3).random((30, 2))
    first, second = estimates(rows)
    (alone,) = estimates(rows[:, 1:])
    assert estimates(rows) == [first, second]
    assert (alone.low, alone.high) == pytest.approx((second.low, second.high))


def test_resamples_drawn_in_batches_are_those_drawn_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many questions are drawn in batches for the memory's sake, which no figure shows."""
    rows = np.random.default_rng(4).random((50, 1))
    at_once = estimates(rows)
    monkeypatch.setattr("retrieval.evaluation.bootstrap._AT_ONCE", 7 * 50)
    assert estimates(rows) == at_once


def test_pairs_are_resampled_together() -> None:
    """Two runs that differ by the same everywhere differ by that, however questions vary."""
    before = np.random.default_rng(5).random((40, 1))
    (found,) = estimates((before + 0.25) - before)
    assert (found.mean, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))


def test_one_question_is_its_own_interval_and_none_is_an_error() -> None:
    assert estimates(np.array([[0.5]])) == [Estimate(0.5, 0.5, 0.5)]
    with pytest.raises(ValueError, match="at least one question"):
        estimates(np.empty((0, 1)))
