"""Token vectors packed: small, near to what they were, and apart where they were apart."""

import numpy as np
import pytest

from embeddings.codec import TokenCodec
from embeddings.encoder import Vectors


def tokens(count: int, width: int = 64) -> Vectors:
    """Return unit vectors that lean to one side, as a model's tokens do."""
    drawn = np.random.default_rng(3).normal(size=(count, width)).astype(np.float32)
    drawn += np.linspace(2, 4, width, dtype=np.float32)
    unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


@pytest.mark.parametrize("width", [64, 61])
def test_two_bits_a_coordinate(width: int) -> None:
    drawn = tokens(100, width)
    codes = TokenCodec.of(drawn).pack(drawn)
    assert codes.dtype == np.uint8
    assert codes.shape == (100, 16)


@pytest.mark.parametrize("width", [64, 61])
def test_each_coordinate_takes_the_level_within_whose_bounds_it_lies(width: int) -> None:
    """Four coordinates a byte, the first in its lowest bits."""
    drawn = tokens(100, width)
    codec = TokenCodec.of(drawn)
    bounds = np.array([-0.9816, 0.0, 0.9816], np.float32)
    expected = np.digitize(codec.centred(drawn) / codec.spread, bounds)
    levels = codec.pack(drawn)[:, :, None] >> np.arange(0, 8, 2, dtype=np.uint8) & 3
    np.testing.assert_array_equal(levels.reshape(100, -1)[:, :width], expected)


@pytest.mark.parametrize("width", [64, 61])
def test_what_is_unpacked_is_near_to_what_was_packed(width: int) -> None:
    """Rounding a normal variable to its best four levels keeps a correlation of 0.94."""
    drawn = tokens(1000, width)
    codec = TokenCodec.of(drawn)
    unpacked = codec.unpack(codec.pack(drawn))
    assert unpacked.shape == drawn.shape
    assert np.linalg.norm(unpacked, axis=1) == pytest.approx(1.0, abs=1e-5)
    kept = (unpacked * codec.centred(drawn)).sum(axis=1)
    assert kept.mean() == pytest.approx(0.94, abs=0.01)
    assert kept.min() > 0.85


def test_centred_tokens_differ_by_more() -> None:
    drawn = tokens(200)
    apart = TokenCodec.of(drawn).centred(drawn)
    assert np.mean(drawn @ drawn.T) > 0.85
    assert np.abs(np.mean(apart @ apart.T)) < 0.05


def test_packing_what_was_unpacked_changes_nothing() -> None:
    drawn = tokens(50)
    codec = TokenCodec.of(drawn)
    codes = codec.pack(drawn)
    again = codec.unpack(codes) + codec.centre
    assert (codec.pack(again) == codes).mean() > 0.98


def test_no_tokens_are_no_codes() -> None:
    codec = TokenCodec.of(tokens(10))
    none = np.empty((0, 64), np.float32)
    assert codec.pack(none).shape == (0, 16)
    assert codec.unpack(codec.pack(none)).shape == (0, 64)


@pytest.mark.parametrize("width", [64, 61])
def test_cosines_are_those_of_what_is_unpacked(width: int) -> None:
    drawn, asked = tokens(600, width), tokens(5, width)
    codec = TokenCodec.of(drawn)
    codes = codec.pack(drawn)
    expected = codec.unpack(codes) @ codec.centred(asked).T
    np.testing.assert_allclose(codec.cosines(codes, asked), expected, atol=1e-5)
    assert codec.cosines(codes[:0], asked).shape == (0, 5)
