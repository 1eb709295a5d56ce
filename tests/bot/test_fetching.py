"""``dalil fetch``: what it prints, how it fails, and how it goes round."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from bot import cli, fetching
from retrieval.corpus import read
from retrieval.errors import BuildInProgressError
from retrieval.fetching import FetchOptions, FetchReport, Reach, fetch
from tests.retrieval.test_documents import pdf
from tests.site import Answer, Request, Site, page, rss

QUICK = ["--delay", "0", "--retries", "0", "--allow-private", "127.0.0.1/32"]


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as own:
        yield own


@pytest.fixture
def dalil(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> "Dalil":
    monkeypatch.chdir(tmp_path)
    return Dalil(monkeypatch, capfd)


class Dalil:
    """Runs ``dalil fetch`` in this process; returns its status, stdout and stderr."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, *arguments: str) -> tuple[int | str | None, str, str]:
        self._monkeypatch.setattr("sys.argv", ["dalil", "fetch", *arguments])
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *self._capfd.readouterr()


def test_failures_are_lines_and_the_summary_is_one_object(
    site: Site, dalil: Dalil, tmp_path: Path
) -> None:
    """One failure a line on stderr, with its address and reason; stdout is the object alone."""
    site["/feed"], site["/a"], site["/b"] = rss("/a", "/b"), page("a"), Answer(status=410)
    status, out, err = dalil(site.url("/feed"), *QUICK, "--archive", "here", "--json")
    summary = json.loads(out)
    assert status == 0
    assert set(summary) == {
        *("stored", "unchanged", "sources", "waiting", "bytes", "seconds", "failures")
    }
    assert summary["failures"] == [{"url": site.url("/b"), "reason": "it answers 410 Gone"}]
    assert err.splitlines()[0] == f"dalil: {site.url('/b')}: it answers 410 Gone"
    assert "1 pages new or changed" in err.splitlines()[-1]
    assert len(list((tmp_path / "here").rglob("*.warc.gz"))) == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nowhere.txt"], "nowhere.txt"),
        (["https://someone:secret@site.example/"], "password"),
        (["https://site.example/", "--every", "soon"], "30m"),
        (["https://site.example/", "--every", "0s"], "30m"),
        (["https://site.example/", "--refresh", "1y"], "30m"),
        (["https://site.example/", "--allow-private", "home"], "10.0.0.0/8"),
        (["https://site.example/", "--delay", "-1"], "--delay"),
        (["nowhere.txt", "--every", "1h"], "nowhere.txt"),
        ([], "TARGET"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(dalil: Dalil, arguments: list[str], word: str) -> None:
    status, out, err = dalil(*arguments)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert word in err
    assert "secret" not in err


def test_to_fetch_nothing_at_all_is_a_failure(site: Site, dalil: Dalil) -> None:
    """A script sees by the status that an address is wrong."""
    status, _, err = dalil(site.url("/nowhere"), *QUICK)
    assert status == 2
    assert "404" in err


@pytest.mark.parametrize(
    ("text", "length"), [("90s", 90.0), ("30m", 1800.0), ("6h", 21600.0), ("2d", 172800.0)]
)
def test_lengths_of_time(text: str, length: float) -> None:
    assert fetching.seconds(text) == length


@pytest.mark.parametrize("text", ["", "30", "m", "-1m", "0m", "1.5h", "30 m", "٣٠m"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="30m"):
        fetching.seconds(text)


class Rounds:
    """Fetches from a site, and "builds" what is given: a list of what a build does in turn."""

    def __init__(self, site: Site, folder: Path, *builds: Callable[[], None]) -> None:
        self._site, self._folder, self._builds = site, folder, list(builds)
        self.log: list[str] = []

    def fetch(self) -> FetchReport:
        self.log.append("fetch")
        options = FetchOptions(delay=0.0, retries=0, reach=Reach.of(["127.0.0.1/32"]))
        return fetch([self._site.url("/feed")], self._folder, options)

    def build(self) -> None:
        self.log.append("build")
        self._builds.pop(0)()


def done() -> None:
    """A build that is published."""


def refused() -> None:
    raise BuildInProgressError("another process is building: wait for it to end")


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def terminated() -> None:
    signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("stop", [ctrl_c, terminated])
def test_it_goes_round_until_it_is_stopped(
    site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str], stop: Callable[[], None]
) -> None:
    """Only what has changed is built; the end is a line, no error, and SIGTERM is as before."""
    site["/feed"] = [rss("/a"), rss("/a"), rss("/a", "/b"), rss("/a", "/b")]
    site["/a"], site["/b"] = page("a"), page("b")
    rounds, before = Rounds(site, tmp_path, done, stop), signal.getsignal(signal.SIGTERM)
    fetching.keep_fresh(rounds.fetch, rounds.build, every=0.01)
    assert rounds.log == ["fetch", "build", "fetch", "fetch", "build"]
    assert site.asked() == ["/feed", "/a", "/feed", "/feed", "/b"]
    assert capfd.readouterr().err == "dalil: stopped; the same command goes on from here\n"
    assert signal.getsignal(signal.SIGTERM) == before


def test_it_is_stopped_where_ctrl_c_is_ignored(site: Site, tmp_path: Path) -> None:
    """As it is of what a shell's script runs with "&"."""
    site["/feed"], site["/a"] = rss("/a"), page("a")
    rounds = Rounds(site, tmp_path, terminated)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        fetching.keep_fresh(rounds.fetch, rounds.build, every=0.01)
    finally:
        signal.signal(signal.SIGINT, before)
    assert rounds.log == ["fetch", "build"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_stopped_in_the_middle_of_a_fetch(
    site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    """What was fetched is kept; the request under way is given up without a traceback."""

    def slow(_: Request) -> Answer:
        os.kill(os.getpid(), number)
        return Answer(page("b").body, before=0.2)

    site["/feed"], site["/a"], site["/b"] = rss("/a", "/b"), page("a"), slow
    rounds = Rounds(site, tmp_path)
    fetching.keep_fresh(rounds.fetch, rounds.build, every=0.01)
    assert rounds.log == ["fetch"]
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 1
    assert capfd.readouterr().err == "dalil: stopped; the same command goes on from here\n"


def test_a_round_that_fails_is_told_and_tried_again(
    site: Site, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A build that was refused is due in the next round, though nothing is new in it."""
    site["/feed"], site["/a"] = rss("/a"), page("a")
    rounds = Rounds(site, tmp_path, refused, ctrl_c)
    fetching.keep_fresh(rounds.fetch, rounds.build, every=0.01)
    assert rounds.log == ["fetch", "build", "fetch", "build"]
    assert capfd.readouterr().err.startswith("dalil: another process is building")


def test_what_was_fetched_can_be_built(site: Site, dalil: Dalil, tmp_path: Path) -> None:
    """Each page and each PDF is an article, with its address."""
    words = "افتُتح الجسر الجديد في المدينة صباح أمس بعد تأخر دام سنتين كاملتين. " * 5
    site["/a"] = Answer(
        f"<html><head><title>الجسر</title></head><body><article><p>{words}</p></article>"
        "</body></html>".encode()
    )
    report = "افتُتح الجسر الجديد في المدينة، وحضر الأهالي."
    site["/b"] = Answer(pdf([report]), type="application/pdf")
    dalil(site.url("/a"), site.url("/b"), *QUICK)
    found = read([tmp_path / "dalil-archive"], on_bad=lambda bad: pytest.fail(str(bad)))
    texts = {article.url: article.text for article in found}
    assert texts.keys() == {site.url("/a"), site.url("/b")}
    assert words.split()[:4] == texts[site.url("/a")].split()[:4]
    assert texts[site.url("/b")] == report
