"""Published states of an index: written aside, described by a manifest, current by one rename."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings.encoder import Encoder
from retrieval import arabic, chunking
from retrieval.errors import (
    BuildInProgressError,
    DalilError,
    IndexDamagedError,
    IndexIncompatibleError,
    IndexMissingError,
)

FORMAT: Final = 3
"""Raised whenever the files of a generation mean something else."""

STORE: Final = "articles.sqlite"
DENSE: Final = "dense"
LATE: Final = "late"
LEXICAL: Final = "lexical"

_MANIFEST: Final = "manifest.json"
_CURRENT: Final = "current"
_GENERATIONS: Final = "generations"
_KEPT: Final = 2
"""Generations on disk: the published one, and the one before for readers still at work in it."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Model(_Frozen):
    """The embedding model whose vectors a generation holds."""

    name: str
    fingerprint: str
    dim: int


class Counts(_Frozen):
    """How much a generation holds."""

    articles: int
    passages: int
    vectors: int


class File(_Frozen):
    """Size in bytes and SHA-256 of one file of a generation."""

    size: int
    sha256: str


class Manifest(_Frozen):
    """What a generation says of itself."""

    format: int
    generation: str
    created: datetime
    model: Model
    normaliser: int
    chunking: int
    counts: Counts
    corpus: tuple[str, ...]
    files: dict[str, File]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files.values())


class Generation(NamedTuple):
    """One published generation: its folder and its manifest."""

    folder: Path
    manifest: Manifest


@contextmanager
def sole_builder(index: Path) -> Iterator[None]:
    """Hold the index for one build.

    Raises:
        BuildInProgressError: another process is building it.
        DalilError: the folder cannot be made or written.
    """
    lock = FileLock(index / "build.lock", timeout=0)
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        msg = f"another process is building {index}: wait for it to end, then build again"
        raise BuildInProgressError(msg) from error
    except OSError as error:
        raise DalilError(f"cannot write to {index}: choose another folder with --index") from error
    try:
        yield
    finally:
        lock.release()


def start(index: Path) -> Path:
    """Make the folder of a new generation, aside, and clear what a killed build left."""
    generations = index / _GENERATIONS
    generations.mkdir(exist_ok=True)
    for left in generations.glob("*.part"):
        shutil.rmtree(left)
    # To the microsecond: names sort by age, which tells the old ones to drop.
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(2)}"
    folder = generations / f"{name}.part"
    folder.mkdir()
    return folder


def publish(folder: Path, encoder: Encoder, counts: Counts, corpus: tuple[str, ...]) -> Generation:
    """Describe a finished generation, make it the current one by one rename, and drop old ones."""
    index = folder.parent.parent
    manifest = Manifest(
        format=FORMAT,
        generation=folder.stem,
        created=datetime.now(UTC).replace(microsecond=0),
        model=Model(name=encoder.name, fingerprint=encoder.fingerprint, dim=encoder.dim),
        normaliser=arabic.VERSION,
        chunking=chunking.VERSION,
        counts=counts,
        corpus=corpus,
        files=_described(folder),
    )
    _write(folder / _MANIFEST, manifest.model_dump_json(indent=2))
    final = folder.with_suffix("")
    folder.rename(final)
    _synchronise(final.parent)
    aside = index / f"{_CURRENT}.part"
    _write(aside, final.name)
    aside.replace(index / _CURRENT)
    _synchronise(index)
    _drop_old(final)
    return Generation(final, manifest)


def is_published(index: Path) -> bool:
    """Whether the index has a current generation, sound or not."""
    return (index / _CURRENT).is_file()


def current(index: Path) -> Generation:
    """Find the current generation and check that this installation can read it.

    Raises:
        IndexMissingError: nothing was ever published here.
        IndexDamagedError: a file is missing, cut short or unreadable.
        IndexIncompatibleError: another version wrote it.
    """
    if not is_published(index):
        msg = f"no index at {index.absolute()}: make one with 'dalil build PATH'"
        raise IndexMissingError(msg)
    try:
        folder = index / _GENERATIONS / (index / _CURRENT).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(index, _CURRENT) from error
    try:
        fields = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest.model_validate(fields)
    except ValidationError as error:
        raise _incompatible(folder, "its manifest is of another version") from error
    except (OSError, ValueError) as error:
        raise _damaged(folder, _MANIFEST) from error
    _check_versions(folder, manifest)
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != file.size:
            raise _damaged(folder, name)
    return Generation(folder, manifest)


def last_corpus(index: Path) -> tuple[Path, ...]:
    """Return where the current generation was built from; none where that cannot be told.

    Older versions' manifests are understood, so that what another version wrote can be rebuilt.
    """
    try:
        name = (index / _CURRENT).read_text(encoding="utf-8").strip()
        manifest = json.loads((index / _GENERATIONS / name / _MANIFEST).read_text(encoding="utf-8"))
        return tuple(Path(path) for path in manifest["corpus"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def check_model(generation: Generation, encoder: Encoder) -> None:
    """Check that an encoder makes the vectors that a generation holds.

    Raises:
        IndexIncompatibleError: it is another model.
    """
    model = generation.manifest.model
    if model.fingerprint != encoder.fingerprint:
        msg = (
            f"the index was built with the model {model.name} ({model.fingerprint}), this is "
            f"{encoder.name} ({encoder.fingerprint}): run 'dalil build', or set "
            "DALIL_EMBEDDING_MODEL to that model"
        )
        raise IndexIncompatibleError(msg)


def _check_versions(folder: Path, manifest: Manifest) -> None:
    for what, theirs, ours in (
        ("format", manifest.format, FORMAT),
        ("normaliser", manifest.normaliser, arabic.VERSION),
        ("splitter", manifest.chunking, chunking.VERSION),
    ):
        if theirs != ours:
            raise _incompatible(folder, f"its {what} is version {theirs}, this one is {ours}")


def _incompatible(folder: Path, why: str) -> IndexIncompatibleError:
    msg = f"cannot read the index {folder} ({why}): run 'dalil build PATH' to make it anew"
    return IndexIncompatibleError(msg)


def _damaged(folder: Path, name: str) -> IndexDamagedError:
    msg = f"the index {folder} is damaged ({name}): run 'dalil build PATH' to make it anew"
    return IndexDamagedError(msg)


def _described(folder: Path) -> dict[str, File]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    described = {}
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        name = path.relative_to(folder).as_posix()
        described[name] = File(size=path.stat().st_size, sha256=digest)
    return described


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _synchronise(folder: Path) -> None:
    """Make renames in a folder outlast a power cut, where the system lets one ask for it."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _drop_old(newest: Path) -> None:
    others = sorted(path for path in newest.parent.iterdir() if path != newest)
    for path in others[: max(0, len(others) - _KEPT + 1)]:
        shutil.rmtree(path, ignore_errors=True)
