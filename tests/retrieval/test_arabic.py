"""Spelling, keyboards and fonts fold away; what tells words apart, and where they stand, stays."""

import unicodedata
from itertools import groupby, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.arabic import (
    STOP_WORDS,
    asked_words,
    content_words,
    fold,
    forms,
    stem,
    terms,
    words,
)

MARKS = "".join(map(chr, [*range(0x064B, 0x0653), 0x0670, 0x0610, 0x06D6, 0x06E5]))
WRITTEN_MARKS = "\ufc5e\ufc60\ufc63\ufcf2\ufe70\ufe71\ufe76\ufe7c\ufe7f"
TATWEEL = "\N{ARABIC TATWEEL}"
LETTERS = "".join(map(chr, [*range(0x0621, 0x063B), *range(0x0641, 0x064B)]))
FOREIGN = "پچژگڤکیےہھەۀةﻻﻼﷲﷺﺍﻣé한ᄀかÅßİſ½⑴ŀ"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\u202b\u2066\u2069\u00ad\u061c\ufe0f\ufeff"

arabic_text = st.text(
    LETTERS + MARKS + TATWEEL + FOREIGN + INVISIBLE + "\u0301\u0653\u0654\u0655\u3099ᅡ 0٣۴"
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أحمد", "احمد"),
        ("إيمان", "ايمان"),
        ("آمال", "امال"),
        ("\N{ARABIC LETTER ALEF WASLA}لقمر", "القمر"),
        ("مستشفى", "مستشفي"),
        ("علی", "علي"),
        ("مدرسة", "مدرسه"),
        ("ہوا", "هوا"),
        ("مسؤول", "مسءول"),
        ("مسئول", "مسءول"),
        ("و\N{ARABIC HAMZA ABOVE}", "\N{ARABIC LETTER HAMZA}"),
        ("سماء", "سماء"),
        ("کتاب", "كتاب"),
        ("گوگل", "كوكل"),
        ("پاریس", "باريس"),
        ("چاد", "جاد"),
        ("ژاله", "زاله"),
        ("ڤيينا", "فيينا"),
        ("ٲحمد", "احمد"),
        ("خانۀ", "خانه"),
        ("لڑکے", "لركي"),
        ("ٹیپو", "تيبو"),
        ("خاں", "خان"),
        ("أݣادير", "اكادير"),
        ("أڭادير", "اكادير"),
        ("ڕۆژێ", "روزي"),
    ],
)
def test_spelling_variants_fold_into_one_letter(written: str, folded: str) -> None:
    """Alef, yeh, teh marbuta, hamza carriers and Persian letters each have one searched form."""
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("كِتَابٌ", "كتاب"),
        ("مُحَمَّدٌ", "محمد"),
        ("هَٰذَا", "هذا"),
        ("ٱلرَّحْمَٰنِ", "الرحمن"),
        ("كـــتـاب", "كتاب"),
        ("می\u200cخواهم", "ميخواهم"),
        ("\u2067سلام\u2069\u200f", "سلام"),
        ("مسو\u200d\u0654ول", "مسءول"),
        ("ﻣ\ufe76ﺪﺭ\ufc60ﺱ", "مدرس"),
        ("ن\ufe0fص", "نص"),
    ],
)
def test_marks_tatweel_and_invisible_characters_go(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ﻛﺘﺎﺏ", "كتاب"),
        ("ﻻ", "لا"),
        ("ﺃﻷ", "الا"),
        ("ﷲ", "الله"),
        ("ＡＢＣ１２", "abc12"),
        ("ﬁn", "fin"),
    ],
)
def test_presentation_forms_are_the_letters_they_show(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("digits", ["٢٠٢٤", "۲۰۲۴", "2024", "२०२४", "２０２４"])
def test_every_script_s_decimal_digits_are_ascii_digits(digits: str) -> None:
    assert fold(digits) == "2024"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Café", "cafe"),
        ("CAFE\u0301", "cafe"),
        ("Straße", "strasse"),
        ("Αθήνα", "αθηνα"),
        ("Йод", "иод"),
        ("WHO", "who"),
        ("éؤ", "eء"),
    ],
)
def test_latin_greek_and_cyrillic_lose_accents_and_case(written: str, folded: str) -> None:
    """Also beside Arabic, whose composed letters are not taken apart."""
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("بيت", "بنت"), ("علم", "عمل"), ("حرب", "خرب"), ("صيف", "سيف"), ("طين", "تين"), ("1", "2")],
)
def test_letters_that_tell_words_apart_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
@example("é\u0929")
@example("か\u200d\u3099")
@example("ᄀ\u0301ᅡ")
@example("و\u0640\u0654")
def test_folding_anything_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(arabic_text)
def test_folding_arabic_twice_changes_nothing_more(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(arabic_text)
def test_no_dropped_or_folded_character_is_left(text: str) -> None:
    """After folding there is no mark, tatweel, variant letter or digit that another could be."""
    left = set(fold(text))
    assert not left & set(MARKS + TATWEEL + INVISIBLE + "أإآٱىةؤئیکگپچژڤہھە٣۴")


vocalised = st.lists(
    st.tuples(st.sampled_from(LETTERS + " "), st.text(MARKS + WRITTEN_MARKS + TATWEEL, max_size=3)),
    max_size=30,
)


@given(vocalised)
def test_vocalised_and_bare_text_give_the_same_words(pairs: list[tuple[str, str]]) -> None:
    """Marks and tatweel behind the letters, and none after a space, change no word."""
    bare = "".join(letter for letter, _ in pairs)
    full = "".join(letter + (marks if letter != " " else "") for letter, marks in pairs)
    assert forms(full) == forms(bare)


@given(st.text() | arabic_text, st.sampled_from(INVISIBLE + TATWEEL + WRITTEN_MARKS), st.data())
def test_nothing_unseen_inside_a_word_changes_it(
    text: str, unseen: str, data: st.DataObject
) -> None:
    """Tatweel, zero-width and direction characters anywhere between a word's ends."""
    inner = [at for word in words(text) for at in range(word.span.start + 1, word.span.end)]
    if inner:
        at = data.draw(st.sampled_from(inner))
        assert forms(text[:at] + unseen + text[at:]) == forms(text)


@given(st.text() | arabic_text)
def test_spans_say_exactly_where_words_stand(text: str) -> None:
    """What a span holds gives its words and no other; spans ascend, and none ends unseen."""
    by_span = groupby(words(text), key=lambda word: word.span)
    spans = []
    for span, found in by_span:
        spans.append(span)
        inside = text[slice(*span)]
        assert [word.form for word in found] == forms(inside)
        assert unicodedata.category(inside[-1]) != "Cf"
        assert inside.strip() == inside
    assert all(before.end <= after.start for before, after in pairwise(spans))


@given(st.text() | arabic_text)
def test_no_letter_stands_outside_the_words(text: str) -> None:
    """What no span covers holds no letter or digit that folding keeps."""
    kept = list(text)
    for word in words(text):
        for at in range(*word.span):
            kept[at] = " "
    outside = "".join(kept)
    assert not [
        char for char in outside if unicodedata.category(char)[0] in "LN" and fold(char).strip()
    ]


def test_words_of_a_sentence_in_order_with_their_places() -> None:
    text = "زارَ الوزيرُ (أمس) 3 مدارسَ."
    assert [(word.form, text[slice(*word.span)]) for word in words(text)] == [
        ("زار", "زارَ"),
        ("الوزير", "الوزيرُ"),
        ("امس", "أمس"),
        ("3", "3"),
        ("مدارس", "مدارسَ"),
    ]


@pytest.mark.parametrize("text", ["النبي ﷺ قال", "النبيﷺقال"])
def test_a_ligature_of_several_words_gives_each_at_its_place(text: str) -> None:
    """Set close to another word it is still not a part of it."""
    assert forms(text) == ["النبي", "صلي", "الله", "عليه", "وسلم", "قال"]
    assert {text[slice(*word.span)] for word in list(words(text))[1:5]} == {"ﷺ"}


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("قال ﷲ لا", [("قال", 0, 3), ("الله", 4, 5), ("لا", 6, 8)]),
        ("وﷲ ﻻ", [("والله", 0, 2), ("لا", 3, 4)]),
        ("3½ كغ", [("3", 0, 1), ("1", 1, 2), ("2", 1, 2), ("كغ", 3, 5)]),
        ("⒈كتاب", [("1", 0, 1), ("كتاب", 1, 5)]),
        ("Straße ٣", [("strasse", 0, 6), ("3", 7, 8)]),
        ("\u200fبَيْتٌ\u200f، ـــ دار", [("بيت", 1, 7), ("دار", 14, 17)]),
        ("آية\u06dd١٢", [("ايه", 0, 3), ("12", 4, 6)]),
        ("😀ﷻ", [("جل", 1, 2), ("جلاله", 1, 2)]),
    ],
)
def test_places_hold_where_one_character_is_many_or_none(
    text: str, places: list[tuple[str, int, int]]
) -> None:
    """Ligatures, sharp s, fractions, list numbers; marks and direction characters are nothing."""
    assert [(word.form, *word.span) for word in words(text)] == places


