"""The catalogues: the same messages in all languages, all of them used, values isolated."""

import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from fluent.runtime import FluentResource
from fluent.syntax import ast

import bot
from bot.answers import quoted
from bot.texts import LANGUAGES, Language, MessageId, texts_for, texts_in
from bot.understood import understand

BOT = Path(bot.__file__).parent
_ASCII_DIGITS = {ord(digit): str(number) for number, digit in enumerate("٠١٢٣٤٥٦٧٨٩")}
MESSAGES = set(get_args(MessageId))
VALUES: dict[str, str | int | date] = {
    "bot": "@dalil",
    "bad": 1,
    "count": 4,
    "failed": 1,
    "found": 11,
    "generation": "20261122T0101Z-ab12",
    "good": 3,
    "guests": 2,
    "limited": 1,
    "link": "https://t.me/dalil?start=invited-1",
    "missed": 3,
    "model": "words",
    "most": 20,
    "passages": 1000,
    "person": "77",
    "places": 3,
    "question": "سؤال",
    "told": 2,
    "unsure": 1,
    "version": "0.1.0",
    "votes": 1,
    "wait": 30,
    "waiting": 0,
    "watches": 2,
    "limit": 500,
    "day": date(2024, 5, 3),
    "number": 2,
    "percent": 87,
    "phrases": "«سهل ممتنع»",
    "rank": 3,
    "since": date(2016, 1, 1),
    "source": "BBC",
    "sources": "BBC",
    "until": date(2018, 12, 31),
    "words": "النيل",
}


