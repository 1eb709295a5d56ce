"""What retrieval asks of an embedding model."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Unit vectors, one a row: shape (texts, dim)."""


class Encoding(NamedTuple):
    """A text as vectors: its own, shape (dim,), and those of its tokens, shape (n, width).

    All are unit vectors. Tokens without a letter or a digit, marks and the prompt are left out.
    """

    vector: Vectors
    tokens: Vectors


class Encoder(Protocol):
    """A model that puts questions and passages into one vector space.

    ``fingerprint`` changes whenever the vectors of the same text would: other weights, another
    prompt. ``max_tokens`` is the longest input that is not cut, the model's own marks included.
    """

    @property
    def name(self) -> str:
        """What the model is called."""
        ...

    @property
    def fingerprint(self) -> str:
        """A short hash of the weights and prompts."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens that a text may take."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question, shape (len(texts), dim)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dim)."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text takes as a passage, prompt and marks included."""
        ...


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """A model that also gives the vectors of a text's tokens, from which its own is pooled."""

    def encode_query_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Return each question as vectors."""
        ...

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Return each passage as vectors."""
        ...
