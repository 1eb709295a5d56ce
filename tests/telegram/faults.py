"""How a single call of the bot can fail."""

from dataclasses import dataclass

from tests.telegram.rules import Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """How one call fails. Where ``performed``, it takes effect although the bot never learns."""

    refusal: Refusal | None = None
    drop: bool = False
    performed: bool = False
    seconds: float = 0.0


def too_many_requests(retry_after: int) -> Fault:
    """Telegram's flood limit."""
    description = f"Too Many Requests: retry after {retry_after}"
    return Fault(Refusal(429, description, retry_after=retry_after))


def dropped(*, performed: bool = False) -> Fault:
    """The connection ends without an answer."""
    return Fault(drop=True, performed=performed)


def slow(seconds: float) -> Fault:
    """The answer takes its time."""
    return Fault(seconds=seconds)


def broken(code: int, description: str) -> Fault:
    """Any other refusal."""
    return Fault(Refusal(code, description))
