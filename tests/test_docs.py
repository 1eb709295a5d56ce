"""The README and the manual do as they say: every example runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings import Encoder
from retrieval.build import build
from retrieval.corpus.sample import sample

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def examples(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, code)
        for page in PAGES
        for kind, code in _BLOCK.findall(page.read_text(encoding="utf-8"))
        if kind == language
    ]


COMMANDS = [line for _, code in examples("bash") for line in code.splitlines() if line]
SCRIPTS = examples("python")


@pytest.fixture(scope="module")
def home(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a working directory with an index of the manual."""
    folder = tmp_path_factory.mktemp("home")
    build([sample()], folder / "dalil-index", encoder)
    return folder


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_in_the_manual_answers(home: Path, line: str) -> None:
    """Each ``dalil`` line ends with status 0 and says something."""
    name, *arguments = shlex.split(line)
    assert name == "dalil"
    command = Path(sys.executable).with_name("dalil")
    ran = subprocess.run([command, *arguments], cwd=home, capture_output=True, check=True)
    assert ran.stdout.strip()


@pytest.mark.parametrize(("page", "code"), SCRIPTS, ids=[page for page, _ in SCRIPTS])
def test_every_script_in_the_manual_runs(
    home: Path,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    page: str,
    code: str,
) -> None:
    """Each Python block runs as it stands, in a folder with an index, and prints something."""
    monkeypatch.chdir(home)
    monkeypatch.setattr("retrieval.retriever.load_encoder", lambda _: encoder)
    exec(compile(code, page, "exec"), {})  # noqa: S102 - our own documentation
    assert capsys.readouterr().out.strip()


def test_the_manual_has_examples_of_every_door() -> None:
    """The README shows the command line and Python; neither test above is empty."""
    assert COMMANDS
    assert "README.md" in {page for page, _ in SCRIPTS}


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    """What a page links to in this repository exists."""
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_readme_is_short() -> None:
    """A newcomer reads it in a minute or two."""
    assert len(PAGES[0].read_text(encoding="utf-8").splitlines()) < 150
