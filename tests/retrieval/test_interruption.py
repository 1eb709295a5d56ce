"""Nothing is lost to a kill, a full disk or Ctrl-C: the index stays, and so does the work."""

import json
import multiprocessing
import os
import random
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from embeddings.encoder import Encoding, Vectors
from retrieval import Retriever, generation
from retrieval.build import build
from retrieval.embedded import embedded_texts
from retrieval.errors import DalilError
from retrieval.store import Store
from retrieval.verification import verify_index
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashTokenEncoder

BATCH = 4
CORPUS = [
    replace(article, id=f"{article.id}-{copy}", text=f"{article.text}\nالنسخة رقم {copy}.")
    for copy in range(5)
    for article in ARTICLES
]
QUESTION = "متى بنيت منارة رأس السنديان؟"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.build._BATCH", BATCH)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus"), CORPUS)


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index that was built without interruption."""
    index = tmp_path_factory.mktemp("whole") / "index"
    publish_old(index, index.parent)
    build([corpus], index, HashTokenEncoder())
    return index


def publish_old(index: Path, folder: Path) -> str:
    """Publish an index of three articles; return its generation."""
    corpus = write_corpus(folder / "old", ARTICLES[:3])
    return build([corpus], index, HashTokenEncoder()).published.folder.name


def check_in_use(index: Path) -> None:
    """The published index opens, is sound and answers."""
    encoder = HashTokenEncoder()
    found = verify_index(index, encoder)
    assert found.sound, found
    answer = Retriever.open(index, encoder).answer(QUESTION)
    assert answer.hits[0].article.title == "منارة رأس السنديان"


def check_same(index: Path, whole: Path) -> None:
    """Both hold the same texts and vectors, to the bit, and answer alike; nothing lies around."""
    one, other = generation.current(index), generation.current(whole)
    assert one.manifest.counts == other.manifest.counts
    for name, file in other.manifest.files.items():
        # The notes of what was read tell also whether the corpus was written a moment ago.
        if not name.startswith("lexical/") and name != generation.READINGS:
            assert one.manifest.files[name] == file, name
    readers = [Retriever.open(path, HashTokenEncoder()) for path in (index, whole)]
    for question in (QUESTION, ARTICLES[1].title, "bees"):
        first, second = (reader.answer(question) for reader in readers)
        assert first.hits == second.hits
        assert first.confidence == second.confidence
    assert not list(index.rglob("*.part"))


class LoggingEncoder(HashTokenEncoder):
    """Writes down what it is given, so that it outlives its process."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._note(texts)
        return super().encode_passages(texts)

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        self._note(texts)
        return super().encode_passage_tokens(texts)

    def _note(self, texts: Sequence[str]) -> None:
        with self._log.open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(text) + "\n" for text in texts))


def noted(log: Path) -> set[str]:
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return {json.loads(line) for line in lines if line.endswith('"')}


def build_noting(corpus: Path, index: Path, log: Path, started: Event) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.build._BATCH", BATCH)
        patch.setattr("retrieval.verification._SAMPLE", 0)
        started.set()
        build([corpus], index, LoggingEncoder(log))


def kill_a_build(corpus: Path, index: Path, log: Path, seconds: float) -> None:
    """Start a build in a process of its own, and kill it after so many seconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["retrieval.build", "tests.fakes"])
    started = context.Event()
    process = context.Process(target=build_noting, args=(corpus, index, log, started))
    process.start()
    assert started.wait(60)
    time.sleep(seconds)
    process.kill()
    process.join()


def texts_of_a_batch(index: Path) -> int:
    """Return how many texts a batch has at most."""
    store = Store(generation.current(index).folder / generation.STORE)
    sizes = [len(embedded_texts(*pair)) for pair in store.passages(store.numbers()).values()]
    store.close()
    return max(sum(sizes[at : at + BATCH]) for at in range(0, len(sizes), BATCH))


def test_a_build_killed_at_any_moment_loses_nothing(
    corpus: Path,
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pytestconfig: pytest.Config,
) -> None:
    """The published index stays in use; the next build ends in the very index of one that was not
    killed, and encodes one batch twice at most. ``--kills 100`` tries so many moments.
    """
    kills: int = pytestconfig.getoption("--kills")
    took = sum(generation.current(whole).manifest.build.seconds.values()) + 0.2
    moments = random.Random(7)  # noqa: S311 - repeatable moments
    published = 0
    for number in range(kills):
        place = tmp_path / str(number)
        index, log = place / "index", place / "log"
        old = publish_old(index, place)
        kill_a_build(corpus, index, log, moments.uniform(0, 1.5 * took))
        check_in_use(index)
        published += generation.current(index).folder.name != old
        killed, resumed = noted(log), place / "resumed"
        with monkeypatch.context() as patch:
            patch.setattr("retrieval.verification._SAMPLE", 0)
            build([corpus], index, LoggingEncoder(resumed))
        assert len(killed & noted(resumed)) <= texts_of_a_batch(whole)
        check_same(index, whole)
    print(f"{kills} kills, {published} of them after the new index was published")  # noqa: T201
    assert published < kills


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk can only be mounted by root")
    yield folder
    subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, free: int) -> Path:
    """Fill a disk until so many bytes are free."""
    ballast = disk / "ballast"
    ballast.unlink(missing_ok=True)
    room = os.statvfs(disk)
    ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - free))
    return ballast


def told(corpus: Path, index: Path) -> str:
    """Build, and return what is said where that fails."""
    try:
        build([corpus], index, HashTokenEncoder())
    except DalilError as error:
        return str(error)
    return ""


def test_a_full_disk_changes_nothing(disk: Path, corpus: Path, whole: Path, tmp_path: Path) -> None:
    """Wherever it gets full: one line, the index before in use, nothing left of the new one. With
    room, the next build goes on to the same index.
    """
    index = disk / "index"
    old = publish_old(index, tmp_path)
    needed = generation.current(whole).manifest.size * 3
    refused = 0
    for free in range(8_192, needed, needed // 12):
        ballast = fill(disk, free)
        message = told(corpus, index)
        if not message:
            break
        refused += 1
        assert "\n" not in message
        assert "unchanged" in message
        assert generation.current(index).folder.name == old
        check_in_use(index)
        assert not list(index.rglob("*.part"))
    assert refused > 3
    ballast.unlink()
    build([corpus], index, HashTokenEncoder())
    check_same(index, whole)
