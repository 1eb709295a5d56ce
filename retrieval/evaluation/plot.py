"""A reliability diagram, as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from retrieval.errors import OutputError
from retrieval.evaluation.reliability import Reliability
from retrieval.evaluation.writing import check_writable, replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer

_ENDINGS: Final = (".png", ".svg")
_BLUE, _GREY = "#9dc0e3", "#555555"


def check_plot(path: Path) -> None:
    """Find out before long work whether a plot can be drawn after it.

    Raises:
        OutputError: the file cannot be written or is of no known kind, or matplotlib is missing.
    """
    if path.suffix not in _ENDINGS:
        raise OutputError(f"cannot draw {path}: a plot's name ends in {' or '.join(_ENDINGS)}")
    check_writable(path)
    try:
        import matplotlib  # noqa: F401, ICN001, PLC0415 - an extra
    except ImportError as error:
        msg = "a plot needs matplotlib: install it with pip install 'dalil[plots]'"
        raise OutputError(msg) from error


def draw(reliability: Reliability, path: Path) -> None:
    """Draw a reliability diagram (Guo et al. 2017): share answerable by confidence, with counts.

    The parts that stand for the bin from 0.3 to 0.4 have the ids ``share-0.3`` and ``count-0.3`` in
    an SVG. The same figures give the same file.

    Raises:
        OutputError: as :func:`check_plot`.
    """
    check_plot(path)
    from matplotlib import rc_context  # noqa: PLC0415 - an extra
    from matplotlib.figure import Figure  # noqa: PLC0415

    kind = path.suffix[1:]
    with rc_context({"svg.hashsalt": "dalil", "svg.fonttype": "none"}), replacing(path) as aside:
        figure = Figure(figsize=(5, 6), layout="constrained")
        shares, counts = figure.subplots(2, height_ratios=(3, 1), sharex=True)
        _draw_shares(shares, reliability)
        _draw_counts(counts, reliability)
        figure.legend(loc="outside upper center", ncols=2)
        undated = {"Date": None} if kind == "svg" else {}
        figure.savefig(aside, format=kind, dpi=150, metadata=undated)


def _draw_shares(axes: "Axes", reliability: Reliability) -> None:
    shares = [own.answerable for own in reliability.bins]
    means = [own.confidence for own in reliability.bins]
    _bars(axes, reliability, "share", shares)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", label="as it ought to be")
    axes.plot(means, shares, "o", color="black", markersize=4, label="mean confidence")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share answerable")
    axes.set_title(
        f"{reliability.questions:,} questions: ECE {reliability.ece:.3f}, "
        f"Brier score {reliability.brier:.3f}"
    )


def _draw_counts(axes: "Axes", reliability: Reliability) -> None:
    counts = [own.questions for own in reliability.bins]
    bars = _bars(axes, reliability, "count", counts)
    axes.bar_label(bars, [f"{count:,}" for count in counts], fontsize=8)
    axes.margins(y=0.2)
    axes.set(xlabel="confidence", ylabel="questions")


def _bars(
    axes: "Axes", reliability: Reliability, name: str, heights: Sequence[float]
) -> "BarContainer":
    lows = [own.low for own in reliability.bins]
    widths = [own.high - own.low for own in reliability.bins]
    bars = axes.bar(lows, heights, widths, align="edge", color=_BLUE, edgecolor="white")
    for low, bar in zip(lows, bars, strict=True):
        bar.set_gid(f"{name}-{low}")
    return bars
