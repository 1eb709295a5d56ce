"""Linear layers whose weights lie as the CPU multiplies them in bfloat16.

torch brings a layer's weights into that order anew at every call, which for one question takes a
third of the time. The results are the same to the bit.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

Linear: TypeAlias = Callable[[Tensor], Tensor]

_OPERATORS: Final = ("_reorder_linear_weight", "_linear_pointwise")


def pack(model: torch.nn.Module) -> None:
    """Replace the linear layers of a model on a CPU, where this torch has what it takes.

    Only layers in bfloat16 are replaced: a packed one cannot be moved or saved.
    """
    for parent in list(model.modules()):
        for name, layer in list(parent.named_children()):
            if type(layer) is torch.nn.Linear and _can_pack(layer.weight):
                setattr(parent, name, _PackedLinear(layer.weight, layer.bias))


def linear(weight: Tensor, bias: Tensor, *, gelu: bool = False) -> Linear:
    """Return a linear layer, packed where it can be, with GELU after it if need be.

    Packed, both are one step: what lies between them is neither rounded nor written.
    """
    if _can_pack(weight):
        return _PackedLinear(weight, bias, "gelu" if gelu else "none")
    layer = partial(functional.linear, weight=weight, bias=bias)
    return (lambda inputs: functional.gelu(layer(inputs))) if gelu else layer


def _can_pack(weight: Tensor) -> bool:
    # The operators are those that torch's own compiler emits; they are no part of its public side.
    known = all(hasattr(torch.ops.mkldnn, name) for name in _OPERATORS)
    return known and weight.device.type == "cpu" and weight.dtype == torch.bfloat16


class _PackedLinear(torch.nn.Module):
    def __init__(self, weight: Tensor, bias: Tensor | None, after: str = "none") -> None:
        super().__init__()
        self._weight: Any = torch.ops.mkldnn._reorder_linear_weight(weight.detach(), None)  # noqa: SLF001 - see above
        self._bias = None if bias is None else bias.detach()
        self._after = after

    def forward(self, inputs: Tensor) -> Tensor:
        exact = "none"  # GELU by the error function
        found: Tensor = torch.ops.mkldnn._linear_pointwise(  # noqa: SLF001 - see above
            inputs, self._weight, self._bias, self._after, [], exact
        )
        return found
