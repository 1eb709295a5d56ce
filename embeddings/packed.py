"""Linear layers whose weights lie as the CPU multiplies them in bfloat16.

torch brings a layer's weights into that order anew at every call, which for one question takes a
third of the time. The results are the same to the bit.
"""

from typing import Any, Final

import torch

_OPERATORS: Final = ("_reorder_linear_weight", "_linear_pointwise")


def pack(model: torch.nn.Module) -> None:
    """Replace the linear layers of a model on a CPU, where this torch has what it takes.

    Only layers in bfloat16 are replaced: a packed one cannot be moved or saved.
    """
    # The operators are those that torch's own compiler emits; they are no part of its public side.
    if not all(hasattr(torch.ops.mkldnn, name) for name in _OPERATORS):
        return
    for parent in list(model.modules()):
        for name, layer in list(parent.named_children()):
            if type(layer) is torch.nn.Linear and _suits(layer.weight):
                setattr(parent, name, _PackedLinear(layer))


def _suits(weight: torch.Tensor) -> bool:
    return weight.device.type == "cpu" and weight.dtype == torch.bfloat16


class _PackedLinear(torch.nn.Module):
    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        self._weight: Any = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), None)  # noqa: SLF001 - see pack
        self._bias = None if layer.bias is None else layer.bias.detach()

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = torch.ops.mkldnn._linear_pointwise(  # noqa: SLF001 - see pack
            inputs, self._weight, self._bias, "none", [], ""
        )
        return found
