"""Filters admit the passages of the articles that they name, and say what is wrong with a name."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import FilterError
from retrieval.facets import UNKNOWN, Facets
from retrieval.types import Filters

NAMES = ("صحيفة المرفأ", "BBC", "مجلة الواحة")
FIRST = date(2020, 1, 1)

DAYS = st.dates(FIRST, date(2020, 1, 6))
SOURCES = st.lists(st.sampled_from(NAMES), unique=True)
ARTICLES = st.lists(
    st.tuples(st.none() | st.sampled_from(NAMES), st.none() | DAYS, st.integers(1, 3)), max_size=12
)


def facets_of(articles: list[tuple[str | None, date | None, int]]) -> Facets:
    return Facets(
        names=NAMES,
        sources=np.array([NAMES.index(a[0]) if a[0] else UNKNOWN for a in articles], np.int32),
        days=np.array([a[1].toordinal() if a[1] else UNKNOWN for a in articles], np.int32),
        owners=np.repeat(np.arange(len(articles), dtype=np.int32), [a[2] for a in articles]),
    )


@given(ARTICLES, st.none() | DAYS, st.none() | DAYS, SOURCES, SOURCES)
def test_admitted_are_the_passages_of_articles_within_every_filter(
    articles: list[tuple[str | None, date | None, int]],
    one: date | None,
    other: date | None,
    wanted: list[str],
    unwanted: list[str],
) -> None:
    """Both days belong to the range; what has no date or no source is within no such filter."""
    since, until = sorted([one, other]) if one and other else (one, other)
    filters = Filters(since, until, wanted, unwanted)

    def of_sources(source: str | None) -> bool:
        return (not wanted or source in wanted) and source not in unwanted

    def of_days(day: date | None) -> bool:
        return (since is None and until is None) or (
            day is not None and (since or date.min) <= day <= (until or date.max)
        )

    owners = [number for number, article in enumerate(articles) for _ in range(article[2])]
    admitted = [of_sources(source) and of_days(day) for source, day, _ in articles]
    expected = [passage for passage, owner in enumerate(owners) if admitted[owner]]
    assert facets_of(articles).passages(filters).tolist() == expected
    backwards = [number for number in reversed(range(len(articles))) if admitted[number]]
    assert facets_of(articles).admitted(reversed(range(len(articles))), filters) == backwards
    undated = [day is None and of_sources(source) for source, day, _ in articles]
    assert facets_of(articles).undated(filters) == (sum(undated) if filters.dated else 0)


FACETS = facets_of([(NAMES[0], FIRST, 1), (NAMES[1], FIRST, 1), (NAMES[1], None, 1)])


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("المرفأ", NAMES[0]),
        ("صَحيفةُ المرفا", NAMES[0]),
        ("bbc", "BBC"),
        ("The Marfa paper", NAMES[0]),
        ("Deutsche Welle", "BBC"),
    ],
)
def test_an_unknown_source_is_answered_with_known_ones(asked: str, named: str) -> None:
    """Written nearly so, or sounding nearly so in other letters; else the largest."""
    for filters in (Filters(sources=[NAMES[2], asked]), Filters(not_sources=[asked])):
        with pytest.raises(FilterError) as caught:
            FACETS.passages(filters)
        message = str(caught.value)
        assert asked in message
        assert repr(named) in message.partition(": ")[2]
        assert "\n" not in message


def test_where_no_article_names_a_source_none_is_proposed() -> None:
    facets = Facets((), np.array([UNKNOWN], np.int32), np.array([UNKNOWN], np.int32), np.array([0]))
    with pytest.raises(FilterError, match="none names its source"):
        facets.passages(Filters(sources=["BBC"]))


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        (date(2024, 5, 2), date(2024, 5, 1), "2024-05-02"),
        (datetime(2024, 5, 1, 23, tzinfo=UTC), None, "time zone"),
        (None, datetime(2024, 5, 1, tzinfo=UTC), "time zone"),
    ],
)
def test_days_that_no_article_can_be_between_are_an_error(
    since: date | None, until: date | None, said: str
) -> None:
    with pytest.raises(FilterError, match=said):
        Filters(since=since, until=until)


def test_one_day_is_a_range_and_no_filter_is_false() -> None:
    assert Filters(since=FIRST, until=FIRST).dated
    assert not Filters()
    assert Filters(not_sources=["BBC"])
    assert not Filters(not_sources=["BBC"]).dated


def test_a_lone_name_is_not_taken_for_its_letters() -> None:
    with pytest.raises(FilterError, match="list"):
        Filters(sources="BBC")
    with pytest.raises(FilterError, match="list"):
        Filters(not_sources="BBC")
