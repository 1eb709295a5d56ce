"""What of a generation the next one may share."""

from contextlib import closing
from pathlib import Path
from typing import Final

from embeddings import Encoder
from embeddings.cache import VectorCache
from retrieval import generation, late
from retrieval.errors import DalilError
from retrieval.generation import Generation
from retrieval.store import Store

_USED: Final = 2 / 3
"""Of the numbers given out, at least: an index that more has left is written anew."""


def taken_over(index: Path, encoder: Encoder, vectors: VectorCache) -> Generation | None:
    """Return the current generation of an index if the next one may share what it holds.

    Not if it is damaged, of another model or version, or if so much has left it that it is better
    written anew.
    """
    try:
        before = generation.current(index)
        generation.check_model(before, encoder)
        generation.check(before, whole=True)
    except DalilError:
        return None
    same = before.manifest.dalil == generation.version() and _same_tokens(before, vectors)
    return before if same and _is_well_used(before) else None


def _same_tokens(before: Generation, vectors: VectorCache) -> bool:
    """Whether tokens are packed as before, or as little as before."""
    folder = before.folder / generation.LATE
    if not vectors.gives_tokens or not folder.is_dir():
        return vectors.gives_tokens == folder.is_dir()
    return vectors.known_codec == late.codec_of(folder)


def _is_well_used(before: Generation) -> bool:
    with closing(Store(before.folder / generation.STORE)) as store:
        _, end = store.ends()
    return before.manifest.counts.passages >= _USED * end
