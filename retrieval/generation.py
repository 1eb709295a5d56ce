"""Published states of an index: written aside, described by a manifest, current by one rename."""

import importlib.metadata
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from embeddings.encoder import Encoder
from retrieval import arabic, checksums, chunking
from retrieval.blocks import SUFFIX
from retrieval.errors import (
    BuildInProgressError,
    DalilError,
    IndexDamagedError,
    IndexIncompatibleError,
    IndexMissingError,
)

FORMAT: Final = 6
"""Raised whenever the files of a generation mean something else."""

STORE: Final = "articles.sqlite"
DENSE: Final = "dense"
LATE: Final = "late"
LEXICAL: Final = "lexical"
READINGS: Final = "readings.sqlite"
CACHE: Final = "vectors.sqlite"
"""Beside the generations: the vectors that a build need not encode again."""

_MANIFEST: Final = "manifest.json"
_SEAL: Final = "manifest.xxh3"
"""Holds the checksum of the manifest."""
_CURRENT: Final = "current"
_GENERATIONS: Final = "generations"
_ASIDE: Final = ".part"
"""Ends the name of what is not, or no longer, in use."""
_KEPT: Final = 3
"""Generations on disk: the published one, and those before to roll back to."""


Kind: TypeAlias = Literal["exact", "rabitq", "ivf-rabitq"]


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


class Summary(_Frozen):
    """What the build that made a generation did, as the ``BuildReport`` of the same names.

    ``bad`` counts the bad records; ``seconds`` ends before the generation is checked.
    """

    new: int
    changed: int
    unchanged: int
    gone: int
    encoded: int
    skipped: int
    repeated: int
    bad: int
    seconds: dict[str, float]


class Search(_Frozen):
    """How vectors are searched, and which share of the ten best passages that finds.

    ``exact`` scores every passage. ``rabitq`` scores those whose vectors are nearest in one bit a
    coordinate, ``ivf-rabitq`` looks for these in the nearest cells only. The share is measured
    when the index is built, against scoring every passage.
    """

    kind: Kind
    recall_at_10: float = 1.0


class File(_Frozen):
    """Size in bytes and checksum of one file of a generation.

    ``opened`` is False for one that is not read as a whole when an index is opened: its reader
    checks each part as it reads it, or only the next build reads it.
    """

    size: int
    xxh3: str
    opened: bool = True


class Manifest(_Frozen):
    """What a generation says of itself; ``dalil`` is the version that made it."""

    format: int
    dalil: str
    generation: str
    created: datetime
    model: Model
    normaliser: int
    chunking: int
    counts: Counts
    search: Search
    corpus: tuple[str, ...]
    build: Summary
    files: dict[str, File]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files.values())

    @property
    def parts(self) -> dict[str, int]:
        """Bytes on disk by part: the store, and the folders beside it."""
        sizes: dict[str, int] = {}
        for name, file in self.files.items():
            part = name.partition("/")[0]
            sizes[part] = sizes.get(part, 0) + file.size
        return sizes


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
    for left in generations.glob(f"*{_ASIDE}"):
        discard(left)
    # To the microsecond: names sort by age, which tells the old ones to drop.
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(2)}"
    folder = generations / f"{name}{_ASIDE}"
    folder.mkdir()
    return folder


@contextmanager
def aside(index: Path) -> Iterator[Path]:
    """Make the folder of a new generation; unless it is published, it is cleared at the end.

    Raises:
        DalilError: something cannot be written.
    """
    folder: Path | None = None
    try:
        folder = start(index)
        yield folder
    except OSError as error:
        msg = (
            f"cannot write {index.absolute()} ({error.strerror or error}): the published index is "
            "unchanged; make room, then run 'dalil build' again: it goes on where this one stopped"
        )
        raise DalilError(msg) from error
    finally:
        if folder:
            discard(folder)


def discard(folder: Path) -> None:
    """Drop a generation that is not to be published."""
    shutil.rmtree(folder, ignore_errors=True)


