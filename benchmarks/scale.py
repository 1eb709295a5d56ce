"""Time and memory of builds, updates and questions, by the number of passages.

    python benchmarks/scale.py CORPUS.jsonl.gz QUESTIONS.jsonl FOLDER --passages 10000 100000

CORPUS is real text; where it is too short it is repeated, its words rotated and numbers changed.
The passages' vectors are drawn, for encoding a million would take hours: to a real vector of the
corpus the difference of two others is added, so that they lie as real ones do; token vectors are
those of a real passage. Questions are real and go through the real model. Each figure comes from a
process of its own. With --search-only nothing is built but the dense side, which is then searched
for the questions. With --assembled the index is not built by `dalil build`, whose cache of drawn
vectors would take longer than all the rest at a million, but put together by the same writers; then
only questions, the start and an update are measured.
"""

import argparse
import gzip
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from embeddings import Vectors, load_encoder
from embeddings.cache import VectorCache
from embeddings.codec import Codes, TokenCodec
from embeddings.encoder import Encoding, TokenEncoder
from retrieval import Retriever, chunking, generation, verification
from retrieval.build import build
from retrieval.cleaning import clean
from retrieval.corpus import Survey, read
from retrieval.dense import DenseIndex, DenseWriter
from retrieval.embedded import embedded_texts
from retrieval.generation import Counts, Summary
from retrieval.late import LateWriter
from retrieval.texts import TextWriter

_POOL = 1_000
_NOISE = 0.5
_VECTORS = 4
"""Of a passage: its own, and three windows'."""
_MEASURED = 256
_NEW = 100
_ASKED = 300
_WARM = 10


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure builds and questions by size.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--search-only", action="store_true")
    parser.add_argument("--assembled", action="store_true")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    pool = given.folder / "pool.npz"
    if not pool.is_file():
        apart(write_pool, given.corpus, pool)
    for passages in given.passages:
        folder = given.folder / str(passages)
        folder.mkdir(exist_ok=True)
        measure = search_only if given.search_only else assembled if given.assembled else whole
        for name, value in measure(given, pool, folder, passages).items():
            print(f"| {passages:,} | {name} | {value} |", flush=True)


def whole(
    given: argparse.Namespace, pool: Path, folder: Path, passages: int
) -> dict[str, str | float]:
    """Measure a build, questions, the start of a process, and an update."""
    corpus, index = folder / "corpus.jsonl", folder / "index"
    apart(write_corpus, given.corpus, corpus, passages)
    built = apart(build_drawn, corpus, index, pool)
    return {
        **{f"build: {name}": value for name, value in built.items()},
        **serve(index, given.questions),
        **update(given.corpus, corpus, index, pool),
    }


def assembled(
    given: argparse.Namespace, pool: Path, folder: Path, passages: int
) -> dict[str, str | float]:
    """Measure questions, the start of a process, and an update."""
    corpus, index = folder / "corpus.jsonl", folder / "index"
    apart(write_corpus, given.corpus, corpus, passages)
    put = apart(assemble, corpus, index, pool)
    return {
        **{f"put together: {name}": value for name, value in put.items()},
        **serve(index, given.questions),
        **update(given.corpus, corpus, index, pool),
    }


def update(source: Path, corpus: Path, index: Path, pool: Path) -> dict[str, str | float]:
    with corpus.open("a", encoding="utf-8") as file:
        for number, article in enumerate(islice(varied(source, 1_000_000), _NEW)):
            file.write(json.dumps({**article, "id": f"new-{number}"}, ensure_ascii=False) + "\n")
    updated = apart(build_drawn, corpus, index, pool)
    return {f"update of {_NEW}: {name}": value for name, value in updated.items()}


def serve(index: Path, file: Path) -> dict[str, str | float]:
    asked = apart(ask, index, file)
    cold = first_answer(index, questions(file)[0])
    return {
        **{f"questions: {name}": value for name, value in asked.items()},
        "cold start to the first answer, s": round(cold, 1),
    }


