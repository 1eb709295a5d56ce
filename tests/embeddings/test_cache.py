"""A text is encoded once per model, and comes back to the bit as it was first returned."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from embeddings.cache import VectorCache, problems
from embeddings.errors import DalilError
from tests.fakes import HashEncoder, HashTokenEncoder, WatchedEncoder

TEXTS = ["نص أول", "نص ثان", "", "نص أول", "emoji 😀", "half \ud800"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def encoded_anew(path: Path, texts: Sequence[str], encoder: HashEncoder) -> list[str]:
    """Return which of the texts a cache opened now sends to the model."""
    watched = WatchedEncoder(encoder)
    with VectorCache(path, watched) as cache:
        cache.encode_passages(texts)
        assert cache.encoded == len(watched.encoded)
    return watched.encoded


def test_rows_are_the_encoder_s_in_the_order_of_the_texts(path: Path) -> None:
    """As half precision keeps them, repeated texts and all."""
    encoder = HashEncoder()
    with VectorCache(path, encoder) as cache:
        found = cache.encode_passages(TEXTS)
    expected = encoder.encode_passages(TEXTS).astype(np.float16).astype(np.float32)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


def test_half_precision_moves_no_cosine_by_more_than_it_says(path: Path) -> None:
    encoder = HashEncoder(dim=384)
    texts = [f"نص {number}" for number in range(100)]
    vectors = encoder.encode_passages(texts)
    with VectorCache(path, encoder) as cache:
        found = cache.encode_passages(texts)
    assert np.abs(found @ vectors.T - vectors @ vectors.T).max() < 0.0002


def test_found_and_just_encoded_are_the_same_bits(path: Path) -> None:
    """In one cache, in the next, and in any other order."""
    with VectorCache(path, HashEncoder()) as cache:
        first = cache.encode_passages(TEXTS)
        np.testing.assert_array_equal(cache.encode_passages(TEXTS[::-1]), first[::-1])
    with VectorCache(path, HashEncoder()) as cache:
        np.testing.assert_array_equal(cache.encode_passages(["جديد", *TEXTS])[1:], first)


def test_each_text_is_encoded_once(path: Path) -> None:
    assert encoded_anew(path, TEXTS, HashEncoder()) == list(dict.fromkeys(TEXTS))
    assert encoded_anew(path, TEXTS, HashEncoder()) == []
    assert encoded_anew(path, ["نص أول", "نص أول ", "نص"], HashEncoder()) == ["نص أول ", "نص"]


def test_models_do_not_share_vectors(path: Path) -> None:
    """Not by name but by fingerprint, and of any dimension."""
    other = HashEncoder("other", dim=48)
    assert encoded_anew(path, TEXTS[:2], HashEncoder()) == TEXTS[:2]
    assert encoded_anew(path, TEXTS[:2], other) == TEXTS[:2]
    assert encoded_anew(path, TEXTS[:2], other) == []
    assert encoded_anew(path, TEXTS[:2], HashEncoder()) == []


def test_each_call_s_work_is_kept_when_the_next_one_fails(path: Path) -> None:
    """Also by a cache that was never closed."""

    def refuse(encoded: Sequence[str]) -> None:
        if encoded:
            raise KeyboardInterrupt

    cache = VectorCache(path, WatchedEncoder(HashEncoder(), refuse))
    cache.encode_passages(TEXTS[:2])
    with pytest.raises(KeyboardInterrupt):
        cache.encode_passages(TEXTS[4:])
    assert encoded_anew(path, TEXTS, HashEncoder()) == ["", *TEXTS[4:]]


def test_only_what_this_build_did_not_ask_for_is_forgotten(path: Path) -> None:
    """Found or encoded now stays; what only earlier builds or other models asked for goes."""
    encoded_anew(path, ["قديم", "باق"], HashEncoder())
    encoded_anew(path, ["باق"], HashEncoder("other"))
    with VectorCache(path, HashEncoder()) as cache:
        cache.encode_passages(["باق", "جديد"])
        cache.forget_unused()
    assert encoded_anew(path, ["قديم", "باق", "جديد"], HashEncoder()) == ["قديم"]
    assert encoded_anew(path, ["باق"], HashEncoder("other")) == ["باق"]


def test_no_texts_have_no_vectors(path: Path) -> None:
    with VectorCache(path, HashEncoder(dim=8)) as cache:
        assert cache.encode_passages([]).shape == (0, 8)


def test_a_file_that_is_no_cache_is_one_line_that_says_what_to_do(path: Path) -> None:
    path.write_bytes(b"something else entirely " * 50)
    with pytest.raises(DalilError, match="dalil build --rebuild") as caught:
        VectorCache(path, HashEncoder())
    assert "\n" not in str(caught.value)


def test_tokens_are_packed_once_and_come_back_to_the_bit(path: Path) -> None:
    """In the next cache too, with what they were packed with."""
    encoder = HashTokenEncoder()
    with VectorCache(path, encoder) as cache:
        first = cache.encode_tokens(TEXTS[:4])
        codec = cache.codec
        assert cache.encoded == 3
    assert [len(codes) for codes in first] == [2, 2, 0, 2]
    with VectorCache(path, encoder) as cache:
        again = cache.encode_tokens(["نص جديد", *TEXTS[:4]])
        np.testing.assert_array_equal(cache.codec.centre, codec.centre)
        assert cache.encoded == 1
    for codes, same in zip(first, again[1:], strict=True):
        np.testing.assert_array_equal(codes, same)
    words = encoder.encode_queries(["نص", "جديد"])
    np.testing.assert_array_equal(again[0], codec.pack(words))


def test_what_was_encoded_for_its_tokens_has_its_vector(path: Path) -> None:
    encoder = HashTokenEncoder()
    with VectorCache(path, encoder) as cache:
        cache.encode_tokens(TEXTS)
        found = cache.encode_passages(TEXTS)
        assert cache.encoded == len(set(TEXTS))
    expected = encoder.encode_passages(TEXTS).astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(found, expected)


def test_tokens_that_no_build_asks_for_are_forgotten(path: Path) -> None:
    with VectorCache(path, HashTokenEncoder()) as cache:
        cache.encode_tokens(["قديم", "باق"])
    with VectorCache(path, HashTokenEncoder()) as cache:
        cache.encode_tokens(["باق"])
        cache.forget_unused()
    with VectorCache(path, HashTokenEncoder()) as cache:
        cache.encode_tokens(["قديم", "باق"])
        assert cache.encoded == 1


def test_a_model_without_token_vectors_says_so(path: Path) -> None:
    with VectorCache(path, HashEncoder()) as cache:
        assert not cache.gives_tokens
        with pytest.raises(TypeError, match="hash"):
            cache.encode_tokens(TEXTS)


def flip(path: Path, blob: bytes) -> None:
    """Change one bit of some bytes, wherever they stand in a file."""
    data = path.read_bytes()
    assert data.count(blob) == 1
    place = data.index(blob) + len(blob) // 2
    path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_a_flipped_bit_is_found_and_its_text_encoded_again(path: Path) -> None:
    """A vector and tokens that are not as they were written are never given out."""
    encoder = HashTokenEncoder()
    with VectorCache(path, encoder) as cache:
        tokens, vectors = cache.encode_tokens(TEXTS[:2]), cache.encode_passages(TEXTS[:2])
    assert problems(path) == []
    flip(path, vectors[1].astype(np.float16).tobytes())
    flip(path, tokens[0].tobytes())
    assert [line[: len("1 tokens")] for line in problems(path)] == ["1 vector", "1 tokens"]
    with VectorCache(path, encoder) as cache:
        for codes, same in zip(cache.encode_tokens(TEXTS[:2]), tokens, strict=True):
            np.testing.assert_array_equal(codes, same)
        np.testing.assert_array_equal(cache.encode_passages(TEXTS[:2]), vectors)
        assert cache.encoded == 2
    assert problems(path) == []


def test_what_tokens_are_packed_with_is_checked(path: Path) -> None:
    """All tokens depend on it: nothing can be kept."""
    with VectorCache(path, HashTokenEncoder()) as cache:
        cache.encode_tokens(TEXTS)
        spread = cache.codec.spread.tobytes()
    flip(path, spread)
    assert "1 codecs" in problems(path)[0]
    with pytest.raises(DalilError, match="--rebuild"):
        VectorCache(path, HashTokenEncoder())


def test_a_file_that_is_no_cache_has_a_problem_and_none_has_none(path: Path) -> None:
    assert problems(path) == []
    path.write_bytes(b"something else entirely " * 50)
    assert problems(path) == ["file is not a database"]


def test_a_cache_of_version_0_1_is_taken_over(path: Path) -> None:
    """It has no checksums; what it holds is not encoded again, and what is new gets one."""
    encoded_anew(path, TEXTS[:2], HashEncoder())
    with closing(sqlite3.connect(path)) as database:
        for table in ("vectors", "tokens", "codecs"):
            database.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
        database.commit()
    assert problems(path) == []
    assert encoded_anew(path, TEXTS[:3], HashEncoder()) == [TEXTS[2]]
    assert problems(path) == []
