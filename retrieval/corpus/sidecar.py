"""``metadata.jsonl``: what a folder, also one in an archive, says of the files in and below it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.corpus.document import Document
from retrieval.corpus.jsonlines import JsonLine, draft_at, objects
from retrieval.corpus.records import BadRecord, Draft, squash

NAME = "metadata.jsonl"

_FILE_NAMES = frozenset({"file", "path", "filename", "filepath"})


@dataclass(frozen=True, slots=True)
class Sidecar:
    """One ``metadata.jsonl``, its entries by file (relative to its folder) or by article id."""

    folder: Path
    entries: Mapping[str, Draft]

    @classmethod
    def load(
        cls, own: Document, exists: Callable[[str], bool], on_bad: Callable[[BadRecord], None]
    ) -> "Sidecar":
        """Read a whole sidecar; it is held in memory while files below it are read.

        ``exists`` tells whether there is such a file, relative to the sidecar's folder.
        """
        entries: dict[str, Draft] = {}
        for line in _lines(own):
            if isinstance(line, BadRecord):
                on_bad(line)
                continue
            draft, file = draft_at(own, line), _file(line)
            if isinstance(draft, BadRecord):
                on_bad(draft)
                continue
            key = file or draft.id
            found = not file or exists(file)
            wrong = _wrong(file, key, known=key in entries, found=found)
            for reason in (*wrong, *draft.notes):
                on_bad(BadRecord(own.place, line.number, reason, skipped=reason in wrong))
            if not wrong:
                entries[key] = draft
        return cls(Path(own.place).parent, entries)

    def complete(self, draft: Draft, document: Document, own_id: str) -> Draft:
        """``draft`` with what it lacks; an entry by file describes a file of one article only."""
        if draft.line is None:
            draft = draft.filled_from(self.entries.get(self._relative(document.place), Draft()))
        return draft.filled_from(self.entries.get(draft.id or own_id, Draft()))

    def about(self, place: str, ids: Iterable[str]) -> tuple[Draft, ...]:
        """All that it may say of an article at a place in a file, called by one of some ids."""
        found = (self.entries.get(key) for key in (self._relative(place), *ids))
        return tuple(replace(entry, line=None) for entry in found if entry)

    def _relative(self, place: str) -> str:
        return Path(place).relative_to(self.folder).as_posix()


def digest(sidecars: Sequence[Sidecar], place: str, ids: Iterable[str]) -> bytes:
    """What tells whether sidecars say the same of an article; nothing where they say nothing."""
    said = [each.about(place, ids) for each in sidecars]
    return hashlib.blake2b(repr(said).encode(), digest_size=16).digest() if any(said) else b""


class Sidecars:
    """The sidecars in force, each read once and let go when its folder is left."""

    def __init__(self, on_bad: Callable[[BadRecord], None]) -> None:
        self._on_bad = on_bad
        self._loaded: dict[Path, Sidecar] = {}

    def at(self, paths: Sequence[Path]) -> list[Sidecar]:
        """The sidecars at ``paths``, in that order."""
        loaded = self._loaded
        self._loaded = {path: loaded.get(path) or self._load(path) for path in paths}
        return list(self._loaded.values())

    def _load(self, path: Path) -> Sidecar:
        own = Document(path, NAME, str(path))
        return Sidecar.load(own, lambda file: (path.parent / file).exists(), self._on_bad)


def _lines(own: Document) -> Iterator[JsonLine | BadRecord]:
    try:
        yield from objects(own)
    except OSError as error:
        yield own.trouble(f"cannot be read ({error.strerror})")


def _file(line: JsonLine) -> str:
    named = (value for name, value in line.fields.items() if squash(name) in _FILE_NAMES)
    file = next((value for value in named if isinstance(value, str)), "")
    return file.strip().replace("\\", "/").removeprefix("./")


def _wrong(file: str, key: str, *, known: bool, found: bool) -> tuple[str, ...]:
    if not key:
        return ("names no file and no id",)
    if known:
        return (f"{key!r} is described twice; the first is kept",)
    if not found:
        return (f"describes {file!r}, which is not beside or below it",)
    return ()
