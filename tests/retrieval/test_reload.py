"""A reader follows what is published: no question fails, none mixes, and the old is let go."""

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings.encoder import Vectors
from retrieval import Answer, Retriever, generation
from retrieval.build import build
from retrieval.confidence import Calibration
from retrieval.errors import IndexMissingError
from retrieval.retriever import Searcher
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashEncoder, HashTokenEncoder

QUESTION = "متى بنيت منارة رأس السنديان؟"


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look a hundred times a second, so that no test waits."""
    monkeypatch.setattr("retrieval.reload._LOOK", 0.01)
    monkeypatch.setattr("retrieval.reload._LONGEST", 0.05)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    publish(tmp_path / "index", 0)
    return tmp_path / "index"


@pytest.fixture
def retriever(index: Path) -> Iterator[Retriever]:
    opened = Retriever.open(index, HashTokenEncoder())
    yield opened
    opened.close()


def publish(index: Path, number: int, name: str = "hash") -> str:
    """Publish a generation whose articles all name its number; return the generation's name."""
    articles = [replace(article, id=f"{number}/{article.id}") for article in ARTICLES[:4]]
    corpus = write_corpus(index.parent / "corpus", articles)
    return build([corpus], index, HashTokenEncoder(name)).published.manifest.generation


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end, "it did not come about in half a minute"
        time.sleep(0.005)


def wait_for(retriever: Retriever, name: str) -> None:
    wait_until(lambda: retriever.info.generation == name)


def numbers(answer: Answer) -> set[str]:
    """Return the numbers of the generations that an answer's articles are of."""
    return {hit.article.id.split("/")[0] for hit in answer.hits}


def files_held(index: Path, name: str) -> set[str]:
    """Return the files of a generation that this process has open or mapped."""
    if not Path("/proc/self/maps").exists():
        pytest.skip("this system does not tell which files a process holds")
    folder = f"{index}/generations/{name}/"
    with Path("/proc/self/maps").open(encoding="utf-8", errors="replace") as lines:
        mapped = {line.split(maxsplit=5)[-1].strip() for line in lines}
    handles = Path("/proc/self/fd").iterdir()
    opened = {str(handle.readlink()) for handle in handles if handle.is_symlink()}
    return {path for path in mapped | opened if path.startswith(folder)}


class PausingEncoder(HashTokenEncoder):
    """Waits within a question until it is let on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.let_on = threading.Event(), threading.Event()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.reached.set()
        assert self.let_on.wait(30)
        return super().encode_queries(texts)


def test_questions_from_eight_threads_while_twenty_generations_are_published(
    index: Path, retriever: Retriever
) -> None:
    """None fails, and each has the articles of the one generation that it names."""
    published = {retriever.info.generation: "0"}
    done = threading.Event()
    answers: list[Answer] = []

    def ask() -> None:
        while not done.wait(0.03):  # eight threads without a pause would starve the builds
            answers.append(retriever.answer(QUESTION))

    with ThreadPoolExecutor(8) as threads:
        asking = [threads.submit(ask) for _ in range(8)]
        try:
            for number in range(1, 21):
                published[publish(index, number)] = str(number)
            wait_for(retriever, list(published)[-1])
            count = len(answers)
            wait_until(lambda: len(answers) > count + 8)
        finally:
            done.set()
    for each in asking:
        each.result()
    assert len(published) == 21
    assert {answer.index.generation for answer in answers} <= published.keys()
    assert len({answer.index.generation for answer in answers}) > 2
    assert all(numbers(answer) == {published[answer.index.generation]} for answer in answers)
    assert answers[-1].index.generation == list(published)[-1]


def test_the_old_generation_is_let_go_once_another_answers(
    index: Path, retriever: Retriever
) -> None:
    """Its memory at once; its files are neither open nor mapped any longer."""
    assert numbers(retriever.answer("men bana al manara?")) == {"0"}
    old, name = weakref.ref(retriever.searcher), retriever.info.generation
    assert files_held(index, name)
    gc.disable()
    try:
        wait_for(retriever, publish(index, 1))
        wait_until(lambda: old() is None)
        # tantivy ends its own thread a moment later, and with it the last mapping.
        wait_until(lambda: not files_held(index, name))
    finally:
        gc.enable()
    assert numbers(retriever.answer(QUESTION)) == {"1"}


def test_a_question_under_way_ends_in_the_generation_it_began_in(index: Path) -> None:
    """Which is kept as long, though it is no longer on disk, and no longer."""
    encoder = PausingEncoder()
    retriever = Retriever.open(index, encoder)
    old, name = weakref.ref(retriever.searcher), retriever.info.generation
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(retriever.answer, QUESTION)
        assert encoder.reached.wait(30)
        for number in (1, 2):
            publish(index, number)
        wait_for(retriever, publish(index, 3))
        assert not (index / "generations" / name).exists()
        assert isinstance(old(), Searcher)
        encoder.let_on.set()
        answer = asked.result(30)
    assert (answer.index.generation, numbers(answer)) == (name, {"0"})
    wait_until(lambda: old() is None)
    retriever.close()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what following the index has logged."""
    return [each.getMessage() for each in caplog.records if each.name == "retrieval.reload"]


