"""Quotation marks that mean a phrase, and the many that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import arabic
from retrieval.phrases import only_phrases, phrases

MARKS = "\"“”„‟«»‹›'’"
WORDS = ["رأس", "السنديان", "في", "ب", "15", "x", "l'eau", " ", "  ", "\n", "؟", ".", "ﷺ"]


def texts(question: str) -> list[str]:
    return [phrase.text for phrase in phrases(question)]


@pytest.mark.parametrize(
    "quoted",
    [
        '"رأس السنديان"',
        "«رأس السنديان»",
        "»رأس السنديان«",
        "“رأس السنديان”",
        "”رأس السنديان”",
        "„رأس السنديان“",
        "„رأس السنديان”",
        "‹رأس السنديان›",
        '" رأس السنديان "',
        "«\u200fرأس السنديان\u200f»",
    ],
)
@pytest.mark.parametrize("around", ["{}", "متى بنيت {}؟", "ب{} أم لا", "لـ{}،", "({})", "d'{} !"])
def test_every_kind_of_marks_makes_a_phrase(quoted: str, around: str) -> None:
    """With blanks inside, and with a particle or punctuation close to them."""
    (phrase,) = phrases(around.format(quoted))
    assert phrase.forms == ("راس", "السنديان")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ('من «رأس السنديان» إلى "وادي الزعفران"', ["رأس السنديان", "وادي الزعفران"]),
        ('ب"الرياض"و"جدة"', ["الرياض", "جدة"]),
        ('ما هي "المنارة"؟', ["المنارة"]),
        ('"في" و "من"', ["في", "من"]),
        ('"رأس" أم "رَأس"', ["رأس"]),
        ('قال "نعم «هذا» هو" لهم', ["نعم «هذا» هو"]),
        ('شاشة 15" و 17" في "دبي مول"', ["دبي مول"]),
        ('قبل "عام 1874"', ["عام 1874"]),
    ],
)
def test_each_phrase_is_found_once_in_order(question: str, expected: list[str]) -> None:
    """Single words and stop words too."""
    assert texts(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "",
        '"',
        '"المنارة',
        'المنارة"',
        'المنارة" في "البلدة',
        "«المنارة",
        "المنارة» في «البلدة",
        '""',
        "« »",
        '"؟!"',
        '"" المنارة ""',
        "don't say l'eau or rock 'n' roll",
        "‘المنارة’",
        'شاشة 15" و 17"',
        "٤٢”×٣٠”",
        'צה"ל ודו"ח',
        "「灯台」",
    ],
)
def test_other_marks_mean_nothing(question: str) -> None:
    """Without a partner or a word, apostrophes, inches, abbreviations: the question is asked."""
    assert phrases(question) == ()
    assert not only_phrases(question)


@pytest.mark.parametrize(
    "question", ['"متى بنيت المنارة؟"', " «متى بنيت المنارة؟ » ", "“When was it built?”"]
)
def test_marks_around_a_whole_question_only_quote_it(question: str) -> None:
    assert phrases(question) == ()


def test_marks_inside_a_quoted_question_count() -> None:
    assert texts('"من كتب «الأيام»؟"') == ["الأيام"]
    assert not only_phrases('"من كتب «الأيام»؟"')


def test_a_question_of_its_own_inside_another_is_a_phrase() -> None:
    assert texts('من كتب قصيدة "أين أنت؟"') == ["أين أنت؟"]


@pytest.mark.parametrize(
    ("question", "only"),
    [
        ('"رأس السنديان"', True),
        ("«رأس السنديان»؟", True),
        ('"رأس" "السنديان"', True),
        ('"رأس السنديان" في', False),
        ("رأس السنديان", False),
    ],
)
def test_a_question_may_be_phrases_only(question: str, only: bool) -> None:
    assert only_phrases(question) is only


def test_no_more_words_are_demanded_than_a_question_has_searched() -> None:
    """However long a phrase is, and however many there are."""
    (long,) = phrases(f'"{"كلمة " * 5000}"')
    assert long.forms == ("كلمه",) * arabic.QUESTION_WORDS
    many = phrases(" ".join(f'"ك{number}"' for number in range(5000)))
    assert len(many) == arabic.QUESTION_WORDS


@pytest.mark.parametrize("hostile", ['"', "«", "»", '"أ ', "« ", '"" ', "‹›", '"؟'])
def test_thousands_of_marks_are_read(hostile: str) -> None:
    assert len(phrases(hostile * 20_000)) <= 1


@given(st.lists(st.sampled_from(WORDS) | st.sampled_from(MARKS) | st.characters()).map("".join))
def test_a_phrase_is_words_of_the_question_in_their_order(question: str) -> None:
    """Whatever stands in a question, a phrase is a part of it, folded, and none is empty."""
    found = phrases(question)
    for phrase in found:
        assert phrase.text in question
        assert phrase.forms == tuple(word.form for word in arabic.words(phrase.text))
        assert phrase.forms
    assert len({phrase.forms for phrase in found}) == len(found)
    assert not (only_phrases(question) and not found)


@given(st.text())
def test_a_question_without_marks_has_no_phrase(question: str) -> None:
    bare = "".join(char for char in question if char not in '"“”„‟＂〝〞〟«»‹›')
    assert phrases(bare) == ()
