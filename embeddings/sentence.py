"""Any sentence-transformers model as an Encoder."""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, Final, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import batch_to_device
from transformers.utils import logging as transformers_logging

from embeddings.encoder import Encoding, Vectors
from embeddings.errors import ModelUnavailableError
from embeddings.packed import pack

_QUERY_PROMPTS: Final = ("query", "search_query", "question")
_PASSAGE_PROMPTS: Final = ("passage", "document", "search_document", "corpus")
_E5: Final = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])")
_BATCH: Final = 16
"""Texts at once: the fastest of 8, 16, 32 and 64 on two cores with AMX (benchmarks/)."""
_SAMPLE: Final = 64
"""Weights of each tensor that enter the fingerprint."""


class SentenceTransformerEncoder:
    """Encodes with one loaded model, with the prompts that model was trained with; thread-safe.

    Args:
        model: the loaded model.
        name: what the model is called in manifests and messages.
    """

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        self._model = model.eval()
        self._threads = torch.get_num_threads()
        self._lock = Lock()  # the tokenizer's padding is state of its own: one thread at a time
        self.name = name
        self._query_prompt, self._passage_prompt = _prompts(model, name)
        self.fingerprint = _fingerprint(model, self._query_prompt, self._passage_prompt)
        dim = model.get_embedding_dimension()
        if dim is None:
            raise ModelUnavailableError(f"the model {name} does not make sentence vectors")
        self.dim = dim
        self.max_tokens = model.max_seq_length or 512
        pack(model)

    @classmethod
    def load(cls, path: str, name: str | None = None) -> Self:
        """Load a model by its name on the Hub or from a folder, in this machine's best format.

        Raises:
            ModelUnavailableError: there is no such model, or it cannot be fetched or read.
        """
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call] # untyped there
        device, dtype = best_format()
        # The one advises float32 on every CPU, the other tells each retry; what counts is raised.
        for library in ("sentence_transformers", "huggingface_hub"):
            logging.getLogger(library).setLevel(logging.ERROR)
        try:
            model = SentenceTransformer(path, device=device, model_kwargs={"dtype": dtype})
        except Exception as error:  # the library and the Hub raise dozens of types
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            msg = (
                f"cannot load the embedding model {name or path!r} ({reason}): set "
                "DALIL_EMBEDDING_MODEL to a sentence-transformers folder or Hub name, or to nothing"
            )
            raise ModelUnavailableError(msg) from error
        return cls(model, name or path)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a question, shape (len(texts), dim)."""
        return self._encode(texts, self._query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dim)."""
        return self._encode(texts, self._passage_prompt)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Return each question as vectors."""
        return self._encode_tokens(texts, self._query_prompt)

    def encode_passage_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        """Return each passage as vectors."""
        return self._encode_tokens(texts, self._passage_prompt)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text takes as a passage, prompt and marks included."""
        if not texts:
            return []
        prompted = [self._passage_prompt + text for text in _encodable(texts)]
        with self._lock:
            return [len(ids) for ids in self._model.tokenizer(prompted, verbose=False)["input_ids"]]

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.empty((len(texts), self.dim), np.float32)
        for places, made in self._batches(texts, prompt):
            vectors[places] = _unit(_array(made["sentence_embedding"]))
        return vectors

    def _encode_tokens(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        found: dict[int, Encoding] = {}
        # The blank at a prompt's end belongs to the token that follows.
        prompted = len(self._ids(prompt.strip()))
        for places, made in self._batches(texts, prompt):
            found |= zip(places, self._encodings(made, prompted), strict=True)
        return [found[place] for place in range(len(texts))]

    def _batches(
        self, texts: Sequence[str], prompt: str
    ) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """Yield what the model makes of some texts at a time, and their places.

        The library's own loop does as much, and more than a single question has time for.
        """
        encodable = _encodable(texts)
        for places in _by_length(encodable):
            # One question is nearly as quick on one core, and waits for no second, busy one.
            with self._lock, torch.inference_mode():
                torch.set_num_threads(1 if len(texts) == 1 else self._threads)
                features = self._model.preprocess([encodable[at] for at in places], prompt=prompt)
                made = self._model(batch_to_device(features, self._model.device))
            yield places, made

    def _encodings(self, made: Mapping[str, Any], prompted: int) -> Iterator[Encoding]:
        vectors = _unit(_array(made["sentence_embedding"]))
        of_tokens = made.get("token_embeddings")
        if of_tokens is None:  # a model of word vectors alone makes none
            yield from (Encoding(vector, np.empty((0, self.dim), np.float32)) for vector in vectors)
            return
        ids, tokens = made["input_ids"].cpu().numpy(), _array(of_tokens)
        for vector, of_text, own_ids in zip(vectors, tokens, ids, strict=True):
            own = np.flatnonzero(~np.isin(own_ids, self._special))[prompted:]
            yield Encoding(vector, _unit(of_text[own[self._says_something[own_ids[own]]]]))

    def _ids(self, text: str) -> list[int]:
        with self._lock:
            ids: list[int] = self._model.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    @cached_property
    def _special(self) -> NDArray[np.int64]:
        return np.array(self._model.tokenizer.all_special_ids, np.int64)

    @cached_property
    def _says_something(self) -> NDArray[np.bool_]:
        """Whether each token of the vocabulary has a letter or a digit."""
        tokenizer = self._model.tokenizer
        tokens = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
        return np.array([any(map(str.isalnum, token)) for token in tokens])


def _by_length(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the places of texts of like length, the longest first: what needs most fails first."""
    order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
    for first in range(0, len(order), _BATCH):
        yield order[first : first + _BATCH]


def _array(tensor: torch.Tensor) -> Vectors:
    found: Vectors = tensor.float().cpu().numpy()
    return found


def _unit(vectors: Vectors) -> Vectors:
    # Again, because a norm taken in bfloat16 is right to three digits only.
    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found


def best_format() -> tuple[str, torch.dtype]:
    """Return the device and number format this machine multiplies matrices fastest in.

    bfloat16 where the CPU has units for it (elsewhere it is far slower than float32) and on GPUs
    that do; float16 on other GPUs.
    """
    if torch.cuda.is_available():
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if torch.backends.mps.is_available():
        return "mps", torch.float16
    return "cpu", torch.bfloat16 if _cpu_multiplies_bfloat16() else torch.float32


def _cpu_multiplies_bfloat16() -> bool:
    # torch has no public question for this; an older or newer one may lack the private two.
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, check, bool)() for check in checks)


def _encodable(texts: Sequence[str]) -> list[str]:
    # Half of a surrogate pair is no character; tokenizers refuse the whole text.
    return [text.encode("utf-8", "ignore").decode("utf-8") for text in texts]


def _prompts(model: SentenceTransformer, name: str) -> tuple[str, str]:
    own = {key: prompt for key, prompt in model.prompts.items() if prompt}
    if not own and _E5.search(name.lower()) and "instruct" not in name.lower():
        return "query: ", "passage: "
    query = next((own[key] for key in _QUERY_PROMPTS if key in own), "")
    return query, next((own[key] for key in _PASSAGE_PROMPTS if key in own), "")


def _fingerprint(model: SentenceTransformer, *prompts: str) -> str:
    """Hash a sample of every tensor, as bfloat16, so that the number format does not matter."""
    digest = hashlib.sha256(repr(prompts).encode())
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().flatten()
        sample = flat[:: max(1, flat.numel() // _SAMPLE)].to(torch.bfloat16).cpu()
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        digest.update(sample.view(torch.int16).numpy().tobytes())
    return digest.hexdigest()[:16]
