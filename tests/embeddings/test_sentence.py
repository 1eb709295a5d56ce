"""Any sentence-transformers model: its prompts, its identity, and one encoder for all threads.

The models are real ones of a few thousand random weights, made here.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from embeddings import load_encoder
from embeddings.errors import ModelUnavailableError
from embeddings.machine import best_format
from embeddings.sentence import SentenceTransformerEncoder

WORDS = ["[PAD]", "[UNK]", "query", "passage", ":", "Q", "D", "ماء", "خبز", "ملح", "زيت"]
TEXTS = ["ماء", "خبز ملح زيت", "", "ملح " * 12, "زيت ماء", "unknown words"]

Made: TypeAlias = Callable[..., SentenceTransformerEncoder]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sentence-transformers folder: two layers, eleven words, mean pooling, no prompts."""
    made = tmp_path_factory.mktemp("models") / "tiny"
    made.mkdir()
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(made / "tokenizer.json"))
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "model_max_length": 32}
    special["tokenizer_class"] = "PreTrainedTokenizerFast"
    (made / "tokenizer_config.json").write_text(json.dumps(special), encoding="utf-8")
    torch.manual_seed(7)
    BertModel(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=32,
            initializer_range=0.5,
        )
    ).save_pretrained(made)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    described = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (path, kind) in enumerate(modules)
    ]
    (made / "modules.json").write_text(json.dumps(described), encoding="utf-8")
    pooling = {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True}
    (made / "1_Pooling").mkdir()
    (made / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def made(folder: Path) -> Made:
    """Return a function that loads the tiny model with a name, prompts and number format."""

    def make(
        name: str = "tiny",
        prompts: dict[str, str] | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> SentenceTransformerEncoder:
        model = SentenceTransformer(
            str(folder), device="cpu", prompts=prompts, model_kwargs={"dtype": dtype}
        )
        return SentenceTransformerEncoder(model, name)

    return make


E5 = ("query: ", "passage: ")


@pytest.mark.parametrize(
    ("name", "own", "prompts"),
    [
        ("intfloat/multilingual-e5-small", None, E5),
        ("someone/E5-arabic", None, E5),
        ("/srv/models/e5_tuned", None, E5),
        ("intfloat/multilingual-e5-large-instruct", None, ("", "")),
        ("intfloat/multilingual-e5-small", {"query": "Q: ", "passage": "D: "}, ("Q: ", "D: ")),
        ("someone/other", {"query": "Q: ", "document": "D: "}, ("Q: ", "D: ")),
        ("someone/other", {"search_query": "Q: ", "search_document": "D: "}, ("Q: ", "D: ")),
        ("someone/other", {"query": "Q: "}, ("Q: ", "")),
        ("someone/other", {"clustering": "C: "}, ("", "")),
        ("someone/other", None, ("", "")),
        ("/srv/3fe5a0/other", None, ("", "")),
    ],
)
def test_questions_and_passages_get_the_prompts_of_their_model(
    made: Made, name: str, own: dict[str, str] | None, prompts: tuple[str, str]
) -> None:
    """The model's own; else those of the E5 family, told by its name; else none."""
    encoder = made(name, own)
    plain = made()
    query, passage = prompts
    for found, expected in (
        (encoder.encode_queries(["ماء"]), plain.encode_queries([f"{query}ماء"])),
        (encoder.encode_passages(["ماء"]), plain.encode_passages([f"{passage}ماء"])),
    ):
        np.testing.assert_allclose(found, expected, atol=1e-6)
    assert encoder.count_tokens(["ماء خبز"]) == plain.count_tokens([f"{passage}ماء خبز"])


def test_vectors_are_the_library_s_own_made_unit(made: Made, folder: Path) -> None:
    """Rows line up whatever the lengths in a batch."""
    expected = SentenceTransformer(str(folder), device="cpu").encode(TEXTS[3:])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    found = made().encode_passages(TEXTS[3:])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_vectors_are_unit_in_every_number_format(made: Made) -> None:
    for dtype in (torch.float32, torch.bfloat16):
        found = made(dtype=dtype).encode_passages(["ماء", "خبز ملح زيت", "ملح " * 40])
        np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)


def test_the_model_says_its_dimension_and_length(made: Made) -> None:
    encoder = made("a name")
    assert (encoder.name, encoder.dim, encoder.max_tokens) == ("a name", 16, 32)
    assert encoder.count_tokens(TEXTS) == [1, 3, 0, 12, 2, 2]
    assert encoder.count_tokens(["ماء " * 100]) == [100]


def test_a_text_s_vector_is_the_same_with_and_without_its_tokens(made: Made) -> None:
    encoder = made("e5")
    for with_tokens, without in (
        (encoder.encode_query_tokens(TEXTS), encoder.encode_queries(TEXTS)),
        (encoder.encode_passage_tokens(TEXTS), encoder.encode_passages(TEXTS)),
    ):
        np.testing.assert_allclose([each.vector for each in with_tokens], without, atol=1e-6)


def test_tokens_are_those_of_the_text_that_say_something(made: Made) -> None:
    """Neither the prompt's, nor the padding's, nor marks: in one batch as alone."""
    encoder = made("e5")
    texts = ["ماء", "خبز : ملح ::", ":", "", "query : ماء"]
    found = encoder.encode_query_tokens(texts)
    assert [each.tokens.shape for each in found] == [(n, 16) for n in (1, 2, 0, 0, 2)]
    for text, each in zip(texts, found, strict=True):
        np.testing.assert_allclose(np.linalg.norm(each.tokens, axis=1), 1, atol=1e-6)
        (alone,) = encoder.encode_query_tokens([text])
        np.testing.assert_allclose(alone.tokens, each.tokens, atol=1e-5)
    (spoken,) = made().encode_query_tokens(["query : ماء"])
    np.testing.assert_allclose(found[0].tokens[0], spoken.tokens[1], atol=1e-5)


def test_no_texts_have_no_vectors(made: Made) -> None:
    encoder = made()
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, 16)
    assert encoder.encode_query_tokens([]) == encoder.encode_passage_tokens([]) == []
    assert encoder.count_tokens([]) == []


