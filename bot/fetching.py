"""What ``dalil fetch`` prints, and how ``--every`` goes round."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import typer

from retrieval.errors import DalilError
from retrieval.fetching import FetchReport

_UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float:
    """Read a length of time: ``90s``, ``30m``, ``6h`` or ``2d``.

    Raises:
        BadParameter: it is none.
    """
    match = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text.strip())
    if not match:
        raise typer.BadParameter(f"{text!r} is no length of time: write 90s, 30m, 6h or 2d")
    return int(match[1]) * _UNITS[match[2]]


def show(report: FetchReport) -> None:
    """Print one line a failure and one of counts, on stderr."""
    for failure in report.failures:
        typer.echo(f"dalil: {failure}", err=True)
    typer.echo(
        f"{report.stored:,} pages new or changed, {report.unchanged:,} unchanged, "
        f"{report.sources:,} feeds, sitemaps and lists read; {len(report.failures):,} failures, "
        f"{report.waiting:,} addresses waiting; {report.bytes / 1e6:,.1f} MB "
        f"in {report.seconds:.1f} s",
        err=True,
    )


def keep_fresh(fetch: Callable[[], FetchReport], build: Callable[[], None], every: float) -> None:
    """Fetch and build, again and again, ``every`` seconds from start to start, until stopped.

    A build is left out where nothing has changed since the last. What goes wrong in a round is
    told, and the next round tries again; only in the first is a mistake in what to fetch raised.
    """
    with _stoppable():
        begun = time.monotonic()
        fetch()
        due = True  # what an earlier call fetched may not be in the index yet
        while True:
            due = due and not _built(build)
            time.sleep(max(0.0, begun + every - time.monotonic()))
            begun = time.monotonic()
            due = _changed(fetch) or due


def _changed(fetch: Callable[[], FetchReport]) -> bool:
    try:
        return fetch().stored > 0
    except DalilError as error:
        typer.echo(f"dalil: {error}", err=True)
        return False


def _built(build: Callable[[], None]) -> bool:
    """Return whether a build was published."""
    try:
        build()
    except DalilError as error:
        typer.echo(f"dalil: {error}", err=True)
        return False
    return True


def _as_ctrl_c(_: int, frame: FrameType | None) -> None:
    # Whoever handles that at the moment, asyncio too, knows how to end; behind a shell's "&" it is
    # ignored.
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        raise KeyboardInterrupt
    handler(signal.SIGINT, frame)


@contextmanager
def _stoppable() -> Iterator[None]:
    """End in peace on Ctrl-C and on SIGTERM."""
    before = signal.signal(signal.SIGTERM, _as_ctrl_c)
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("dalil: stopped; the same command goes on from here", err=True)
    finally:
        signal.signal(signal.SIGTERM, before)
