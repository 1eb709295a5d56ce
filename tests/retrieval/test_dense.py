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
from retrieval.generation import Search
from retrieval.rows import Rows

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
        writer = DenseWriter(folder, DIM)
        blocks = self.blocks()
        for at in range(0, len(blocks), batch):
            some = blocks[at : at + batch]
            writer.add(np.concatenate(some), [len(block) for block in some])
        writer.close()
        return DenseIndex.open(folder)

    def blocks(self) -> list[Vectors]:
        """Return the vectors of each passage, in the half precision that is kept of them."""
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
        np.testing.assert_allclose([score for _, score in found], expected, atol=3e-5)


def test_a_limited_search_finds_the_best_of_all(passages: Passages, index: DenseIndex) -> None:
    for question in questions():
        found = index.search(question, 8)
        assert [number for number, _ in found] == passages.best(question, range(len(COUNTS)))[:8]


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
        np.testing.assert_allclose(found.scores, expected, atol=3e-5)
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
        np.testing.assert_allclose(found.scores, cosines[[2, 0]], atol=3e-5)
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
    assert DenseWriter(tmp_path / "index", DIM).close() == Search(kind="exact")
    assert DenseIndex.open(tmp_path / "index").search(questions()[0], 5) == []


@pytest.mark.parametrize("counts", [[], [2], [4], [1, 1], [3, 1], [3, 0], [4, -1]])
def test_rows_that_do_not_line_up_are_refused(counts: list[int], tmp_path: Path) -> None:
    """Counts that do not add up, or a passage without a vector, raise and add nothing."""
    writer = DenseWriter(tmp_path / "index", DIM)
    with pytest.raises(ValueError, match="3 given"):
        writer.add(questions(3), counts)
    writer.close()
    assert DenseIndex.open(tmp_path / "index").vectors == 0


WIDE = 384
MANY = 2000


def unit(numbers: Vectors) -> Vectors:
    found: Vectors = numbers / np.linalg.norm(numbers, axis=-1, keepdims=True)
    return found


def topical(passages: int, seed: int) -> Vectors:
    """Return four vectors a passage, of a real model's length, as near as those of one text are."""
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(passages, 1, WIDE))
    return unit((topics + 0.7 * rng.normal(size=(passages, 4, WIDE))).astype(np.float32))