def test_half_a_surrogate_pair_is_passed_over(made: Made) -> None:
    """Tokenizers refuse it; the rest of the text counts all the same."""
    encoder = made()
    np.testing.assert_array_equal(
        encoder.encode_queries(["\ud800ماء\udfff"]), encoder.encode_queries(["ماء"])
    )
    assert encoder.count_tokens(["\ud800ماء", "\udfff"]) == [1, 0]


def test_the_fingerprint_is_the_same_in_every_number_format(made: Made) -> None:
    """And in every process: it is of the weights and prompts alone, not of the name."""
    assert made().fingerprint == made(dtype=torch.bfloat16).fingerprint == made("x").fingerprint


def test_other_prompts_make_another_fingerprint(made: Made) -> None:
    prompts = [None, {"query": "Q: "}, {"document": "Q: "}, {"query": "Q: ", "document": "D: "}]
    assert len({made(prompts=own).fingerprint for own in prompts}) == len(prompts)


def test_a_change_to_any_tensor_makes_another_fingerprint(folder: Path) -> None:
    model = SentenceTransformer(str(folder), device="cpu")
    found = {SentenceTransformerEncoder(model, "tiny").fingerprint}
    tensors = list(model.state_dict().values())
    for tensor in tensors:
        tensor.add_(0.25)
        found.add(SentenceTransformerEncoder(model, "tiny").fingerprint)
    assert len(found) == len(tensors) + 1


def test_eight_threads_get_the_vectors_that_one_gets(made: Made) -> None:
    """Texts of different lengths, questions and passages and counts, all at once."""
    encoder = made("e5")
    alone = [(encoder.encode_queries([text]), encoder.encode_passages([text])) for text in TEXTS]
    counts = encoder.count_tokens(TEXTS)

    def check(number: int) -> None:
        at = number % len(TEXTS)
        np.testing.assert_allclose(encoder.encode_queries([TEXTS[at]]), alone[at][0], atol=1e-6)
        np.testing.assert_allclose(encoder.encode_passages([TEXTS[at]]), alone[at][1], atol=1e-6)
        assert encoder.count_tokens(TEXTS) == counts

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(check, range(48)))


def test_a_folder_is_loaded_in_this_machine_s_format(folder: Path) -> None:
    """By ``load_encoder`` as by the class; the model is named as it was asked for."""
    for encoder in (load_encoder(str(folder)), SentenceTransformerEncoder.load(str(folder))):
        assert isinstance(encoder, SentenceTransformerEncoder)
        assert encoder.name == str(folder)
        (dtype,) = {tensor.dtype for tensor in encoder._model.state_dict().values()}
        assert (encoder._model.device.type, dtype) == best_format()


@pytest.mark.parametrize(
    ("supported", "expected"),
    [
        ([], ("cpu", torch.float32)),
        (["cpu._is_amx_tile_supported"], ("cpu", torch.bfloat16)),
        (["cpu._is_avx512_bf16_supported"], ("cpu", torch.bfloat16)),
        (["cuda.is_available", "cuda.is_bf16_supported"], ("cuda", torch.bfloat16)),
        (["cuda.is_available"], ("cuda", torch.float16)),
        (["backends.mps.is_available"], ("mps", torch.float16)),
    ],
)
def test_the_format_is_one_the_machine_multiplies_fast(
    supported: Sequence[str], expected: tuple[str, torch.dtype], monkeypatch: pytest.MonkeyPatch
) -> None:
    for question in (
        "cuda.is_available",
        "cuda.is_bf16_supported",
        "backends.mps.is_available",
        "cpu._is_amx_tile_supported",
        "cpu._is_avx512_bf16_supported",
    ):
        answer = question in supported
        monkeypatch.setattr(f"torch.{question}", lambda answer=answer: answer, raising=False)
    assert best_format() == expected


def test_a_torch_without_the_private_questions_uses_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    for question in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        monkeypatch.delattr(f"torch.cpu.{question}", raising=False)
    assert best_format() == ("cpu", torch.float32)


@pytest.mark.parametrize("kind", ["hub", "path", "empty", "broken", "odd"])
def test_a_model_that_cannot_be_had_is_one_line(
    kind: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the model and the setting; offline, nothing even tries to connect."""
    tried: list[object] = []
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("socket.socket.connect", lambda *given: tried.append(given))
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "config.json").write_bytes((folder / "config.json").read_bytes())
    (broken / "model.safetensors").write_bytes(b"cut short")
    (tmp_path / "empty").mkdir()
    name = {
        "hub": "nobody-at-all/no-such-model",
        "path": str(tmp_path / "nowhere"),
        "empty": str(tmp_path / "empty"),
        "broken": str(broken),
        "odd": "two\nlines",
    }[kind]
    with pytest.raises(ModelUnavailableError) as caught:
        load_encoder(name)
    message = str(caught.value)
    assert repr(name) in message
    assert "DALIL_EMBEDDING_MODEL" in message
    assert len(message.splitlines()) == 1
    assert tried == []