def search_only(
    given: argparse.Namespace, pool: Path, folder: Path, passages: int
) -> dict[str, str | float]:
    """Measure the dense side alone."""
    vectors = folder / "questions.npy"
    apart(write_questions, given.questions, vectors)
    built = apart(build_dense, pool, folder / "dense", passages)
    return {**built, **apart(search_dense, folder / "dense", vectors)}


class DrawnEncoder:
    """Draws the vectors of passages by their text; questions are encoded for real.

    A window's is drawn beside that of its passage, which the build encodes before.
    """

    def __init__(self, pool: Path) -> None:
        self._pool = Pool(pool)
        model = load_encoder()
        self.name, self.fingerprint = model.name, model.fingerprint
        self.dim, self.max_tokens = model.dim, model.max_tokens
        self.count_tokens = model.count_tokens
        self.encode_queries = model.encode_queries
        self._passages: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Draw a vector a window."""
        return np.stack([self._window(text) for text in texts])

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Draw a vector a passage; its tokens are those of a real one."""
        self._passages = list(texts)
        return [Encoding(self._pool.drawn(text)[0], self._pool.tokens(text)) for text in texts]

    def encode_query_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions; no build asks for this."""
        raise NotImplementedError

    def _window(self, text: str) -> Vectors:
        passage = next((own for own in self._passages if text in own), text)
        found: Vectors = self._pool.drawn(passage)[1 + _seed(text) % (_VECTORS - 1)]
        return found


class Pool:
    """Real passages' vectors, from which others are drawn."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as arrays:
            self._vectors = arrays["vectors"].astype(np.float32)
            self._tokens = arrays["tokens"]
            self._starts = arrays["starts"]
        self.dim = int(self._vectors.shape[2])

    def drawn(self, text: str) -> Vectors:
        """Draw the vectors of a passage by its text, shape (_VECTORS, dim)."""
        found: Vectors = self.random(np.random.default_rng(_seed(text)), 1)[0]
        return found

    def random(self, rng: np.random.Generator, passages: int) -> Vectors:
        """Draw passages: each a real one, with the difference of two others' own vectors."""
        near, one, other = self._vectors[rng.integers(0, len(self._vectors), (3, passages))]
        made = near + _NOISE * (one - other)[:, :1]
        unit: Vectors = made / np.linalg.norm(made, axis=2, keepdims=True)
        return unit

    def packed(self, codec: TokenCodec) -> list[Codes]:
        """Return the token vectors of the real passages, packed."""
        parts = np.split(self._tokens, self._starts[1:-1])
        return [codec.pack(tokens.astype(np.float32)) for tokens in parts]

    def tokens(self, text: str) -> Vectors:
        """Return the token vectors of some real passage."""
        at = _seed(text) % (len(self._starts) - 1)
        found: Vectors = self._tokens[self._starts[at] : self._starts[at + 1]].astype(np.float32)
        return found


