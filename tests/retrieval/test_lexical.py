"""tantivy against the BM25 formula written out here, and against what Arabic writers do."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import arabic, lexical
from retrieval.lexical import LexicalIndex, LexicalWriter
from retrieval.phrases import Phrase, phrases
from retrieval.types import Article, Filters

K1, B = 1.2, 0.75

Indexed: TypeAlias = Callable[[Sequence[Article]], LexicalIndex]

# Up to 40 terms tantivy keeps a field's exact length: about eight words with their 4-grams.
ARTICLES = [
    Article("0", "الزيتون شجرة معمرة في الجبل", title="الزيتون"),
    Article("1", "شجرة التين قرب شجرة الرمان", title="بستان"),
    Article("2", "عصر الزيتون موسم وعيد", source="الحقل", published=date(2023, 10, 5)),
    Article("3", "سفينة الملح في المرفأ", source="المرفأ", published=date(2024, 1, 31)),
    Article("4", "رقم 1961 ورقم ٤٧", title="أرقام", source="الحقل", published=date(2024, 2, 1)),
    Article("5", "Cafe Olive قرب البحر", source="الحقل"),
]


@pytest.fixture
def indexed(tmp_path: Path) -> Indexed:
    """Return a function that indexes each article's text as one passage."""

    def made(articles: Sequence[Article]) -> LexicalIndex:
        folder = tmp_path / f"lexical{len(list(tmp_path.iterdir()))}"
        with LexicalWriter(folder) as writer:
            for number, article in enumerate(articles):
                writer.add(number, article, article.text)
        return LexicalIndex.open(folder)

    return made


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("lexical") / "index"
    with LexicalWriter(folder) as writer:
        for number, article in enumerate(ARTICLES):
            writer.add(number, article, article.text)
    return LexicalIndex.open(folder)


def terms(text: str) -> list[str]:
    found = [arabic.terms(word.form) for word in arabic.content_words(text)]
    return [term for of_word in found for term in (of_word.stem, *of_word.grams)]


def bm25(question: str, fields: Sequence[str]) -> list[float]:
    """Score each text of one field by the formula of Robertson and Zaragoza, with idf above 0."""
    documents = [Counter(terms(text)) for text in fields]
    lengths = [document.total() for document in documents]
    mean = sum(lengths) / len(lengths)
    forms = dict.fromkeys(word.form for word in arabic.content_words(question))
    scores = [0.0] * len(fields)
    for term in terms(" ".join(forms)):
        holding = sum(term in document for document in documents)
        idf = math.log(1 + (len(fields) - holding + 0.5) / (holding + 0.5))
        for at, document in enumerate(documents):
            often = document[term]
            norm = K1 * (1 - B + B * lengths[at] / mean)
            scores[at] += idf * often * (K1 + 1) / (often + norm) if often else 0.0
    return scores


def numbers(index: LexicalIndex, question: str, filters: Filters | None = None) -> list[int]:
    return [found.passage for found in index.search(question, 100, filters)]


@pytest.mark.parametrize(
    "question",
    ["الزيتون", "شجرة", "شجرة الزيتون", "شجرة شجرة", "موسم الزيت", "1961", "بستان الملح"],
)
def test_scores_are_those_of_the_formula(index: LexicalIndex, question: str) -> None:
    """Body and title are each scored by BM25 and added; a repeated word counts once."""
    assert max(len(terms(article.text)) for article in ARTICLES) <= 40
    body = bm25(question, [article.text for article in ARTICLES])
    title = bm25(question, [article.title for article in ARTICLES])
    weight = lexical._WEIGHTS["title"]
    expected = {
        n: b + weight * t for n, (b, t) in enumerate(zip(body, title, strict=True)) if b + t
    }
    found = index.search(question, 100)
    assert {candidate.passage for candidate in found} == expected.keys()
    for candidate in found:
        assert candidate.score == pytest.approx(expected[candidate.passage], rel=1e-4)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


