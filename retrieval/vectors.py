"""The vectors of a generation: of passages, of windows, and of tokens where the model has any."""

from collections.abc import Collection, Sequence
from pathlib import Path

from embeddings.cache import VectorCache
from retrieval import generation
from retrieval.dense import DenseWriter
from retrieval.embedded import embedded_texts
from retrieval.generation import Generation, Search
from retrieval.late import LateWriter
from retrieval.rows import Rows
from retrieval.types import Article, Passage


class VectorWriter:
    """Writes the vectors of new passages into a folder, behind those of the generation before."""

    def __init__(
        self, folder: Path, vectors: VectorCache, dim: int, before: Generation | None = None
    ) -> None:
        self._folder = folder
        self._vectors = vectors
        self._before = before.folder if before else None
        self._dense = DenseWriter(folder / generation.DENSE, dim, self._shared(generation.DENSE))
        # A new codec is measured on the first tokens.
        self._late = self._late_writer() if before and vectors.gives_tokens else None
        self.passages = 0
        """Added until now."""

    def add(self, batch: Sequence[tuple[Article, Passage]]) -> None:
        """Encode passages and their windows, and add them."""
        texts = [embedded_texts(article, passage) for article, passage in batch]
        if self._vectors.gives_tokens:
            codes = self._vectors.encode_tokens([own[0] for own in texts])
            self._late = self._late or self._late_writer()
            self._late.add(codes)
        vectors = self._vectors.encode_passages([text for own in texts for text in own])
        self._dense.add(vectors, [len(own) for own in texts])
        self.passages += len(batch)

    def close(self, left: Collection[int]) -> tuple[int, Search]:
        """Write the index; return how many vectors it has, and how they are searched.

        ``left`` are the numbers of passages of the generation before that are no more.
        """
        if self._late:
            self._late.close(left)
        search = self._dense.close(left)
        return Rows.open(self._folder / generation.DENSE).vectors, search

    def _late_writer(self) -> LateWriter:
        folder = self._folder / generation.LATE
        return LateWriter(folder, self._vectors.codec, self._shared(generation.LATE))

    def _shared(self, part: str) -> Path | None:
        return self._before / part if self._before else None
