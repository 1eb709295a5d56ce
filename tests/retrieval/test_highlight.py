"""What is marked is the window that answers, whole, within the passage."""

from hypothesis import given
from hypothesis import strategies as st

from retrieval import chunking
from retrieval.highlight import decisive

FIRST = (
    "وصلت القافلة إلى الواحة مع الفجر بعد مسيرة تسعة أيام في الرمال، وكان الماء قد نفد منذ الأمس."
)
SECOND = "نصب التجار خيامهم قرب بئر كبيرة، وبدأوا بيع الملح والأقمشة لأهل القرى القادمين من كل صوب؟"
SHORT = "ثم رحلوا."


def test_the_window_asked_for_is_marked() -> None:
    """A short sentence is marked with the one before it."""
    passage = f"{FIRST}\n{SECOND} {SHORT}"
    for window, expected in enumerate([FIRST, f"{SECOND} {SHORT}"]):
        (span,) = decisive(passage, window)
        assert passage[slice(*span)] == expected


def test_a_passage_of_one_window_is_marked_whole() -> None:
    (span,) = decisive(f" {SHORT} ", 0)
    assert span == (1, 1 + len(SHORT))


def test_a_passage_without_a_word_is_not_marked() -> None:
    assert decisive(" \n", 0) == ()


@given(st.lists(st.sampled_from([FIRST, SECOND, SHORT]), min_size=1, max_size=8), st.data())
def test_every_window_is_marked_inside_the_passage(parts: list[str], data: st.DataObject) -> None:
    passage = " ".join(parts)
    window = data.draw(st.integers(0, len(chunking.windows(passage)) - 1))
    (span,) = decisive(passage, window)
    assert span == chunking.windows(passage)[window]
    assert 0 <= span.start < span.end <= len(passage)
