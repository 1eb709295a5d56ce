"""Articles that are one are found, whatever their dateline or paper; others stay apart."""

import random
import tracemalloc
from collections.abc import Sequence

import pytest

from retrieval.stories import Stories, signature
from retrieval.types import Article

WORDS = [f"{first}{second}{third}" for first in "بتجحدرس" for second in "اوي" for third in "لمنكف"]


def sentences(count: int, seed: int) -> list[str]:
    """Return sentences of twelve words, different ones for each seed."""
    chooser = random.Random(seed)  # noqa: S311 - no secret
    return [" ".join(chooser.choices(WORDS, k=12)) + "." for _ in range(count)]


def article(text: str | Sequence[str], source: str | None = None) -> Article:
    return Article("", text if isinstance(text, str) else "\n".join(text), source=source)


def found(*articles: Article) -> dict[int, int]:
    stories = Stories()
    for number, each in enumerate(articles):
        stories.add(number, each.source, signature(each))
    return stories.find(lambda number: articles[number].text)


STORY = sentences(12, seed=1)


def test_the_first_of_a_story_is_named() -> None:
    """For each other of its articles; between them stands what it will."""
    other = article(sentences(12, seed=2))
    again = article(sentences(12, seed=2))
    assert found(article(STORY), other, article(STORY), again, article(STORY)) == {2: 0, 3: 1, 4: 0}


@pytest.mark.parametrize(
    "copy",
    [
        STORY,
        ["بيروت (رويترز) - " + STORY[0], *STORY[1:]],
        [*STORY[:5], *sentences(1, seed=3), *STORY[6:]],
        [*sentences(2, seed=3), *STORY[2:]],
        [*STORY[:6], "وقال شهود", *STORY[6:]],
        [line.replace("ا", "أ").replace(".", " ؛") for line in STORY],
    ],
    ids=["same", "dateline", "paragraph", "lead", "words", "spelling"],
)
def test_a_copy_is_found(copy: Sequence[str]) -> None:
    assert found(article(STORY), article(copy)) == {1: 0}
    assert found(article(copy), article(STORY)) == {1: 0}


@pytest.mark.parametrize(
    "other",
    [
        [*STORY[:5], STORY[5].replace(STORY[5].split()[6], "القاهرة"), *STORY[6:]],
        [*STORY, *sentences(3, seed=3)],
        [*sentences(3, seed=3), *STORY],
        [*STORY[:6], *sentences(6, seed=3)],
        sentences(12, seed=3),
    ],
    ids=["correction", "update", "news before", "half", "unrelated"],
)
def test_what_says_something_else_is_not(other: Sequence[str]) -> None:
    assert found(article(STORY), article(other)) == {}


def test_a_figure_keeps_articles_apart() -> None:
    """Each correction is a story, and its copies are found with it."""
    reports = [[f"قتل {number} جنود في المعارك", *STORY] for number in (5, 7, 5, 9, 7)]
    assert found(*map(article, reports)) == {2: 0, 4: 1}


def test_another_paper_may_have_cut_the_article() -> None:
    """A paper itself, or one of no name, has added to it."""
    cut = STORY[:-2]
    assert found(article(STORY, "النهار"), article(cut, "المساء")) == {1: 0}
    assert found(article(STORY, "النهار"), article(cut, "النهار")) == {}
    assert found(article(STORY, "النهار"), article(cut)) == {}


def test_a_few_words_are_no_story() -> None:
    """Twenty are; what is shorter may be a caption."""
    words = " ".join(WORDS[:20])
    assert found(article(words), article(words)) == {1: 0}
    short = " ".join(WORDS[:19])
    assert found(article(short), article(short), article("")) == {}


def test_among_many_like_it_an_article_finds_its_copy() -> None:
    """A template with another figure each time: none is another's, and the same text is."""
    reports = [[f"بلغ السعر {number} ليرة", *STORY] for number in range(60)]
    copies = [*reports[:2], *reports[55:]]
    stories = found(*(article(report) for report in (*reports, *copies)))
    assert stories == {60: 0, 61: 1} | {62 + at: 55 + at for at in range(5)}


def test_articles_that_are_like_each_other_take_little_memory() -> None:
    """Each of 1,000 pairs in all its 32 bands, to be compared: less than 100 bytes a band."""
    stories = Stories()
    for number in range(2_000):
        digest, keys = number.to_bytes(8, "little"), (number // 2).to_bytes(4, "little") * 32
        stories.add(number, None, digest + keys)
    tracemalloc.start()
    try:
        assert stories.find(lambda number: sentences(2, seed=number)[0]) == {}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000 * 32 * 100


def test_a_very_long_article_is_compared_whole() -> None:
    """In pieces, so that memory does not grow with it: a change at its end is seen."""
    long = sentences(400, seed=4)
    assert found(article(long), article([*long[:-1], "انتهى " + long[-1]])) == {1: 0}
    assert found(article(long), article([*long[:100], *sentences(300, seed=5)])) == {}


def test_nothing_is_no_story() -> None:
    assert found() == {}
