"""Which characters of a passage to mark."""

from retrieval import chunking
from retrieval.types import Span


def decisive(passage: str, window: int) -> tuple[Span, ...]:
    """Return the range of a passage's ``window``-th window, the one that answers."""
    found = chunking.windows(passage)
    return (found[window],) if found else ()
