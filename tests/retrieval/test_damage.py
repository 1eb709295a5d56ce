"""Whatever is wrong with a file, reading goes on with the next, and nothing is lost in silence."""

import json
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.corpus import BadRecord, read
from retrieval.corpus.contents import LINE
from retrieval.corpus.formats import FORMATS, format_of
from tests.pages.layouts import LAYOUTS
from tests.pages.stories import story
from tests.retrieval import test_documents as documents
from tests.retrieval import test_formats as formats

BODY = documents.BODY


def parquet(path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pytest.importorskip("pyarrow.parquet").write_table(pa.table({"text": [BODY] * 3}), path)


def write(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


SAMPLES: dict[str, Callable[[Path], object]] = {
    "a.html": write(LAYOUTS[0](story(0)).data),
    "a.warc": write(formats.served("https://a.example/1", formats.page("وصول القافلة")) * 2),
    "a.xml": write(formats.RSS.encode()),
    "result.json": lambda path: formats.export(path, formats.message(1, BODY)),
    "a.json": write(json.dumps([{"text": BODY}] * 3).encode()),
    "a.jsonl": write(json.dumps({"text": BODY}).encode()),
    "a.csv": write(f"text,title\n{BODY},x\n".encode()),
    "a.parquet": parquet,
    "a.pdf": write(documents.pdf([BODY, documents.OTHER])),
    "a.docx": documents.word,
    "a.epub": documents.epub,
    "a.zip": lambda path: documents.zipped(path, **{"a.txt": BODY.encode()}),
    "a.tar": lambda path: documents.tarred(path, {"a.txt": BODY.encode()}, "w"),
    "a.md": write(f"---\ntitle: x\n---\n{BODY}".encode()),
    "a.txt": write(BODY.encode()),
}


def test_there_is_a_sample_of_every_format(tmp_path: Path) -> None:
    """Each is known by what it holds, or by its name."""
    known = set()
    for name, make in SAMPLES.items():
        make(tmp_path / name)
        found = format_of(tmp_path / name, name)
        assert found
        known.add(found.name)
    assert known == {known.name for known in FORMATS}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_damaged_file_stops_nothing(tmp_path: Path, name: str) -> None:
    """Bytes changed, lost and doubled in eight ways: the next file is read each time."""
    chance = random.Random(name)  # noqa: S311 - the same damage each time
    SAMPLES[name](tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / "z.txt").write_text(BODY, encoding="utf-8")
    for _ in range(8):
        (tmp_path / name).write_bytes(damaged(whole, chance))
        bad: list[BadRecord] = []
        assert "z.txt" in [article.id for article in read([tmp_path], on_bad=bad.append)]


def damaged(whole: bytes, chance: random.Random) -> bytes:
    data = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randrange(1, 40)]
            case _:
                data[at:at] = data[at : at + chance.randrange(1, 40)]
        data = data or bytearray(b"x")
    return bytes(data)


def test_a_line_too_long_to_be_read_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "')
        for _ in range((LINE >> 20) + 1):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n' + json.dumps({"text": BODY}).encode())
    bad: list[BadRecord] = []
    assert [article.id for article in read([path], on_bad=bad.append)] == ["a.jsonl#2"]
    assert [(record.line, record.reason) for record in bad] == [(1, "a line of more than 32 MB")]


def test_what_is_too_long_is_never_held_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a line a hundred times as long as may be, no more than four times what may be."""
    monkeypatch.setattr("retrieval.corpus.contents.LINE", 1 << 18)
    path = tmp_path / "a.jsonl"
    body = json.dumps({"text": BODY}).encode()
    path.write_bytes(b"%s\n%s\n%s\n" % (body, b"x" * (100 << 18), body))
    tracemalloc.start()
    try:
        bad: list[BadRecord] = []
        found = [article.id for article in read([path], on_bad=bad.append)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found, [record.line for record in bad]) == (["a.jsonl#1", "a.jsonl#3"], [2])
    assert peak < 4 << 18


def test_a_file_of_nothing_but_bad_lines_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{\n" * 5000)
    bad: list[BadRecord] = []
    assert not list(read([path], on_bad=bad.append))
    assert len(bad) == 1001
    assert "the rest is not read" in bad[-1].reason
