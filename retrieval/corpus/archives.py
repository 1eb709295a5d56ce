"""ZIP and tar: what they hold is read as if it lay in a folder."""

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TypeAlias

from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.records import BadRecord, RecordError
from retrieval.corpus.sidecar import NAME, Sidecar

_RATIO = 200  # text packs to a fifth or a tenth, and one text repeated to a hundredth
_FREE = 64 << 20
_CHUNK = 1 << 20
_DESCRIBED = 64 << 20
"""Bytes of all sidecars of an archive, which are held in memory while it is read."""
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    NotImplementedError,  # a method of packing that zipfile does not know
    RuntimeError,  # a member under a password
    ValueError,
)


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive; ``size`` is what it claims to unpack to."""

    path: PurePosixPath
    size: int
    open: Callable[[], IO[bytes] | None]

    @classmethod
    def of(cls, name: str, size: int, open_: Callable[[], IO[bytes] | None]) -> "_Member":
        return cls(PurePosixPath(name.replace("\\", "/")), size, open_)


_Members: TypeAlias = Iterator[_Member]


def read_zip(document: Document) -> Iterator[Record]:
    """The files in a ZIP, in its order."""
    yield from _read(document, _in_zip)


def read_tar(document: Document) -> Iterator[Record]:
    """The files in a tar, packed or not, in its order."""
    yield from _read(document, _in_tar)


def is_bomb(path: Path) -> bool:
    """Whether a ZIP would unpack to far more than its size; zipfile reads no more than it claims.

    Raises:
        BadZipFile: it is no ZIP.
    """
    with zipfile.ZipFile(path) as archive:
        claimed = sum(info.file_size for info in archive.infolist())
    return claimed > _RATIO * path.stat().st_size + _FREE


def _read(document: Document, members_of: Callable[[Path], _Members]) -> Iterator[Record]:
    with TemporaryDirectory(prefix="dalil-") as folder:
        unpacked = Path(folder) / "member"
        left = _RATIO * document.path.stat().st_size + _FREE
        bad: list[BadRecord] = []
        texts = _described(members_of(document.path), left)
        sidecars = _sidecars(document, texts, unpacked, bad.append)
        yield from bad
        try:
            for member in filter(_is_shown, members_of(document.path)):
                if reason := _trick(member.path):
                    yield document.bad(reason)
                elif member.path.name != NAME:
                    left -= _unpack(member, unpacked, left)
                    about = [sidecars[each] for each in member.path.parents if each in sidecars]
                    yield document.part(unpacked, str(member.path), about)
                elif member.path not in texts.found:
                    yield document.bad(f"'{member.path}' is too large: unpack the archive")
        except (RecordError, *_DAMAGED) as error:
            yield _damaged(document, error)


@dataclass(slots=True)
class _Described:
    """What an archive holds: the names of all its files, and the texts of its sidecars."""

    names: set[PurePosixPath] = field(default_factory=set)
    found: dict[PurePosixPath, bytes] = field(default_factory=dict)


def _described(members: _Members, most: int) -> _Described:
    """What an archive's sidecars say, as far as it unpacks to ``most`` bytes.

    They may stand behind the files that they describe. What else is wrong is said when those are
    read.
    """
    seen, left = _Described(), _DESCRIBED
    with suppress(RecordError, *_DAMAGED):
        for member in filter(_is_shown, members):
            seen.names.add(member.path)
            most -= member.size
            if most < 0:
                break
            if member.path.name == NAME and not _trick(member.path):
                text = _start(member, left + 1)
                if len(text) <= left:
                    left -= len(text)
                    seen.found[member.path] = text
    return seen


def _sidecars(
    document: Document, seen: _Described, to: Path, on_bad: Callable[[BadRecord], None]
) -> dict[PurePosixPath, Sidecar]:
    """The sidecars of an archive, by their folder."""
    sidecars = {}
    for path, text in seen.found.items():
        to.write_bytes(text)
        own, folder = document.part(to, str(path)), path.parent
        exists = partial(_is_among, seen.names, folder)
        sidecars[folder] = Sidecar.load(own, exists, on_bad)
    return sidecars


def _is_among(names: Container[PurePosixPath], folder: PurePosixPath, file: str) -> bool:
    return folder / file in names


def _damaged(document: Document, error: Exception) -> BadRecord:
    reason = str(error) if isinstance(error, RecordError) else f"the archive is damaged: {error}"
    return document.bad(f"{reason}; the rest of it is not read")


def _in_zip(path: Path) -> _Members:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield _Member.of(_spelled(info), info.file_size, partial(archive.open, info))


def _spelled(info: zipfile.ZipInfo) -> str:
    """The name; where it is not marked as UTF-8, it often is so all the same, or Windows-1256."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1256", "replace")


def _in_tar(path: Path) -> _Members:
    # As a stream, so that a packed one is unpacked once.
    with tarfile.open(path, "r|*") as archive:
        for info in archive:
            if info.isfile():
                name = info.name.encode("utf-8", "backslashreplace").decode("utf-8")
                yield _Member.of(name, info.size, partial(archive.extractfile, info))


def _is_shown(member: _Member) -> bool:
    """Whether a folder's file would be read: what is hidden, or a README, is not."""
    parts = member.path.parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return bool(parts) and not hidden and not parts[-1].lower().startswith("readme.")


def _trick(path: PurePosixPath) -> str:
    """Why a member is not read. None is ever written under its own name; this one lies."""
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return f"'{path}' leads out of the archive and is not read"
    return ""


def _start(member: _Member, most: int) -> bytes:
    with _opened(member) as packed:
        return packed.read(most)


def _unpack(member: _Member, to: Path, left: int) -> int:
    """Copy a member out; return its size, as counted and not as it claims."""
    size = 0
    with _opened(member) as packed, to.open("wb") as file:
        while data := packed.read(_CHUNK):
            size += len(data)
            if size > left:
                raise RecordError(f"unpacks to over {_RATIO} times its size: a bomb")
            file.write(data)
    return size


def _opened(member: _Member) -> AbstractContextManager[IO[bytes]]:
    file = member.open()
    if file is None:
        raise RecordError(f"'{member.path}' cannot be opened")
    return file


ZIP = Format(
    name="zip",
    holds="any of these in a ZIP",
    endings=(".zip",),
    read=read_zip,
    matches=lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06")),
)
TAR = Format(
    name="tar",
    holds="any of these in a tar, packed by gzip, bzip2 or xz or not",
    endings=(".tar", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"),
    read=read_tar,
    matches=lambda head: head[257:262] == b"ustar",
)