def publish_spoilt(index: Path) -> None:
    """Publish a generation, spoil a file but not its size, and go back to the one before."""
    name = generation.current(index).folder.name
    vectors = index / "generations" / publish(index, 1) / "dense" / "00.block"
    spoilt = b"\xff" * vectors.stat().st_size
    vectors.unlink()  # other generations may share the file
    vectors.write_bytes(spoilt)
    point_at(index, name)


def point_at(index: Path, name: str) -> None:
    (index / "current.part").write_text(name, encoding="utf-8")
    (index / "current.part").replace(index / "current")


def spoil_vectors(index: Path) -> None:
    point_at(index, max(path.name for path in (index / "generations").iterdir()))


def point_nowhere(index: Path) -> None:
    point_at(index, "no-such-generation")


def publish_of_another_model(index: Path) -> None:
    publish(index, 1, "another")


@pytest.mark.parametrize("spoil", [spoil_vectors, point_nowhere, publish_of_another_model])
def test_a_generation_that_cannot_be_opened_leaves_the_old_in_use(
    index: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], None]
) -> None:
    """It is told in one line, once; the next that can be opened is taken."""
    name = generation.current(index).manifest.generation
    publish_spoilt(index)
    retriever = Retriever.open(index, HashTokenEncoder())
    held = retriever.searcher
    spoil(index)
    wait_until(lambda: bool(told(caplog)))
    answer = retriever.answer(QUESTION)
    time.sleep(0.2)  # many more looks
    (message,) = told(caplog)
    assert "\n" not in message
    assert retriever.searcher is held
    assert (answer.index.generation, numbers(answer)) == (name, {"0"})
    wait_for(retriever, publish(index, 2))
    assert numbers(retriever.answer(QUESTION)) == {"2"}
    retriever.close()


def test_an_index_that_is_taken_away_still_answers(
    index: Path, retriever: Retriever, caplog: pytest.LogCaptureFixture
) -> None:
    (index / "current").unlink()
    wait_until(lambda: bool(told(caplog)))
    assert "no index" in told(caplog)[0]
    assert numbers(retriever.answer(QUESTION)) == {"0"}
    with pytest.raises(IndexMissingError):
        Retriever.open(index, HashTokenEncoder())


def test_another_calibration_is_in_use_without_reading_the_index_again(
    index: Path, retriever: Retriever
) -> None:
    before, store = retriever.answer(QUESTION), retriever.searcher._store
    own = Calibration.of(index, retriever.searcher.fingerprint)
    sure = own.model_copy(
        update={"fingerprint": retriever.searcher.fingerprint, "arabic": (9.0, *[0.0] * 6)}
    )
    sure.save(index)
    wait_until(lambda: retriever.answer(QUESTION).confidence != before.confidence)
    after = retriever.answer(QUESTION)
    assert after.confidence == pytest.approx(1 / (1 + 2.718281828**-9))
    assert (after.index, after.hits) == (before.index, before.hits)
    assert retriever.searcher._store is store


def test_a_retriever_that_is_dropped_follows_no_longer(index: Path) -> None:
    """Nor does one that is closed: neither leaves a thread or a file behind."""
    threads = set(threading.enumerate())
    name = generation.current(index).manifest.generation
    dropped, closed = (Retriever.open(index, HashEncoder()) for _ in range(2))
    assert len(set(threading.enumerate()) - threads) == 2
    closed.close()
    del dropped, closed
    wait_until(lambda: not set(threading.enumerate()) - threads)
    wait_until(lambda: not files_held(index, name))
