"""Our BERT against that of transformers, in a small one of random weights."""

import json
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from embeddings.bert import Bert

IDS = torch.tensor([[5, 9, 2, 7, 11], [3, 8, 0, 0, 0], [1, 0, 0, 0, 0]])
OWN = IDS > 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bert")
    torch.manual_seed(3)
    model = BertModel(
        BertConfig(
            vocab_size=12,
            hidden_size=32,
            num_hidden_layers=3,
            num_attention_heads=4,
            intermediate_size=64,
            max_position_embeddings=16,
            initializer_range=0.5,
        )
    )
    for tensor in model.parameters():  # also those that begin as zeros and ones
        torch.nn.init.normal_(tensor, std=0.3)
    model.save_pretrained(made)
    return made


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.1)], ids=str
)
def test_every_token_s_vector_is_the_library_s(
    folder: Path, dtype: torch.dtype, tolerance: float
) -> None:
    """Whatever else is in the batch, in both formats of a CPU; padding counts for nothing."""
    theirs = BertModel.from_pretrained(folder)  # which leaves it in evaluation mode
    ours = Bert.load(folder, "cpu", dtype)
    with torch.inference_mode():
        expected = theirs(IDS, OWN.long()).last_hidden_state
        found = ours(IDS, OWN)
        alone = ours(IDS[1:2, :2], OWN[1:2, :2])
    assert found.dtype == dtype
    torch.testing.assert_close(found.float()[OWN], expected[OWN], atol=tolerance, rtol=0)
    torch.testing.assert_close(alone[0], found[1, :2], atol=tolerance, rtol=0)


def test_another_activation_is_refused(folder: Path, tmp_path: Path) -> None:
    """It would be computed as GELU all the same."""
    (tmp_path / "model.safetensors").symlink_to(folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    text = json.dumps({**config, "hidden_act": "relu"})
    (tmp_path / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="relu"):
        Bert.load(tmp_path, "cpu", torch.float32)


def test_it_says_its_width_and_its_length(folder: Path) -> None:
    model = Bert.load(folder, "cpu", torch.float32)
    assert (model.dim, model.max_tokens, model.device) == (32, 16, torch.device("cpu"))
