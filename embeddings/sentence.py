"""Any sentence-transformers model as an Encoder."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, Final, Self

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import batch_to_device
from transformers.utils import logging as transformers_logging

from embeddings.batched import (
    E5_PROMPTS,
    BatchedEncoder,
    Made,
    Prompts,
    array,
    by_length,
    unavailable,
)
from embeddings.errors import ModelUnavailableError
from embeddings.machine import best_format
from embeddings.packed import pack

_QUERY_PROMPTS: Final = ("query", "search_query", "question")
_PASSAGE_PROMPTS: Final = ("passage", "document", "search_document", "corpus")
_REMEDY: Final = (
    "set DALIL_EMBEDDING_MODEL to a sentence-transformers folder or Hub name, or to nothing"
)
_E5: Final = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])")
_BATCH: Final = 16
"""Texts at once: the fastest of 8, 16, 32 and 64 on two cores with AMX (benchmarks/)."""


class SentenceTransformerEncoder(BatchedEncoder):
    """Encodes with one loaded model, with the prompts that model was trained with; thread-safe.

    Args:
        model: the loaded model.
        name: what the model is called in manifests and messages.
    """

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        dim = model.get_embedding_dimension()
        if dim is None:
            raise ModelUnavailableError(f"the model {name} does not make sentence vectors")
        length = model.max_seq_length or 512
        super().__init__(name, _prompts(model, name), model.state_dict(), dim, length)
        self._model = model.eval()
        self._threads = torch.get_num_threads()
        self._lock = Lock()  # the tokenizer's padding is state of its own: one thread at a time
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
            raise unavailable(name or path, error, _REMEDY) from error
        return cls(model, name or path)

    @cached_property
    def _special(self) -> Sequence[int]:
        found: list[int] = self._model.tokenizer.all_special_ids
        return found

    @cached_property
    def _vocabulary(self) -> int:
        return len(self._model.tokenizer)

    def _ids(self, texts: Sequence[str], *, marks: bool = True) -> list[list[int]]:
        given: dict[str, Any] = {"add_special_tokens": marks, "verbose": False}
        with self._lock:
            found: list[list[int]] = self._model.tokenizer(list(texts), **given)["input_ids"]
        return found

    def _spelled(self, ids: Sequence[int]) -> list[str]:
        found: list[str] = self._model.tokenizer.convert_ids_to_tokens(ids)
        return found

    def _batches(
        self, texts: Sequence[str], prompt: str, *, tokens: bool
    ) -> Iterator[tuple[Sequence[int], Made]]:
        # The library's own loop does as much, and more than a single question has time for.
        order = by_length([len(text) for text in texts])
        for places in (order[first : first + _BATCH] for first in range(0, len(order), _BATCH)):
            with self._lock:
                features = self._model.preprocess([texts[at] for at in places], prompt=prompt)
            # One question is nearly as quick on one core, and waits for no second, busy one.
            with torch.inference_mode():
                torch.set_num_threads(1 if len(texts) == 1 else self._threads)
                made = self._model(batch_to_device(features, self._model.device))
            yield places, _made(made, tokens=tokens)


def _made(found: Mapping[str, Any], *, tokens: bool) -> Made:
    vectors = array(found["sentence_embedding"])
    of_tokens = found.get("token_embeddings")
    if not tokens or of_tokens is None:  # a model of word vectors alone makes none
        return Made(vectors)
    return Made(vectors, array(of_tokens), found["input_ids"].cpu().numpy())


def _prompts(model: SentenceTransformer, name: str) -> Prompts:
    own = {key: prompt for key, prompt in model.prompts.items() if prompt}
    if not own and _E5.search(name.lower()) and "instruct" not in name.lower():
        return E5_PROMPTS
    query = next((own[key] for key in _QUERY_PROMPTS if key in own), "")
    return Prompts(query, next((own[key] for key in _PASSAGE_PROMPTS if key in own), ""))
