"""What every model that we run has in common: texts in batches, prompts, tokens, a fingerprint."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from embeddings.encoder import Encoding, Vectors
from embeddings.errors import ModelUnavailableError

_SAMPLE: Final = 64
"""Weights of each tensor that enter the fingerprint."""


class Prompts(NamedTuple):
    """What a model expects before a question and before a passage."""

    query: str
    passage: str


E5_PROMPTS: Final = Prompts("query: ", "passage: ")
"""Of the whole E5 family (Wang et al., 2022)."""


class Made(NamedTuple):
    """What a model makes of n texts, padded to one length.

    ``vectors`` has the shape (n, dim), ``tokens`` (n, length, width) and ``ids`` (n, length),
    padding and marks included. The latter two are None where tokens were not asked for, or the
    model gives them no vectors.
    """

    vectors: Vectors
    tokens: NDArray[np.float32] | None = None
    ids: NDArray[np.int64] | None = None


class BatchedEncoder(ABC):
    """A :class:`~embeddings.encoder.TokenEncoder`, but for what runs the model.

    Args:
        name: what the model is called in manifests and messages.
        prompts: what the model was trained with.
        tensors: its weights by name, which the fingerprint is taken of.
        dim: length of a vector.
        max_tokens: tokens that a text may take.
    """

    def __init__(
        self,
        name: str,
        prompts: Prompts,
        tensors: Mapping[str, torch.Tensor],
        dim: int,
        max_tokens: int,
    ) -> None:
        self.name = name
        self.fingerprint = _fingerprint(tensors, prompts)
        self.dim = dim
        self.max_tokens = max_tokens
        self._prompts = prompts

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question, shape (len(texts), dim)."""
        return self._encode(texts, self._prompts.query)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dim)."""
        return self._encode(texts, self._prompts.passage)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Return each question as vectors."""
        return self._encode_tokens(texts, self._prompts.query)

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Return each passage as vectors."""
        return self._encode_tokens(texts, self._prompts.passage)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text takes as a passage, prompt and marks included."""
        if not texts:
            return []
        prompted = [self._prompts.passage + text for text in _encodable(texts)]
        return [len(ids) for ids in self._ids(prompted)]

    @abstractmethod
    def _batches(
        self, texts: Sequence[str], prompt: str, *, tokens: bool
    ) -> Iterator[tuple[Sequence[int], Made]]:
        """Yield what the model makes of some texts at a time, and their places.

        ``tokens`` tells whether their vectors are wanted too.
        """

    @abstractmethod
    def _ids(self, texts: Sequence[str], *, marks: bool = True) -> list[list[int]]:
        """Return the tokens of each text, uncut, with or without the model's own marks."""

    @abstractmethod
    def _spelled(self, ids: Sequence[int]) -> list[str]:
        """Return tokens as they are written in the vocabulary."""

    @property
    @abstractmethod
    def _vocabulary(self) -> int:
        """How many tokens there are."""

    @property
    @abstractmethod
    def _special(self) -> Sequence[int]:
        """The tokens that are marks or padding."""

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.empty((len(texts), self.dim), np.float32)
        for places, made in self._batches(_encodable(texts), prompt, tokens=False):
            vectors[places] = _unit(made.vectors)
        return vectors

    def _encode_tokens(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        found: dict[int, Encoding] = {}
        for places, made in self._batches(_encodable(texts), prompt, tokens=True):
            found |= zip(places, self._encodings(made, self._prompted[prompt]), strict=True)
        return [found[place] for place in range(len(texts))]

    def _encodings(self, made: Made, prompted: int) -> Iterator[Encoding]:
        vectors = _unit(made.vectors)
        if made.tokens is None or made.ids is None:
            yield from (Encoding(vector, np.empty((0, self.dim), np.float32)) for vector in vectors)
            return
        for vector, of_text, ids in zip(vectors, made.tokens, made.ids, strict=True):
            own = np.flatnonzero(~np.isin(ids, self._special))[prompted:]
            yield Encoding(vector, _unit(of_text[own[self._say_something(ids[own])]]))

    def _say_something(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each token has a letter or a digit; looked at when it is first met."""
        said = self._said
        new = np.unique(ids[said[ids] < 0]).tolist()
        said[new] = [any(map(str.isalnum, token)) for token in self._spelled(new)]
        return said[ids] > 0

    @cached_property
    def _said(self) -> NDArray[np.int8]:
        return np.full(self._vocabulary, -1, np.int8)

    @cached_property
    def _prompted(self) -> dict[str, int]:
        """How many tokens each prompt takes."""
        # The blank at a prompt's end belongs to the token that follows.
        bare = [prompt.strip() for prompt in self._prompts]
        lengths = map(len, self._ids(bare, marks=False))
        return dict(zip(self._prompts, lengths, strict=True))


def by_length(lengths: Sequence[int]) -> list[int]:
    """Return the places of texts, the longest first: what needs most fails first."""
    return sorted(range(len(lengths)), key=lambda at: -lengths[at])


def array(tensor: torch.Tensor) -> NDArray[np.float32]:
    """Return a tensor of any device and format as an array."""
    found: NDArray[np.float32] = tensor.float().cpu().numpy()
    return found


def unavailable(model: str, error: Exception, remedy: str) -> ModelUnavailableError:
    """Return what to raise for a model that cannot be loaded; the remedy says what to do."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return ModelUnavailableError(f"cannot load the embedding model {model!r} ({reason}): {remedy}")


def _unit(vectors: Vectors) -> Vectors:
    # Again, because a norm taken in bfloat16 is right to three digits only.
    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found


def _encodable(texts: Iterable[str]) -> list[str]:
    # Half of a surrogate pair is no character; tokenizers refuse the whole text.
    return [text.encode("utf-8", "ignore").decode("utf-8") for text in texts]


def _fingerprint(tensors: Mapping[str, torch.Tensor], prompts: Prompts) -> str:
    """Hash a sample of every tensor, as bfloat16, so that the number format does not matter."""
    digest = hashlib.sha256(repr(tuple(prompts)).encode())
    for name, tensor in sorted(tensors.items()):
        flat = tensor.detach().flatten()
        sample = flat[:: max(1, flat.numel() // _SAMPLE)].to(torch.bfloat16).cpu()
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        digest.update(sample.view(torch.int16).numpy().tobytes())
    return digest.hexdigest()[:16]
