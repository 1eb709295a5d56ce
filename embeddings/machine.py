"""What this machine multiplies matrices fastest in."""

import torch


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
