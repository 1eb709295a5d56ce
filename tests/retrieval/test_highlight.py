"""What is marked is the window that answers, and the words that match, whole, in the passage."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import arabic, chunking
from retrieval.highlight import decisive, matches

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


def marked(question: str, passage: str) -> list[str]:
    return [passage[slice(*span)] for span in matches(question, passage)]


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        (
            "متى بنيت المدارس؟",
            "بُنِيَتْ مدارسُها قديمًا، والمدارسُ كثيرة",
            ["بُنِيَتْ", "مدارسُها", "والمدارسُ"],
        ),
        ("أين غزة؟", "من غزّة إلى غزة، ولغزة وبغزة", ["غزّة", "غزة", "ولغزة", "وبغزة"]),
        ("كم عاما مضى؟", "عام واحد وعامًا آخر", ["عام", "وعامًا"]),
        ("من هم اللبنانيون؟", "لبناني في لبنان", ["لبناني", "لبنان"]),
        ("أين كارولينا؟", "ولاية كارولاينا", ["كارولاينا"]),
        ("من شارك؟", "شاركت البلدة في العيد", ["شاركت"]),
        ("عام ١٩٦١", "في 1961 لا 1962 ولا 19610", ["1961"]),
        ("سنة 7", "7 قرى و٧ مدن", ["7", "و٧"]),
        ("Where is Baghdad?", "عاش في بغداد، وببغداد مات", ["بغداد", "وببغداد"]),
        ("где Багдад", "مدينة بَغْداد", ["بَغْداد"]),
        ("شركة Samsung", "شركة SAMSUNG العملاقة", ["شركة", "SAMSUNG"]),
        ("ما النيل؟", "الـــنّيل نهر", ["الـــنّيل"]),
        ("الله", "قال ﷲ، والنبيﷺ", ["ﷲ", "ﷺ"]),
        ("هل هو في البيت؟", "هو في بيت، وهي في البيت", ["بيت", "البيت"]),
        ("المصرف", "مصر والمصري والمدينة", []),
        ("محمد بن سلمان", "لبنان", []),
        ("formation", "Information", []),
        ("", "كلام", []),
        ("كلام", "", []),
    ],
)
def test_words_that_match_are_marked_whole_as_written(
    question: str, passage: str, expected: list[str]
) -> None:
    """Stems, particles, endings, misspellings, digits, sounds; stop words and strangers not."""
    assert marked(question, passage) == expected


def test_all_words_of_a_phrase_are_marked_where_they_stand_together() -> None:
    """Stop words too, but only there; its content words match elsewhere as any others do."""
    passage = "مشى في كل قرية. ذهب في الفجر كل يوم، وفي كل، قرية نزل."
    assert marked("«في كل قرية»", passage) == ["في", "كل", "قرية", "قرية"]
    assert marked("«ذهب في»", passage) == ["ذهب", "في"]


@pytest.mark.parametrize("question", ["كلمة " * 5000, '"' + "كلمة " * 5000 + '"', "ظ" * 5000])
def test_a_pasted_question_marks_words_as_any_other(question: str) -> None:
    assert marked(question, f"{FIRST} كلمة") == (["كلمة"] if "كلمة " in question[:9] else [])


@given(
    st.text() | st.sampled_from([FIRST, SECOND, SHORT]), st.text() | st.just(f"{FIRST} {SECOND}")
)
def test_matches_are_whole_words_in_order(question: str, passage: str) -> None:
    """For any question and text: words of the text, ascending, apart, each marked once."""
    found = matches(question, passage)
    assert set(found) <= {word.span for word in arabic.words(passage)}
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(st.sampled_from([FIRST, SECOND, SHORT]))
def test_a_text_matches_all_its_own_content_words(text: str) -> None:
    content = [word.span for word in arabic.content_words(text)]
    assert list(matches(text, text)) == content
