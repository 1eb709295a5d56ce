"""A published index is whole, current and readable, or a one-line error says what to do."""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from retrieval import Retriever, checksums, generation
from retrieval.build import build
from retrieval.errors import (
    BuildInProgressError,
    DalilError,
    IndexDamagedError,
    IndexIncompatibleError,
    IndexMissingError,
)
from retrieval.inventory import inventory
from retrieval.verification import verify_index
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashTokenEncoder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), ARTICLES[:3])


@pytest.fixture(scope="module")
def built(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("built") / "index"
    build([corpus], index, HashTokenEncoder())
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
        Retriever.open(index, HashTokenEncoder())
    message = str(caught.value)
    assert "\n" not in message
    for part in ("dalil build", *said):
        assert part in message


def rewritten(index: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder_of(index) / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    text = json.dumps(manifest)
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".xxh3").write_text(checksums.of_bytes(text.encode()), encoding="utf-8")


def test_an_index_tells_what_it_is(index: Path, corpus: Path) -> None:
    """Model, counts, versions, corpus, and the size of every file but the manifest."""
    folder, manifest = generation.current(index)
    model = HashTokenEncoder()
    assert manifest.generation == folder.name
    assert manifest.model == generation.Model(
        name=model.name, fingerprint=model.fingerprint, dim=model.dim
    )
    assert (manifest.counts.articles, manifest.counts.passages) == (3, 3)
    assert manifest.counts.vectors > 3
    assert manifest.corpus == (str(corpus),)
    own = {folder / "manifest.json", folder / "manifest.xxh3"}
    on_disk = {path for path in folder.rglob("*") if path.is_file()} - own
    assert {folder / name for name in manifest.files} == on_disk
    assert manifest.size == sum(path.stat().st_size for path in on_disk)
    assert manifest.parts.keys() == {
        "articles.sqlite",
        "dense",
        "late",
        "lexical",
        "readings.sqlite",
    }
    assert sum(manifest.parts.values()) == manifest.size
    assert manifest.build.encoded > 3
    assert set(manifest.build.seconds) == {"open", "read", "encode", "join", "compare"}
    assert (manifest.build.new, manifest.build.unchanged, manifest.build.gone) == (3, 0, 0)


def test_nothing_published_is_said_to_be_missing(tmp_path: Path) -> None:
    assert not generation.is_published(tmp_path)
    check_refused(tmp_path, IndexMissingError, str(tmp_path))
    check_refused(tmp_path / "nowhere", IndexMissingError, "nowhere")


@pytest.mark.parametrize("name", ["articles.sqlite", "dense/00.block", "lexical/meta.json"])
def test_a_missing_file_is_named(index: Path, name: str) -> None:
    (folder_of(index) / name).unlink()
    check_refused(index, IndexDamagedError, name)


@pytest.mark.parametrize("name", ["articles.sqlite", "dense/places.npz", "dense/00.block"])
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
        Retriever.open(index, HashTokenEncoder("other"))
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
    before = Retriever.open(index, HashTokenEncoder()).searcher
    question = "منارة رأس السنديان"
    (first, *_), info = before.answer(question).hits, before.info
    build([write_corpus(tmp_path / "other", ARTICLES[3:5])], index, HashTokenEncoder())
    again = before.answer(question)
    assert again.hits[0] == first
    assert again.index == info
    after = Retriever.open(index, HashTokenEncoder())
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
    build([corpus], index, HashTokenEncoder())
    assert not list(index.rglob("*.part"))


def test_three_generations_stay_the_newest(index: Path, corpus: Path) -> None:
    """However quickly they follow each other, those before the published one stay."""
    names = [folder_of(index).name]
    for _ in range(4):
        names.append(build([corpus], index, HashTokenEncoder()).published.folder.name)
        assert [folder.name for folder in generation.kept(index)] == names[:-4:-1]
        assert {path.name for path in (index / "generations").iterdir()} == set(names[-3:])
    assert names == sorted(names)


def flipped(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0x20
    path.write_bytes(data)


def ask_as_nobody(index: Path, found: "multiprocessing.Queue[object]") -> None:
    """Open, ask and verify as a user who may write nothing there."""
    encoder = HashTokenEncoder()
    # What is imported late nobody may be allowed to read.
    verify_index(index, encoder)
    Retriever.open(index, encoder).answer(ARTICLES[0].text)
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    with pytest.raises(DalilError, match="cannot write") as refused:
        generation.rollback(index)
    found.put(str(refused.value))
    answer = Retriever.open(index, encoder).answer(ARTICLES[0].text)
    found.put((answer.hits[0].article.id, inventory(index).manifest.counts.articles))
    found.put(verify_index(index, encoder).to_dict()["sound"])


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
def test_an_index_that_cannot_be_written_can_be_read(built: Path) -> None:
    """Another user may ask, count and verify; going back is refused in one line."""
    with TemporaryDirectory() as place:
        index = Path(shutil.copytree(built, Path(place) / "index"))
        for path in (Path(place), index, *index.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        context = multiprocessing.get_context("spawn")
        told: multiprocessing.Queue[object] = context.Queue()
        process = context.Process(target=ask_as_nobody, args=(index, told))
        process.start()
        try:
            assert "--index" in str(told.get(timeout=60))
            assert told.get(timeout=60) == ("lighthouse", 3)
            assert told.get(timeout=60) is True
        finally:
            process.join()
            for path in (Path(place), index, *index.rglob("*")):
                path.chmod(0o755)


def check_found(index: Path) -> None:
    """Verifying tells what is wrong."""
    try:
        found = verify_index(index, HashTokenEncoder())
    except IndexDamagedError:
        return
    assert not found.sound


def test_a_flipped_bit_in_any_file_is_found(index: Path) -> None:
    """At its beginning, middle and end: by verifying it, and before it is answered from."""
    encoder, question = HashTokenEncoder(), ARTICLES[0].text
    folder = folder_of(index)
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert len(files) > 12
    for path in [index / "current", *files]:
        whole, size = path.read_bytes(), path.stat().st_size
        for at in (0, size // 2, size - 1):
            flipped(path, at)
            check_found(index)
            if path.name == generation.READINGS:  # only builds read it
                path.write_bytes(whole)
                continue
            with pytest.raises((IndexDamagedError, IndexIncompatibleError), match="dalil build"):
                Retriever.open(index, encoder).answer(question)
            path.write_bytes(whole)
    assert verify_index(index, encoder).sound
    assert Retriever.open(index, encoder).answer(question).hits[0].article == ARTICLES[0]


@pytest.mark.parametrize("name", ["articles.sqlite", "manifest.json", "../../current"])
def test_a_build_mends_whatever_is_damaged(index: Path, corpus: Path, name: str) -> None:
    path = folder_of(index) / name
    path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(DalilError, match="dalil build"):
        Retriever.open(index, HashTokenEncoder())
    assert build([corpus], index, HashTokenEncoder()).articles == 3
    assert Retriever.open(index, HashTokenEncoder()).answer("منارة").hits
    assert verify_index(index, HashTokenEncoder()).sound


def test_damage_names_the_file_and_both_ways_out(index: Path) -> None:
    """What is read at opening, and what is read for the question."""
    for name in ("dense/00.block", "late/00.block"):
        flipped(folder_of(index) / name, -1)
        with pytest.raises(IndexDamagedError) as caught:
            Retriever.open(index, HashTokenEncoder()).answer(ARTICLES[2].text)
        for part in (str(Path(name)), "dalil rollback", "dalil build"):
            assert part in str(caught.value)
        flipped(folder_of(index) / name, -1)


def rebuilt(index: Path, corpus: Path, count: int) -> list[str]:
    """Publish so many generations more; return the names of all, the oldest first."""
    for _ in range(count):
        build([corpus], index, HashTokenEncoder())
    return [folder.name for folder in reversed(generation.kept(index))]


def test_a_rollback_goes_back_one_by_one(index: Path, corpus: Path) -> None:
    """Each step is in use at once; what it goes back from stays, and before the first is none."""
    names = rebuilt(index, corpus, 2)
    for expected in (names[1], names[0]):
        assert generation.rollback(index).folder.name == expected
        assert Retriever.open(index, HashTokenEncoder()).info.generation == expected
    with pytest.raises(IndexMissingError, match="dalil build") as caught:
        generation.rollback(index)
    assert names[0] in str(caught.value)
    assert folder_of(index).name == names[0]
    assert [folder.name for folder in generation.kept(index)] == names[::-1]


def test_what_was_rolled_back_from_is_not_gone_back_to(index: Path, corpus: Path) -> None:
    """The next build drops it, and has the one in use before it."""
    good, bad = rebuilt(index, corpus, 1)
    generation.rollback(index)
    *before, newest = rebuilt(index, corpus, 1)
    assert before == [good]
    assert bad not in (good, newest)
    assert generation.rollback(index).folder.name == good


def test_a_rollback_passes_over_damage(index: Path, corpus: Path) -> None:
    """To the newest that is sound; also where the damage is in what says which is current."""
    names = rebuilt(index, corpus, 2)
    flipped(index / "generations" / names[1] / "late" / "checksums.npy", 0)
    assert generation.rollback(index).folder.name == names[0]
    (index / "current").write_bytes(b"?")
    assert generation.rollback(index).folder.name == names[2]


def test_nothing_published_cannot_be_rolled_back(tmp_path: Path) -> None:
    """And no folder is made for it."""
    with pytest.raises(IndexMissingError, match="nowhere"):
        generation.rollback(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_nobody_rolls_back_under_a_build(index: Path, corpus: Path) -> None:
    rebuilt(index, corpus, 1)
    with (
        generation.sole_builder(index),
        pytest.raises(BuildInProgressError, match=r"index"),
    ):
        generation.rollback(index)


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
