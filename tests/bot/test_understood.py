"""Filters as people type them: what is understood, and what is left of the question."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understood import understand
from retrieval.types import Filters

TODAY = date(2018, 5, 31)
SOURCES = ("BBC", "BBC Arabic", "الجزيرة نت", "وكالة الأنباء", "العربية")


def understood(question: str) -> tuple[str, Filters]:
    found = understand(question, TODAY, lambda: SOURCES)
    assert found.typed == question
    return found.text, found.filters


@pytest.mark.parametrize(
    ("written", "since", "until"),
    [
        ("منذ 2017", "2017-01-01", None),
        ("منذ ٢٠١٧", "2017-01-01", None),
        ("منذ عام 2017م", "2017-01-01", None),
        ("منذ مارس 2017", "2017-03-01", None),
        ("منذ آذار ٢٠١٧", "2017-03-01", None),
        ("منذ شهر كانون الثاني 2017", "2017-01-01", None),
        ("منذ 5 تشرين الأول 2017", "2017-10-05", None),
        ("منذ 2017-03-15", "2017-03-15", None),
        ("منذ ١٥/٣/٢٠١٧", "2017-03-15", None),
        ("من 2016 إلى 2018", "2016-01-01", "2018-12-31"),
        ("من ٢٠١٦ حتى ٢٠١٨", "2016-01-01", "2018-12-31"),
        ("من شباط 2016 إلى فبراير 2016", "2016-02-01", "2016-02-29"),
        ("من 2018 إلى 2016", "2016-01-01", "2018-12-31"),
        ("until:2016 since:2017", "2016-12-31", "2017-01-01"),
        ("منذ 2016 حتى 2017", "2016-01-01", "2017-12-31"),
        ("آخر شهر", "2018-04-30", None),
        ("اخر اسبوع", "2018-05-24", None),
        ("آخر سنتين", "2016-05-31", None),
        ("آخر ثلاثة أشهر", "2018-02-28", None),
        ("آخر ٣ أيام", "2018-05-28", None),
        ("since:2017", "2017-01-01", None),
        ("since: 2017-03", "2017-03-01", None),
        ("until:2017-02", None, "2017-02-28"),
        ("since:2016 until:2017", "2016-01-01", "2017-12-31"),
        ("منذ: 2016 حتى: 2017", "2016-01-01", "2017-12-31"),
        ("since March 2017", "2017-03-01", None),
        ("from 2016 to 2018", "2016-01-01", "2018-12-31"),
        ("last 2 years", "2016-05-31", None),
        ("depuis:2017", "2017-01-01", None),
    ],
)
def test_days(written: str, since: str | None, until: str | None) -> None:
    """Wherever it stands, the question is what is left; a period has its first and last day."""
    days = [date.fromisoformat(day) if day else None for day in (since, until)]
    for question in (f"ماذا حدث {written}؟", f"ماذا {written} حدث؟", f"{written}، ماذا حدث؟"):
        text, filters = understood(question)
        assert filters == Filters(since=days[0], until=days[1])
        assert [word.strip("؟،") for word in text.split() if word.strip("؟،")] == ["ماذا", "حدث"]


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("المصدر: BBC", "BBC"),
        ("source:bbc", "BBC"),
        ("source: BBC Arabic", "BBC Arabic"),
        ("المصدر:الجزيرة", "الجزيرة نت"),
        ("المصدر: الجزيره نت", "الجزيرة نت"),
        ('مصدر: "وكالة الانباء"', "وكالة الأنباء"),
        ("Quelle:العربيّة", "العربية"),
        ("source:Reuters", "Reuters"),
        ('source:"New York Times"', "New York Times"),
    ],
)
def test_sources(written: str, source: str) -> None:
    """A name as the collection has it, whatever its spelling; an unknown one as written."""
    assert understood(f"النفط {written}") == ("النفط", Filters(sources=(source,)))


@pytest.mark.parametrize(
    "question",
    [
        "منذ متى يعمل الجسر؟",
        "ما آخر يوم للتسجيل؟",
        "من هو رئيس 2017؟",
        "ما أحداث 2017؟",
        "من 2016 فاز؟",
        'من قال "منذ 2017"؟',
        "من قال «المصدر: BBC»؟",
        "منذ 2017",
        "source:BBC",
        "since:soon ماذا حدث",
        "منذ 2017-02-30 حدث",
        "ما المصدر؟",
        "المصدر:",
        "آخر",
    ],
)
def test_questions_without_a_filter(question: str) -> None:
    """They are searched for as they are, and so are filters with nothing else."""
    assert understood(question) == (question, Filters())


def test_dropping_keeps_the_words_that_may_have_been_meant() -> None:
    """``منذ 2017`` may belong to the question; ``source:`` cannot."""
    found = understand("ماذا حدث منذ 2017 source:BBC ؟", TODAY, lambda: SOURCES)
    assert found.filters == Filters(since=date(2017, 1, 1), sources=("BBC",))
    plain = found.without_filters()
    assert (plain.text, plain.filters, plain.dropped) == ("ماذا حدث منذ 2017 ؟", Filters(), True)
    assert plain.typed == found.typed


def test_sources_are_read_only_where_one_is_named() -> None:
    def never() -> list[str]:
        raise AssertionError("read")

    assert understand("ماذا حدث منذ 2017؟", TODAY, never).filters.since == date(2017, 1, 1)


PIECES = ("منذ", "من", "إلى", "آخر", "source:", "المصدر:", "since:", "2017", "٣١", "آب", "شهر", '"')


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(" ".join))
def test_whatever_is_typed_a_question_is_left(question: str) -> None:
    """Never an exception, never nothing to search for, and never dates the wrong way round."""
    text, filters = understood(question)
    assert any(map(str.isalnum, text)) or text == question
    if filters.since and filters.until:
        assert filters.since <= filters.until
