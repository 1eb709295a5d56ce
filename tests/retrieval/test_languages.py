"""A corpus in another language, or in several, is cut, found, marked and shown as any."""

from pathlib import Path

import pytest

from bot.bidi import MARKS, direction
from bot.card import answer_card
from bot.texts import LANGUAGES, Language, texts_in
from embeddings import Encoder
from retrieval import Answer, Article, Retriever
from retrieval.build import build
from retrieval.chunking import sentences
from retrieval.store import Store
from tests.corpora import ARTICLES, write_corpus

MILL = (
    "The old paper mill at Harrow Bend stopped its wheels in 1931. "
    "Mrs. Ellen Stroud, the last of its owners, kept the drying loft locked for thirty years. "
    "When the roof fell in, the parish bought the ruin for a single pound. "
    "Volunteers carried out forty tons of rubble in the first summer alone. "
)
ENGLISH = (
    Article(
        "mill",
        MILL + "They found the wooden stamping hammers under the floor, wrapped in wet felt. "
        "Dr. Imran Vale of the county museum dated them to the reign of Queen Anne. "
        "The wheel turned again on 3 May 2019, and the first sheet was hung in the church. "
        "Today the mill makes wedding cards, field notebooks and labels for a cider press. "
        "A visit takes about two hours and must be booked a week ahead. "
        "Children may pull one sheet each from the vat, and take it home when it is dry. "
        "The river floods the lower yard most winters, so the shop is upstairs.",
        title="Paper is made again at Harrow Bend",
        source="Bend Chronicle",
    ),
    Article(
        "ferry",
        "The night ferry between Skerry Island and the mainland will run only on weekends from "
        "October. The harbour board says that fuel costs have doubled. Fishermen fear that their "
        "catch will reach the market a day late.",
        title="Fewer night ferries to Skerry Island",
        source="Bend Chronicle",
    ),
    Article(
        "owls",
        "Barn owls have nested in the bell tower of Saint Oda for the first time since the war. "
        "The ringers agreed to leave the great bell silent until the chicks can fly.",
        title="Owls silence a bell",
        source="Bend Chronicle",
    ),
)
ARABIC = ARTICLES[:4]
LONG = ENGLISH[0]


@pytest.fixture(scope="module", params=[ENGLISH, (*ENGLISH, *ARABIC)], ids=["English", "mixed"])
def index(
    request: pytest.FixtureRequest, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("languages")
    build([write_corpus(folder / "corpus", request.param)], folder / "index", encoder)
    return folder / "index"


@pytest.fixture(scope="module")
def retriever(index: Path, encoder: Encoder) -> Retriever:
    return Retriever.open(index, encoder)


def found(retriever: Retriever, question: str) -> Answer:
    answer = retriever.answer(question, 1)
    assert answer.found
    return answer


def test_passages_are_whole_sentences_and_marked(index: Path) -> None:
    """A title's full stop ends none; the tag is that of each passage's own letters."""
    store = Store(next((index / "generations").iterdir()) / "articles.sqlite")
    every = list(store.passages(range(store.counts()[1])).values())
    mill = [passage for article, passage in every if article.id == LONG.id]
    assert len(mill) > 1
    ends = {span.end for span in sentences(LONG.text)}
    assert {passage.end for passage in mill} <= ends
    assert not any(LONG.text[:end].endswith(("Mrs.", "Dr.")) for end in ends)
    own = {article.id for article in ENGLISH}
    assert {passage.language for article, passage in every if article.id in own} == {"und-Latn"}
    assert {passage.language for article, passage in every if article.id not in own} <= {"ar"}


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("When did the mill wheel turn again?", "mill"),
        ("Why is the great bell silent?", "owls"),
        ("How often will the night ferry run?", "ferry"),
    ],
)
def test_questions_in_its_language_are_answered_by_words_and_by_meaning(
    retriever: Retriever, question: str, article: str
) -> None:
    (hit,) = found(retriever, question).hits
    assert hit.article.id == article
    assert (hit.dense_rank, hit.lexical_rank) == (1, 1)
    assert hit.matches
    assert hit.to_dict()["language"] == "und-Latn"


def test_a_question_in_arabic_is_answered_by_meaning(retriever: Retriever) -> None:
    (hit,) = retriever.answer("متى دارت عجلة طاحونة الورق من جديد؟", 1).hits
    assert hit.article.id == "mill"
    assert hit.dense_rank == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_passages_run_from_left_to_right_in_any_readers_language(
    retriever: Retriever, language: Language
) -> None:
    """The lines of the card around them keep the reader's direction."""
    texts = texts_in(language)
    answer = found(retriever, "Why is the great bell silent?")
    card = answer_card(answer, texts)
    (quote,) = (e for e in card.entities if e.type == "expandable_blockquote")
    shown = card.text[quote.offset : quote.offset + quote.length]
    assert shown == answer.hits[0].passage.text
    assert direction(shown) == "ltr"
    first, *_, last = card.text.split("\n")
    assert {first[0], last[0]} == {MARKS[texts.direction]}
