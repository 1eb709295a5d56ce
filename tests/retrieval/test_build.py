"""A build publishes the whole corpus or nothing, and never encodes the same text twice."""

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from embeddings import Encoder
from embeddings.encoder import TokenEncoder
from retrieval import Filters, Retriever, chunking, generation
from retrieval.build import build
from retrieval.embedded import embedded
from retrieval.errors import CorpusError, DalilError
from retrieval.lexical import LexicalIndex
from retrieval.store import Changes, Store
from retrieval.types import Answer, Article, Passage
from tests.corpora import ARTICLES, MAGAZINE, PAPER, SYNDICATED, write_corpus
from tests.fakes import HashEncoder, HashTokenEncoder, WatchedEncoder, WatchedTokenEncoder

QUESTION = "متى بنيت منارة رأس السنديان؟"


class PulledPlugError(Exception):
    """What ends a build in the middle."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encode two passages a batch, so that a small corpus has several."""
    monkeypatch.setattr("retrieval.build._BATCH", 2)


@pytest.fixture(autouse=True)
def unsampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is encoded here is encoded to be stored; test_verification.py has the sample."""
    monkeypatch.setattr("retrieval.verification._SAMPLE", 0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


def after(texts: int, happen: Callable[[], None]) -> Callable[[Sequence[str]], None]:
    """Return a hook that lets something happen once so many texts are encoded."""

    def before(encoded: Sequence[str]) -> None:
        if len(encoded) >= texts:
            happen()

    return before


def pull_plug() -> None:
    raise PulledPlugError


def stored(index: Path) -> list[tuple[Article, Passage]]:
    store = Store(generation.current(index).folder / generation.STORE)
    found = list(store.passages(store.numbers()).values())
    store.close()
    return found


def check_same(one: Path, other: Path, encoder: Encoder) -> None:
    """Both hold the same passages and vectors, to the bit, and answer alike."""
    assert stored(one) == stored(other)
    files = [generation.current(index).manifest.files for index in (one, other)]
    for name in sorted(files[0]):
        if name.startswith(("dense/", "late/")):
            assert files[0][name] == files[1][name]
    for first, second in answers(one, other, encoder):
        assert first.hits == second.hits
        assert first.confidence == second.confidence


def check_like(one: Path, other: Path, encoder: Encoder) -> None:
    """Both hold the same passages, in whatever order, and answer with the same."""
    assert sorted(stored(one), key=str) == sorted(stored(other), key=str)
    for first, second in answers(one, other, encoder):
        assert [hit.passage for hit in first.hits] == [hit.passage for hit in second.hits]
        assert first.confidence == pytest.approx(second.confidence, abs=0.02)


def answers(one: Path, other: Path, encoder: Encoder) -> Iterator[tuple[Answer, Answer]]:
    """Yield what two indexes say to the same questions."""
    readers = [Retriever.open(index, encoder) for index in (one, other)]
    for question in (QUESTION, ARTICLES[1].title, "bees"):
        first, second = (reader.answer(question) for reader in readers)
        yield first, second


def test_every_article_is_stored_whole_with_exact_passages(corpus: Path, tmp_path: Path) -> None:
    report = build([corpus], tmp_path / "index", HashEncoder())
    found = stored(tmp_path / "index")
    assert list(dict.fromkeys(article for article, _ in found)) == list(ARTICLES)
    for article, passage in found:
        assert article.text[passage.start : passage.end] == passage.text
    assert (report.articles, report.passages) == (len(ARTICLES), len(found))
    assert (report.skipped, report.bad) == (0, ())


def test_a_passage_and_its_windows_are_encoded(corpus: Path, tmp_path: Path) -> None:
    """With its title the passage, bare its windows, none where it is one window itself."""
    encoder = WatchedEncoder(HashEncoder())
    report = build([corpus], tmp_path / "index", encoder)
    expected = []
    for article, passage in stored(tmp_path / "index"):
        windows = [passage.text[slice(*span)] for span in chunking.windows(passage.text)]
        expected += [f"{article.title}\n{passage.text}", *(windows if len(windows) > 1 else [])]
    assert encoder.encoded == expected
    assert report.encoded == report.vectors == len(expected)
    assert report.published.manifest.counts.vectors == len(expected)


def test_a_passage_is_nearest_to_itself(corpus: Path, tmp_path: Path) -> None:
    """Numbers in the store and rows in the dense index line up over all batches."""
    encoder = HashEncoder()
    build([corpus], tmp_path / "index", encoder)
    retriever = Retriever.open(tmp_path / "index", encoder)
    for number, (article, passage) in enumerate(stored(tmp_path / "index")):
        vector = encoder.encode_passages([embedded(article, passage.text)])[0]
        assert retriever.searcher._dense.search(vector, 1)[0].passage == number


def test_an_unchanged_corpus_encodes_nothing(corpus: Path, tmp_path: Path) -> None:
    index, other = tmp_path / "index", tmp_path / "other"
    first = build([corpus], index, HashEncoder())
    again = build([corpus], index, HashEncoder())
    assert first.encoded == first.vectors == again.vectors
    assert again.encoded == 0
    assert again.published.folder != first.published.folder
    build([corpus], other, HashEncoder())
    check_same(index, other, HashEncoder())


def test_only_what_changed_is_encoded(corpus: Path, tmp_path: Path) -> None:
    """A new, a changed and a removed article: the index is that of the new corpus alone."""
    index = tmp_path / "index"
    build([corpus], index, HashEncoder())
    changed = replace(ARTICLES[1], text=f"{ARTICLES[1].text} وهطل المطر أخيرا على الوادي.")
    added = Article("new", "ولد فيل صغير في حديقة الحيوان.", title="فيل جديد")
    write_corpus(corpus.parent, [ARTICLES[0], changed, *ARTICLES[3:], added])
    encoder = WatchedEncoder(HashEncoder())
    report = build([corpus], index, encoder)
    found = {article.id: article for article, _ in stored(index)}
    assert found["bees"] == changed
    assert found["new"] == added
    assert "railway" not in found
    assert report.changes == Changes(new=1, changed=1, unchanged=len(ARTICLES) - 2, gone=1)
    assert report.encoded == len(encoder.encoded)
    assert all("المطر" in text or "فيل" in text or text in changed.text for text in encoder.encoded)
    fresh = tmp_path / "fresh"
    build([corpus], fresh, HashEncoder())
    check_like(index, fresh, HashEncoder())


@pytest.mark.parametrize(
    "other",
    [
        replace(ARTICLES[2], title="عنوان آخر"),
        replace(ARTICLES[2], url="https://example.org/elsewhere"),
        replace(ARTICLES[2], source=MAGAZINE),
        replace(ARTICLES[2], published=None),
        replace(ARTICLES[2], text=f"{ARTICLES[2].text} تمت."),
    ],
)
def test_an_article_is_changed_whatever_of_it_is_another(
    corpus: Path, tmp_path: Path, other: Article
) -> None:
    """Its new content stands in place of the old."""
    index = tmp_path / "index"
    first = build([corpus], index, HashEncoder())
    assert first.changes == Changes(new=len(ARTICLES), changed=0, unchanged=0, gone=0)
    write_corpus(corpus.parent, [*ARTICLES[:2], other, *ARTICLES[3:]])
    report = build([corpus], index, HashEncoder())
    assert report.changes == Changes(new=0, changed=1, unchanged=len(ARTICLES) - 1, gone=0)
    assert [article for article, _ in stored(index) if article.id == other.id] == [other]


def write_texts(folder: Path, names: Sequence[str]) -> Path:
    """Write articles as plain text files that give neither id nor title."""
    folder.mkdir()
    for name, article in zip(names, ARTICLES, strict=False):
        (folder / name).write_text(article.text, encoding="utf-8")
    return folder


def test_renaming_and_reordering_files_encodes_nothing(tmp_path: Path) -> None:
    """Though an article without an id of its own goes by its file's name."""
    index = tmp_path / "index"
    names = [f"{number:02}.txt" for number in range(5)]
    folder = write_texts(tmp_path / "corpus", names)
    first = build([folder], index, HashTokenEncoder())
    texts = {passage.text for _, passage in stored(index)}
    for name, other in zip(names, ["4.txt", "b.txt", "a.txt", "deep/c.txt", "00.txt"], strict=True):
        (folder / other).parent.mkdir(exist_ok=True)
        (folder / name).rename(folder / f"{other}.new")
    for path in folder.rglob("*.new"):
        path.rename(path.with_suffix(""))
    report = build([folder], index, HashTokenEncoder())
    assert (report.encoded, report.vectors) == (0, first.vectors)
    assert report.changes == Changes(new=4, changed=1, unchanged=0, gone=4)
    assert {passage.text for _, passage in stored(index)} == texts
    moved = tmp_path / "moved"
    folder.rename(moved)
    report = build([moved / "deep", moved], index, HashTokenEncoder())
    assert report.encoded == 0
    assert {passage.text for _, passage in stored(index)} == texts


