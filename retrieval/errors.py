"""What can go wrong with a corpus or an index; each message is a sentence that says what to do."""

from collections.abc import Collection
from pathlib import Path
from typing import Self

from embeddings.errors import DalilError

__all__ = [
    "BuildInProgressError",
    "CorpusError",
    "DalilError",
    "FetchError",
    "FilterError",
    "IndexDamagedError",
    "IndexIncompatibleError",
    "IndexMissingError",
    "OutputError",
    "QuestionFileError",
    "RunFileError",
    "SettingsError",
    "UnknownSourceError",
]


class CorpusError(DalilError):
    """An article source that cannot be read at all, or a bad record under ``strict``."""


class FetchError(DalilError):
    """Something that cannot be fetched at all, or an archive folder that cannot be used."""


class FilterError(DalilError):
    """Filters that nothing can be within: days the wrong way round, or an unknown source."""


class UnknownSourceError(FilterError):
    """No article is of a source that filters name; ``near`` are the sources it may have meant."""

    def __init__(self, source: str, near: Collection[str], message: str) -> None:
        super().__init__(message)
        self.source, self.near = source, tuple(near)


class IndexMissingError(DalilError):
    """No index has been published where one was looked for."""


class IndexDamagedError(DalilError):
    """A published index lacks a part, or a part is not what the manifest says."""

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the error of a file that is missing or not as it was written."""
        msg = (
            f"the index is damaged ({path}): run 'dalil rollback' to go back to the one before, "
            "or 'dalil build' to make it anew"
        )
        return cls(msg)


class IndexIncompatibleError(DalilError):
    """An index of another format, model, normaliser or splitter than this installation's."""


class BuildInProgressError(DalilError):
    """Another process is building the same index."""


class QuestionFileError(DalilError):
    """A question file for evaluation that cannot be read."""


class RunFileError(DalilError):
    """A saved run of an evaluation that cannot be read, or that asked other questions."""


class OutputError(DalilError):
    """A run that cannot be saved, or a plot that cannot be drawn."""


class SettingsError(DalilError):
    """A setting that is missing or not usable."""
