"""An article found in a corpus: read, or known from when it was read last."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from retrieval.types import Article

_HASH = "Q"  # 64 bits without a sign


@dataclass(frozen=True, slots=True)
class Lines:
    """What of an article tells its site's furniture, as hashes of 64 bits.

    ``site`` is who prints it, ``body`` its longest line, ``lines`` those that may be furniture,
    each once.
    """

    site: int
    body: int
    lines: tuple[int, ...]

    @classmethod
    def unpacked(cls, data: bytes) -> Self:
        """What ``packed`` made."""
        site, body, *lines = unpacked(data)
        return cls(site, body, tuple(lines))

    def packed(self) -> bytes:
        """The hashes as bytes."""
        return packed((self.site, self.body, *self.lines))


@dataclass(frozen=True, slots=True)
class Known:
    """What an article was when it was read last.

    ``within`` and ``line`` are where in its file it stood, ``digest`` tells its line from others.
    ``own`` is what it would be called without an id, ``about`` tells what sidecars said of it.
    ``lines`` is None where it had the id of another and was left out. ``repeated`` are those that
    were furniture, and ``content`` is the digest of the rest: empty where that left nothing to
    show.
    """

    id: str
    own: str
    within: str
    line: int | None
    digest: bytes
    about: bytes
    lines: Lines | None
    repeated: tuple[int, ...]
    content: bytes


@dataclass(slots=True)
class Found:
    """An article of a corpus, the ``number``-th of it, and where in its file it stands.

    ``within`` names the part of an archive. ``read`` gives it, or None where it is there no more.
    ``known`` is what it was before, where the same is said of it now as then. ``own``, ``digest``
    and ``about`` are as of what is ``Known``.
    """

    id: str
    own: str
    within: str
    line: int | None
    read: Callable[[], Article | None]
    known: Known | None = None
    digest: bytes = b""
    about: bytes = b""
    number: int = 0


def packed(hashes: tuple[int, ...]) -> bytes:
    """Hashes as bytes."""
    return array(_HASH, hashes).tobytes()


def unpacked(data: bytes) -> tuple[int, ...]:
    """The hashes that ``packed`` was given."""
    return tuple(array(_HASH, data))
