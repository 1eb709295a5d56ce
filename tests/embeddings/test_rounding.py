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


def test_no_coordinate_moves_by_more_than_half_a_step(vectors: Vectors) -> None:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for rounding, bits in ((Rounding.rough(unit), 8), (Rounding.fine(48), 16)):
        rounded = rounding.pack(unit)
        assert rounded.dtype.itemsize * 8 == bits
        moved = np.abs(rounding.unpack(rounded) - unit) / rounding.steps
        assert moved.max() < 0.51
    assert np.abs(Rounding.rough(unit).pack(unit)).max() == 127


def test_sixteen_bits_hold_any_unit_vector() -> None:
    """Whatever other vectors are like: those along one axis too."""
    rounding = Rounding.fine(3)
    axes = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.float32)
    np.testing.assert_allclose(rounding.unpack(rounding.pack(axes)), axes, atol=1e-6)


def test_cosines_are_those_of_unpacked_vectors(vectors: Vectors) -> None:
    """Of the rows asked for, in the order asked, also where they are more than one part."""
    rounding = Rounding.rough(vectors)
    rounded = rounding.pack(vectors)
    rows = np.random.default_rng(1).integers(0, len(vectors), 700)
    expected = rounding.unpack(rounded)[rows] @ vectors[3]
    found = rounding.cosines(lambda some: rounded[some], rows, vectors[3])
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_what_lies_beyond_the_sample_is_cut_off_there(vectors: Vectors) -> None:
    rounding = Rounding.rough(vectors[:20])
    far = rounding.unpack(rounding.pack(vectors * 100))
    reach = np.abs(vectors[:20] - rounding.centre).max(axis=0)
    assert np.all(np.abs(far - rounding.centre) <= reach * 1.0001)


def test_what_is_saved_is_loaded(vectors: Vectors, tmp_path: Path) -> None:
    rounding = Rounding.rough(vectors)
    rounding.save(tmp_path / "rounding.npz")
    loaded = Rounding.load(tmp_path / "rounding.npz")
    assert loaded.pack(vectors).tobytes() == rounding.pack(vectors).tobytes()
    assert loaded.bits == 8
