"""`dalil inspect` and `dalil formats`: what is read, what is not, and why."""

import json
from pathlib import Path

import pytest

from bot import cli
from retrieval.corpus.formats import FORMATS
from tests.fakes import HashEncoder
from tests.pages.layouts import LAYOUTS
from tests.pages.stories import story
from tests.retrieval.test_repetition import SIGNATURE, archive


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.load_encoder", lambda _: HashEncoder())


def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr("sys.argv", ["dalil", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    return capfd.readouterr().out


def test_inspect_shows_what_went_from_a_page_and_why(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told = story(0)
    path = tmp_path / "page.html"
    path.write_bytes(LAYOUTS[0](told).data)
    (article,) = json.loads(run(monkeypatch, capfd, "inspect", str(path), "--json"))["articles"]
    assert (article["title"], article["text"]) == (told.title, told.body)
    assert article["dating"] == {"origin": "metadata", "approximate": False}
    assert " ".join(article["passages"]).split() == told.body.split()
    reasons = {gone["reason"]: gone["text"] for gone in article["removed"]}
    assert "مقالات ذات صلة" in reasons["a block called 'jeg_inner_related'"]
    assert told.others[0].title in " ".join(reasons.values())
    shown = run(monkeypatch, capfd, "inspect", str(path))
    assert told.title in shown
    assert f"{told.day} (from the metadata)" in shown
    assert "a block called 'jeg_inner_related'" in shown


def test_inspect_learns_from_the_archive_it_is_given(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for article in archive(6):
        (tmp_path / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
    file = str(tmp_path / "0.txt")
    alone = run(monkeypatch, capfd, "inspect", file, "--json")
    among = run(monkeypatch, capfd, "inspect", file, "--corpus", str(tmp_path), "--json")
    (before,), (after,) = json.loads(alone)["articles"], json.loads(among)["articles"]
    assert SIGNATURE in before["text"]
    assert after["removed"] == [{"text": SIGNATURE, "reason": "stands in 6 articles of the site"}]


def test_formats_lists_every_reader(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    listed = json.loads(run(monkeypatch, capfd, "formats", "--json"))["formats"]
    assert [known["name"] for known in listed] == [known.name for known in FORMATS]
    shown = run(monkeypatch, capfd, "formats")
    for known in FORMATS:
        assert known.holds in shown
