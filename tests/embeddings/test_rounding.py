"""Rounded vectors are near what they were, and compared as if they were unpacked."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.encoder import Vectors
from embeddings.rounding import Rounding


@pytest.fixture
def vectors() -> Vectors:
    rng = np.random.default_rng(0)
    return (0.3 + rng.normal(size=(200, 48)) * rng.uniform(0.01, 1, 48)).astype(np.float32)


@pytest.mark.parametrize("bits", [8, 16])
def test_no_coordinate_moves_by_more_than_half_a_step(vectors: Vectors, bits: int) -> None:
    rounding = Rounding.of(vectors, bits)
    rounded = rounding.pack(vectors)
    assert rounded.dtype.itemsize * 8 == bits
    moved = np.abs(rounding.unpack(rounded) - vectors) / rounding.steps
    assert moved.max() < 0.51
    assert np.abs(rounded).max() == 2 ** (bits - 1) - 1


def test_cosines_are_those_of_unpacked_vectors(vectors: Vectors) -> None:
    rounding = Rounding.of(vectors, 8)
    rounded = rounding.pack(vectors)
    expected = rounding.unpack(rounded) @ vectors[3]
    np.testing.assert_allclose(rounding.cosines(rounded, vectors[3]), expected, rtol=1e-4)


def test_what_lies_beyond_the_sample_is_cut_off_there(vectors: Vectors) -> None:
    rounding = Rounding.of(vectors[:20], 8)
    far = rounding.unpack(rounding.pack(vectors * 100))
    reach = np.abs(vectors[:20] - rounding.centre).max(axis=0)
    assert np.all(np.abs(far - rounding.centre) <= reach * 1.0001)


def test_no_vectors_can_be_rounded() -> None:
    rounding = Rounding.of(np.empty((0, 3), np.float32), 16)
    assert rounding.unpack(rounding.pack(np.ones((2, 3), np.float32))).shape == (2, 3)


def test_what_is_saved_is_loaded(vectors: Vectors, tmp_path: Path) -> None:
    rounding = Rounding.of(vectors, 8)
    rounding.save(tmp_path / "rounding.npz")
    loaded = Rounding.load(tmp_path / "rounding.npz")
    assert loaded.pack(vectors).tobytes() == rounding.pack(vectors).tobytes()
    assert loaded.bits == 8
