"""One document to read, and what a format is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from retrieval.corpus.records import BadRecord, Draft

if TYPE_CHECKING:
    from retrieval.corpus.sidecar import Sidecar


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


Record: TypeAlias = "Draft | BadRecord | Document"
"""What a reader gives: an article, a reason why there is none, or a document within."""
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