def version() -> str:
    """Return Dalil's own version."""
    return importlib.metadata.version("dalil")


def seal(
    folder: Path,
    encoder: Encoder,
    counts: Counts,
    search: Search,
    corpus: tuple[str, ...],
    summary: Summary,
    before: Generation | None = None,
) -> Generation:
    """Describe a finished generation by its manifest, and bring all of it to the disk.

    Files that it shares with one ``before`` are on the disk, and known.
    """
    manifest = Manifest(
        format=FORMAT,
        dalil=version(),
        generation=folder.stem,
        created=datetime.now(UTC).replace(microsecond=0),
        model=Model(name=encoder.name, fingerprint=encoder.fingerprint, dim=encoder.dim),
        normaliser=arabic.VERSION,
        chunking=chunking.VERSION,
        counts=counts,
        search=search,
        corpus=corpus,
        build=summary,
        files=_described(folder, shared_files(folder, before)),
    )
    text = manifest.model_dump_json(indent=2)
    _write(folder / _MANIFEST, text)
    _write(folder / _SEAL, checksums.of_bytes(text.encode()))
    for each in {path.parent for path in folder.rglob("*")}:
        _synchronise(each)
    return Generation(folder, manifest)


def publish(sealed: Generation) -> Generation:
    """Make a sealed generation the current one by one rename, and drop old ones."""
    final = sealed.folder.with_suffix("")
    index = final.parent.parent
    before = _pointed(index)
    sealed.folder.rename(final)
    _synchronise(final.parent)
    _point(index, final)
    _drop_old(final, before)
    return Generation(final, sealed.manifest)


def rollback(index: Path) -> Generation:
    """Make the newest sound generation before the current one current, by one rename.

    The one that was current stays on disk until the next build. Where it cannot be told which was
    current, the newest sound one becomes so.

    Raises:
        IndexMissingError: nothing is published, or no sound generation before it is kept.
        BuildInProgressError: another process is building the index.
        DalilError: the folder cannot be written.
    """
    _check_published(index)
    with sole_builder(index):
        present = _pointed(index)
        for folder in kept(index):
            if present and folder >= present:
                continue
            try:
                found = read(folder)
                check(found, whole=True)
            except (IndexDamagedError, IndexIncompatibleError):
                continue
            _point(index, folder)
            return found
    msg = (
        f"no sound generation before {present.name if present else 'the current one'} is kept in "
        f"{index.absolute()}: run 'dalil build' to make the index anew"
    )
    raise IndexMissingError(msg)


def is_published(index: Path) -> bool:
    """Whether the index has a current generation, sound or not."""
    return (index / _CURRENT).is_file()


def kept(index: Path) -> list[Path]:
    """Return the folders of the generations on disk, the newest first, whole or not."""
    folders = (path for path in (index / _GENERATIONS).glob("*") if path.suffix != _ASIDE)
    return sorted((path for path in folders if path.is_dir()), reverse=True)


def current_name(index: Path) -> str | None:
    """Return the name of the current generation, unchecked; None where it cannot be told."""
    folder = _pointed(index)
    return folder.name if folder else None


def current(index: Path) -> Generation:
    """Find the current generation and check that this installation can read it.

    Raises:
        IndexMissingError: nothing was ever published here.
        IndexDamagedError: a file is missing, cut short or unreadable.
        IndexIncompatibleError: another version wrote it.
    """
    return read(current_folder(index))


def current_folder(index: Path) -> Path:
    """Find the folder of the current generation, whatever is in it.

    Raises:
        IndexMissingError: nothing was ever published here.
        IndexDamagedError: which one is current cannot be told.
    """
    _check_published(index)
    folder = _pointed(index)
    if not folder:
        raise IndexDamagedError.at(index / _CURRENT)
    return folder


