"""Long work tells how far it has come: in a terminal, and nowhere else."""

import io
import re

import pytest

from bot.progress import progress


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines_of(shown: str) -> list[str]:
    """Return the bars as they stood at the end."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    return [re.sub(r"[ ━╸╺]+", " ", line).strip() for line in re.split(r"[\r\n]+", plain)]


@pytest.fixture(autouse=True)
def roomy_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TERM": "xterm", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def test_a_stage_shows_count_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of as many as it is told, which may be once it is over."""
    stderr = FakeTerminal()
    monkeypatch.setattr("sys.stderr", stderr)
    with progress() as show:
        for done in range(1, 41):
            show("read", done, None)
        show("read", 40, 40)
        for done in range(1, 8):
            show("encode", done, 7)
    lines = lines_of(stderr.getvalue())
    assert not any("40/7" in line or "/100" in line for line in lines)
    assert any(re.fullmatch(r"read 40/40 [\d,]+/s \d+:\d\d:\d\d", line) for line in lines)
    assert any(re.fullmatch(r"encode 7/7 [\d,]+/s \d+:\d\d:\d\d", line) for line in lines)


def test_a_stage_that_was_interrupted_stands_where_it_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stderr = FakeTerminal()
    monkeypatch.setattr("sys.stderr", stderr)

    def work() -> None:
        with progress() as show:
            show("encode", 3, 7)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert any(line.startswith("encode 3/7") for line in lines_of(stderr.getvalue()))


def test_nothing_is_shown_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    with progress() as show:
        show("read", 1, None)
        show("encode", 1, 2)
    assert stderr.getvalue() == ""
