"""Any sentence-transformers model as an Encoder."""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, Final, Self

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from embeddings.encoder import Encoding, Vectors
from embeddings.errors import ModelUnavailableError

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
        self._model = model
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
        return cls(model.eval(), name or path)

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
        if not texts:
            return np.empty((0, self.dim), np.float32)
        with self._lock:
            # One question is nearly as quick on one core, and waits for no second, busy one.
            torch.set_num_threads(1 if len(texts) == 1 else self._threads)
            vectors = self._model.encode(
                _encodable(texts), prompt=prompt, batch_size=_BATCH, show_progress_bar=False
            )
        return _unit(np.asarray(vectors, np.float32))

    def _encode_tokens(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        if not texts:
            return []
        with self._lock:
            torch.set_num_threads(1 if len(texts) == 1 else self._threads)
            # Without an output value the library gives all that the model made of each text, which
            # its types take for that of one.
            made: Any = self._model.encode(
                _encodable(texts),
                prompt=prompt,
                batch_size=_BATCH,
                show_progress_bar=False,
                output_value=None,
            )
            # The blank at a prompt's end belongs to the token that follows.
            prompted = self._model.tokenizer(prompt.strip(), add_special_tokens=False)
        return [self._encoding(of_text, len(prompted["input_ids"])) for of_text in made]

    def _encoding(self, made: Mapping[str, torch.Tensor], prompted: int) -> Encoding:
        vector = _unit(_array(made["sentence_embedding"][None]))[0]
        of_tokens = made.get("token_embeddings")
        if of_tokens is None:  # a model of word vectors alone makes none
            return Encoding(vector, np.empty((0, self.dim), np.float32))
        ids = made["input_ids"].cpu().numpy()
        own = np.flatnonzero(~np.isin(ids, self._model.tokenizer.all_special_ids))[prompted:]
        says = own[self._says_something[ids[own]]]
        vector, tokens = (
            made[of].float().cpu().numpy() for of in ("sentence_embedding", "token_embeddings")
        )
        return Encoding(_unit(vector[None])[0], _unit(tokens[says]))

    @cached_property
    def _says_something(self) -> NDArray[np.bool_]:
        """Whether each token of the vocabulary has a letter or a digit."""
        tokenizer = self._model.tokenizer
        tokens = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
        return np.array([any(map(str.isalnum, token)) for token in tokens])


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
