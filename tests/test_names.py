"""A name in other letters finds its article: the real model over the articles written for tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings import Encoder
from retrieval import Retriever
from retrieval.build import build

ARTICLES = Path(__file__).parent / "articles"


@pytest.fixture(scope="module")
def retriever(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    index = tmp_path_factory.mktemp("names")
    build([ARTICLES], index, encoder)
    opened = Retriever.open(index, encoder)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "article"),
    [
        ("Raqqa", "raqqa"),
        ("Рака", "raqqa"),
        ("Deir ez-Zor", "deir-ez-zor"),
        ("Der ez-Zor", "deir-ez-zor"),
        ("7alab", "aleppo-citadel"),
        ("Ibn Khaldun", "ibn-khaldun"),
        ("Zaha Hadid", "zaha-hadid"),
    ],
)
def test_a_name_finds_its_article(retriever: Retriever, name: str, article: str) -> None:
    answer = retriever.answer(name)
    assert answer.found
    assert answer.hits[0].article.id == article


def test_a_name_that_only_resembles_an_arabic_word_is_asked_as_it_is(retriever: Retriever) -> None:
    """The model does not hear ``Cairo`` in the reading that the articles offer for it."""
    searcher = retriever.searcher
    query = searcher.query("Cairo")
    own, plain = searcher.encode([query, searcher.query("cairo")])
    assert query.names
    assert own.vector @ plain.vector > 0.9
    assert len(own.tokens) == len(plain.tokens)
