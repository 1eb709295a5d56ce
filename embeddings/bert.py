"""BERT's encoder (Devlin et al., 2019) for inference alone, over a folder of its weights."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from embeddings.packed import Linear, linear

_PROJECTIONS: Final = ("query", "key", "value")


class _Norm(NamedTuple):
    weight: Tensor
    bias: Tensor
    epsilon: float

    def __call__(self, inputs: Tensor) -> Tensor:
        shape = self.weight.shape
        return functional.layer_norm(inputs, shape, self.weight, self.bias, self.epsilon)


class _Layer(NamedTuple):
    """Attention, then two linear layers, each with what it is given added."""

    heads: int
    projections: Linear
    attended: Linear
    attended_norm: _Norm
    wide: Linear
    narrow: Linear
    narrow_norm: _Norm

    def __call__(self, inputs: Tensor, own: Tensor) -> Tensor:
        mixed = self.attended_norm(self.attended(self._attend(inputs, own)) + inputs)
        return self.narrow_norm(self.narrow(self.wide(mixed)) + mixed)

    def _attend(self, inputs: Tensor, own: Tensor) -> Tensor:
        texts, length, width = inputs.shape
        split = self.projections(inputs).view(texts, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=own)
        return found.transpose(1, 2).reshape(inputs.shape)


class Bert:
    """A loaded model; several threads may call it at once.

    Embeddings of words stay as they are on disk, mapped into memory: of a quarter of a million
    rows, only those that texts ask for are read.
    """

    def __init__(
        self, tensors: Mapping[str, Tensor], config: Mapping[str, Any], dtype: torch.dtype
    ) -> None:
        if config["hidden_act"] != "gelu":
            raise ValueError(f"its activation is {config['hidden_act']}, not gelu")
        parts = _Parts(tensors, config["num_attention_heads"], config["layer_norm_eps"], dtype)
        self.tensors = tensors
        self._dtype = dtype
        self._words = tensors["embeddings.word_embeddings.weight"]
        self._kind = parts.tensor("embeddings.token_type_embeddings.weight")[0]
        self._places = parts.tensor("embeddings.position_embeddings.weight")
        self._norm = parts.norm("embeddings")
        rooms = (f"encoder.layer.{at}" for at in range(config["num_hidden_layers"]))
        self._layers = [parts.layer(room) for room in rooms]

    @classmethod
    def load(cls, folder: Path, device: str, dtype: torch.dtype) -> Self:
        """Read ``config.json`` and ``model.safetensors`` as transformers' ``BertModel`` saves them.

        Raises:
            Exception: a file is missing or damaged; of many types.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tensors = load_file(folder / "model.safetensors", device)
        return cls(tensors, config, dtype)

    @property
    def dim(self) -> int:
        """Length of a token's vector."""
        return self._words.shape[1]

    @property
    def max_tokens(self) -> int:
        """Tokens that a text may take."""
        return self._places.shape[0]

    @property
    def device(self) -> torch.device:
        """Where it runs."""
        return self._words.device

    def __call__(self, ids: Tensor, own: Tensor) -> Tensor:
        """Return the vectors of all tokens, shape (texts, length, dim).

        Args:
            ids: tokens, shape (texts, length).
            own: which of them are a text's own, the others being padding; of the same shape.
        """
        words = functional.embedding(ids, self._words).to(self._dtype)
        found = self._norm(words + self._kind + self._places[: ids.shape[1]])
        for layer in self._layers:
            found = layer(found, own[:, None, None, :])
        return found


class _Parts(NamedTuple):
    """Puts a model's layers together from its tensors."""

    tensors: Mapping[str, Tensor]
    heads: int
    epsilon: float
    dtype: torch.dtype

    def tensor(self, *names: str) -> Tensor:
        return torch.cat([self.tensors[name] for name in names]).to(self.dtype)

    def norm(self, room: str) -> _Norm:
        name = f"{room}.LayerNorm"
        return _Norm(self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias"), self.epsilon)

    def linear(self, *names: str, gelu: bool = False) -> Linear:
        weight = self.tensor(*(f"{name}.weight" for name in names))
        return linear(weight, self.tensor(*(f"{name}.bias" for name in names)), gelu=gelu)

    def layer(self, room: str) -> _Layer:
        attention = f"{room}.attention"
        return _Layer(
            heads=self.heads,
            # One product for all three is quicker than three.
            projections=self.linear(*(f"{attention}.self.{part}" for part in _PROJECTIONS)),
            attended=self.linear(f"{attention}.output.dense"),
            attended_norm=self.norm(f"{attention}.output"),
            wide=self.linear(f"{room}.intermediate.dense", gelu=True),
            narrow=self.linear(f"{room}.output.dense"),
            narrow_norm=self.norm(f"{room}.output"),
        )