@pytest.mark.parametrize("question", ["شجرة الزيتون", "رقم 1961", "قرب البحر", "الملح"])
def test_scoring_given_passages_agrees_with_searching(index: LexicalIndex, question: str) -> None:
    """Passages without a word of the question have no score."""
    every = dict(index.search(question, 100))
    assert index.score(question, range(len(ARTICLES))) == pytest.approx(every)
    assert index.score(question, [0, 3]) == pytest.approx(
        {number: score for number, score in every.items() if number in {0, 3}}
    )


def test_a_limit_keeps_the_best(index: LexicalIndex) -> None:
    assert index.search("شجرة الزيتون", 2) == index.search("شجرة الزيتون", 100)[:2]


def test_a_word_in_the_title_finds_the_passage(indexed: Indexed) -> None:
    """And the passage that has it in both comes before those that have it in one."""
    index = indexed(
        [
            Article("a", "كلام عام هنا", title="الغزلان"),
            Article("b", "كلام غزلان هنا", title="الصحراء"),
            Article("c", "كلام غزلان هنا", title="الغزلان"),
            Article("d", "كلام عام هنا", title="الصحراء"),
        ]
    )
    found = numbers(index, "غزلان")
    assert found[0] == 2
    assert set(found) == {0, 1, 2}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {0, 2, 4}),
        (Filters(sources=["الحقل"]), {2, 4}),
        (Filters(sources=["المرفأ"]), set()),
        (Filters(sources=["الحق"]), set()),
        (Filters(since=date(2024, 2, 1)), {4}),
        (Filters(since=date(2024, 2, 2)), set()),
        (Filters(until=date(2023, 10, 5)), {2}),
        (Filters(until=date(2023, 10, 4)), set()),
        (Filters(since=date(2023, 1, 1), until=date(2024, 12, 31)), {2, 4}),
        (Filters(sources=["الحقل", "المرفأ"]), {2, 4}),
        (Filters(not_sources=["الحقل"]), {0}),
        (Filters(not_sources=["الحقل", "المرفأ"]), {0}),
        (Filters(sources=["الحقل"], not_sources=["الحقل"]), set()),
        (Filters(not_sources=["المرفأ"], until=date(2023, 12, 31)), {2}),
        (Filters(since=date(2023, 1, 1), sources=["الحقل"]), {2, 4}),
        (Filters(since=date.min, until=date.max), {2, 4}),
    ],
)
def test_filters_hold_inside_the_search(
    index: LexicalIndex, filters: Filters, expected: set[int]
) -> None:
    """Days count to the last, a source is matched whole, and undated is outside dated."""
    question = "الزيتون أرقام"
    assert set(numbers(index, question, filters)) == expected


def test_filters_change_no_score(index: LexicalIndex) -> None:
    every = dict(index.search("الزيتون", 100))
    limited = dict(index.search("الزيتون", 1, Filters(sources=["الحقل"], since=date(2023, 1, 1))))
    assert limited == {2: pytest.approx(every[2])}


@pytest.mark.parametrize(
    "wrapped",
    [
        '"{}',
        "{} AND",
        "AND {} OR NOT",
        "+{} -",
        "body:{}",
        "({}",
        "{}*",
        "{}~2^3",
        "[{} TO",
        "{}\\",
        "'{}'; --",
        "title:/{}/",
        "{{{}}}",
    ],
)
def test_query_syntax_is_only_characters(index: LexicalIndex, wrapped: str) -> None:
    """Quotes, brackets and operators neither fail nor change what the word finds."""
    assert 0 in numbers(index, wrapped.format("معمرة"))


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("شَجَرَةُ الرُّمَّانِ", 1),
        ("شجره الرمان", 1),
        ("الـــرمـــان", 1),
        ("ﺍﻟﺮﻣﺎﻥ", 1),
        ("المرفا", 3),
        ("١٩٦١", 4),
        ("۱۹۶۱", 4),
        ("47", 4),
        ("CAFÉ", 5),
        ("رمانات", 1),
        ("للسفينة", 3),
    ],
)
def test_other_spellings_find_the_same_passage(
    index: LexicalIndex, question: str, number: int
) -> None:
    """Vowels, hamza, tatweel, fonts, digits, accents, affixes: question and text may differ."""
    assert numbers(index, question)[0] == number


