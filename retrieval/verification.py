"""Whether a generation is what its build wrote, and what its model makes of its texts."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from embeddings import load_encoder
from embeddings.cache import problems
from embeddings.encoder import Encoder, TokenEncoder, Vectors
from retrieval import generation
from retrieval.confidence import Calibration
from retrieval.dense import DenseIndex
from retrieval.embedded import embedded_texts
from retrieval.errors import DalilError, IndexDamagedError, IndexIncompatibleError
from retrieval.generation import Generation
from retrieval.late import LateIndex
from retrieval.lexical import LexicalIndex
from retrieval.store import Store
from retrieval.types import Candidate, Progress

_SAMPLE: Final = 8
"""Passages that are encoded again and searched by their own text."""
_SAME: Final = 0.98
"""Cosine of a text's vector to itself, at least: number formats and compression round it."""
_NEAR: Final = 100
"""Best passages among which one is sought by its own text."""
_ROUNDING: Final = 0.02
_BETTER: Final = 2.0
"""How many times the BM25 of a passage for its own words another's may be, which repeats them."""
_MISSED: Final = 0.25
"""Share of the sample that an approximate search may miss."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found wrong with a generation: sound where that is nothing.

    ``checked`` are bytes, ``sampled`` passages.
    """

    generation: str
    problems: tuple[str, ...]
    checked: int = 0
    sampled: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """The verification as ``verify --json`` writes it."""
        return {
            "generation": self.generation,
            "sound": self.sound,
            "problems": list(self.problems),
            "checked": self.checked,
            "sampled": self.sampled,
        }


@dataclass(frozen=True, slots=True)
class IndexVerification:
    """What was found wrong with generations, and with the files beside them."""

    generations: tuple[Verification, ...]
    beside: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.beside and all(each.sound for each in self.generations)

    def to_dict(self) -> dict[str, Any]:
        """The verification as ``verify --json`` writes it."""
        return {
            "sound": self.sound,
            "generations": [each.to_dict() for each in self.generations],
            "beside": list(self.beside),
        }


def verify_index(
    index: Path,
    encoder: Encoder | None = None,
    *,
    every: bool = False,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
) -> IndexVerification:
    """Verify the current generation of an index, or every one that is kept, the newest first.

    The cache of vectors and the calibration too.

    Args:
        index: the index's folder.
        encoder: the model; by default the one each generation was built with is loaded.
        every: those beside the current one too.
        progress: is told how many files were read.

    Raises:
        IndexMissingError: nothing is published there.
        IndexDamagedError: which generation is current cannot be told.
        ModelUnavailableError: the model cannot be loaded.
    """
    current = generation.current_folder(index)
    load = cache(load_encoder)

    def verified(folder: Path) -> Verification:
        try:
            found = generation.read(folder)
            model = encoder or load(found.manifest.model.name)
            generation.check_model(found, model)
        except (IndexDamagedError, IndexIncompatibleError) as error:
            return Verification(folder.name, (str(error),))
        return verify(found, model, progress)

    folders = generation.kept(index) if every else [current]
    return IndexVerification(tuple(map(verified, folders)), tuple(_beside(index)))


def verify(
    published: Generation,
    encoder: Encoder,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
    sound: Collection[str] = (),
) -> Verification:
    """Check every file, the counts against each other, and a sample of passages.

    The sample is encoded again and compared with what is stored, and each of its passages is
    searched by its own text.

    Args:
        published: the generation.
        encoder: its model.
        progress: is told how many files were read.
        sound: files that are known to be as they were written.
    """
    folder, manifest = published
    found = []
    for done, name in enumerate(manifest.files, 1):
        if name not in sound and not generation.is_sound(published, name):
            found.append(f"{name} is not as it was written")
        progress("verify", done, len(manifest.files))
    sampled: list[int] = []
    if not found:
        with closing(Store(folder / generation.STORE)) as store:
            sampled = _sampled(store.numbers())
            found += _Parts(published, store, encoder).problems(sampled)
    return Verification(manifest.generation, tuple(found), manifest.size, len(sampled))


def _beside(index: Path) -> Iterator[str]:
    """Find what is wrong with the files that all generations share."""
    for problem in problems(index / generation.CACHE):
        yield (
            f"{generation.CACHE}: {problem}: the next build encodes again what it cannot read; "
            "if it says otherwise, run 'dalil build --rebuild'"
        )
    try:
        Calibration.of(index, "")
    except DalilError as error:
        yield str(error)