def _seed(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def write_pool(corpus: Path, path: Path) -> None:
    """Encode real passages, each with its first windows."""
    encoder = load_encoder()
    if not isinstance(encoder, TokenEncoder):
        raise TypeError("the model gives no token vectors")
    texts = [
        text
        for article in islice(varied(corpus, 0), 0, None, 7)
        for start, end in chunking.passages(article["text"])[:1]
        if len(text := _with_windows(article["text"][start:end])) == _VECTORS
    ][:_POOL]
    made = encoder.encode_passage_tokens([own[0] for own in texts[: _POOL // 5]])
    vectors = encoder.encode_passages([text for own in texts for text in own])
    np.savez(
        path,
        vectors=vectors.reshape(len(texts), _VECTORS, -1).astype(np.float16),
        tokens=np.concatenate([each.tokens for each in made]).astype(np.float16),
        starts=np.cumsum([0, *(len(each.tokens) for each in made)]),
    )


def _with_windows(passage: str) -> list[str]:
    windows = [passage[start:end] for start, end in chunking.windows(passage)]
    return [passage, *windows][:_VECTORS]


def write_corpus(source: Path, path: Path, passages: int) -> None:
    """Write articles, until they have so many passages."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for article in endless(source):
            written += len(chunking.passages(article["text"]))
            if written > passages:
                return
            file.write(json.dumps(article, ensure_ascii=False) + "\n")


def endless(source: Path) -> Iterator[dict[str, str]]:
    for turn in count():
        yield from varied(source, turn)


def varied(source: Path, turn: int) -> Iterator[dict[str, str]]:
    """Yield the articles of a corpus: as they are in turn 0, in all others changed."""
    for article in map(clean, read([source], on_bad=print)):
        text = _changed(article.text, turn) if turn else article.text
        title = f"{article.title} {turn}" if turn else article.title
        about = {"source": article.source or "", "published": str(article.published or "")}
        yield {"id": f"{turn}-{article.id}", "title": title, "text": text, **about}


def _changed(text: str, turn: int) -> str:
    """Rotate every sentence's words by ``turn``, and change its numbers; paragraphs stay."""
    lines = (_rotated(line, turn) for line in text.split("\n"))
    return re.sub(r"\d+", lambda number: str(int(number.group()) + turn), "\n".join(lines))


def _rotated(line: str, turn: int) -> str:
    sentences = []
    for start, end in chunking.sentences(line):
        words = line[start:end].split()
        by = turn % max(1, len(words))
        sentences.append(" ".join(words[by:] + words[:by]))
    return " ".join(sentences)


def build_drawn(corpus: Path, index: Path, pool: Path) -> dict[str, str | float]:
    encoder = DrawnEncoder(pool)
    # A sentence that two passages share is drawn beside the one, and would be beside the other.
    verification._SAMPLE = 0  # type: ignore[misc] # noqa: SLF001 - no build leaves it out
    started = time.perf_counter()
    report = build([corpus], index, encoder)
    manifest = report.published.manifest
    return {
        "passages": report.passages,
        "seconds": round(time.perf_counter() - started, 1),
        **{stage: f"{seconds:.1f} s" for stage, seconds in report.seconds.items()},
        "peak memory, MiB": _peak(),
        "size on disk, MiB": round(manifest.size / 2**20),
        "search": manifest.search.kind,
        "recall@10 against exact": round(manifest.search.recall_at_10, 3),
    }


def assemble(corpus: Path, index: Path, pool: Path) -> dict[str, str | float]:
    encoder, drawn, rng = DrawnEncoder(pool), Pool(pool), np.random.default_rng(0)
    index.mkdir(exist_ok=True)
    started = time.perf_counter()
    with generation.aside(index) as folder, VectorCache(index / generation.CACHE, encoder) as cache:
        texts = TextWriter(folder, encoder)
        texts.add(Survey([corpus], on_bad=print), Event(), lambda *_: None)
        read_after = time.perf_counter() - started
        dense = DenseWriter(folder / generation.DENSE, drawn.dim)
        # The update packs its tokens with the codec that the cache measured.
        cache.encode_tokens([passage.text for _, passage in texts.passages(0, _MEASURED)])
        codes = drawn.packed(cache.codec)
        late = LateWriter(folder / generation.LATE, cache.codec)
        vectors = 0
        for first in range(0, texts.new, 1000):
            some = texts.passages(first, min(first + 1000, texts.new))
            held = [min(_VECTORS, len(embedded_texts(*pair))) for pair in some]
            rows = zip(drawn.random(rng, len(some)), held, strict=True)
            dense.add(np.concatenate([own[:count] for own, count in rows]), held)
            late.add([codes[at] for at in rng.integers(0, len(codes), len(some))])
            vectors += sum(held)
        late.close()
        search = dense.close()
        articles, passages = texts.close()
        counts = Counts(articles=articles, passages=passages, vectors=vectors)
        nothing = Summary(
            new=articles,
            changed=0,
            unchanged=0,
            gone=0,
            encoded=0,
            skipped=0,
            repeated=0,
            bad=0,
            seconds={},
        )
        sealed = generation.seal(folder, encoder, counts, search, (str(corpus),), nothing)
        manifest = generation.publish(sealed).manifest
    return {
        "passages": passages,
        "reading, splitting, indexing words, s": round(read_after),
        "seconds": round(time.perf_counter() - started),
        "peak memory, MiB": _peak(),
        "size on disk, MiB": round(manifest.size / 2**20),
        "search": search.kind,
        "recall@10 against exact": round(search.recall_at_10, 3),
    }


def ask(index: Path, file: Path) -> dict[str, str | float]:
    retriever = Retriever.open(index)
    asked = questions(file)
    for question in asked[-_WARM:]:
        retriever.answer(question)
    times = [retriever.answer(question).timings_ms for question in asked]
    stages = {
        f"{stage}, median ms": _median([own[stage] for own in times if stage in own])
        for stage in times[0]
    }
    totals = [own["total"] for own in times]
    return {
        "median, ms": _median(totals),
        "99th percentile, ms": round(float(np.percentile(totals, 99)), 1),
        **stages,
        **_memory(),
    }


def first_answer(index: Path, question: str) -> float:
    code = "from bot.cli import main; main()"
    started = time.perf_counter()
    command = [sys.executable, "-c", code, "ask", question, "--index", str(index), "--json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    return time.perf_counter() - started


def write_questions(file: Path, path: Path) -> None:
    np.save(path, load_encoder().encode_queries(questions(file)))


def build_dense(pool: Path, folder: Path, passages: int) -> dict[str, str | float]:
    drawn, rng = Pool(pool), np.random.default_rng(0)
    writer = DenseWriter(folder, drawn.dim)
    for first in range(0, passages, 1000):
        some = min(1000, passages - first)
        writer.add(drawn.random(rng, some).reshape(-1, drawn.dim), [_VECTORS] * some)
    started = time.perf_counter()
    search = writer.close()
    return {
        "search": search.kind,
        "recall@10 against exact": round(search.recall_at_10, 3),
        "writing, s": round(time.perf_counter() - started, 1),
        "peak memory of the build, MiB": _peak(),
    }


def search_dense(folder: Path, vectors: Path) -> dict[str, str | float]:
    index = DenseIndex.open(folder)
    times = []
    for vector in np.load(vectors):
        started = time.perf_counter()
        index.search(vector, 150)
        times.append((time.perf_counter() - started) * 1000)
    return {
        "search, median ms": _median(times),
        "search, 99th percentile, ms": round(float(np.percentile(times, 99)), 1),
        **_memory(),
    }


def questions(file: Path) -> list[str]:
    opener: Any = gzip.open if file.suffix == ".gz" else Path.open
    with opener(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in islice(lines, _ASKED)]


def apart(task: Callable[..., Any], *given: object) -> Any:  # noqa: ANN401 - whatever the task gives
    """Run a task in a process of its own, so that memory is its own too."""
    with get_context("spawn").Pool(1) as processes:
        return processes.apply(task, given)


def _median(times: Sequence[float]) -> float:
    return round(float(np.median(times)), 1)


def _peak() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)


def _memory() -> dict[str, str | float]:
    """Return what this process holds, and what of it are pages of files, which can be taken."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = dict(line.split(":", 1) for line in status.splitlines())
    names = {"VmRSS": "resident, MiB", "RssAnon": "of these its own, MiB"}
    return {name: round(int(found[key].split()[0]) / 2**10) for key, name in names.items()}


if __name__ == "__main__":
    main()