def test_a_misspelt_word_still_finds_its_passage(index: LexicalIndex) -> None:
    """Shared 4-grams are enough where the stem is not the same."""
    assert 0 in numbers(index, "الزيتوون")
    assert 3 in numbers(index, "سفينتنا")


@pytest.mark.parametrize("question", ["", "   ", "؟!", "😀", "من هو في", "إِلَى أَيْنَ", "\ud800"])
def test_a_question_without_content_words_finds_nothing(index: LexicalIndex, question: str) -> None:
    assert index.search(question, 10) == []
    assert index.score(question, [0, 1]) == {}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ('"شجرة معمرة"', [0]),
        ('"معمرة شجرة"', []),
        ('"شَجَرَةٌ مُعَمَّره"', [0]),
        ('"شجر معمرة"', []),
        ('"معمرة في الجبل"', [0]),
        ('"معمرة الجبل"', []),
        ('"في"', [0, 3]),
        ('"الزيتون"', [0, 2]),
        ('"زيتون"', []),
        ('"بستان"', [1]),
        ('"بستان شجرة"', []),
        ('"الزيتون الزيتون"', []),
        ('"رقم ١٩٦١ ورقم 47"', [4]),
        ('هل "cafe olive"', [5]),
        ('"شجرة" "الزيتون"', [0]),
        ('"شجرة" "سفينة"', []),
        ('"بستان" "شجرة الرمان"', [1]),
    ],
)
def test_a_phrase_is_held_word_for_word_in_the_text_or_the_title(
    index: LexicalIndex, question: str, expected: list[int]
) -> None:
    """Exact words in their order, stop words too; spelling is free; never across the two."""
    assert index.holding(phrases(question)).tolist() == expected


SCANNED = [
    [word.form for word in arabic.words(text)] for a in ARTICLES for text in (a.title, a.text)
]
FORMS = sorted({form for forms in SCANNED for form in forms})


