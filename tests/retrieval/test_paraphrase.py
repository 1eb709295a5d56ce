"""Wording is what papers exchange and nothing else is said; another name or figure is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import arabic
from retrieval.paraphrase import Difference, difference

WORDS = ("قال", "أمس", "محمود", "محمد", "القاهرة", "5", "خمسة", "لا", "سيما")
PHRASES = st.lists(st.sampled_from(WORDS), max_size=8)


def between(one: str, other: str) -> Difference:
    return difference(
        tuple(word.form for word in arabic.words(one)),
        tuple(word.form for word in arabic.words(other)),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("وقالت", "وأضافت"),
        ("اليوم الثلاثاء", "الثلاثاء"),
        ("أمس", "الأحد"),
        ("دونالد ترمب", "دونالد ترامب"),
        ("للصحافيين", "للصحفيين"),
        ("الأميركية", "الأمريكية"),
        ("لا سيما", "لاسيما"),
        ("هونغ كونغ", "هونغكونغ"),
        ("ثلاثة", "3"),
        ("5 ملايين", "5ملايين"),
        ("هدوء", "هدوءا"),
        ("في موقعه", "بموقعه"),
        ("على", "في"),
        ("الرئيس", "رئيس البلدية"),
        ("", "الشمالية"),
    ],
)
def test_wording(one: str, other: str) -> None:
    assert between(one, other) is Difference.WORDING
    assert between(other, one) is Difference.WORDING


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "يوسف"),
        ("محمد", "محمود"),
        ("حسن", "حسين"),
        ("علي", "حسن"),
        ("سالم", "سليم"),
        ("الملك سلمان", "الملك سليمان"),
        ("واشنطن", "أتلانتا"),
        ("دمشق الشرقية", "حلب"),
    ],
)
def test_content(one: str, other: str) -> None:
    assert between(one, other) is Difference.CONTENT
    assert between(other, one) is Difference.CONTENT


@pytest.mark.parametrize(
    ("one", "other"),
    [("48", "55"), ("ب48", "ب55"), ("خمسة", "سبعة"), ("خمسة", "7 جنود"), ("1988", "1998")],
)
def test_figure(one: str, other: str) -> None:
    assert between(one, other) is Difference.FIGURE
    assert between(other, one) is Difference.FIGURE


def test_long_phrases_are_compared_where_they_say_nearly_the_same() -> None:
    """Half their words in common; two paragraphs in one place have another subject each."""
    said = "عاد المهندس سالم إلى القرية الجبلية وأصلح المضخة القديمة"
    assert between(said, said.replace("سالم", "كامل")) is Difference.CONTENT
    other = "أغلقت المدارس أبوابها بسبب الثلج وتوقفت الحافلات يومين"
    assert between(said, other) is Difference.SUBJECT


@given(PHRASES, PHRASES)
def test_it_does_not_matter_which_is_first(one: list[str], other: list[str]) -> None:
    assert between(" ".join(one), " ".join(other)) is between(" ".join(other), " ".join(one))
    assert between(" ".join(one), " ".join(one)) is Difference.WORDING