@pytest.mark.parametrize("text", ["", " \n\t", "؟!…«»", "😀👍🏽", "ـــ", "\ud800\udfff", "َُِ"])
def test_text_without_a_letter_or_digit_has_no_word(text: str) -> None:
    assert forms(text) == []


@pytest.mark.parametrize(
    ("written", "stemmed"),
    [
        ("الكتاب", "كتاب"),
        ("والكتاب", "كتاب"),
        ("بالمدرسة", "مدرس"),
        ("كالبحر", "بحر"),
        ("فالرجل", "رجل"),
        ("للطلاب", "طلاب"),
        ("وكتاب", "كتاب"),
        ("كتابها", "كتاب"),
        ("معلمون", "معلم"),
        ("معلمين", "معلم"),
        ("معلمان", "معلم"),
        ("سيارات", "سيار"),
        ("عربية", "عرب"),
        ("عربي", "عرب"),
        ("مكتبة", "مكتب"),
        ("والمعلمات", "معلم"),
        ("الحكومية", "حكوم"),
        ("حرياتهم", "حرياتهم"),
        ("ولد", "ولد"),
        ("الم", "الم"),
        ("ان", "ان"),
        ("هي", "هي"),
        ("بها", "بها"),
        ("paris", "paris"),
    ],
)
def test_stems_are_those_of_light10(written: str, stemmed: str) -> None:
    """One waw, one article, then each suffix once in its order, leaving two letters or more."""
    assert stem(fold(written)) == stemmed


