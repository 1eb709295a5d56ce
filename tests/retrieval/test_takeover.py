"""A build shares what it can with the generation before, and only what it may."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings import Encoder
from retrieval import Filters, Retriever, generation
from retrieval.build import BuildReport, build
from retrieval.store import Store
from retrieval.types import Article
from retrieval.verification import verify_index
from tests.corpora import ARTICLES, SYNDICATED, write_corpus
from tests.fakes import HashEncoder, HashTokenEncoder

NEW = Article("elephant", "ولد فيل صغير في حديقة الحيوان صباح الأحد.", title="فيل جديد")


def published(index: Path, articles: Sequence[Article], encoder: Encoder | None = None) -> Path:
    """Build an index of some articles; return the folder of the generation."""
    report = built(index, articles, encoder)
    return report.published.folder


def built(index: Path, articles: Sequence[Article], encoder: Encoder | None = None) -> BuildReport:
    corpus = write_corpus(index.parent / "corpus", articles)
    return build([corpus], index, encoder or HashTokenEncoder())


def shares(folder: Path, before: Path, name: str = "late/00.block") -> bool:
    return (folder / name).samefile(before / name)


def texts(index: Path) -> dict[str, str]:
    with closing(Store(generation.current(index).folder / generation.STORE)) as store:
        articles = [article for article, _ in store.passages(store.numbers()).values()]
    return {article.id: article.text for article in articles}


def answered(index: Path, question: str, filters: Filters | None = None) -> list[str]:
    retriever = Retriever.open(index, HashTokenEncoder())
    return [hit.article.id for hit in retriever.answer(question, k=20, filters=filters).hits]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_what_is_new_is_added_to_files_that_stay_as_they_are(index: Path) -> None:
    before = published(index, ARTICLES)
    report = built(index, [*ARTICLES, NEW])
    assert shares(report.published.folder, before, "late/00.block")
    assert shares(report.published.folder, before, "dense/00.block")
    assert report.encoded == 1
    assert verify_index(index, HashTokenEncoder(), every=True).sound
    assert answered(index, NEW.text)[0] == NEW.id


def test_nothing_of_an_article_that_left_or_changed_is_found(index: Path) -> None:
    """Neither by words nor by vectors, in a filter or without; nor is its text in the file."""
    changed = replace(ARTICLES[1], text="جف النهر قبل الربيع بقليل.", source="جريدة النهر")
    published(index, ARTICLES)
    folder = published(index, [*ARTICLES[3:], changed, NEW])
    gone, kept = ARTICLES[0], {article.id for article in (*ARTICLES[3:], changed, NEW)}
    assert set(texts(index)) == kept
    for question in (gone.text, gone.title, ARTICLES[1].text):
        assert set(answered(index, question)) <= kept
    assert answered(index, changed.text, Filters(sources=["جريدة النهر"])) == [changed.id]
    assert set(answered(index, gone.text, Filters(not_sources=["جريدة النهر"]))) <= kept
    stored = (folder / generation.STORE).read_bytes()
    assert changed.text.encode() in stored
    assert gone.text.encode() not in stored
    assert ARTICLES[1].text.encode() not in stored


def test_what_a_dated_search_leaves_out_is_counted_without_the_gone(index: Path) -> None:
    undated = [article for article in ARTICLES if not article.published]
    published(index, ARTICLES)
    published(index, [article for article in ARTICLES if article not in undated[:1]])
    retriever = Retriever.open(index, HashTokenEncoder())
    everything = Filters(since=min(article.published for article in ARTICLES if article.published))
    assert retriever.answer("الزيتون", filters=everything).undated == len(undated) - 1


def test_an_index_that_was_added_to_often_is_that_of_its_corpus(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles come, change and leave, one build after the other; files do not grow in number."""
    monkeypatch.setattr("retrieval.blocks._MOST", 3)
    articles = list(ARTICLES)
    for turn in range(8):
        moved = replace(articles[0], text=f"{articles[0].text} وكان ذلك في العام {turn}.")
        articles = [*articles[2:], moved, replace(NEW, id=f"new-{turn}", title=f"فيل {turn}")]
        folder = published(index, articles)
        assert texts(index) == {article.id: article.text for article in articles}
        assert len(list(folder.glob("late/*.block"))) <= 4
    assert verify_index(index, HashTokenEncoder()).sound
    fresh = index.parent / "fresh"
    published(fresh, articles)
    assert set(answered(index, NEW.text)) == set(answered(fresh, NEW.text))


