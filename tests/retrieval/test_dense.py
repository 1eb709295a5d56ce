"""FAISS against numpy: the same passages, scores and windows, by brute force."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.encoder import Vectors
from retrieval.dense import DenseIndex, DenseWriter

DIM = 24


@dataclass(frozen=True)
class Passages:
    """Random passages, and their scores by the definition."""

    vectors: Vectors
    counts: list[int]

    @classmethod
    def random(cls, counts: Sequence[int], seed: int = 0) -> Self:
        numbers = np.random.default_rng(seed).normal(size=(sum(counts), DIM)).astype(np.float32)
        numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
        return cls(numbers, list(counts))

    def saved(self, folder: Path, batch: int = 7) -> DenseIndex:
        writer = DenseWriter(DIM)
        blocks = self.blocks()
        for at in range(0, len(blocks), batch):
            some = blocks[at : at + batch]
            writer.add(np.concatenate(some), [len(block) for block in some])
        writer.save(folder)
        return DenseIndex.open(folder)

    def blocks(self) -> list[Vectors]:
        """Return the vectors of each passage, in the half precision that is stored."""
        stored = self.vectors.astype(np.float16).astype(np.float32)
        return np.split(stored, np.cumsum(self.counts)[:-1])

    def scores(self, question: NDArray[np.float32]) -> list[float]:
        cosines = [block @ question for block in self.blocks()]
        return [float(own[0] + own[min(1, len(own) - 1) :].max()) / 2 for own in cosines]

    def windows(self, question: NDArray[np.float32]) -> list[int]:
        cosines = [block[1:] @ question for block in self.blocks()]
        return [int(own.argmax()) if own.size else 0 for own in cosines]

    def best(self, question: NDArray[np.float32], among: Sequence[int]) -> list[int]:
        scores = self.scores(question)
        return sorted(among, key=lambda number: (-scores[number], number))


def questions(count: int = 5) -> Vectors:
    return Passages.random([count], seed=99).vectors


COUNTS = np.random.default_rng(1).choice([1, 3, 4, 5, 6, 7], size=60).tolist()


@pytest.fixture(scope="module")
def passages() -> Passages:
    return Passages.random(COUNTS)


@pytest.fixture(scope="module")
def index(passages: Passages, tmp_path_factory: pytest.TempPathFactory) -> DenseIndex:
    return passages.saved(tmp_path_factory.mktemp("dense") / "index")


def test_search_ranks_all_passages_as_brute_force_does(
    passages: Passages, index: DenseIndex
) -> None:
    """With a limit beyond the index: each passage once, by the mean of own and best window."""
    for question in questions():
        found = index.search(question, 1000)
        assert [number for number, _ in found] == passages.best(question, range(len(COUNTS)))
        scores = passages.scores(question)
        expected = [scores[number] for number, _ in found]
        np.testing.assert_allclose([score for _, score in found], expected, atol=1e-5)


def test_a_limited_search_is_exact_as_far_as_it_looked(
    passages: Passages, index: DenseIndex
) -> None:
    """No passage left out scores above the nearest vector that was not looked at."""
    limit = 8
    for question in questions():
        found = index.search(question, limit)
        assert 0 < len(found) <= limit
        unseen = np.sort(np.concatenate(passages.blocks()) @ question)[::-1][4 * limit]
        scores = passages.scores(question)
        sure = [n for n in passages.best(question, range(len(COUNTS))) if scores[n] > unseen]
        assert [number for number, _ in found][: len(sure)] == sure[:limit]
        assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)


def test_only_allowed_passages_are_found(passages: Passages, index: DenseIndex) -> None:
    """All of the allowed, however far, and none besides: the filter works inside the search."""
    for question, seed in zip(questions(), range(5), strict=True):
        allowed = np.random.default_rng(seed).choice(len(COUNTS), 9, replace=False)
        found = index.search(question, 1000, np.sort(allowed))
        assert [number for number, _ in found] == passages.best(question, allowed.tolist())


def test_one_allowed_passage_is_found_although_it_is_the_farthest(
    passages: Passages, index: DenseIndex
) -> None:
    for question in questions():
        last = passages.best(question, range(len(COUNTS)))[-1]
        assert [n for n, _ in index.search(question, 1, np.array([last]))] == [last]


def test_nothing_allowed_finds_nothing(index: DenseIndex) -> None:
    assert index.search(questions()[0], 10, np.empty(0, np.int64)) == []


def test_scores_and_windows_come_in_the_order_asked(passages: Passages, index: DenseIndex) -> None:
    """Whatever the order; the window counts from 0 behind the passage's own vector."""
    order = np.random.default_rng(4).permutation(len(COUNTS))
    for question in questions():
        found = index.score(question, order)
        expected = np.array(passages.scores(question))[order]
        np.testing.assert_allclose(found.scores, expected, atol=1e-5)
        assert found.windows.tolist() == np.array(passages.windows(question))[order].tolist()


