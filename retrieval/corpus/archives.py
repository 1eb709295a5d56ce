"""ZIP and tar: what they hold is read as if it lay in a folder."""

import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, TypeAlias

from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.records import BadRecord, RecordError
from retrieval.corpus.sidecar import NAME

_RATIO = 200  # text packs to a fifth or a tenth, and one text repeated to a hundredth
_FREE = 64 << 20
_CHUNK = 1 << 20
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
    name: str
    open: Callable[[], IO[bytes] | None]


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
        try:
            for member in members_of(document.path):
                if not _is_shown(member.name):
                    continue
                if reason := _trick(member.name):
                    yield document.bad(reason)
                    continue
                left -= _unpack(member, unpacked, left)
                yield document.part(unpacked, member.name)
        except (RecordError, *_DAMAGED) as error:
            yield _damaged(document, error)


def _damaged(document: Document, error: Exception) -> BadRecord:
    reason = str(error) if isinstance(error, RecordError) else f"the archive is damaged: {error}"
    return document.bad(f"{reason}; the rest of it is not read")


def _in_zip(path: Path) -> _Members:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield _Member(_spelled(info), lambda info=info: archive.open(info))  # type: ignore[misc]


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
                yield _Member(name, lambda info=info: archive.extractfile(info))  # type: ignore[misc]


def _is_shown(name: str) -> bool:
    """Whether a folder's file would be read: what is hidden, or describes the rest, is not."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
    return bool(parts) and not hidden and not parts[-1].lower().startswith("readme.")


def _trick(name: str) -> str:
    """Why a member is not read. None is ever written under its own name; this one lies."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        return f"{name!r} leads out of the archive and is not read"
    if parts.name == NAME:
        return f"{name!r} describes files that are not unpacked: unpack the archive"
    return ""


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
        raise RecordError(f"{member.name!r} cannot be opened")
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