def test_articles_in_another_order_are_unchanged(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([corpus], index, HashEncoder())
    write_corpus(corpus.parent, ARTICLES[::-1])
    report = build([corpus], index, HashEncoder())
    assert report.changes == Changes(new=0, changed=0, unchanged=len(ARTICLES), gone=0)
    assert report.encoded == 0


def test_of_an_id_in_two_files_the_first_stays(tmp_path: Path) -> None:
    """The other is a bad record with its file and line; it neither ends the build nor is lost."""
    index, folder = tmp_path / "index", tmp_path / "corpus"
    write_corpus(folder / "a", ARTICLES[:3])
    repeated = write_corpus(folder / "b", [ARTICLES[3], replace(ARTICLES[0], text="نص آخر هنا.")])
    report = build([folder], index, HashEncoder())
    assert {article for article, _ in stored(index)} == set(ARTICLES[:4])
    (bad,) = report.bad
    assert (bad.file, bad.line, bad.skipped) == (str(repeated), 2, True)
    assert repr(ARTICLES[0].id) in bad.reason


@pytest.mark.parametrize("emptied", ["no files", "an empty file", "no text"])
def test_a_corpus_that_became_empty_leaves_the_published_index(
    corpus: Path, tmp_path: Path, emptied: str
) -> None:
    """Told in one line; the articles back, nothing is encoded again."""
    index = tmp_path / "index"
    old = build([corpus], index, HashEncoder())
    if emptied == "no files":
        corpus.unlink()
    else:
        write_corpus(corpus.parent, [Article("a", " ")] if emptied == "no text" else [])
    with pytest.raises(CorpusError) as caught:
        build([corpus.parent], index, HashEncoder())
    assert "\n" not in str(caught.value)
    assert generation.current(index) == old.published
    assert Retriever.open(index, HashEncoder()).answer(QUESTION).hits[0].article == ARTICLES[0]
    write_corpus(corpus.parent)
    assert build([corpus], index, HashEncoder()).encoded == 0


def test_where_the_index_before_cannot_be_read_every_article_is_new(
    corpus: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    old = build([corpus], index, HashEncoder())
    store = old.published.folder / generation.STORE
    store.write_bytes(bytes(store.stat().st_size))
    report = build([corpus], index, HashEncoder())
    assert report.changes == Changes(new=len(ARTICLES), changed=0, unchanged=0, gone=0)
    assert report.encoded == 0


def test_a_report_is_an_object_that_adds_up(corpus: Path, tmp_path: Path) -> None:
    write_corpus(corpus.parent, [*ARTICLES, Article("link", "https://example.org/a")])
    with corpus.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    report = build([corpus], tmp_path / "index", HashEncoder())
    told = json.loads(json.dumps(report.to_dict()))
    assert told["generation"] == generation.current(tmp_path / "index").manifest.generation
    assert told["articles"] == told["new"] + told["changed"] + told["unchanged"]
    assert told["read"] == told["articles"] + told["skipped"] == report.read
    assert [(bad["file"], bad["line"], bad["skipped"]) for bad in told["bad"]] == [
        (str(corpus), len(ARTICLES) + 2, True)
    ]
    stages = "open", "read", "encode", "join", "compare", "write", "verify", "publish"
    assert sorted(told["seconds"]) == sorted(stages)


def test_a_removed_article_is_forgotten_by_the_cache(corpus: Path, tmp_path: Path) -> None:
    """So that the cache does not grow for ever: brought back, it is encoded again."""
    index = tmp_path / "index"
    build([corpus], index, HashEncoder())
    write_corpus(corpus.parent, ARTICLES[1:])
    assert build([corpus], index, HashEncoder()).encoded == 0
    write_corpus(corpus.parent)
    encoder = WatchedEncoder(HashEncoder())
    build([corpus], index, encoder)
    assert encoder.encoded
    assert all(
        text.removeprefix(f"{ARTICLES[0].title}\n") in ARTICLES[0].text for text in encoder.encoded
    )


def test_a_rebuild_encodes_everything(corpus: Path, tmp_path: Path) -> None:
    build([corpus], tmp_path / "index", HashEncoder())
    report = build([corpus], tmp_path / "index", HashEncoder(), rebuild=True)
    assert report.encoded == report.vectors > 0


def test_another_model_encodes_everything(corpus: Path, tmp_path: Path) -> None:
    """And the index is then that model's, whatever its dimension."""
    index = tmp_path / "index"
    build([corpus], index, HashEncoder())
    other = HashEncoder("other", dim=48)
    report = build([corpus], index, other)
    assert report.encoded == report.vectors
    assert Retriever.open(index, other).answer(QUESTION).index.model == "other"


def test_a_text_that_stands_twice_is_encoded_once(tmp_path: Path) -> None:
    twins = [ARTICLES[0], replace(ARTICLES[0], id="twin")]
    report = build([write_corpus(tmp_path / "corpus", twins)], tmp_path / "index", HashEncoder())
    assert report.encoded * 2 == report.vectors


@pytest.mark.parametrize("texts", [0, 1, 7])
def test_a_build_that_fails_leaves_the_published_index_in_use(
    corpus: Path, tmp_path: Path, texts: int
) -> None:
    """Its work is kept all the same: the next one goes on there, to the very same index."""
    index, fresh = tmp_path / "index", tmp_path / "fresh"
    old = build([write_corpus(tmp_path / "old", ARTICLES[:1])], index, HashEncoder())
    broken = WatchedEncoder(HashEncoder(), after(texts, pull_plug))
    with pytest.raises(PulledPlugError):
        build([corpus], index, broken)
    assert generation.current(index) == old.published
    assert Retriever.open(index, HashEncoder()).answer(QUESTION).hits[0].article == ARTICLES[0]

    resumed = WatchedEncoder(HashEncoder())
    build([corpus], index, resumed)
    assert not set(resumed.encoded) & set(broken.encoded)
    build([write_corpus(tmp_path / "old", ARTICLES[:1])], fresh, HashEncoder())
    build([corpus], fresh, HashEncoder())
    check_same(index, fresh, HashEncoder())


def build_until_killed(corpus: Path, index: Path, reached: Event) -> None:
    def hang() -> None:
        reached.set()
        time.sleep(600)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.build._BATCH", 2)
        build([corpus], index, WatchedEncoder(HashEncoder(), after(6, hang)))


def test_a_killed_build_leaves_the_published_index_and_its_own_work(
    corpus: Path, tmp_path: Path
) -> None:
    """Killed by the system in the middle of encoding, without a chance to tidy up."""
    index, fresh = tmp_path / "index", tmp_path / "fresh"
    old = build([write_corpus(tmp_path / "old", ARTICLES[-1:])], index, HashEncoder())
    context = multiprocessing.get_context("spawn")
    reached = context.Event()
    process = context.Process(target=build_until_killed, args=(corpus, index, reached))
    process.start()
    assert reached.wait(60)
    process.kill()
    process.join()
    assert generation.current(index) == old.published
    assert list(index.rglob("*.part"))

    resumed = build([corpus], index, HashEncoder())
    assert 0 < resumed.encoded <= resumed.vectors - 6
    assert not list(index.rglob("*.part"))
    build([write_corpus(tmp_path / "old", ARTICLES[-1:])], fresh, HashEncoder())
    build([corpus], fresh, HashEncoder())
    check_same(index, fresh, HashEncoder())


def test_bad_records_are_reported_and_the_rest_is_built(corpus: Path, tmp_path: Path) -> None:
    with corpus.open("a", encoding="utf-8") as file:
        file.write('{"broken\n' + json.dumps({"id": "empty", "text": " "}) + "\n")
    report = build([corpus], tmp_path / "index", HashEncoder())
    assert report.articles == len(ARTICLES)
    assert [bad.line for bad in report.bad] == [len(ARTICLES) + 1, len(ARTICLES) + 2]


def test_a_bad_record_ends_a_strict_build(corpus: Path, tmp_path: Path) -> None:
    """With its file and line; what was published before stays."""
    index = tmp_path / "index"
    old = build([corpus], index, HashEncoder(), strict=True)
    corpus.write_text(corpus.read_text(encoding="utf-8") + "[]\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=f"{corpus.name}:{len(ARTICLES) + 1}"):
        build([corpus], index, HashEncoder(), strict=True)
    assert generation.current(index) == old.published


def test_a_corpus_that_is_not_there_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    """Not even the cache that a rebuild would drop, nor the folder of a first build."""
    index = tmp_path / "index"
    old = build([corpus], index, HashEncoder())
    with pytest.raises(CorpusError):
        build([tmp_path / "nowhere"], index, HashEncoder(), rebuild=True)
    assert generation.current(index) == old.published
    assert build([corpus], index, HashEncoder()).encoded == 0


def test_a_corpus_without_any_text_publishes_nothing(tmp_path: Path) -> None:
    index = tmp_path / "index"
    nothing = write_corpus(tmp_path / "corpus", [Article("a", "   "), Article("b", "")])
    with pytest.raises(CorpusError, match="nothing"):
        build([nothing], index, HashEncoder())
    assert not generation.is_published(index)


def test_a_spoilt_cache_is_one_line_and_a_rebuild_mends_it(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([corpus], index, HashEncoder())
    (index / "vectors.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(DalilError, match="--rebuild") as caught:
        build([corpus], index, HashEncoder())
    assert "\n" not in str(caught.value)
    assert build([corpus], index, HashEncoder(), rebuild=True).articles == len(ARTICLES)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(sources=[PAPER]),
        Filters(sources=[MAGAZINE], until=date(2023, 12, 18)),
        Filters(since=date(2024, 1, 20)),
        Filters(since=date(2023, 2, 1), until=date(2023, 9, 3)),
        Filters(sources=[PAPER, MAGAZINE]),
        Filters(not_sources=[MAGAZINE]),
        Filters(not_sources=[PAPER, MAGAZINE]),
        Filters(sources=[PAPER], not_sources=[PAPER]),
        Filters(not_sources=[PAPER], since=date(2023, 7, 25)),
    ],
)
def test_both_sides_filter_alike(corpus: Path, tmp_path: Path, filters: Filters) -> None:
    """What the facets let the dense side see is what the lexical side searches."""
    build([corpus], tmp_path / "index", HashEncoder())
    folder = generation.current(tmp_path / "index").folder
    facets = Store(folder / generation.STORE).facets()
    lexical = LexicalIndex.open(folder / "lexical")
    question = " ".join(article.text[:40] for article in ARTICLES)
    everything = {found.passage for found in lexical.search(question, 1000)}
    assert everything == set(range(lexical.count))
    found = {candidate.passage for candidate in lexical.search(question, 1000, filters)}
    assert found == set(facets.passages(filters).tolist())


def test_progress_counts_up_to_the_whole(corpus: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    report = build(
        [corpus],
        tmp_path / "index",
        HashEncoder(),
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    *reading, read = [(done, total) for stage, done, total in told if stage == "read"]
    assert reading == [(done, None) for done in range(1, 13)]
    assert read == (12, 12)
    encoding = [(done, total) for stage, done, total in told if stage == "encode"]
    assert encoding[-1] == (report.passages, report.passages)
    assert [done for done, _ in encoding] == sorted(done for done, _ in encoding)


def test_the_real_model_goes_on_to_the_same_index(encoder: TokenEncoder, tmp_path: Path) -> None:
    """Interrupted or not: the same passages, vectors and answers."""
    corpus = write_corpus(tmp_path / "corpus", ARTICLES[:4])
    index, fresh = tmp_path / "index", tmp_path / "fresh"
    with pytest.raises(PulledPlugError):
        build([corpus], index, WatchedTokenEncoder(encoder, after(4, pull_plug)))
    resumed = build([corpus], index, encoder)
    whole = build([corpus], fresh, encoder)
    assert 0 < resumed.encoded < whole.encoded == whole.vectors
    check_same(index, fresh, encoder)


def test_the_real_model_encodes_an_unchanged_corpus_once(
    encoder: TokenEncoder, tmp_path: Path
) -> None:
    corpus = write_corpus(tmp_path / "corpus", ARTICLES[4:6])
    assert build([corpus], tmp_path / "index", encoder).encoded > 0
    watched = WatchedTokenEncoder(encoder)
    assert build([corpus], tmp_path / "index", watched).encoded == 0
    assert watched.encoded == []


def test_a_build_finds_the_articles_that_repeat_another(tmp_path: Path) -> None:
    """A copy of the same text and an edited one are counted, another figure is no copy."""
    corpus = write_corpus(tmp_path / "corpus", SYNDICATED)
    report = build([corpus], tmp_path / "index", HashEncoder())
    assert report.repeated == report.to_dict()["repeated"] == 3
    assert report.published.manifest.build.repeated == 3
    store = Store(report.published.folder / generation.STORE)
    copies = list(store.retellings("flood").values())
    store.close()
    assert copies == ["flood-again", "flood-edited", "flood-bare"]
