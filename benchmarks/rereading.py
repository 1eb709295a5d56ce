"""How long a folder of web pages takes to be read, and to be read again with a hundred more.

    python -m benchmarks.rereading CORPUS.jsonl.gz [--pages N]

The pages are the news of CORPUS in the layouts of the tests. They are read and judged as a build
does, and nothing is made of them; the second reading has the notes of the first.
"""

import argparse
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path

from benchmarks.extraction import complain, news
from retrieval.corpus import Readings, Survey
from retrieval.repetition import judge
from tests.pages.layouts import LAYOUTS
from tests.pages.stories import Story

_MORE = 100
_UNTIL_TRUSTED = 3
"""Seconds after which the times of files are believed."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the reading of pages.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=2_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, notes = Path(name) / "pages", Path(name) / "notes"
        folder.mkdir()
        # One of the layouts asks for two paragraphs.
        stories = (own for own in news(given.corpus) if len(own.paragraphs) > 1)
        write(folder, islice(stories, given.pages))
        time.sleep(_UNTIL_TRUSTED)
        first, read = read_all(folder, notes, None)
        print(f"{read:,} pages: {first:.1f} s")
        write(folder, islice(stories, _MORE), first=given.pages)
        again, read = read_all(folder, Path(name) / "newer", notes)
        print(
            f"{read:,} pages, {_MORE} of them new: {again:.1f} s, {first / again:.0f} times as fast"
        )
        a_page = first / given.pages
        kept = (again - _MORE * a_page) / given.pages
        print(f"a page: {a_page * 1e3:.2f} ms read, {kept * 1e3:.2f} ms passed over")


def write(folder: Path, stories: Iterable[Story], first: int = 0) -> None:
    for number, own in enumerate(stories, first):
        layout = LAYOUTS[number % len(LAYOUTS)]
        # Some are in an old encoding, which has not every letter.
        with suppress(UnicodeEncodeError):
            (folder / f"{number:06}.html").write_bytes(layout(own).data)


def read_all(folder: Path, path: Path, before: Path | None) -> tuple[float, int]:
    """Return how many seconds it took, and how many articles there are."""
    started, count = time.perf_counter(), 0
    readings = Readings(path, before)
    for judged in judge(Survey([folder], on_bad=complain).found(readings)):
        count += 1
        known = judged.found.known
        if not known or known.repeated != judged.repeated:
            judged.read()
        readings.add(judged.found, judged.printed, judged.repeated, b"read")
    readings.close()
    return time.perf_counter() - started, count


if __name__ == "__main__":
    main()
