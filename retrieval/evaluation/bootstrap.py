"""How far a mean over questions would move with other questions of the same kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_RESAMPLES: Final = 2000
"""Enough for 95 % percentile intervals (Efron and Tibshirani 1993, 13.3: at least 1000)."""
_SEED: Final = 0
_AT_ONCE: Final = 1 << 21
"""Draws held in memory at one time: 16 MB."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions, and the ends of its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float


def estimates(rows: NDArray[np.float64]) -> list[Estimate]:
    """Return the mean of each column of ``rows``, shape (questions, columns), with its interval.

    The interval is that of the percentile bootstrap over questions (Efron and Tibshirani 1993,
    chapter 13). The resamples depend on the number of rows alone, so that the same rows give the
    same interval in every run. Given differences between two runs, a row a question, the interval
    is that of the paired bootstrap.

    Raises:
        ValueError: there is no row.
    """
    if not len(rows):
        raise ValueError("no rows: an estimate needs at least one question")
    means = np.concatenate(list(_resampled_means(rows)))
    low, high = np.percentile(means, (2.5, 97.5), axis=0)
    columns = zip(rows.mean(axis=0), low, high, strict=True)
    return [Estimate(*map(float, column)) for column in columns]


def _resampled_means(rows: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield the means of all resamples, in batches of shape (some, columns)."""
    random, count = np.random.default_rng(_SEED), len(rows)
    batch = max(1, _AT_ONCE // count)
    for done in range(0, _RESAMPLES, batch):
        size = min(batch, _RESAMPLES - done)
        drawn = random.integers(count, size=(size, count)) + count * np.arange(size)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
        yield times @ rows / count
