"""The reliability diagram, read back from the picture; it needs the extra ``plots``."""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from retrieval.errors import OutputError
from retrieval.evaluation.plot import check_plot, draw
from retrieval.evaluation.reliability import reliability

FOUND = reliability([0.05, 0.05, 0.32, 0.38, 0.36, 0.34, 1.0], [False, False, *[True] * 4, True])
HALF = reliability([0.55, 0.55, 0.95], [True, False, True])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    pytest.importorskip("matplotlib", reason="the extra 'plots' is not installed")
    return tmp_path / "reliability.svg"


def bars(picture: Path) -> dict[str, tuple[float, float]]:
    """Return the width and the height of each bar, in points."""
    root = ET.parse(picture).getroot()  # noqa: S314 - our own file
    found = {}
    for group in root.iter("{http://www.w3.org/2000/svg}g"):
        name = group.get("id", "")
        if name.startswith(("share-", "count-")):
            (path,) = group
            numbers = [float(word) for word in path.get("d", "").split() if word[-1].isdigit()]
            xs, ys = numbers[::2], numbers[1::2]
            found[name] = max(xs) - min(xs), max(ys) - min(ys)
    return found


def test_every_bin_is_drawn_as_high_as_its_share_and_its_count(picture: Path) -> None:
    """Shares 0.5 and 1 are as one to two, counts 2 and 1 as two to one; all bins are as wide."""
    draw(HALF, picture)
    found = bars(picture)
    assert set(found) == {"share-0.5", "share-0.9", "count-0.5", "count-0.9"}
    assert found["share-0.5"][1] * 2 == pytest.approx(found["share-0.9"][1], rel=1e-3)
    assert found["count-0.5"][1] == pytest.approx(2 * found["count-0.9"][1], rel=1e-3)
    assert found["share-0.5"][0] == pytest.approx(found["count-0.9"][0], rel=1e-3)


def test_the_picture_says_what_it_shows(picture: Path) -> None:
    draw(FOUND, picture)
    root = ET.parse(picture).getroot()  # noqa: S314 - our own file
    texts = {"".join(text.itertext()).strip() for text in root.iter() if text.tag.endswith("text")}
    title = f"7 questions: ECE {FOUND.ece:.3f}, Brier score {FOUND.brier:.3f}"
    assert texts >= {title, "confidence", "share answerable", "questions", "mean confidence", "4"}


def test_the_same_figures_give_the_same_picture(picture: Path) -> None:
    draw(FOUND, picture)
    again = picture.with_name("again.svg")
    draw(FOUND, again)
    assert picture.read_bytes() == again.read_bytes()


def test_a_picture_may_be_png(picture: Path) -> None:
    """Of its own kind, and alone in its folder: what was written aside is gone."""
    draw(FOUND, picture.with_suffix(".png"))
    assert picture.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
    assert len(list(picture.parent.iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("plot.jpg", r"\.png or \.svg"),
        ("plot", r"\.png or \.svg"),
        ("nowhere/plot.svg", "no folder"),
    ],
)
def test_what_cannot_be_drawn_is_told(tmp_path: Path, name: str, told: str) -> None:
    with pytest.raises(OutputError, match=told) as caught:
        check_plot(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(OutputError, match=r"pip install 'dalil\[plots\]'"):
        draw(FOUND, tmp_path / "plot.svg")
    assert not list(tmp_path.iterdir())