def test_no_passages_have_no_scores(index: DenseIndex) -> None:
    found = index.score(questions()[0], [])
    assert found.scores.size == found.windows.size == 0


def test_a_passage_of_one_vector_scores_by_that_alone(tmp_path: Path) -> None:
    """Its window is 0: the passage itself."""
    single = Passages.random([1, 1, 1])
    index = single.saved(tmp_path / "index")
    for question in questions():
        found = index.score(question, [2, 0])
        cosines = np.concatenate(single.blocks()) @ question
        np.testing.assert_allclose(found.scores, cosines[[2, 0]], atol=1e-6)
        assert found.windows.tolist() == [0, 0]


def test_the_first_of_equal_windows_is_the_best(tmp_path: Path) -> None:
    passages = Passages.random([4, 2])
    passages.vectors[3] = passages.vectors[2]
    passages.vectors[5] = passages.vectors[4]
    index = passages.saved(tmp_path / "index")
    assert index.score(passages.vectors[3], [0, 1]).windows.tolist() == [1, 0]


def test_equal_passages_are_ranked_by_number(tmp_path: Path) -> None:
    passages = Passages.random([2, 2, 2])
    passages.vectors[4:6] = passages.vectors[0:2]
    index = passages.saved(tmp_path / "index")
    assert [n for n, _ in index.search(passages.vectors[0], 3)] == [0, 2, 1]


def test_counts_tell_passages_and_vectors(index: DenseIndex) -> None:
    assert (index.count, index.vectors) == (len(COUNTS), sum(COUNTS))


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    DenseWriter(DIM).save(tmp_path / "index")
    assert DenseIndex.open(tmp_path / "index").search(questions()[0], 5) == []


@pytest.mark.parametrize("counts", [[], [2], [4], [1, 1], [3, 1], [3, 0], [4, -1]])
def test_rows_that_do_not_line_up_are_refused(counts: list[int], tmp_path: Path) -> None:
    """Counts that do not add up, or a passage without a vector, raise and add nothing."""
    writer = DenseWriter(DIM)
    with pytest.raises(ValueError, match="3 given"):
        writer.add(questions(3), counts)
    writer.save(tmp_path / "index")
    assert DenseIndex.open(tmp_path / "index").vectors == 0


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[DenseIndex, DenseIndex]:
    """Return an index of 8,000 vectors of a real model's length, and one that looks at all."""
    monkeypatch.setattr("retrieval.dense._FEW", 100)
    monkeypatch.setattr("retrieval.dense._CHUNK", 500)
    writer = DenseWriter(WIDE)
    writer.add(unit(8000, seed=1), [4] * 2000)
    writer.save(tmp_path / "dense")
    quick = DenseIndex.open(tmp_path / "dense")
    (tmp_path / "dense" / "coarse.faiss").unlink()
    return quick, DenseIndex.open(tmp_path / "dense")


WIDE = 384


def unit(count: int, seed: int) -> Vectors:
    """Return unit vectors."""
    numbers = np.random.default_rng(seed).normal(size=(count, WIDE)).astype(np.float32)
    found: Vectors = numbers / np.linalg.norm(numbers, axis=1, keepdims=True)
    return found


def test_of_many_vectors_the_best_are_found_without_looking_at_all(
    many: tuple[DenseIndex, DenseIndex],
) -> None:
    """One bit a coordinate leads to nearly all of the best; their scores are exact."""
    quick, thorough = many
    kept = []
    for question in unit(20, seed=2):
        found, expected = (dict(index.search(question, 20)) for index in many)
        assert found.items() <= dict(thorough.search(question, 2000)).items()
        kept.append(len(found.keys() & expected.keys()) / len(expected))
    assert np.mean(kept) > 0.9
    assert quick.vectors == thorough.vectors


def test_a_filtered_search_of_many_vectors_looks_at_all(
    many: tuple[DenseIndex, DenseIndex],
) -> None:
    quick, thorough = many
    allowed = np.arange(0, 2000, 3)
    for question in unit(5, seed=3):
        assert quick.search(question, 10, allowed) == thorough.search(question, 10, allowed)


def test_a_search_for_everything_finds_everything(many: tuple[DenseIndex, DenseIndex]) -> None:
    quick, _ = many
    assert len(quick.search(unit(1, seed=4)[0], 5000)) == 2000
