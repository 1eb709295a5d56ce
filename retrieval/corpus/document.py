"""One document to read, and what a format is."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from retrieval.corpus.records import BadRecord, Draft, Trouble

if TYPE_CHECKING:
    from retrieval.corpus.sidecar import Sidecar

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, slots=True)
class Document:
    """A file on disk, and what is known of it from outside.

    ``name`` is what its articles are called by: its path relative to the corpus root, with forward
    slashes. ``place`` is how a person finds it, and for a part of an archive holds both names.
    ``url``, ``seen`` and ``charset`` are what a crawl noted: the address, the day and the encoding.
    ``sidecars`` are those of the archive that it is part of, the nearest first.
    """

    path: Path
    name: str
    place: str
    url: str | None = None
    seen: date | None = None
    charset: str | None = None
    sidecars: tuple["Sidecar", ...] = ()

    def part(self, path: Path, name: str, sidecars: Iterable["Sidecar"] = ()) -> "Document":
        """A document that was unpacked from this one to ``path``; ``sidecars`` are nearer to it."""
        about = (*sidecars, *self.sidecars)
        return Document(path, f"{self.name}/{name}", f"{self.place}/{name}", sidecars=about)

    def bad(self, reason: str, line: int | None = None) -> BadRecord:
        """What could not be read here."""
        return BadRecord(self.place, line, reason)

    def trouble(self, reason: str, line: int | None = None) -> Trouble:
        """What could not be read this time."""
        return Trouble(self.place, line, reason)


@dataclass(slots=True)
class Unread(Generic[_Parsed]):
    """The record ``number`` of a document, read where it is not known by its bytes."""

    number: int
    data: bytes
    parse: Callable[[], _Parsed | BadRecord]
    is_bad: bool = False

    @property
    def digest(self) -> bytes:
        """What tells the bytes from others."""
        return hashlib.blake2b(self.data, digest_size=16).digest()

    def read(self) -> _Parsed | BadRecord:
        """What the record says, or why that cannot be told."""
        found = self.parse()
        self.is_bad = isinstance(found, BadRecord)
        return found


Record: TypeAlias = "Draft | BadRecord | Document | Unread[Draft]"
"""What a reader gives: an article, read or to be read, a reason why there is none, or a document
within."""
Reader: TypeAlias = Callable[[Document], Iterator[Record]]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how it is called, known and read.

    ``matches`` is asked about a file's first bytes, unpacked where the file is gzipped. ``endings``
    decide where the content of no file does.
    """

    name: str
    holds: str
    endings: tuple[str, ...]
    read: Reader
    matches: Callable[[bytes], bool] = lambda head: False  # noqa: ARG005 - known by name alone