@dataclass(frozen=True)
class Many:
    """An index of passages too many to score all, and one of the same that does."""

    quick: DenseIndex
    thorough: DenseIndex
    search: Search
    folder: Path

    @classmethod
    def made(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Self:
        monkeypatch.setattr("retrieval.dense._FEW", 100)
        monkeypatch.setattr("retrieval.dense._LIMIT", 10)
        monkeypatch.setattr("retrieval.rows._CHUNK", 300)
        writer = DenseWriter(folder, WIDE)
        for part in np.split(topical(MANY, seed=1), 8):
            writer.add(part.reshape(-1, WIDE), [4] * len(part))
        search = writer.close()
        return cls(DenseIndex.open(folder), DenseIndex(Rows.open(folder)), search, folder)

    def recall(self) -> float:
        """Measure how many of the ten best are found for questions of our own."""
        asked = unit(topical(MANY, seed=1)[:40, 2] + 0.7 * topical(10, seed=2).reshape(40, WIDE))
        found = [
            {number for number, _ in self.quick.search(question, 10)}
            & {number for number, _ in self.thorough.search(question, 10)}
            for question in asked
        ]
        return float(np.mean([len(kept) / 10 for kept in found]))


@pytest.fixture(params=["rabitq", "ivf-rabitq"])
def many(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Many:
    if request.param == "ivf-rabitq":
        monkeypatch.setattr("retrieval.dense._MANY", MANY - 1)
    return Many.made(tmp_path / "dense", monkeypatch)


def test_the_index_says_how_it_is_searched_and_what_that_finds(
    many: Many, request: pytest.FixtureRequest
) -> None:
    """The kind follows the number of passages; recall is measured and not assumed."""
    assert many.search.kind == request.node.callspec.params["many"]
    assert 0 < many.search.recall_at_10 <= 1
    assert many.recall() < 1


def test_measured_recall_is_that_of_other_questions(many: Many) -> None:
    assert many.search.recall_at_10 == pytest.approx(many.recall(), abs=0.15)


def test_of_many_passages_those_found_have_exact_scores(many: Many) -> None:
    for question in topical(2, seed=4).reshape(-1, WIDE):
        found = many.quick.search(question, 20)
        exact = many.quick.score(question, [number for number, _ in found]).scores
        assert [score for _, score in found] == pytest.approx(exact.tolist())
        assert found == sorted(found, key=lambda candidate: (-candidate.score, candidate.passage))


def test_a_passage_among_many_is_found_by_its_own_vector(many: Many) -> None:
    vectors = topical(MANY, seed=1)
    for number in range(0, MANY, 97):
        assert many.quick.search(vectors[number, 0], 1)[0].passage == number


def test_few_of_many_allowed_are_all_scored(many: Many) -> None:
    allowed = np.arange(0, MANY, 20)
    for question in topical(2, seed=3).reshape(-1, WIDE):
        found = many.quick.search(question, 10, allowed)
        assert found == many.thorough.search(question, 10, allowed)


def test_the_filter_of_a_search_among_many_works_inside_it(many: Many) -> None:
    """None but allowed are found, and as many as without a filter."""
    allowed = np.arange(0, MANY, 2)
    for question in topical(2, seed=3).reshape(-1, WIDE):
        found = many.quick.search(question, 10, allowed)
        assert len(found) == 10
        assert all(number % 2 == 0 for number, _ in found)
        best = many.quick.search(question, 10)[0]
        assert best.passage % 2 or found[0].score >= best.score


def test_a_search_for_everything_finds_everything(many: Many) -> None:
    assert len(many.quick.search(topical(1, seed=4)[0, 0], MANY)) == MANY


def test_of_very_many_vectors_eight_bits_a_coordinate_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half the size, and scores that differ in the fourth digit."""
    fine = Many.made(tmp_path / "fine", monkeypatch)
    monkeypatch.setattr("retrieval.dense._WIDE", 4 * MANY - 1)
    rough = Many.made(tmp_path / "rough", monkeypatch)
    sizes = [(own.folder / "00.block").stat().st_size for own in (fine, rough)]
    assert sizes[0] == 2 * sizes[1] == 4 * MANY * WIDE * 2
    for question in topical(2, seed=3).reshape(-1, WIDE):
        one, other = (own.thorough.score(question, range(MANY)).scores for own in (fine, rough))
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_only_the_finished_index_is_left(many: Many) -> None:
    names = {path.name for path in many.folder.iterdir()}
    assert names == {"00.block", "coarse.faiss", "places.npz", "rounding.npz"}


def added(folder: Path, before: Path, vectors: Vectors, left: Sequence[int]) -> Search:
    """Add passages of four vectors each to an index, and take some of its own out."""
    writer = DenseWriter(folder, WIDE, before)
    writer.add(vectors.reshape(-1, WIDE), [4] * len(vectors))
    return writer.close(left)


def test_what_is_added_is_searched_with_what_stays(many: Many, tmp_path: Path) -> None:
    """New passages follow in number; those that left are found no more, with a filter or without.

    The files of the passages are shared with the index that is added to, which stays as it is.
    """
    new, left = topical(30, seed=7), [0, 5, MANY - 1]
    before = many.quick.search(new[3, 0], 20)
    search = added(tmp_path / "more", many.folder, new, left)
    index = DenseIndex.open(tmp_path / "more")
    assert (index.count, index.vectors) == (MANY + 27, 4 * (MANY + 27))
    assert search.kind == many.search.kind
    assert index.search(new[3, 0], 1)[0].passage == MANY + 3
    own = topical(MANY, seed=1)
    assert index.search(own[6, 0], 1)[0].passage == 6
    everything = [found.passage for found in index.search(own[5, 0], 2 * MANY)]
    assert sorted(everything) == sorted({*range(MANY + 30)} - {*left})
    allowed = np.array([6, 7, MANY + 3])
    assert index.search(new[3, 0], 1, allowed)[0].passage == MANY + 3
    assert many.quick.search(new[3, 0], 20) == before
    shared = many.folder / "00.block"
    assert shared.samefile(tmp_path / "more" / "00.block")


def test_scores_are_those_of_an_index_made_at_once(
    many: Many, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many times it was added to; its files do not grow in number without end."""
    monkeypatch.setattr("retrieval.blocks._MOST", 3)
    folder = many.folder
    for turn in range(5):
        folder, before = tmp_path / str(turn), folder
        added(folder, before, topical(3, seed=100 + turn), [turn])
    assert len(list(folder.glob("*.block"))) <= 4
    index = DenseIndex.open(folder)
    vectors = np.concatenate([topical(3, seed=100 + turn) for turn in range(5)])
    for question in topical(2, seed=8).reshape(-1, WIDE):
        numbers = np.arange(MANY, MANY + 15)
        cosines = vectors @ question
        expected = (cosines[:, 0] + cosines[:, 1:].max(axis=1)) / 2
        np.testing.assert_allclose(index.score(question, numbers).scores, expected, atol=2e-3)
        kept = np.arange(30, MANY)
        np.testing.assert_allclose(
            index.score(question, kept).scores, many.quick.score(question, kept).scores, atol=1e-6
        )


def test_an_index_to_which_nothing_is_added_shares_all_its_vectors(
    many: Many, tmp_path: Path
) -> None:
    added(tmp_path / "same", many.folder, topical(0, seed=1), [])
    assert [path.name for path in (tmp_path / "same").glob("*.block")] == ["00.block"]
    assert DenseIndex.open(tmp_path / "same").count == MANY
