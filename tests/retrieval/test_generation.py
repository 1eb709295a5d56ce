"""A published index is whole, current and readable, or a one-line error says what to do."""

import json
import multiprocessing
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval import Retriever, generation
from retrieval.build import build
from retrieval.errors import (
    BuildInProgressError,
    DalilError,
    IndexDamagedError,
    IndexIncompatibleError,
    IndexMissingError,
)
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashEncoder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), ARTICLES[:3])


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("built") / "index"
    build([corpus], index, HashEncoder())
    return index


@pytest.fixture
def index(built: Path, tmp_path: Path) -> Path:
    """Return an index of this test's own, to spoil."""
    return Path(shutil.copytree(built, tmp_path / "index"))


def folder_of(index: Path) -> Path:
    return generation.current(index).folder


def check_refused(index: Path, kind: type[DalilError], *said: str) -> None:
    """Opening fails with one line that names the command and what is wrong."""
    with pytest.raises(kind) as caught:
        Retriever.open(index, HashEncoder())
    message = str(caught.value)
    assert "\n" not in message
    for part in ("dalil build", *said):
        assert part in message


def rewritten(index: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder_of(index) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_an_index_tells_what_it_is(index: Path, corpus: Path) -> None:
    """Model, counts, versions, corpus, and the size of every file but the manifest."""
    folder, manifest = generation.current(index)
    model = HashEncoder()
    assert manifest.generation == folder.name
    assert manifest.model == generation.Model(
        name=model.name, fingerprint=model.fingerprint, dim=model.dim
    )
    assert (manifest.counts.articles, manifest.counts.passages) == (3, 3)
    assert manifest.counts.vectors > 3
    assert manifest.corpus == (str(corpus),)
    on_disk = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"]
    assert {folder / name for name in manifest.files} >= set(on_disk)
    assert manifest.size >= sum(path.stat().st_size for path in on_disk)


def test_nothing_published_is_said_to_be_missing(tmp_path: Path) -> None:
    assert not generation.is_published(tmp_path)
    check_refused(tmp_path, IndexMissingError, str(tmp_path))
    check_refused(tmp_path / "nowhere", IndexMissingError, "nowhere")


@pytest.mark.parametrize("name", ["articles.sqlite", "dense/vectors.bin", "lexical/meta.json"])
def test_a_missing_file_is_named(index: Path, name: str) -> None:
    (folder_of(index) / name).unlink()
    check_refused(index, IndexDamagedError, name)


@pytest.mark.parametrize("name", ["articles.sqlite", "dense/starts.npy", "dense/vectors.bin"])
def test_a_file_cut_short_is_named(index: Path, name: str) -> None:
    path = folder_of(index) / name
    path.write_bytes(path.read_bytes()[:-1])
    check_refused(index, IndexDamagedError, name)


@pytest.mark.parametrize("part", ["", "{", '{"format": 1', "\0\0\0", "\ud800"])
def test_an_unreadable_manifest_is_damage(index: Path, part: str) -> None:
    manifest = folder_of(index) / "manifest.json"
    manifest.write_bytes(part.encode("utf-8", "surrogatepass"))
    check_refused(index, IndexDamagedError, "manifest.json")


def test_a_missing_manifest_is_damage(index: Path) -> None:
    (folder_of(index) / "manifest.json").unlink()
    check_refused(index, IndexDamagedError, "manifest.json")


@pytest.mark.parametrize("current", [b"", b"no-such-generation\n", b"\xff\xfe", b"a\0b"])
def test_a_spoilt_pointer_is_damage(index: Path, current: bytes) -> None:
    (index / "current").write_bytes(current)
    check_refused(index, IndexDamagedError)


@pytest.mark.parametrize(
    ("field", "said"),
    [("format", "format"), ("normaliser", "normaliser"), ("chunking", "splitter")],
)
def test_another_version_is_incompatible(index: Path, field: str, said: str) -> None:
    """The message tells both versions."""
    rewritten(index, lambda manifest: manifest.update({field: 999}))
    check_refused(index, IndexIncompatibleError, said, "999")


@pytest.mark.parametrize("change", [{"unheard_of": 1}, {"counts": None}, {"files": []}])
def test_a_manifest_of_other_fields_is_incompatible(index: Path, change: dict[str, Any]) -> None:
    rewritten(index, lambda manifest: manifest.update(change))
    check_refused(index, IndexIncompatibleError)


def test_another_model_is_incompatible_and_both_are_named(index: Path) -> None:
    with pytest.raises(IndexIncompatibleError) as caught:
        Retriever.open(index, HashEncoder("other"))
    for part in ("hash", "other", "dalil build", "DALIL_EMBEDDING_MODEL"):
        assert part in str(caught.value)


def test_the_corpus_of_the_last_build_is_told_whatever_the_version(
    index: Path, corpus: Path, tmp_path: Path
) -> None:
    rewritten(index, lambda manifest: manifest.update(format=999, other=1))
    assert generation.last_corpus(index) == (corpus,)
    assert generation.last_corpus(tmp_path / "nowhere") == ()
    rewritten_away = index / "current"
    rewritten_away.write_text("gone", encoding="utf-8")
    assert generation.last_corpus(index) == ()


def test_a_reader_keeps_its_generation_while_others_are_published(
    index: Path, tmp_path: Path
) -> None:
    """What it opened before the next build it still reads whole; a new reader sees the new."""
    before = Retriever.open(index, HashEncoder())
    question = "منارة رأس السنديان"
    (first, *_), info = before.answer(question).hits, before.info
    build([write_corpus(tmp_path / "other", ARTICLES[3:5])], index, HashEncoder())
    again = before.answer(question)
    assert again.hits[0] == first
    assert again.index == info
    after = Retriever.open(index, HashEncoder())
    assert after.info.generation != info.generation
    assert {hit.article.id for hit in after.answer(question).hits} <= {"clocks", "football"}


def test_a_build_that_was_not_published_is_not_seen(index: Path) -> None:
    published = generation.current(index)
    with generation.sole_builder(index):
        folder = generation.start(index)
        (folder / "articles.sqlite").write_bytes(b"half")
    assert generation.current(index) == published


def test_what_a_killed_build_left_is_cleared_by_the_next(index: Path, corpus: Path) -> None:
    left = generation.start(index)
    (left / "articles.sqlite").write_bytes(b"half")
    build([corpus], index, HashEncoder())
    assert not list(index.rglob("*.part"))


def test_two_generations_stay_the_newest(index: Path, corpus: Path) -> None:
    """However quickly they follow each other, the one before the published one stays."""
    names = [folder_of(index).name]
    for _ in range(3):
        names.append(build([corpus], index, HashEncoder()).published.folder.name)
        assert {path.name for path in (index / "generations").iterdir()} == set(names[-2:])
    assert names == sorted(names)


def build_here(index: Path, refused: "multiprocessing.Queue[str]") -> None:
    try:
        with generation.sole_builder(index):
            refused.put("")
    except BuildInProgressError as error:
        refused.put(str(error))


def test_a_second_builder_is_refused_in_this_process_and_another(tmp_path: Path) -> None:
    """At once and by name; when the first has ended the next may build."""
    context = multiprocessing.get_context("spawn")
    messages: multiprocessing.Queue[str] = context.Queue()
    index = tmp_path / "index"
    with generation.sole_builder(index):
        with (
            pytest.raises(BuildInProgressError, match="build again"),
            generation.sole_builder(index),
        ):
            pytest.fail("two builders at once")
        other = context.Process(target=build_here, args=(index, messages))
        other.start()
        assert str(index) in messages.get(timeout=60)
        other.join()
    with generation.sole_builder(index):
        assert index.is_dir()


def test_an_error_of_the_build_itself_is_not_taken_for_a_folder_s(tmp_path: Path) -> None:
    """And the next build is not kept out by it."""
    with pytest.raises(PermissionError, match="elsewhere"), generation.sole_builder(tmp_path):
        raise PermissionError("elsewhere")
    with generation.sole_builder(tmp_path):
        assert tmp_path.is_dir()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for index in (file, file / "index"):
        with pytest.raises(DalilError, match="--index") as caught, generation.sole_builder(index):
            pytest.fail("there is no folder to build in")
        assert "\n" not in str(caught.value)
