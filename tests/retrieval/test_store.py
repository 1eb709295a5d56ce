"""What the store is given comes back the same, by number, and filters mean what they say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retrieval.store import Store, StoreWriter
from retrieval.types import Article, Dating, Passage, Span
from tests.corpora import ARTICLES, MAGAZINE, PAPER


def halves(article: Article) -> list[Span]:
    middle = len(article.text) // 2
    return [Span(0, middle), Span(middle, len(article.text))]


def written(path: Path) -> Store:
    writer = StoreWriter(path)
    for article in ARTICLES:
        writer.add(article, halves(article))
    writer.close()
    return Store(path)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return written(tmp_path_factory.mktemp("store") / "articles.sqlite")


EVERY = [
    (article, Passage(article.id, span.start, span.end, article.text[slice(*span)]))
    for article in ARTICLES
    for span in halves(article)
]


def test_numbers_count_up_over_articles(tmp_path: Path) -> None:
    writer = StoreWriter(tmp_path / "store")
    assert writer.add(ARTICLES[0], halves(ARTICLES[0])) == range(2)
    assert writer.add(ARTICLES[1], [Span(0, 5)]) == range(2, 3)
    assert writer.add(ARTICLES[2], halves(ARTICLES[2])) == range(3, 5)
    assert (writer.articles, writer.counts()) == (3, (3, 5))
    writer.close()
    assert Store(tmp_path / "store").counts() == (3, 5)


def test_a_story_is_told_oldest_first(tmp_path: Path) -> None:
    """Its other articles, the undated last; an article alone tells its own."""
    days = (date(2024, 5, 2), None, date(2024, 5, 1), date(2024, 5, 3))
    copies = [replace(ARTICLES[0], id=f"copy {at}", published=day) for at, day in enumerate(days)]
    writer = StoreWriter(tmp_path / "store")
    for article in (*copies, ARTICLES[1]):
        writer.add(article, [Span(0, 5)])
    assert [writer.text(4), writer.text(0)] == [ARTICLES[1].text, ARTICLES[0].text]
    writer.join({1: 0, 2: 0, 3: 0})
    writer.close()
    store = Store(tmp_path / "store")
    assert store.stories([4, 3, 0, 1]) == {0: 0, 1: 0, 3: 0, 4: 4}
    retellings = store.retellings("copy 3")
    assert list(retellings.items()) == [(2, "copy 2"), (0, "copy 0"), (1, "copy 1")]
    assert store.articles(retellings) == {at: copies[at] for at in retellings}
    assert store.retellings(ARTICLES[1].id) == {}


def test_every_article_and_passage_comes_back_as_it_was(store: Store) -> None:
    """All fields, empty ones too, in the order of arrival."""
    assert store.passages(store.numbers()) == dict(enumerate(EVERY))


def test_passages_come_by_number_and_unknown_ones_not_at_all(store: Store) -> None:
    assert store.passages([7, 2, 7, 999, -1]) == {2: EVERY[2], 7: EVERY[7]}
    assert store.passages([]) == {}


def test_how_a_day_is_known_comes_back(tmp_path: Path) -> None:
    dating = Dating("text", approximate=True)
    article = replace(ARTICLES[0], dating=dating)
    writer = StoreWriter(tmp_path / "store")
    writer.add(article, halves(article))
    writer.close()
    store = Store(tmp_path / "store")
    assert store.article(article.id) == article
    assert {each.dating for each, _ in store.passages(store.numbers()).values()} == {dating}


def test_a_day_known_otherwise_is_a_change(tmp_path: Path) -> None:
    for name, dating in (("before", Dating()), ("now", Dating("text", approximate=True))):
        writer = StoreWriter(tmp_path / name)
        writer.add(replace(ARTICLES[0], dating=dating), [Span(0, 5)])
        writer.add(ARTICLES[1], [Span(0, 5)])
        writer.close()
    changes = writer.changes(tmp_path / "before")
    assert (changes.changed, changes.unchanged) == (1, 1)


def test_articles_come_by_id_as_they_were(store: Store) -> None:
    """With or without a day; None for an unknown id."""
    assert [store.article(article.id) for article in ARTICLES] == list(ARTICLES)
    assert store.article("unknown") is None


def test_article_ids_are_those_of_the_passages(store: Store) -> None:
    assert store.article_ids([5, 0]) == {5: ARTICLES[2].id, 0: ARTICLES[0].id}


def test_thousands_of_numbers_may_be_asked_at_once(store: Store) -> None:
    """Beyond SQLite's bound on parameters."""
    assert len(store.passages(range(100_000))) == len(EVERY)


def test_sources_are_counted_the_largest_first(store: Store) -> None:
    """Equal ones by name."""
    assert store.sources() == [(PAPER, 5), (MAGAZINE, 5), (None, 2)]


def test_facets_are_those_of_the_articles_in_their_order(store: Store) -> None:
    """A source as a place in the names, a day as an ordinal, and -1 for either that is missing."""
    facets = store.facets()
    sources = [facets.names[place] if place >= 0 else None for place in facets.sources]
    assert sources == [article.source for article in ARTICLES]
    days = [article.published.toordinal() if article.published else -1 for article in ARTICLES]
    assert facets.days.tolist() == days
    assert facets.owners.tolist() == [number for number in range(len(ARTICLES)) for _ in range(2)]


def test_facets_of_articles_without_any(tmp_path: Path) -> None:
    writer = StoreWriter(tmp_path / "store")
    writer.add(Article("bare", "نص."), [Span(0, 3)])
    writer.close()
    facets = Store(tmp_path / "store").facets()
    assert (facets.names, facets.sources.tolist(), facets.days.tolist()) == ((), [-1], [-1])


def test_any_text_and_path_come_back_exactly(tmp_path: Path) -> None:
    """Quotes, nulls, emoji and SQL in the text; spaces, marks and Arabic in the path."""
    folder = tmp_path / "مجلد 100% #1?"
    folder.mkdir()
    article = Article("'; DROP TABLE articles; --", "صفر\0 \"' 👩‍👩‍👧 \u2028 نهاية", title="%s ?1")
    writer = StoreWriter(folder / "store.sqlite")
    writer.add(article, [Span(0, len(article.text))])
    writer.close()
    ((found, passage),) = Store(folder / "store.sqlite").passages([0]).values()
    assert found == article
    assert passage.text == article.text


def test_threads_read_the_same_store_at_once(store: Store) -> None:
    def read(number: int) -> bool:
        return store.passages([number % len(EVERY)]) == {
            number % len(EVERY): EVERY[number % len(EVERY)]
        }

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(200)))
