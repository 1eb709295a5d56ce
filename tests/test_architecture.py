"""The rooms of the house: what imports what, read off the source, and what an import loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BELOW = {"embeddings": set[str](), "retrieval": {"embeddings"}, "bot": {"retrieval", "embeddings"}}
HOMES = {
    "faiss": {"retrieval/dense.py"},
    "tantivy": {"retrieval/lexical.py"},
    "sqlite3": {
        "retrieval/store.py",
        "retrieval/fetching/frontier.py",
        "embeddings/cache.py",
        "bot/storage.py",
    },
    "httpx": {
        "bot/sending.py",
        *(f"retrieval/fetching/{name}.py" for name in ("archive", "client", "urls")),
    },
    "protego": {"retrieval/fetching/robots.py"},
    "torch": {"embeddings/packed.py", "embeddings/sentence.py"},
    "transformers": {"embeddings/sentence.py"},
    "sentence_transformers": {"embeddings/sentence.py"},
    "tokenizers": {"embeddings/bundled.py"},
    "safetensors": {"embeddings/bundled.py"},
    "matplotlib": {"retrieval/evaluation/plot.py"},
    "trafilatura": {"retrieval/corpus/html.py"},
    "fastwarc": {"retrieval/corpus/warc.py", "retrieval/fetching/archive.py"},
    "feedparser": {"retrieval/corpus/feeds.py", "retrieval/fetching/sources.py"},
    "pypdf": {"retrieval/corpus/pdf.py"},
    "docx": {"retrieval/corpus/docx.py"},
    "pyarrow": {"retrieval/corpus/parquet.py"},
    "hijridate": {"retrieval/corpus/dates.py"},
}


def sources(room: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        yield name, ast.parse(path.read_text(encoding="utf-8"), name)


def imported(tree: ast.Module) -> set[str]:
    """Return the top-level packages that a module imports anywhere, within functions too."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else (node.module or "").partition(".")[0])
    return found


EVERY = [(room, name, imported(tree)) for room in BELOW for name, tree in sources(room)]


@pytest.mark.parametrize("room", BELOW)
def test_nothing_points_upwards(room: str) -> None:
    """Only bot -> retrieval -> embeddings, and never the tests; imports are absolute."""
    allowed = BELOW[room] | {room}
    own = [(name, packages) for of, name, packages in EVERY if of == room]
    assert own
    for name, packages in own:
        assert not packages & ({*BELOW, "tests", "benchmarks", "."} - allowed), name


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_has_one_home(library: str) -> None:
    """No caller outside knows what is behind the small interface; the home does use it."""
    assert {name for _, name, packages in EVERY if library in packages} == HOMES[library]


def test_only_the_bot_knows_telegram() -> None:
    users = {room for room, _, packages in EVERY if "telegram" in packages}
    assert users == {"bot"}


def test_importing_retrieval_loads_neither_torch_nor_telegram() -> None:
    """In a fresh process: both take seconds, and a library's caller may want neither."""
    heavy = ("torch", "transformers", "sentence_transformers", "telegram", "bot")
    script = f"import sys, retrieval; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
