"""Stand-ins for the parts that are slow: deterministic, with values a test can foretell."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from embeddings.encoder import Encoder, Encoding, TokenEncoder, Vectors


class HashEncoder:
    """Makes a text's vector from its hash: in every process alike, and near only to the same."""

    max_tokens = 512

    def __init__(self, name: str = "hash", dim: int = 32) -> None:
        self.name = name
        self.fingerprint = hashlib.sha256(name.encode()).hexdigest()[:16]
        self.dim = dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dim)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def _vector(self, text: str) -> Vectors:
        seed = hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "surrogatepass")).digest()
        numbers = np.random.default_rng(list(seed)).normal(size=self.dim).astype(np.float32)
        unit: Vectors = numbers / np.linalg.norm(numbers)
        return unit


class HashTokenEncoder(HashEncoder):
    """Gives a vector a word too, from the word's hash: the same word is the same vector."""

    def encode_query_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        return [
            Encoding(self._vector(text), self.encode_queries(text.split() or [])) for text in texts
        ]

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        return self.encode_query_tokens(texts)


class WatchedEncoder:
    """An encoder that notes which passages it was given.

    ``before`` is called with those so far before each call's own: a test can break off there.
    """

    def __init__(
        self, inner: Encoder, before: Callable[[Sequence[str]], None] = lambda _: None
    ) -> None:
        self.name = inner.name
        self.fingerprint = inner.fingerprint
        self.dim = inner.dim
        self.max_tokens = inner.max_tokens
        self.encode_queries = inner.encode_queries
        self.count_tokens = inner.count_tokens
        self.encoded: list[str] = []
        self._inner = inner
        self._before = before

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self._before(self.encoded)
        self.encoded += texts
        return self._inner.encode_passages(texts)


class WatchedTokenEncoder(WatchedEncoder):
    """The same of an encoder that gives token vectors."""

    def __init__(
        self, inner: TokenEncoder, before: Callable[[Sequence[str]], None] = lambda _: None
    ) -> None:
        super().__init__(inner, before)
        self.encode_query_tokens = inner.encode_query_tokens
        self._with_tokens = inner

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        self._before(self.encoded)
        self.encoded += texts
        return self._with_tokens.encode_passage_tokens(texts)
