"""The model that comes with the install, run as its folder is laid out.

Nothing but torch and the tokenizer is loaded for it: transformers and sentence-transformers take
longer to import than a question takes altogether, and texts take two thirds of the time that they
take there (docs/models.md).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer

from embeddings.batched import E5_PROMPTS, BatchedEncoder, Made, array, by_length, unavailable
from embeddings.bert import Bert
from embeddings.machine import best_format

_STEP: Final = 16
"""Texts are padded to a multiple of this: few shapes to prepare for, whole vector registers."""
_AT_ONCE: Final = 1024
"""Tokens that a core is given at once: what they become stays in its cache (benchmarks/)."""
_AT_ONCE_ON_GPU: Final = 32 * 1024
_LIBRARY_PREFIX: Final = "0.model."
"""Of the weights' names in sentence-transformers: run by it, the model has the same fingerprint."""


class E5Encoder(BatchedEncoder):
    """Encodes with multilingual-e5-small; thread-safe.

    On a CPU each core works on a batch of its own, and waits for no other.

    Args:
        model: its network.
        tokenizer: its tokenizer, which neither cuts nor pads.
        special: its marks, by their roles; ``pad_token`` must be there.
        name: what it is called in manifests and messages.
    """

    def __init__(
        self, model: Bert, tokenizer: Tokenizer, special: Mapping[str, str], name: str
    ) -> None:
        tensors = {f"{_LIBRARY_PREFIX}{key}": tensor for key, tensor in model.tensors.items()}
        super().__init__(name, E5_PROMPTS, tensors, model.dim, model.max_tokens)
        self._model = model
        self._tokenizer = tokenizer
        self._padding = _id(tokenizer, special["pad_token"])
        self._marks = sorted({_id(tokenizer, mark) for mark in special.values()})
        on_cpu = model.device.type == "cpu"
        self._at_once = _AT_ONCE if on_cpu else _AT_ONCE_ON_GPU
        self._workers = torch.get_num_threads() if on_cpu else 1

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Load it from the folder that :mod:`embeddings.bundled` unpacks.

        Raises:
            ModelUnavailableError: a file of it is missing or damaged.
        """
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            special = json.loads((folder / "special_tokens_map.json").read_text(encoding="utf-8"))
            marks = sorted(set(special.values()))
            tokenizer.add_special_tokens([AddedToken(mark, normalized=False) for mark in marks])
            return cls(Bert.load(folder, *best_format()), tokenizer, special, name)
        except Exception as error:  # of as many types as there are files and libraries
            raise unavailable(name, error, f"remove {folder}: it is then made anew") from error

    @property
    def _vocabulary(self) -> int:
        return self._tokenizer.get_vocab_size()

    @property
    def _special(self) -> Sequence[int]:
        return self._marks

    def _ids(self, texts: Sequence[str], *, marks: bool = True) -> list[list[int]]:
        found = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=marks)
        return [each.ids for each in found]

    def _spelled(self, ids: Sequence[int]) -> list[str]:
        return [self._tokenizer.id_to_token(each) or "" for each in ids]

    def _batches(
        self, texts: Sequence[str], prompt: str, *, tokens: bool
    ) -> Iterator[tuple[Sequence[int], Made]]:
        ids = [self._cut(own) for own in self._ids([prompt + text for text in texts])]
        batches = list(self._planned([len(own) for own in ids]))

        def made(places: Sequence[int]) -> Made:
            return self._made([ids[at] for at in places], tokens=tokens)

        if len(batches) < 2:
            with _one_thread():
                found = [made(places) for places in batches]
            yield from zip(batches, found, strict=True)
            return
        with ThreadPoolExecutor(self._workers, "dalil-encode", torch.set_num_threads, (1,)) as pool:
            yield from zip(batches, pool.map(made, batches), strict=True)

    def _cut(self, ids: list[int]) -> list[int]:
        """Cut a text to the model's length; the mark at its end stays."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _planned(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Yield the places of texts of like length, as many as are encoded at once."""
        order = by_length(lengths)
        while order:
            size = max(1, self._at_once // _padded(lengths[order[0]]))
            yield order[:size]
            order = order[size:]

    def _made(self, ids: Sequence[list[int]], *, tokens: bool) -> Made:
        padded, own = _rectangle(ids, self._padding)
        with torch.inference_mode():
            mask = torch.from_numpy(own).to(self._model.device)
            found = self._model(torch.from_numpy(padded).to(self._model.device), mask).float()
            vectors = array((found * mask[:, :, None]).sum(1))  # the mean, but for its length
            return Made(vectors, array(found), padded) if tokens else Made(vectors)


def _id(tokenizer: Tokenizer, mark: str) -> int:
    found = tokenizer.token_to_id(mark)
    if found is None:
        raise ValueError(f"its tokenizer does not know {mark}")
    return found


def _padded(length: int) -> int:
    return -(-length // _STEP) * _STEP


def _rectangle(
    ids: Sequence[list[int]], padding: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Pad tokens to one length; return also which are no padding."""
    shape = len(ids), _padded(max(map(len, ids)))
    padded, own = np.full(shape, padding, np.int64), np.zeros(shape, np.bool_)
    for row, each in enumerate(ids):
        padded[row, : len(each)] = each
        own[row, : len(each)] = True
    return padded, own


@contextmanager
def _one_thread() -> Iterator[None]:
    """Leave the other cores to whoever else works."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
