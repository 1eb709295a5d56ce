"""Names keep their consonants from one script to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import arabic
from retrieval.phonetic import SHORTEST, of_word, skeleton, skeletons


def sounds(text: str) -> set[str]:
    return set(skeletons(text))


@pytest.mark.parametrize(
    "spellings",
    [
        ("سليماني", "Soleimani", "Suleymani", "Сулеймани", "Σουλεϊμανί"),
        ("حلب", "7alab"),
        ("ميركل", "Merkel", "Меркель"),
        ("بغداد", "Baghdad", "Багдад"),
        ("القذافي", "Qadhafi", "Kadhafi"),
        ("بوتين", "Putin", "Путин"),
        ("الشرق", "Asharq al-sharq sharq"),
    ],
)
def test_spellings_of_one_name_share_a_skeleton(spellings: tuple[str, ...]) -> None:
    """The Arabic name is found by its spellings in Latin letters, Cyrillic and Greek."""
    own, *others = (of_spelling(spelling) for spelling in spellings)
    for other in others:
        assert own & other, (own, other)


def of_spelling(text: str) -> set[str]:
    forms = [word.form for word in arabic.words(text)]
    return {each for form in forms for each in (*of_word(form), skeleton(form))}


@pytest.mark.parametrize(("one", "other"), [("حلب", "دمشق"), ("Merkel", "Macron"), ("سعد", "عمر")])
def test_different_names_differ(one: str, other: str) -> None:
    assert not of_spelling(one) & of_spelling(other)


def test_a_prefix_does_not_hide_a_name() -> None:
    """The article and the particles written with a word are tried with and without."""
    assert "slmn" in sounds("لسليماني")
    assert "mrkl" in sounds("وميركل")
    assert "$rk" in sounds("بالشرق")


def test_short_skeletons_are_not_searched() -> None:
    """Two consonants stand in too many words."""
    assert sounds("دير الزور من على") == {"lsr"}
    assert sounds("the of a to") == set()


@given(st.text(max_size=30))
def test_any_text_has_long_skeletons_of_plain_letters(text: str) -> None:
    """Whatever comes in, what is indexed is lower-case ASCII consonants without spaces."""
    for found in skeletons(text):
        assert len(found) >= SHORTEST
        assert found.isascii()
        assert not set(found) & set(" aeiou")
