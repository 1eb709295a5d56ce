"""Sentences, passages and windows: whole, in order, in bounds, and exactly where they say."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import Encoder
from retrieval.chunking import MAX_WORDS, WINDOW_WORDS, passages, sentences, windows
from retrieval.types import Span

TEXT = "مدينة البحر صيادون، قديمة ميناء السفن وصلت أمس؛ من عند الفجر تحمل 3.5 د. و«الزيت»"
ENDS = (".", "؟", "!", "…", "\n", ".»", "。")

arabic_text = st.text("ابتثجحدرسعقكلمنهوية ًَُِّ \n\t.،؛؟!…«»\"'():-3٥۔。de", max_size=400)
sentence_lists = st.lists(
    st.tuples(st.integers(1, 160), st.sampled_from(ENDS)), min_size=1, max_size=25
)


def text_of(lengths: Sequence[tuple[int, str]]) -> str:
    """Return sentences of so many words each, with these ends."""
    chooser = random.Random(len(lengths))  # noqa: S311 - repeatable, not secret
    bodies = (" ".join(chooser.choices(TEXT.split(), k=length)) for length, _ in lengths)
    return " ".join(body + end for body, (_, end) in zip(bodies, lengths, strict=True))


def characters(texts: Sequence[str]) -> list[int]:
    """Count a token a character: the strictest measure there can be."""
    return [len("".join(text.split())) for text in texts]


def cut(text: str, spans: Sequence[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def word_count(text: str) -> int:
    return len(text.split())


def check_cover(text: str, spans: Sequence[Span]) -> None:
    """Spans ascend apart, are trimmed and leave out nothing but white space."""
    for before, after in pairwise(spans):
        assert before.end <= after.start
    for part in cut(text, spans):
        assert part
        assert part == part.strip()
    assert "".join("".join(cut(text, spans)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل القطار. نزل الركاب.", ["وصل القطار.", "نزل الركاب."]),
        ("هل وصل؟ نعم! تأخر؛ ثم جاء…", ["هل وصل؟", "نعم!", "تأخر؛", "ثم جاء…"]),
        ("قال: «انتهى الأمر.» ثم خرج.", ["قال: «انتهى الأمر.»", "ثم خرج."]),
        ('سأل "متى؟" فسكتوا.', ['سأل "متى؟"', "فسكتوا."]),
        ("(عاد مساء.) ونام.", ["(عاد مساء.)", "ونام."]),
        ("ارتفع السعر 3.5 دراهم. ثم هبط.", ["ارتفع السعر 3.5 دراهم.", "ثم هبط."]),
        ("زر www.example.org/a.b?c=d لتعرف.", ["زر www.example.org/a.b?c=d لتعرف."]),
        ("حضر د. سامي وأ.د. ليلى. جلسا.", ["حضر د. سامي وأ.د. ليلى.", "جلسا."]),
        ("حضر أ.د. سامي. جلس.", ["حضر أ.د. سامي.", "جلس."]),
        ("قالت (د. منى) ذلك. وسكتت.", ["قالت (د. منى) ذلك.", "وسكتت."]),
        ("كتب «د. منى» اسمها. ومضت.", ["كتب «د. منى» اسمها.", "ومضت."]),
        ("طوله 90 م. وعرضه 20 م. تقريبا.", ["طوله 90 م. وعرضه 20 م. تقريبا."]),
        ("سنة 620 هـ. في الشام. ثم عاد.", ["سنة 620 هـ. في الشام.", "ثم عاد."]),
        (
            "He met Dr. Salt and Mrs. J. Reed. They left.",
            ["He met Dr. Salt and Mrs. J. Reed.", "They left."],
        ),
        ("تردد... ثم مضى.", ["تردد...", "ثم مضى."]),
        ("أحقا؟! نعم!!", ["أحقا؟!", "نعم!!"]),
        ("عنوان\nنص أول\n\n\nنص ثان", ["عنوان", "نص أول", "نص ثان"]),
        ("北京是首都。上海很大！你好吗？好", ["北京是首都。", "上海很大！", "你好吗？", "好"]),
        ("بلا نهاية", ["بلا نهاية"]),
        ("  مسافات حوله.  \n ", ["مسافات حوله."]),
        ("كلمة، وفاصلة: ونقطتان", ["كلمة، وفاصلة: ونقطتان"]),
        ("", []),
        (" \n\t ", []),
        ("؟", ["؟"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    """At marks and line breaks; not inside numbers, addresses, initials or abbreviations."""
    assert cut(text, sentences(text)) == expected


@given(st.text() | arabic_text)
def test_sentences_cover_any_text_exactly(text: str) -> None:
    check_cover(text, sentences(text))


@given(sentence_lists)
def test_passages_cover_any_article_within_the_most_words(
    lengths: list[tuple[int, str]],
) -> None:
    text = text_of(lengths)
    found = passages(text)
    check_cover(text, found)
    assert max(map(word_count, cut(text, found))) <= MAX_WORDS


@given(st.text() | arabic_text, st.integers(20, 60))
def test_passages_keep_to_the_token_budget(text: str, budget: int) -> None:
    """Whatever the text, and even where a token is as short as a character."""
    found = passages(text, characters, budget)
    check_cover(text, found)
    assert max(characters(cut(text, found)), default=0) <= budget


@given(st.lists(st.tuples(st.integers(1, 60), st.sampled_from(ENDS)), min_size=1, max_size=25))
def test_passages_are_of_whole_sentences(lengths: list[tuple[int, str]]) -> None:
    """Where no sentence is too long, every passage begins and ends with one."""
    text = text_of(lengths)
    bounds = sentences(text)
    found = passages(text)
    assert {span.start for span in found} <= {span.start for span in bounds}
    assert {span.end for span in found} <= {span.end for span in bounds}


def test_most_passages_of_long_articles_are_near_the_target() -> None:
    """Of ordinary sentences, nine passages in ten have 80 to 120 words, and none more."""
    chooser = random.Random(3)  # noqa: S311 - repeatable, not secret
    counts = []
    for _ in range(10):
        text = text_of([(chooser.randint(4, 30), ".") for _ in range(80)])
        counts += [word_count(part) for part in cut(text, passages(text))]
    assert max(counts) <= MAX_WORDS
    assert sum(80 <= count <= 120 for count in counts) >= 0.9 * len(counts)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=9))
def test_the_grouping_is_the_best_of_all(lengths: list[int]) -> None:
    """No other grouping within the bound has a smaller sum of squared distances from 100 words."""
    text = "\n".join(" ".join(["كلمة"] * length) for length in lengths)

    def price(counts: Sequence[int]) -> int:
        return sum((count - 100) ** 2 for count in counts)

    def groupings(rest: Sequence[int]) -> list[list[int]]:
        heads = range(1, len(rest) + 1)
        tails = [(sum(rest[:n]), groupings(rest[n:])) for n in heads if sum(rest[:n]) <= MAX_WORDS]
        return [[head, *tail] for head, others in tails for tail in others] if rest else [[]]

    found = [word_count(part) for part in cut(text, passages(text))]
    assert price(found) == min(map(price, groupings(lengths)))


def test_a_sentence_too_long_is_cut_at_a_comma_near_its_middle() -> None:
    text = " ".join([*["أول"] * 90, "فاصلة،", *["ثان"] * 70])
    first, second = cut(text, passages(text))
    assert first.endswith("فاصلة،")
    assert word_count(second) == 70


def test_a_sentence_too_long_without_commas_is_cut_between_words() -> None:
    text = " ".join(["كلمات"] * 1000)
    found = passages(text)
    check_cover(text, found)
    assert {word for part in cut(text, found) for word in part.split()} == {"كلمات"}


@pytest.mark.parametrize(
    "text",
    [
        "وَصَلَتِ السَّفِينَةُ إِلَى المِينَاءِ القَدِيمِ " * 60,
        "سلسلة" * 2000,
        "x" * 5000,
        "漢字" * 1500,
        "١٢٣٤٥٦٧٨٩٠" * 300,
        "😀" * 900,
        "https://example.org/" + "a%D8%AF/" * 400,
    ],
    ids=["vocalised", "one word", "latin", "chinese", "digits", "emoji", "address"],
)
def test_no_passage_exceeds_the_model_s_budget(text: str, encoder: Encoder) -> None:
    """By the real tokenizer's count, for vocalised text and for strings without a space."""
    found = passages(text, encoder.count_tokens, 200)
    check_cover(text, found)
    assert max(encoder.count_tokens(cut(text, found))) <= 200