class _Parts:
    """The parts of a generation whose files are as they were written."""

    def __init__(self, published: Generation, store: Store, encoder: Encoder) -> None:
        folder, self._manifest = published
        late = folder / generation.LATE
        self._store = store
        self._dense = DenseIndex.open(folder / generation.DENSE)
        self._lexical = LexicalIndex.open(folder / generation.LEXICAL)
        self._late = LateIndex.open(late) if late.is_dir() else None
        self._encoder = encoder

    def problems(self, sampled: list[int]) -> Iterator[str]:
        yield from self._store.problems()
        miscounted = list(self._miscounted())
        yield from miscounted
        # Passages that are not there cannot be read.
        if sampled and not miscounted:
            yield from self._of_sample(sampled)

    def _miscounted(self) -> Iterator[str]:
        told = self._manifest.counts
        articles, passages = self._store.counts()
        for what, held, expected in (
            ("articles in the store", articles, told.articles),
            ("passages in the store", passages, told.passages),
            ("passages with vectors", self._dense.count, told.passages),
            ("vectors", self._dense.vectors, told.vectors),
            ("passages by words", self._lexical.count, told.passages),
            ("passages with tokens", self._late.count if self._late else passages, told.passages),
        ):
            if held != expected:
                yield f"{held:,} {what}, not {expected:,}"

    def _of_sample(self, numbers: list[int]) -> Iterator[str]:
        pairs = self._store.passages(numbers)
        texts = {number: embedded_texts(*pairs[number]) for number in numbers}
        rows = self._encoder.encode_passages([text for own in texts.values() for text in own])
        heads = np.cumsum([len(own) for own in texts.values()])[:-1]
        vectors = dict(zip(numbers, np.split(rows, heads), strict=True))
        for number in numbers:
            if not _same(self._dense.stored(number), vectors[number]):
                yield f"the vectors of passage {number} are not the model's"
        missed = [
            number
            for number in numbers
            if not self._is_near(number, vectors[number][0])
            or not self._is_worded(number, pairs[number][1].text)
        ]
        if len(missed) > len(numbers) * _MISSED:
            yield f"{len(missed)} of {len(numbers)} passages are not found by their own text"
        yield from self._of_tokens({number: own[0] for number, own in texts.items()})

    def _is_near(self, number: int, vector: Vectors) -> bool:
        """Whether a passage's own vector finds it, or a hundred that are as near."""
        found = self._dense.search(vector, _NEAR)
        own = float(self._dense.score(vector, [number]).scores[0])
        return _is_found(found, Candidate(number, own), own - _ROUNDING, own + _ROUNDING)

    def _is_worded(self, number: int, text: str) -> bool:
        """Whether a passage's own words find it, or a hundred as good; true where it has none."""
        found = self._lexical.search(text, _NEAR)
        own = self._lexical.score(text, [number]).get(number, 0.0)
        candidate = Candidate(number, own)
        return not found or _is_found(found, candidate, own * (1 - _ROUNDING), own * _BETTER)

    def _of_tokens(self, texts: dict[int, str]) -> Iterator[str]:
        """Find passages whose tokens are nearer to another passage of the sample."""
        if not self._late or not isinstance(self._encoder, TokenEncoder):
            return
        numbers = np.array(list(texts), np.int64)
        for at, encoding in enumerate(self._encoder.encode_passage_tokens(list(texts.values()))):
            scores = self._late.score(encoding.tokens, numbers)
            if scores[at] < scores.max() - _ROUNDING:
                yield f"the tokens of passage {numbers[at]} are not the model's"


def _sampled(numbers: Sequence[int]) -> list[int]:
    """Return some of the passages, spread evenly over all."""
    spread = np.linspace(0, len(numbers) - 1, min(_SAMPLE, len(numbers))).astype(np.int64)
    return [numbers[at] for at in np.unique(spread).tolist()]


def _is_found(found: Sequence[Candidate], own: Candidate, least: float, most: float) -> bool:
    """Whether a passage or only such as score so are found, and none that scores more."""
    reached = own.passage in dict(found) or found[-1].score >= least
    return reached and found[0].score <= most


def _same(stored: Vectors, encoded: Vectors) -> bool:
    if stored.shape != encoded.shape:
        return False
    cosines = (stored * encoded).sum(axis=1) / np.linalg.norm(stored, axis=1)
    return bool((cosines >= _SAME).all())
