"""A ranking becomes hits: each of another article, each saying something else."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.grouping import Group, Told, group
from retrieval.types import Passage


def text(subject: str) -> str:
    """Return twelve words that only this subject's passages have."""
    return " ".join(f"{subject}{chr(ord('a') + at)}" for at in range(12))


def ranking(*named: str) -> list[Told]:
    """Return passages by ``article:subject`` or ``article:subject:story``, best first."""
    stories: dict[str, int] = {}
    told = []
    for name in named:
        article, subject, *story = name.split(":")
        number = stories.setdefault(story[0] if story else article, len(stories))
        told.append(Told(number, Passage(article, 0, 1, text(subject))))
    return told


def grouped(*named: str, k: int = 5, scores: Sequence[float] | None = None) -> list[Group]:
    passages = ranking(*named)
    return group(passages, scores or [1.0] * len(passages), k)


def test_passages_of_one_article_are_one_hit() -> None:
    """Its best passage begins the hit, the others follow in their order."""
    assert grouped("a:fire", "b:rain", "a:smoke", "c:wind", "a:ashes") == [
        Group(0, (2, 4), ()),
        Group(1, (), ()),
        Group(3, (), ()),
    ]


def test_articles_that_say_the_same_are_one_hit() -> None:
    """The best-ranked is the hit's; what else a repeating article has does not come up again."""
    assert grouped("a:fire", "b:fire", "c:rain", "d:fire", "b:smoke") == [
        Group(0, (), (1, 3)),
        Group(2, (), ()),
    ]


def test_articles_of_one_story_are_one_hit() -> None:
    """Whatever their best passages say; the best-ranked is the hit's."""
    assert grouped("a:fire:1", "b:rain:1", "c:wind", "b:smoke:1") == [
        Group(0, (), (1,)),
        Group(2, (), ()),
    ]


def test_what_repeats_a_further_passage_of_a_hit_is_no_hit() -> None:
    assert grouped("a:fire", "a:smoke", "b:smoke", "c:rain") == [
        Group(0, (1,), (2,)),
        Group(3, (), ()),
    ]


@pytest.mark.parametrize("k", [1, 2, 3])
def test_k_hits_are_k_different_ones(k: int) -> None:
    """Repetitions in between take no hit's place."""
    found = grouped("a:fire", "b:fire", "c:fire", "d:rain", "e:rain", "f:wind", k=k)
    assert [hit.best for hit in found] == [0, 3, 5][:k]
    assert [hit.also for hit in found] == [(1, 2), (4,), ()][:k]


def test_a_repetition_behind_the_last_hit_is_found() -> None:
    """Among the first twenty passages, not further."""
    between = [f"x{at}:x{at}" for at in range(18)]
    assert grouped("a:fire", *between, "b:fire", "c:fire", k=1) == [Group(0, (), (19,))]


def test_no_more_passages_are_read_than_needed() -> None:
    taken = []

    def reading() -> Iterator[Told]:
        for passage in ranking(*(f"x{at}:x{at}" for at in range(100))):
            taken.append(passage)
            yield passage

    for k, needed in ((3, 21), (30, 31)):
        taken.clear()
        assert len(group(reading(), [1.0] * 100, k)) == k
        assert len(taken) == needed


def test_a_hit_has_three_further_passages_at_most() -> None:
    assert grouped("a:a", "a:b", "a:c", "a:d", "a:e") == [Group(0, (1, 2, 3), ())]


def test_a_further_passage_is_near() -> None:
    """Ten places behind, not eleven."""
    between = [f"x{at}:x{at}" for at in range(9)]
    assert grouped("a:fire", *between, "a:smoke", "a:ashes", k=1) == [Group(0, (10,), ())]


def test_a_further_passage_has_half_the_score() -> None:
    """And none joins a hit that itself scores below the mean."""
    names = "a:fire", "a:smoke", "a:ashes", "b:rain", "b:wind"
    assert grouped(*names, scores=[4.0, 2.0, 1.9, -1.0, -1.1]) == [
        Group(0, (1,), ()),
        Group(3, (), ()),
    ]


def test_articles_of_one_passage_each_stand_alone() -> None:
    assert grouped("a:fire", "b:rain") == [Group(0, (), ()), Group(1, (), ())]


def test_nothing_ranked_is_no_hit() -> None:
    assert grouped() == []


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), max_size=20),
    st.integers(1, 6),
)
def test_every_passage_has_one_place_and_fewer_hits_are_the_first_of_more(
    pairs: list[tuple[str, str]], k: int
) -> None:
    names = [f"{article}:{subject}" for article, subject in pairs]
    found, all_of_them = grouped(*names, k=k), grouped(*names, k=20)
    assert found == all_of_them[:k]
    shown = [place for hit in found for place in hit.places]
    assert len(shown) == len(set(shown))
    subjects = [pairs[hit.best][1] for hit in found]
    articles = [pairs[hit.best][0] for hit in found]
    assert len(set(subjects)) == len(subjects)
    assert len(set(articles)) == len(articles)
    for hit in found:
        assert {pairs[place][0] for place in hit.more} <= {pairs[hit.best][0]}
        said = {pairs[place][1] for place in (hit.best, *hit.more)}
        assert {pairs[place][1] for place in hit.also} <= said