@given(st.text(LETTERS, min_size=2, max_size=12).map(fold))
def test_a_stem_is_a_part_of_its_word_of_at_least_two_letters(form: str) -> None:
    found = stem(form)
    assert found in form
    assert len(found) >= min(2, len(form))


@pytest.mark.parametrize(
    ("form", "grams"),
    [
        ("مدرسه", ("_مدر", "مدرس", "درسه", "رسه_")),
        ("قمر", ("_قمر", "قمر_")),
        ("يد", ("_يد_",)),
        ("5", ("_5_",)),
    ],
)
def test_grams_are_four_characters_of_the_word_between_its_edges(
    form: str, grams: tuple[str, ...]
) -> None:
    assert terms(form).grams == grams
    assert terms(form).stem == stem(form)


def test_stop_words_are_left_out_however_they_are_spelt() -> None:
    """Vowels, hamza and alef maksura do not hide a stop word; content words stay."""
    kept = [word.form for word in content_words("إِلَى اين ذهب هذا القطار على السكه؟ وعلي")]
    assert kept == ["ذهب", "القطار", "السكه"]


def test_particles_that_stand_alone_are_stop_words() -> None:
    """As before a quotation mark; other letters alone may be initials."""
    assert [word.form for word in content_words('و لـ"الوزير" ب د. ج 5')] == [
        "الوزير",
        "د",
        "ج",
        "5",
    ]


def test_stop_words_are_folded() -> None:
    assert {fold(word) for word in STOP_WORDS} == STOP_WORDS
    assert {"في", "الي", "هل", "متي", "هءلاء"} <= STOP_WORDS


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("شو صار بالجسر؟", ["صار", "بالجسر"]),
        ("القلعة دابت إزاي", ["القلعه", "دابت"]),
        ("وش أعلى برج", ["اعلي", "برج"]),
        ("هسه منو عايش بالقلعة", ["عايش", "بالقلعه"]),
        ("علاش شحال ديال الناس", ["الناس"]),
        ("اللي بدي أعرفه مو هيدا", ["اعرفه"]),
    ],
)
def test_function_words_of_dialects_are_left_out_of_questions(
    question: str, left: list[str]
) -> None:
    """Of the Levant, Egypt, the Gulf, Iraq and the Maghreb."""
    assert [word.form for word in asked_words(question)] == left


def test_function_words_of_dialects_stay_in_articles() -> None:
    """There they may be names."""
    assert [word.form for word in content_words("توك شو مع جون وين")] == ["توك", "شو", "جون", "وين"]


@pytest.mark.parametrize("content", ["عم النبي", "عازف كمان", "دي ماريا", "الزي العسكري"])
def test_words_that_standard_arabic_has_too_are_kept(content: str) -> None:
    assert len(list(asked_words(content))) == 2


@pytest.mark.parametrize("text", ["", "ﷺ قال: «مَرْحَبًا» 12٫5", "Ünïted  النّاس، و123"])
def test_forms_are_those_of_the_words(text: str) -> None:
    assert forms(text) == [word.form for word in words(text)]
