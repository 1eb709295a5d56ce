"""Every stage of a build but the encoding, over 100,000 articles: speed, memory, duplicates.

    python -m benchmarks.pipeline CORPUS.jsonl.gz FOLDER [--articles 100000]
    python -m benchmarks.pipeline --long-line GIGABYTES FOLDER

CORPUS is real text; where it is too short it is repeated, its words rotated and numbers changed
(``benchmarks/scale.py``). Articles are read from one JSON lines file, cleaned of what their sites
repeat, split by the model's own count of tokens, stored, their words indexed and their stories
found, by the code that a build runs. With --long-line the file is three articles, between the first
two a line of so many gigabytes, and what comes of it is shown.
"""

import argparse
import json
import resource
import shutil
import time
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Final

from benchmarks.scale import apart, endless
from embeddings import load_encoder
from retrieval.corpus import BadRecord, Survey, read
from retrieval.stories import signature
from retrieval.texts import TextWriter
from retrieval.types import Article

_SAMPLE: Final = 2_000
"""Articles whose signatures are timed alone."""
_CHUNK: Final = 1 << 24


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure all that a build does but the encoding.")
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--long-line", type=float, metavar="GIGABYTES")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.long_line:
        path = given.folder / "long.jsonl"
        write_long_line(path, int(given.long_line * 2**30))
        apart(read_long_line, path)
        path.unlink()
        return
    path = given.folder / f"{given.articles}.jsonl"
    if not path.is_file():
        apart(write_articles, given.corpus, path, given.articles)
    apart(measure, path, given.folder / "parts", given.articles)


def write_articles(source: Path, path: Path, articles: int) -> None:
    aside = path.with_suffix(".part")
    with aside.open("w", encoding="utf-8") as file:
        for article in islice(endless(source), articles):
            file.write(json.dumps(article, ensure_ascii=False) + "\n")
    aside.rename(path)


class Steps:
    """Prints a row at each quarter of the way: its speed, and the memory.

    Seconds are of processor time, so that another job beside this one changes nothing.
    """

    def __init__(self, articles: int) -> None:
        self._step, self._done = max(1, articles // 4), 0
        self._started = self._last = time.process_time()
        print("| articles | a second | peak, MiB | own at the time, MiB |\n|---|---|---|---|")
        print(f"| 0 | | {peak():,.0f} | {own():,.0f} |")

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Take note, as a ``Progress`` does."""
        if stage == "read" and done > self._done and (total or done % self._step == 0):
            now = time.process_time()
            speed = (done - self._done) / (now - self._last)
            print(f"| {done:,} | {speed:,.0f} | {peak():,.0f} | {own():,.0f} |", flush=True)
            self._last, self._done = now, done

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.process_time() - self._started


def measure(path: Path, folder: Path, articles: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    texts, steps = TextWriter(folder, load_encoder()), Steps(articles)
    texts.add(Survey([path], on_bad=print), Event(), steps)
    added = steps.seconds
    repeated = texts.join(steps)
    joined = steps.seconds
    held, passages = texts.close()
    whole = steps.seconds
    print(f"| stories found | | {peak():,.0f} | {own():,.0f} |\n")
    print(f"{held:,} articles, {passages:,} passages, {repeated:,} repeat another")
    marks = held * seconds_of_a_signature(read([path], on_bad=print))
    finding = marks + joined - added
    print(f"{whole:.0f} s, {held / whole:,.0f} articles a second")
    print(f"stories: {finding:.0f} s, {finding / whole:.1%}: {marks:.0f} marking, the rest finding")
    shutil.rmtree(folder)


def seconds_of_a_signature(articles: Iterable[Article]) -> float:
    some = list(islice(articles, _SAMPLE))
    started = time.process_time()
    for article in some:
        signature(article)
    return (time.process_time() - started) / len(some)


def write_long_line(path: Path, size: int) -> None:
    article = {"id": "before", "text": "وصلت القافلة إلى الواحة."}
    with path.open("wb") as file:
        file.write(json.dumps(article).encode() + b'\n{"id": "long", "text": "')
        for _ in range(size // _CHUNK):
            file.write(b"a" * _CHUNK)
        file.write(b'"}\n')
        file.write(json.dumps(article | {"id": "behind"}).encode() + b"\n")


def read_long_line(path: Path) -> None:
    bad: list[BadRecord] = []
    started, before = time.perf_counter(), peak()
    found = [article.id for article in read([path], on_bad=bad.append)]
    took, grown = time.perf_counter() - started, peak() - before
    print(f"{path.stat().st_size / 2**30:.2f} GiB: {took:.1f} s, the peak grew by {grown:,.0f} MiB")
    print(f"articles: {found}\nbad: {[str(record) for record in bad]}")


def peak() -> float:
    """Return the most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def own() -> float:
    """Return what it holds now without pages of files, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = dict(line.split(":", 1) for line in status.splitlines())
    return int(found["RssAnon"].split()[0]) / 2**10


if __name__ == "__main__":
    main()