def read(folder: Path) -> Generation:
    """Read what a generation says of itself.

    Raises:
        IndexDamagedError: a file is missing, cut short or unreadable.
        IndexIncompatibleError: another version wrote it.
    """
    try:
        manifest = Manifest.model_validate(_fields(folder))
    except ValidationError as error:
        raise _incompatible(folder, "its manifest is of another version") from error
    except (OSError, ValueError) as error:
        raise IndexDamagedError.at(folder / _MANIFEST) from error
    _check_versions(folder, manifest)
    if not (folder / _SEAL).is_file():
        raise IndexDamagedError.at(folder / _SEAL)
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != file.size:
            raise IndexDamagedError.at(path)
    return Generation(folder, manifest)


def check(published: Generation, *, whole: bool = False) -> None:
    """Check the files of a generation by their checksums.

    Args:
        published: the generation.
        whole: read also those that are not read when an index is opened.

    Raises:
        IndexDamagedError: one is not as it was written.
    """
    for name, file in published.manifest.files.items():
        if (whole or file.opened) and not is_sound(published, name):
            raise IndexDamagedError.at(published.folder / name)


def is_sound(published: Generation, name: str) -> bool:
    """Whether a file has its checksum."""
    try:
        found = checksums.of_file(published.folder / name)
    except OSError:
        return False
    return found == published.manifest.files[name].xxh3


def last_corpus(index: Path) -> tuple[Path, ...]:
    """Return where the current generation was built from; none where that cannot be told.

    Older versions' manifests are understood, so that what another version wrote can be rebuilt.
    """
    folder = _pointed(index)
    try:
        return tuple(Path(path) for path in _fields(folder)["corpus"]) if folder else ()
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
    msg = f"cannot read the index {folder} ({why}): run 'dalil build' to make it anew"
    return IndexIncompatibleError(msg)


def _check_published(index: Path) -> None:
    if not is_published(index):
        msg = f"no index at {index.absolute()}: make one with 'dalil build PATH'"
        raise IndexMissingError(msg)


def _fields(folder: Path) -> Any:  # noqa: ANN401 - not validated yet
    """Return what a manifest says; older versions' have no checksum beside them."""
    text = (folder / _MANIFEST).read_bytes()
    checksum = folder / _SEAL
    if checksum.is_file() and checksum.read_bytes() != checksums.of_bytes(text).encode():
        msg = f"{folder / _MANIFEST} is not as it was written"
        raise ValueError(msg)
    return json.loads(text)


def shared_files(folder: Path, before: Generation | None) -> dict[str, File]:
    """Return the files of a generation that are also files of another, by their names."""
    if not before:
        return {}
    return {
        name: file
        for name, file in before.manifest.files.items()
        if (folder / name).is_file() and (folder / name).samefile(before.folder / name)
    }


def _described(folder: Path, known: Mapping[str, File]) -> dict[str, File]:
    described = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name in known:
            described[name] = known[name]
            continue
        with path.open("rb") as file:
            os.fsync(file.fileno())
        described[name] = File(
            size=path.stat().st_size,
            xxh3=checksums.of_file(path),
            opened=name != READINGS and not (name.startswith(f"{LATE}/") and path.suffix == SUFFIX),
        )
    return described


def _pointed(index: Path) -> Path | None:
    """Return the folder of the current generation; None where that cannot be told."""
    try:
        name = (index / _CURRENT).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return next((folder for folder in kept(index) if folder.name == name), None)


def _point(index: Path, folder: Path) -> None:
    """Make a generation the current one."""
    aside = index / f"{_CURRENT}{_ASIDE}"
    _write(aside, folder.name)
    aside.replace(index / _CURRENT)
    _synchronise(index)


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


def _drop_old(newest: Path, before: Path | None) -> None:
    """Drop what is too old, and what was rolled back from: newer than the one before."""
    others = [folder for folder in kept(newest.parent.parent) if folder != newest]
    earlier = [folder for folder in others if not before or folder <= before]
    for folder in others:
        if folder not in earlier[: _KEPT - 1]:
            aside = folder.with_suffix(_ASIDE)
            folder.rename(aside)
            discard(aside)
