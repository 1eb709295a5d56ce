"""Late interaction against its definition, spelled out token by token."""

import re
from pathlib import Path

import numpy as np
import pytest

from embeddings.codec import TokenCodec
from embeddings.encoder import Vectors
from retrieval.errors import IndexDamagedError
from retrieval.late import LateIndex, LateWriter

WIDTH = 32
LENGTHS = [3, 0, 7, 1, 0, 12]


def drawn(count: int, seed: int) -> Vectors:
    """Return unit vectors that lean to one side, as a model's tokens do."""
    vectors = np.random.default_rng(seed).normal(0.5, 1, (count, WIDTH)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


PASSAGES = [drawn(length, seed) for seed, length in enumerate(LENGTHS)]
CODEC = TokenCodec.of(np.concatenate(PASSAGES))


@pytest.fixture
def index(tmp_path: Path) -> LateIndex:
    writer = LateWriter(tmp_path / "late", CODEC)
    writer.add([CODEC.pack(tokens) for tokens in PASSAGES[:2]])
    writer.add([CODEC.pack(tokens) for tokens in PASSAGES[2:]])
    writer.close()
    return LateIndex.open(tmp_path / "late")


def by_definition(question: Vectors, passage: Vectors) -> float:
    """Average over the question's tokens the square of the nearest token's cosine."""
    if not len(passage):
        return 0.0
    near = [
        max(float(CODEC.centred(asked[None])[0] @ token) for token in unpacked(passage))
        for asked in question
    ]
    return float(np.mean([max(cosine, 0) ** 2 for cosine in near]))


def unpacked(tokens: Vectors) -> Vectors:
    return CODEC.unpack(CODEC.pack(tokens))


@pytest.mark.parametrize("passages", [[0], [5, 2, 0, 3], [1], [4, 1], [0, 1, 2, 3, 4, 5], []])
def test_scores_are_those_of_the_definition(index: LateIndex, passages: list[int]) -> None:
    """In the order asked for; a passage without tokens scores 0."""
    question = drawn(4, seed=99)
    found = index.score(question, np.array(passages, np.int64))
    expected = [by_definition(question, PASSAGES[number]) for number in passages]
    assert found.tolist() == pytest.approx(expected, abs=1e-5)


def test_a_passage_s_own_tokens_are_nearest_to_it(index: LateIndex) -> None:
    held = np.array([0, 2, 5])
    for number in held.tolist():
        assert held[index.score(PASSAGES[number], held).argmax()] == number


def test_a_question_without_tokens_scores_nothing(index: LateIndex) -> None:
    assert index.score(np.empty((0, WIDTH), np.float32), np.array([0, 1])).tolist() == [0, 0]


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="no /proc tells of memory here")
def test_a_question_leaves_no_tokens_in_the_memory_of_the_process(
    tmp_path: Path, index: LateIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all that were ever compared would count as its own."""
    question, everything = drawn(4, seed=99), np.arange(len(PASSAGES))
    before = index.score(question, everything).tolist()
    assert mapped(tmp_path / "late" / "00.block") == 0
    monkeypatch.setattr("retrieval.blocks.Blocks.release", lambda _: None)
    assert index.score(question, everything).tolist() == before
    assert mapped(tmp_path / "late" / "00.block") > 0


def mapped(path: Path) -> int:
    """Return how many KiB of a file the process has in its memory."""
    smaps = Path("/proc/self/smaps").read_text(encoding="utf-8")
    parts = re.findall(rf"{re.escape(str(path))}\n.*?^Rss:\s+(\d+) kB", smaps, re.M | re.S)
    return sum(map(int, parts))


def test_an_index_of_empty_passages_opens(tmp_path: Path) -> None:
    writer = LateWriter(tmp_path / "late", CODEC)
    writer.add([CODEC.pack(drawn(0, 1))] * 3)
    writer.close()
    index = LateIndex.open(tmp_path / "late")
    assert index.score(drawn(2, 5), np.array([0, 2])).tolist() == [0, 0]


def test_tokens_that_are_added_follow_those_that_stay(tmp_path: Path, index: LateIndex) -> None:
    """Each with its checksum: of what stays, of what is new, and of a passage without tokens."""
    new = [drawn(5, seed=50), drawn(0, seed=51), drawn(2, seed=52)]
    writer = LateWriter(tmp_path / "more", CODEC, tmp_path / "late")
    writer.add([CODEC.pack(tokens) for tokens in new])
    writer.close(left=[3])
    more = LateIndex.open(tmp_path / "more")
    assert (index.count, more.count) == (6, 8)
    question = drawn(4, seed=99)
    numbers = [7, 0, 6, 4, 8, 5]
    expected = [by_definition(question, [*PASSAGES, *new][number]) for number in numbers]
    assert more.score(question, np.array(numbers)).tolist() == pytest.approx(expected, abs=1e-5)
    old = np.array([0, 2, 5])
    assert more.score(question, old).tolist() == index.score(question, old).tolist()


def test_a_flipped_bit_is_found_in_whichever_block_it_is(tmp_path: Path, index: LateIndex) -> None:
    assert index.count == len(LENGTHS)
    writer = LateWriter(tmp_path / "more", CODEC, tmp_path / "late")
    writer.add([CODEC.pack(drawn(5, seed=50))])
    writer.close()
    path = tmp_path / "more" / "01.block"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    more, question = LateIndex.open(tmp_path / "more"), drawn(4, seed=99)
    assert more.score(question, np.array([0, 5])).all()
    with pytest.raises(IndexDamagedError, match=r"01\.block"):
        more.score(question, np.array([6]))
