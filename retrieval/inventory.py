"""What an index holds: the current generation, and those kept beside it."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import generation
from retrieval.errors import DalilError
from retrieval.generation import Manifest
from retrieval.store import Store


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation on disk; ``manifest`` is None, and ``problem`` says why, if it is unreadable."""

    name: str
    current: bool
    manifest: Manifest | None
    problem: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The generation as ``info --json`` lists it."""
        told = self.manifest
        return {
            "generation": self.name,
            "current": self.current,
            "created": told.model_dump(mode="json")["created"] if told else None,
            "counts": told.counts.model_dump() if told else None,
            "bytes": told.size if told else None,
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class Inventory:
    """The current generation in figures, and all that are kept, the newest first.

    ``sources`` and ``years`` count articles; under ``""`` stand those without.
    """

    index: Path
    manifest: Manifest
    sources: dict[str, int]
    years: dict[str, int]
    kept: tuple[Kept, ...]

    def to_dict(self) -> dict[str, Any]:
        """The inventory as ``info --json`` writes it."""
        return {
            **self.manifest.model_dump(mode="json", exclude={"files"}),
            "bytes": self.manifest.size,
            "parts": self.manifest.parts,
            "sources": self.sources,
            "years": self.years,
            "generations": [kept.to_dict() for kept in self.kept],
        }


def inventory(index: Path) -> Inventory:
    """Count what an index holds.

    Raises:
        IndexMissingError: nothing is published there.
        IndexDamagedError: a file is missing or not as it was written.
        IndexIncompatibleError: another version wrote it.
    """
    published = generation.current(index)
    generation.check(published)
    with closing(Store(published.folder / generation.STORE)) as store:
        sources = {source or "": count for source, count in store.sources()}
        years = {str(year or ""): count for year, count in store.years()}
    kept = tuple(_kept(folder, published.folder) for folder in generation.kept(index))
    return Inventory(index.absolute(), published.manifest, sources, years, kept)


def _kept(folder: Path, current: Path) -> Kept:
    try:
        manifest = generation.read(folder).manifest
    except DalilError as error:
        return Kept(folder.name, folder == current, None, str(error))
    return Kept(folder.name, folder == current, manifest)
