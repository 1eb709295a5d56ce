"""Any sentence-transformers model as an Encoder."""

import hashlib
import logging
import re
from collections.abc import Sequence
from threading import Lock
from typing import Final, Self

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from embeddings.encoder import Vectors
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
        found: Vectors = np.asarray(vectors, np.float32)
        # Again, because a norm taken in bfloat16 is right to three digits only.
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
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