def test_a_text_without_words_has_no_passage() -> None:
    assert passages("") == passages(" \n\n ") == []


def test_a_character_over_the_budget_is_kept_whole() -> None:
    """Nothing is lost even where no cut can help."""
    assert passages("اب", lambda texts: [9] * len(texts), 5) == [Span(0, 1), Span(1, 2)]


@given(sentence_lists)
def test_windows_cover_a_passage_with_enough_words_each(lengths: list[tuple[int, str]]) -> None:
    """Each has at least 18 words, unless the whole passage is shorter and is one window."""
    text = text_of(lengths)
    found = windows(text)
    check_cover(text, found)
    if word_count(text) < WINDOW_WORDS:
        assert found == [Span(0, len(text.rstrip()))]
    else:
        assert min(map(word_count, cut(text, found))) >= WINDOW_WORDS
    assert {span.start for span in found} <= {span.start for span in sentences(text)}


def test_windows_are_as_small_as_the_bound_allows() -> None:
    """Sentences of 18 words are a window each; a short one joins the one before it."""
    text = text_of([(18, "."), (10, "."), (8, "."), (20, "؟"), (3, ".")])
    assert [word_count(part) for part in cut(text, windows(text))] == [18, 18, 23]


def test_a_text_without_words_has_no_window() -> None:
    assert windows(" \n") == []