@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=3))
def test_holding_finds_what_a_scan_finds(index: LexicalIndex, forms: list[str]) -> None:
    """Any words in any order, against reading every text and title."""
    wanted = f" {' '.join(forms)} "
    rows = [f" {' '.join(words)} " for words in SCANNED]
    expected = sorted({at // 2 for at, row in enumerate(rows) if wanted in row})
    assert index.holding([Phrase("", tuple(forms))]).tolist() == expected


def test_a_phrase_limits_a_search_and_changes_no_score(index: LexicalIndex) -> None:
    every = dict(index.search("شجرة الزيتون", 100))
    held = index.search("شجرة الزيتون", 100, phrases=phrases('"التين قرب"'))
    assert dict(held) == {1: pytest.approx(every[1])}
    with_filters = index.search("شجرة", 100, Filters(sources=["الحقل"]), phrases('"شجرة"'))
    assert with_filters == []


@pytest.mark.parametrize("text", ["ظ" * 70_000, "كلمة " * 5000, "\ud800 x", "AND OR * ^2 ~ [a TO"])
def test_a_hostile_phrase_is_held_nowhere(index: LexicalIndex, text: str) -> None:
    assert index.holding(phrases(f'"{text}"')).tolist() == []


def test_words_that_stand_nowhere_find_nothing(index: LexicalIndex) -> None:
    assert index.search("xylophone", 10) == []
    assert index.score("الزيتون", []) == {}


def test_only_the_first_words_of_a_pasted_text_are_searched(index: LexicalIndex) -> None:
    """A word past the 64th changes nothing, and a huge one is no error."""
    pasted = " ".join(f"w{number}" for number in range(64))
    assert index.search(f"{pasted} الزيتون", 10) == []
    assert numbers(index, f"الزيتون {pasted}")
    assert index.search("ظ" * 4000, 10) == []


def test_frequency_counts_passages_that_hold_the_stem(index: LexicalIndex) -> None:
    """In their bodies: the passage that holds it twice counts once, a title does not."""
    (stem,) = (arabic.terms(word.form).stem for word in arabic.content_words("شجرة"))
    assert index.frequency(stem) == 2
    assert index.frequency("بست") == 0
    assert index.count == len(ARTICLES)


def test_the_same_passages_give_the_same_scores_again(indexed: Indexed) -> None:
    """One segment, whoever builds it: the statistics are of the whole index."""
    one, other = indexed(ARTICLES * 20), indexed(ARTICLES * 20)
    assert one.search("شجرة الزيتون", 50) == other.search("شجرة الزيتون", 50)


@pytest.mark.parametrize(
    ("question", "name"),
    [("Where did Soleimani pray?", "سليماني"), ("где Багдад", "بغداد"), ("olive", "olive")],
)
def test_a_question_in_another_script_finds_names_by_sound(
    indexed: Indexed, question: str, name: str
) -> None:
    """A name is found by its consonants, and a foreign word as it is written."""
    other = Article("other", "كلام عام هنا", title="")
    index = indexed([other, Article("named", f"كلام عن {name} هنا", title="")])
    assert numbers(index, question) == [1]


def test_a_foreign_question_does_not_match_by_pieces_of_words(indexed: Indexed) -> None:
    """Pieces of a foreign word stand only in other foreign words."""
    index = indexed([Article("one", "شركة Information هنا", title="")])
    assert numbers(index, "formation nation") == []


CITIES = [
    Article("deir", "وصل القطار إلى دير الزور مساء"),
    Article("raqqa", "وصل القطار إلى الرقة مساء"),
    Article("aleppo", "وصل القطار إلى حلب مساء"),
    Article("soleimani", "ظهر سليماني في الصورة"),
    Article("salman", "ظهر الملك سلمان في الصورة"),
    Article("paper", "ورق وورقة ودار وزيارة وحلبة وسلم"),
]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Deir ez-Zor", "deir"),
        ("Der ez-Zor", "deir"),
        ("What happened in Deir Ezzor?", "deir"),
        ("Дейр-эз-Зор", "deir"),
        ("Ντέιρ εζ-Ζορ", "deir"),
        ("Raqqa", "raqqa"),
        ("ar-Raqqah", "raqqa"),
        ("Wo liegt Raqqa?", "raqqa"),
        ("Где находится Ракка?", "raqqa"),
        ("7alab", "aleppo"),
        ("Halab", "aleppo"),
        ("Halep nerede?", "aleppo"),
        ("Soleimani", "soleimani"),
        ("Сулеймани", "soleimani"),
        ("Salman", "salman"),
    ],
)
def test_a_short_name_is_found_by_the_words_it_may_spell(
    indexed: Indexed, question: str, name: str
) -> None:
    """Names of one or two consonants a word too, and names that differ in a vowel alone."""
    index = indexed(CITIES)
    assert numbers(index, question)[0] == [article.id for article in CITIES].index(name)


def test_a_capitalised_word_counts_for_more(indexed: Indexed) -> None:
    """Where a question has capitals, its other words are seldom names."""
    index = indexed([Article("word", "قال ماني شيئا"), Article("name", "قال دادي شيئا")])
    assert numbers(index, "the many of Dadi")[0] == 1
    assert numbers(index, "the dadi of Many")[0] == 0


def test_readings_are_words_of_the_index(indexed: Indexed) -> None:
    """The likeliest first, with a weight of 1; an Arabic word or a number needs none."""
    index = indexed(CITIES)
    first, *others = index.readings("halab")
    assert first == ("حلب", 1.0)
    assert all(reading.weight <= 1 for reading in others)
    assert [index.readings(word) for word in ("xylophone", "حلب", "2018")] == [(), (), ()]


def test_passages_near_some_words_hold_most_of_them(indexed: Indexed) -> None:
    """Whichever of its readings a word has there."""
    index = indexed(CITIES)
    words = [index.readings(word) for word in ("deir", "zor", "qitar")]
    assert index.near(words, 2)[0] == 0
    assert index.near([], 5) == []


@pytest.mark.parametrize(("asked", "written"), [("ستروان", "سيتروين"), ("سيبيرز", "سابرس")])
def test_an_arabic_word_that_stands_nowhere_is_searched_by_sound(
    indexed: Indexed, asked: str, written: str
) -> None:
    """It may be a name that the articles write in another way, with no piece the same."""
    assert not set(terms(asked)) & set(terms(written))
    index = indexed([Article("other", "كلام عام هنا"), Article("named", f"كلام عن {written} هنا")])
    assert numbers(index, asked) == [1]
