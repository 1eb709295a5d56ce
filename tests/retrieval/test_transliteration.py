"""A word in other letters has among its Arabic spellings the one that Arabic writers use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.transliteration import romanised, spellings


def forms(word: str, best: int) -> list[str]:
    return [spelling.form for spelling in spellings(romanised(word))][:best]


@pytest.mark.parametrize(
    ("written", "arabic"),
    [
        ("Raqqa", "رقة"),
        ("Rakka", "ركا"),
        ("Ракка", "رقا"),
        ("Ράκα", "رقة"),
        ("Deir", "دير"),
        ("Ντέιρ", "دير"),
        ("Zor", "زور"),
        ("ezzor", "الزور"),
        ("Soleimani", "سليماني"),
        ("Сулеймани", "سليماني"),
        ("Σουλεϊμανί", "سليماني"),
        ("Halab", "حلب"),
        ("7alab", "حلب"),
        ("Халаб", "حلب"),
        ("Idlib", "ادلب"),
        ("Manbidzh", "منبج"),
        ("Baghdad", "بغداد"),
        ("Iraq", "عراق"),
        ("Aden", "عدن"),
        ("Messi", "ميسي"),
        ("Gates", "غيتس"),
        ("mat7af", "متحف"),
        ("3askari", "عسكري"),
        ("ta2wim", "تقويم"),
        ("mashrou3", "مشروع"),
        ("9ahwa", "قهوة"),
        ("6areeg", "طريق"),
        ("lmontakhab", "المنتخب"),
        ("el7a2i2i", "الحقيقي"),
        ("byektob", "يكتب"),
        ("bet3'anni", "تغني"),
        ("ghazwet", "غزوة"),
        ("$ou", "شو"),
        ("chkoun", "شكون"),
    ],
)
def test_a_common_spelling_is_among_the_likeliest(written: str, arabic: str) -> None:
    assert arabic in forms(written, 100)


@pytest.mark.parametrize(
    ("written", "likely", "unlikely"),
    [
        ("3oroush", "عروش", "عروسه"),
        ("khan", "خان", "كهان"),
        ("soltan", "سلطان", "ثلطان"),
        ("el7arb", "الحرب", "يلحرب"),
    ],
)
def test_what_letters_mostly_write_costs_less(written: str, likely: str, unlikely: str) -> None:
    """Two letters of one sound are rarely two sounds."""
    ranked = forms(written, 200)
    assert likely in ranked
    assert unlikely not in ranked or ranked.index(likely) < ranked.index(unlikely)


@pytest.mark.parametrize("word", ["", "2018", "7", "x" * 31, "b"])
def test_what_is_no_word_has_no_spelling(word: str) -> None:
    """A number, a letter alone, and a word too long to be one."""
    assert spellings(word) == ()


@given(st.text(max_size=12))
def test_any_word_has_arabic_spellings_or_none(word: str) -> None:
    """Ascending in cost, each once, of two Arabic letters at least."""
    found = spellings(romanised(word))
    assert [s.cost for s in found] == sorted(s.cost for s in found)
    assert len({spelling.form for spelling in found}) == len(found)
    for spelling in found:
        assert len(spelling.form) > 1
        assert all("\N{ARABIC LETTER HAMZA}" <= char <= "\u064a" for char in spelling.form)


@given(st.text(max_size=30))
def test_any_word_is_romanised_in_plain_letters(word: str) -> None:
    assert set(romanised(word)) <= set("abcdefghijklmnopqrstuvwxyz0123456789$'")
