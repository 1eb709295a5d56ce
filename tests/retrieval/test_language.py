"""The script of most letters names the language, as far as a script can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language import ARABIC, language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("أين تقع المنارة؟", ARABIC),
        ("أَيْنَ؟", ARABIC),
        ("چه خبر", ARABIC),
        ("ﻣﺮﺣﺒﺎ", ARABIC),
        ("What is this?", "und-Latn"),
        ("wayn al manara 3", "und-Latn"),
        ("Où?", "und-Latn"),
        ("Где маяк?", "und-Cyrl"),
        ("Πού είναι;", "el"),
        ("איפה המגדלור", "he"),
        ("कहाँ है", "und-Deva"),
        ("কোথায়", "bn"),
        ("ที่ไหน", "th"),
        ("어디에", "ko"),
        ("灯塔在哪里？", "zh"),
        ("灯台はどこですか", "ja"),
        ("カタカナ", "ja"),
        ("Որտեղ", "hy"),
        ("სად არის", "ka"),
        ("የት ነው", "und-Ethi"),
    ],
)
def test_a_script_gives_its_tag(text: str, tag: str) -> None:
    assert language(text) == tag


@pytest.mark.parametrize("text", ["", " ", "123", "٤٥٦", "۱۲۳", "؟!،", "😀", "\ud800", "َُِ", "ـ؟"])
def test_a_text_without_letters_is_undetermined(text: str) -> None:
    """Digits, marks and signs are no letters, in Arabic either."""
    assert language(text) == "und"


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("ما معنى SMB في الشبكات؟", ARABIC),
        ("what does كتاب mean exactly", "und-Latn"),
        ("東京タワーの高さ", "ja"),
        ("大学図書館の本", "ja"),
    ],
)
def test_the_most_letters_decide(text: str, tag: str) -> None:
    """And a few kana make any number of Chinese characters Japanese."""
    assert language(text) == tag


@given(st.text(), st.text("ابتثجحخ", min_size=1))
def test_more_arabic_than_all_else_is_arabic(other: str, arabic: str) -> None:
    assert language(other + arabic * (len(other) + 1)) == ARABIC
