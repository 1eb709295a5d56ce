"""Arabizi is told from every other language in Latin letters, and read word by word."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import arabic
from retrieval.arabizi import Slot, recognised, settled, slots
from retrieval.transliteration import Reading, romanised, spellings

QUERIES = Path(__file__).resolve().parents[2].parent / "shared" / "eval" / "queries"
LATIN = ("de", "en", "es", "ro", "tr", "vi")


@pytest.mark.parametrize(
    "question",
    [
        "meen 7akam 7alab?",
        "shu sar b deir ezzor",
        "wen el mat7af el watani",
        "kam 3adad sokan 3amman",
        "7alab",
        "leeh el nas bet7eb el ahwa",
        "el ketab dah fein",
        "chkoun rbe7 lmatch",
        "wach kayn chi jdid f lmaghrib",
        "3lach l'frança",
        "Kifach nsafer l'Tounes?",
        "shlon asawwi 7isab",
        "wesh akbar dawla 3arabiya",
        "emta bada2et el 7arb",
        "shloun el jaw b baghdad",
    ],
)
def test_arabizi_of_every_region_is_recognised(question: str) -> None:
    assert recognised(question)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "2018",
        "7",
        "x",
        "meen هو الرئيس",
        "من هو 7alab",
        "Raqqa",
        "Deir ez-Zor",
        "Soleimani",
        "Bashar al-Assad",
        "Sheikh Mohammed bin Rashid Al Maktoum",
        "El Salvador",
        "Al Ahly vs Al Zamalek",
        "Who is 50 Cent?",
        "H2O",
        "B2B marketing",
        "covid19 vaccine",
        "5star hotel",
        "windows7 update",
        "R2D2 and C3PO",
        "7up vs pepsi",
        "the 4x4 of the 20th century",
        "Where is the museum?",
        "Quelle est la capitale du Maroc ?",
        "fin de la guerre",
        "combien de morts dans le tremblement de terre d'Agadir",
        "Wen hat er getroffen?",
        "Kam er nach Hause?",
        "wach bleiben die ganze Nacht",
        "el nino 2016",
        "cuando empezo la guerra en el Yemen",
        "Dove si trova il museo nazionale?",
        "Qual é a capital do Egito?",
        "waar ligt Raqqa",
        "Gdzie jest Damaszek?",
        "di mana letak kota Aleppo",
        "Nani alijenga piramidi?",
        "Burj Khalifa ki unchai kitni hai",
        "Paytakht-e Misr kojast",
        "Paytexta Misre li ku ye",
        "Halep kalesi kac yilinda yapildi",
        "Rakka hangi ulkede",
        "thu do cua Ai Cap la gi",
        "Unde se afla Alep?",
        "Hur hög är Burj Khalifa?",
        "Kto postroil Aleppo",
        "Xi Jinping Li Keqiang",
        "Shu Han kingdom",
        "Dalai Lama",
        "fi zilal al quran",
        "Ina ne babban birnin Masar",
        "Yaa dhisay masjidka",
    ],
)
def test_other_languages_names_and_codes_are_left_alone(text: str) -> None:
    assert not recognised(text)


@pytest.mark.skipif(not QUERIES.is_dir(), reason="needs the questions in ../shared/eval")
@pytest.mark.parametrize("language", LATIN)
def test_no_development_question_in_another_language_is_taken_for_arabizi(language: str) -> None:
    lines = (QUERIES / f"xquad-{language}.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    assert len(questions) > 600
    assert [question for question in questions if recognised(question)] == []


WORDS = "من حكم قلعة حلب العالم العلم عالم صراع سرعة العروش متحف وطني محافظة"
KNOWN = {word.form.removeprefix("ال") for word in arabic.words(WORDS)}


def readings(word: str) -> Sequence[Reading]:
    """Return the spellings of a word that are among those known, as if all were as common."""
    found = [
        spelling
        for spelling in spellings(romanised(word))
        if arabic.fold(spelling.form).removeprefix("ال") in KNOWN
    ]
    return [Reading(spelling.form, 2 ** (found[0].cost - spelling.cost)) for spelling in found]


def read(text: str, *near: str) -> str:
    return settled(slots(text, readings), near)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("meen 7akam 7alab?", "من حكم حلب"),
        ("wen el mat7af el watani", "أين المتحف الوطني"),
        ("fein elmat7af elwatani", "أين المتحف الوطني"),
        ("chkoun 7akem l9al3a w 7alab", "من حكم القلعة وحلب"),
        ("shu fi bel mat7af w fel 9al3a", "ماذا في بالمتحف وفي القلعة"),
        ("leesh sira3 el 3oroush", "لماذا صراع العروش"),
        ("kam mo7afaza 2018", "كم محافظة 2018"),
        ("shu ya3ni token bel mat7af", "ماذا يعني token بالمتحف"),
        ("", ""),
    ],
)
def test_words_are_read_with_their_articles_and_particles(question: str, expected: str) -> None:
    """Function words in standard Arabic; what is not known stays as it is."""
    assert read(question) == expected


def test_the_company_of_the_others_decides_between_readings() -> None:
    """A word reads as it does in texts that hold the others."""
    assert read("3alem", "عالم كبير") == "عالم"
    assert read("3elm", "العلم نور") == "علم"
    slot = Slot("ال", (Reading("عالم", 1.0), Reading("علم", 0.5)))
    assert settled([slot], []) == "العالم"
    assert settled([slot], ["والعلم نور", "في العلم"]) == "العلم"


@given(st.text(alphabet="abcdefghijklmnoprstuwyz0123456789' $-?’éüşÀ\0", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever stands in it, and whether it would be recognised or not."""
    recognised(text)
    assert isinstance(read(text, "العلم نور"), str)
