"""Two rankings become one: neither side's scale matters, and the script sets the weight."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import Candidates, features, fuse
from retrieval.language import ARABIC

Pairs = list[tuple[float, float]]

sides = st.lists(
    st.tuples(
        st.integers(-100, 100).map(lambda n: n / 100), st.integers(0, 300).map(lambda n: n / 10)
    ),
    min_size=1,
    max_size=40,
)
languages = st.sampled_from([ARABIC, "und-Latn", "zh", "und"])


def candidates(pairs: Pairs, factor: float = 1) -> Candidates:
    """Return candidates with these dense and lexical scores."""
    dense, lexical = np.array(pairs, np.float32).reshape(-1, 2).T * np.float32(factor)
    none = np.zeros(len(pairs), np.int64)
    return Candidates(np.arange(len(pairs)), dense, lexical, none, none)


def test_a_candidate_is_scored_by_z_score_share_and_sureness() -> None:
    """Worked by hand: mean 0.5, deviation 0.2; the best BM25 is 8, the least (of two) 2."""
    found = features(candidates([(0.3, 8), (0.7, 2)]))
    expected = [[-1, 1, 0.75], [1, 0.25, 0.25 * 0.75]]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_words_count_for_more_in_the_script_of_the_articles() -> None:
    pairs = [(0.9, 0.0), (0.8, 0.0), (0.7, 9.0)]
    gap = {tag: fuse(candidates(pairs), tag)[[0, 2]] @ [-1, 1] for tag in ("ar", "ru")}
    assert gap["ar"] > gap["ru"]


@given(sides, languages)
def test_better_on_both_sides_is_better(pairs: Pairs, language: str) -> None:
    fused = fuse(candidates(pairs), language)
    for one, (dense, lexical) in zip(fused, pairs, strict=True):
        for other, (dense_too, lexical_too) in zip(fused, pairs, strict=True):
            if dense >= dense_too and lexical >= lexical_too:
                assert one >= other - 1e-5


@given(sides, languages, st.sampled_from([0.25, 2, 16]))
def test_the_scale_of_neither_side_matters(pairs: Pairs, language: str, factor: float) -> None:
    scaled, plain = candidates(pairs, factor), candidates(pairs)
    np.testing.assert_allclose(fuse(scaled, language), fuse(plain, language), rtol=1e-4, atol=1e-4)


@given(st.integers(-100, 100), st.integers(1, 30))
def test_equal_dense_scores_tell_nothing(hundredths: int, count: int) -> None:
    """However they round: what is left is the lexical side, or zeros."""
    assert fuse(candidates([(hundredths / 100, 0.0)] * count), ARABIC).tolist() == [0] * count


@pytest.mark.parametrize("language", [ARABIC, "und-Latn"])
def test_no_candidates_have_no_scores(language: str) -> None:
    assert fuse(candidates([]), language).shape == (0,)
