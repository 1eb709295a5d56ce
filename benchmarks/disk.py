"""How long the tokens of fifty passages take to be compared while they are on the disk alone.

    python -m benchmarks.disk INDEX [--rounds N]

Before each round the system is told to forget the files; the passages are others each time. In turn
they are read ahead, as they are for a question, and one after the other, as they are needed.
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from retrieval import generation
from retrieval.blocks import Blocks
from retrieval.late import LateIndex, codec_of

_PASSAGES = 50
_TOKENS = 15


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the reading of tokens from disk.")
    parser.add_argument("index", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    folder = generation.current(given.index).folder / generation.LATE
    rng = np.random.default_rng(0)
    ways: dict[str, Callable[[Blocks, NDArray[np.int64]], None]] = {
        "read ahead": Blocks.expect,
        "as needed": lambda blocks, passages: None,  # noqa: ARG005 - in its place
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.rounds):
        for name, way in ways.items():
            with patch.object(Blocks, "expect", way):
                times[name].append(seconds(folder, rng))
    for name, taken in times.items():
        print(f"{name}: median {median(taken) * 1e3:.1f} ms, most {max(taken) * 1e3:.1f} ms")


def seconds(folder: Path, rng: np.random.Generator) -> float:
    """Compare random tokens with those of random passages, none of them in memory."""
    forget(folder)
    index = LateIndex.open(folder)
    passages = np.sort(rng.choice(index.count, _PASSAGES, replace=False))
    width = len(codec_of(folder).centre)
    tokens = rng.standard_normal((_TOKENS, width)).astype(np.float32)
    started = time.perf_counter()
    index.score(tokens, passages)
    return time.perf_counter() - started


def forget(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    main()
