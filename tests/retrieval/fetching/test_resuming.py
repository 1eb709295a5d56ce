"""A fetch that is stopped goes on where it was, and two do not meet in one folder."""

import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from filelock import FileLock

from retrieval.errors import FetchError
from retrieval.fetching.frontier import Frontier, Offer
from tests.retrieval.fetching.conftest import Fetching
from tests.site import Answer, Site, page, rss

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from pathlib import Path
from retrieval.fetching import FetchOptions, Reach, fetch
reach = Reach.of(["127.0.0.1/32"])
fetch([sys.argv[1]], Path(sys.argv[2]), FetchOptions(delay=0.0, reach=reach))
"""
DAY = 24 * 3600.0


def killed_after(site: Site, folder: Path, requests: int) -> None:
    """Fetch in another process, and kill it once the site has had that many more requests."""
    enough = len(site.requests) + requests
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, site.url("/feed"), folder], cwd=ROOT
    ) as run:
        while len(site.requests) < enough and run.poll() is None:
            time.sleep(0.001)
        run.kill()
    assert run.returncode == -9


def test_a_fetch_that_is_killed_goes_on_where_it_was(site: Site, fetching: Fetching) -> None:
    """However often: only the page under way at the kill is asked for again, and none is lost."""
    pages = [f"/{number}" for number in range(40)]
    site["/feed"] = rss(*pages)
    for own in pages:
        site[own] = Answer(page(own).body, before=0.01)
    for requests in (5, 9, 14):
        killed_after(site, fetching.folder, requests)
    held = len(fetching.held())
    report = fetching(site.url("/feed"))
    assert report.stored >= 40 - held - 1
    assert set(fetching.held()) == {site.url(own) for own in pages}
    asked = Counter(site.asked())
    assert sum(asked.values()) <= 41 + 3
    assert max(asked.values()) <= 2
    assert asked["/feed"] == 1
    assert not list(fetching.folder.rglob("*.part"))


def test_a_run_that_ended_is_followed_by_another(site: Site, fetching: Fetching) -> None:
    """The feed is asked for again, its pages are not."""
    site["/feed"], site["/a"] = rss("/a"), page("a")
    fetching(site.url("/feed"))
    fetching(site.url("/feed"))
    assert site.asked() == ["/feed", "/a", "/feed"]


def test_two_fetches_into_one_folder_are_refused(site: Site, fetching: Fetching) -> None:
    fetching.folder.mkdir()
    with (
        FileLock(fetching.folder / ".fetch.lock"),
        pytest.raises(FetchError, match="another process"),
    ):
        fetching(site.url("/a"))


def test_a_damaged_state_is_named(fetching: Fetching) -> None:
    fetching.folder.mkdir()
    (fetching.folder / ".fetch.sqlite").write_bytes(b"no database, but long enough to be one" * 99)
    with pytest.raises(FetchError, match=r"\.fetch\.sqlite"):
        fetching("http://127.0.0.1/")


def test_a_state_of_another_version_is_named(fetching: Fetching) -> None:
    fetching.folder.mkdir()
    with sqlite3.connect(fetching.folder / ".fetch.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(FetchError, match="another version"):
        fetching("http://127.0.0.1/")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match="--archive"):
        Fetching(tmp_path / "file")("http://127.0.0.1/")


def test_a_run_that_was_stopped_long_ago_is_not_gone_on_with(tmp_path: Path) -> None:
    """What it had settled may be asked for anew; what it left waiting still waits."""
    path, url = tmp_path / "state", "http://site.example/feed"
    with Frontier.open(path, now=0.0) as first:
        first.offer([Offer(url, since=0.0), Offer(f"{url}/2")], now=0.0)
        page = first.next("site.example")
        assert page
        first.unchanged(page, now=1.0)
    with Frontier.open(path, now=DAY / 2) as same:
        same.offer([Offer(url, since=DAY / 2)], now=DAY / 2)
        assert same.waiting() == 1
    with Frontier.open(path, now=DAY * 2) as other:
        assert other.waiting() == 1
        assert other.offer([Offer(url, since=DAY * 2)], now=DAY * 2) == {"site.example"}
        assert other.waiting() == 2


def test_what_fails_run_after_run_is_left_alone(tmp_path: Path) -> None:
    """A passing failure is tried in each of the next runs, but not for ever."""
    tried = 0
    for run in range(10):
        with Frontier.open(tmp_path / "state", now=run) as frontier:
            if run == 0:
                frontier.offer([Offer("http://site.example/a")], now=0.0)
            if page := frontier.next("site.example"):
                tried += 1
                frontier.failed(page, now=run, lasting=False)
            frontier.end(now=run)
    assert tried == 5


def test_hosts_wait_each_for_itself(tmp_path: Path) -> None:
    """One that wants a pause does not delay the others."""
    with Frontier.open(tmp_path / "state", now=0.0) as frontier:
        hosts = frontier.offer([Offer("http://a.example/1"), Offer("http://b.example/1")], now=0.0)
        assert hosts == {"a.example", "b.example"} == set(frontier.hosts())
        frontier.postpone_host("a.example", due=60.0)
        slow, quick = frontier.next("a.example"), frontier.next("b.example")
    assert slow and quick  # noqa: PT018 - for the type checker
    assert (slow.due, quick.due) == (60.0, 0.0)