def catalogue(language: Language) -> list[ast.Message]:
    source = (BOT / "texts" / f"{language}.ftl").read_text(encoding="utf-8")
    body = FluentResource(source).body
    assert [entry.content for entry in body if isinstance(entry, ast.Junk)] == []
    return [entry for entry in body if isinstance(entry, ast.Message)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_holds_exactly_the_known_messages(language: Language) -> None:
    """Neither a missing nor a surplus nor a repeated message in any language."""
    assert sorted(message.id.name for message in catalogue(language)) == sorted(MESSAGES)


def test_every_message_is_used() -> None:
    """Each message is asked for somewhere in the bot."""
    sources = "".join(
        p.read_text(encoding="utf-8") for p in BOT.rglob("*.py") if p.parent.name != "texts"
    )
    assert {name for name in MESSAGES if f'"{name}"' not in sources} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_message_needs_no_value_it_is_not_given(language: Language, message: MessageId) -> None:
    """Every message can be said with the values the bot gives, and leaves no placeholder."""
    said = texts_in(language)(message, **VALUES)
    assert said.strip()
    assert not re.search(r"[{}$]", said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_names_filters_that_are_understood(language: Language) -> None:
    """Each as it stands there, behind some word."""
    line = next(
        each for each in texts_in(language)("help", **VALUES).splitlines() if "2017" in each
    )
    named = line.partition(":")[2].rstrip(".").replace("،", ",").split(", ")
    assert len(named) > 2
    for written in named:
        assert understand(f"Nil {written}", date(2026, 11, 22), list).filters, written


def test_missing_value_is_an_error() -> None:
    """A message without its value fails instead of showing a placeholder."""
    with pytest.raises(LookupError, match="question-too-long"):
        texts_in("en")("question-too-long")


def test_values_are_isolated() -> None:
    """Names and numbers stand between isolates, so they cannot turn a sentence around."""
    assert "\u2068@dalil\u2069" in texts_in("ar")("help", bot="@dalil")
    assert "\u2068500\u2069 حرف " in texts_in("ar")("question-too-long", limit=500)
    assert "\u206850\u2069 حرفًا " in texts_in("ar")("question-too-long", limit=50)


@pytest.mark.parametrize(
    ("count", "arabic", "english"),
    [
        (1, "ومقال آخر", "one more article"),
        (2, "ومقالان آخران", "\u20682\u2069 more articles"),
        (3, "و\u20683\u2069 مقالات أخرى", "\u20683\u2069 more articles"),
        (11, "و\u206811\u2069 مقالًا آخر", "\u206811\u2069 more articles"),
        (100, "و\u2068100\u2069 مقال آخر", "\u2068100\u2069 more articles"),
    ],
)
def test_other_articles_are_counted_as_the_language_counts(
    count: int, arabic: str, english: str
) -> None:
    assert texts_in("ar")("also-others", count=count) == arabic
    assert texts_in("en")("also-others", count=count) == english


@pytest.mark.parametrize(
    ("count", "arabic"),
    [
        (1, "تُرك مقال واحد لأنه بلا تاريخ."),
        (2, "تُرك مقالان لأنهما بلا تاريخ."),
        (10, "تُركت \u206810\u2069 مقالات لأنها بلا تاريخ."),
        (99, "تُرك \u206899\u2069 مقالًا لأنها بلا تاريخ."),
        (100, "تُرك \u2068100\u2069 مقال لأنها بلا تاريخ."),
    ],
)
def test_undated_articles_are_counted_as_the_language_counts(count: int, arabic: str) -> None:
    assert texts_in("ar")("undated", count=count) == arabic


def test_days_are_written_in_the_language() -> None:
    """A day is spelled out in each language."""
    day = date(2024, 5, 3)
    assert texts_in("ar")("published", day=day) == "3 مايو 2024"
    assert texts_in("en")("published", day=day) == "May 3, 2024"
    assert texts_in("fr")("published", day=day) == "3 mai 2024"
    assert texts_in("tr")("published", day=day) == "3 Mayıs 2024"
    assert texts_in("de")("published", day=day) == "3. Mai 2024"


def test_a_day_that_is_approximate_is_said_to_be_so() -> None:
    """As each language says it of a day."""
    said = {each: texts_in(each)("published-about", day=date(2024, 5, 3)) for each in LANGUAGES}
    assert said == {
        "ar": "نحو \u20683 مايو 2024\u2069",
        "en": "about \u2068May 3, 2024\u2069",
        "fr": "vers le \u20683 mai 2024\u2069",
        "tr": "yaklaşık \u20683 Mayıs 2024\u2069",
        "de": "um den \u20683. Mai 2024\u2069",
    }


@pytest.mark.parametrize(
    ("code", "chosen", "written"),
    [
        ("ar-SY", None, "3 أيار 2024"),
        ("ar-MA", None, "3 ماي 2024"),
        ("ar-EG", "ar", "3 مايو 2024"),
        ("en-GB", None, "3 May 2024"),
        ("ar-SY", "en", "May 3, 2024"),
        ("pt", "de", "3. Mai 2024"),
        ("fr", "xx", "May 3, 2024"),
    ],
)
def test_days_are_written_as_in_the_readers_country(
    code: str, chosen: str | None, written: str
) -> None:
    """Months have other names in Damascus and Rabat; a chosen language is of no country."""
    text = texts_for(code, chosen)("published", day=date(2024, 5, 3))
    assert unicodedata.normalize("NFKC", text).translate(_ASCII_DIGITS) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_things_have_a_form_for_every_number(language: Language) -> None:
    """Each plural of the language is written out, and none that it has not."""
    needed = {"ar": {"one", "two", "few", "many", "other"}, "tr": {"other"}}
    categories = needed.get(language, {"one", "other"})
    for message in catalogue(language):
        if message.id.name == "question-too-long":  # of at least twenty letters
            continue
        for counted in counted_in(message):
            keys = {v.key.name for v in counted.variants if isinstance(v.key, ast.Identifier)}
            assert categories <= keys <= categories | {"zero", "one"}, message.id.name


def counted_in(message: ast.Message) -> list[ast.SelectExpression]:
    """What a message says otherwise for other numbers."""
    elements = message.value.elements if message.value else []
    placeables = [element for element in elements if isinstance(element, ast.Placeable)]
    return [p.expression for p in placeables if isinstance(p.expression, ast.SelectExpression)]


def test_catalogues_can_be_read_side_by_side() -> None:
    """The messages of all languages stand in one order."""
    english, *others = [[m.id.name for m in catalogue(each)] for each in ("en", *LANGUAGES)]
    assert all(other == english for other in others)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("ar", "«أ» «ب»"),
        ("en", "“أ” “ب”"),
        ("fr", "«\xa0أ\xa0» «\xa0ب\xa0»"),
        ("tr", "“أ” “ب”"),
        ("de", "„أ“ „ب“"),
    ],
)
def test_exact_words_are_quoted_as_in_the_language(language: Language, written: str) -> None:
    assert quoted(["أ", "ب"], texts_in(language)) == written


@pytest.mark.parametrize(
    ("language", "strange"),
    [
        ("fr", r"\b(tu|te|toi|ton|tes)\b| [:;?!%»]|« "),
        ("de", r"\b(du|dich|dir|deine?[mnrs]?)\b"),
        ("tr", r"cevap|cevab"),
    ],
)
def test_a_language_is_written_one_way(language: Language, strange: str) -> None:
    """People are addressed formally; signs stand as French sets them; an answer has one name."""
    source = (BOT / "texts" / f"{language}.ftl").read_text(encoding="utf-8")
    assert re.findall(strange, source, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ar", "ar"),
        ("ar-MA", "ar"),
        ("AR_eg", "ar"),
        (None, "ar"),
        ("", "ar"),
        ("arz", "en"),
        ("fa", "en"),
        ("zz-ZZ-nonsense", "en"),
        ("fr-CA", "fr"),
        ("tr", "tr"),
        ("de_CH", "de"),
    ],
)
def test_language_follows_telegrams_code(code: str | None, language: str) -> None:
    """Arabic for Arabic and for no code; English for every language without a catalogue."""
    assert texts_for(code).language == language