def test_stories_are_found_across_builds(index: Path) -> None:
    """A copy that comes later joins the first; where that leaves, the next is the first."""

    def told() -> set[str]:
        (hit, *_) = Retriever.open(index, HashTokenEncoder()).answer(first.text).hits
        return {hit.article.id, *(each.id for each in hit.also)}

    first = SYNDICATED[0]
    copies = [replace(first, id=f"copy {at}", source=f"جريدة {at}") for at in range(2)]
    assert built(index, [first, *ARTICLES]).repeated == 0
    assert built(index, [first, *ARTICLES, *copies]).repeated == 2
    assert told() == {first.id, "copy 0", "copy 1"}
    assert built(index, [*ARTICLES, *copies]).repeated == 1
    assert told() == {"copy 0", "copy 1"}


def test_nothing_is_taken_from_a_damaged_generation(index: Path) -> None:
    """A plain build mends it."""
    before = published(index, ARTICLES)
    path = before / "late" / "00.block"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    after = published(index, [*ARTICLES, NEW])
    assert not shares(after, before)
    assert verify_index(index, HashTokenEncoder()).sound


def test_nothing_is_taken_over_where_most_has_left(index: Path) -> None:
    """So that what left does not fill the disk; and numbers begin anew."""
    before = published(index, ARTICLES)
    half = published(index, ARTICLES[: len(ARTICLES) // 2])
    assert shares(half, before)
    again = published(index, ARTICLES[: len(ARTICLES) // 2])
    assert not shares(again, half)
    assert verify_index(index, HashTokenEncoder()).sound


def test_another_version_of_dalil_prepares_every_article_anew(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For it may clean or split them otherwise; what it encodes is known all the same."""
    with monkeypatch.context() as older:
        older.setattr("retrieval.generation.version", lambda: "0.0.1")
        before = published(index, ARTICLES)
    report = built(index, ARTICLES)
    assert not shares(report.published.folder, before)
    assert report.encoded == 0


def test_a_rebuild_takes_nothing_over(index: Path) -> None:
    before = published(index, ARTICLES)
    corpus = index.parent / "corpus"
    report = build([corpus], index, HashTokenEncoder(), rebuild=True)
    assert not shares(report.published.folder, before, "dense/00.block")
    assert report.encoded == report.vectors


def test_a_model_without_tokens_takes_over_its_own(index: Path) -> None:
    before = published(index, ARTICLES, HashEncoder())
    after = published(index, [*ARTICLES, NEW], HashEncoder())
    assert shares(after, before, "dense/00.block")
    assert not (after / generation.LATE).exists()


def test_without_the_cache_everything_is_encoded_anew(index: Path) -> None:
    """Tokens are packed as the cache says, which another may say otherwise."""
    before = published(index, ARTICLES)
    (index / generation.CACHE).unlink()
    report = built(index, [*ARTICLES, NEW])
    assert not shares(report.published.folder, before)
    assert report.encoded == report.vectors
    assert answered(index, NEW.text)[0] == NEW.id


def test_where_files_cannot_be_linked_they_are_copied(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse)
    before = published(index, ARTICLES)
    after = published(index, [*ARTICLES, NEW])
    assert not shares(after, before)
    assert verify_index(index, HashTokenEncoder(), every=True).sound
    assert answered(index, NEW.text)[0] == NEW.id
