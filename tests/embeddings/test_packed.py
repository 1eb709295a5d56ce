"""Packed layers give what the plain ones give, to the bit."""

import copy

import pytest
import torch

from embeddings.packed import linear, pack


class Model(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = torch.nn.Linear(48, 64)
        self.second = torch.nn.Sequential(torch.nn.GELU(), torch.nn.Linear(64, 32, bias=False))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.second(self.first(inputs))
        return found


@pytest.fixture
def model() -> Model:
    return Model().eval().bfloat16()


def names(model: torch.nn.Module) -> list[str]:
    return [type(layer).__name__ for layer in model.modules()]


has_bfloat16 = pytest.mark.skipif(
    not torch.ops.mkldnn._is_mkldnn_bf16_supported(), reason="this CPU has no bfloat16"
)


@has_bfloat16
@pytest.mark.parametrize("shape", [(1, 1, 48), (1, 17, 48), (16, 150, 48)])
def test_packed_layers_give_the_same_to_the_bit(model: Model, shape: tuple[int, ...]) -> None:
    packed = copy.deepcopy(model)
    pack(packed)
    assert "Linear" not in names(packed)
    inputs = torch.randn(shape, generator=torch.Generator().manual_seed(1)).bfloat16()
    with torch.inference_mode():
        assert torch.equal(packed(inputs), model(inputs))


def test_layers_in_float32_stay_as_they_are(model: Model) -> None:
    before = names(model)
    pack(model.float())
    assert names(model) == before


@pytest.mark.parametrize("gelu", [False, True])
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [(torch.float32, 0.0), pytest.param(torch.bfloat16, 0.01, marks=has_bfloat16)],
    ids=str,
)
def test_a_layer_with_gelu_is_a_layer_and_then_gelu(
    model: Model, dtype: torch.dtype, tolerance: float, *, gelu: bool
) -> None:
    """Packed or not; packed it rounds once less."""
    plain = model.first.to(dtype)
    inputs = torch.randn((7, 48), generator=torch.Generator().manual_seed(2)).to(dtype)
    with torch.inference_mode():
        expected = torch.nn.functional.gelu(plain(inputs)) if gelu else plain(inputs)
        found = linear(plain.weight, plain.bias, gelu=gelu)(inputs)
    torch.testing.assert_close(found, expected, atol=tolerance, rtol=tolerance)
