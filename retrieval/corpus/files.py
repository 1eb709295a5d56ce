"""The article files under the paths a user names."""

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from retrieval.corpus import sidecar
from retrieval.corpus.document import Document, Format
from retrieval.corpus.formats import endings, format_of
from retrieval.corpus.records import BadRecord
from retrieval.errors import CorpusError

_SETTLED: Final = 2.0
"""Seconds after which a file that is changed has another time."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, maybe of articles; ``sidecars`` are those in force, the nearest first.

    ``known`` is its format where that is known beforehand.
    """

    document: Document
    sidecars: tuple[Path, ...] = ()
    known: Format | None = None

    def format(self) -> Format | BadRecord | None:
        """How it is read; None where it is of no kind that can be."""
        try:
            return self.known or format_of(self.document.path, self.document.path.name)
        except OSError as error:
            return self.document.trouble(f"cannot be read ({error.strerror})")

    def stamp(self) -> bytes:
        """What changes whenever the file does; empty where it may change without."""
        try:
            found = self.document.path.stat()
        except OSError:
            return b""
        # A file system tells times apart by up to two seconds: what was written just now may be
        # written again.
        if time.time() - max(found.st_mtime, found.st_ctime) <= _SETTLED:
            return b""
        told = found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
        return repr(told).encode()


@dataclass(frozen=True, slots=True)
class _Root:
    path: Path  # as the user wrote it
    real: Path
    format: Format | None  # of a file; None for a folder

    @property
    def home(self) -> Path:
        return self.real.parent if self.format else self.real

    def files(self, base: Path) -> Iterator[SourceFile | BadRecord]:
        inside = _spelled(self.home.relative_to(base).as_posix())
        prefix = "" if inside == "." else f"{inside}/"
        if self.format is None:
            yield from _walk(self.path, prefix, ())
        else:
            beside = self.path.with_name(sidecar.NAME)
            sidecars = (beside,) if beside.is_file() else ()
            name = prefix + _spelled(self.path.name)
            document = Document(self.path, name, str(self.path))
            yield SourceFile(document, sidecars, self.format)


def find(paths: Sequence[Path]) -> Iterator[SourceFile | BadRecord]:
    """Every file under ``paths``, each once, a folder's in the order of their names.

    The corpus root is the folder itself for one folder, else the folder that all paths share, so
    that no two files have one name. Inside a folder, hidden files, a README and links to other
    folders are passed over. None is opened, but for the first that may hold articles.

    Raises:
        CorpusError: a path does not exist, has no reader, or is a folder without articles.
    """
    # A shell's `corpus/*` names the sidecar too.
    roots = _apart([_root(path) for path in paths if path.name != sidecar.NAME])
    if not roots:
        raise CorpusError("No corpus was named: give the path of a file or folder of articles.")
    base = Path(os.path.commonpath([root.home for root in roots]))
    for root in roots:
        if not any(isinstance(file, BadRecord) or file.format() for file in root.files(base)):
            raise CorpusError(f"{root.path} holds no articles: put files in it ({endings()}).")
    return chain.from_iterable(root.files(base) for root in roots)


def _root(path: Path) -> _Root:
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise CorpusError(f"{path} does not exist or cannot be reached: check the path.") from error
    if real.is_dir():
        return _Root(path, real, None)
    if known := _format(path):
        return _Root(path, real, known)
    raise CorpusError(f"{path} is of no kind that can be read: give a folder or {endings()}.")


def _format(path: Path) -> Format | None:
    try:
        return format_of(path, path.name)
    except OSError as error:
        raise CorpusError(f"{path} cannot be read ({error.strerror}).") from error


def _apart(roots: Sequence[_Root]) -> list[_Root]:
    first: dict[Path, _Root] = {}
    for root in roots:
        first.setdefault(root.real, root)
    return [root for root in first.values() if first.keys().isdisjoint(root.real.parents)]


def _walk(
    folder: Path, prefix: str, sidecars: tuple[Path, ...]
) -> Iterator[SourceFile | BadRecord]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted(filter(_is_shown, scan), key=_place)
    except OSError as error:
        yield BadRecord(str(folder), None, f"the folder cannot be read ({error.strerror})")
        return
    if any(entry.name == sidecar.NAME for entry in entries):
        sidecars = (folder / sidecar.NAME, *sidecars)
    for entry in entries:
        path, name = folder / entry.name, prefix + _spelled(entry.name)
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, f"{name}/", sidecars)
        # Opening a pipe or a device would wait for ever.
        elif not _describes(entry.name) and (path.is_file() or not path.exists()):
            yield SourceFile(Document(path, name, str(path)), sidecars)


def _is_shown(entry: os.DirEntry[str]) -> bool:
    return not entry.name.startswith(".")


def _place(entry: os.DirEntry[str]) -> str:
    # With its slash a folder sorts among the files as its contents' whole paths do.
    return f"{entry.name}/" if entry.is_dir(follow_symlinks=False) else entry.name


def _describes(name: str) -> bool:
    # About the folder, not one of its articles.
    return name == sidecar.NAME or name.lower().startswith("readme.")


def _spelled(name: str) -> str:
    # A file's name may hold bytes that are no UTF-8; an id may not.
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
