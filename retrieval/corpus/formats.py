"""Which reader reads which file."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from retrieval.corpus import jsonlines, markdown, plain
from retrieval.corpus.records import BadRecord, Draft

Reader = Callable[[Path], Iterator[Draft | BadRecord]]

READERS: Mapping[str, Reader] = {
    ".txt": plain.read,
    ".md": markdown.read,
    ".jsonl": jsonlines.read,
    ".jsonl.gz": jsonlines.read,
}


def reader_of(path: Path) -> Reader | None:
    """The reader of a file by its name's ending, in any case; None where no reader knows it."""
    name = path.name.lower()
    return next((reader for ending, reader in READERS.items() if name.endswith(ending)), None)
