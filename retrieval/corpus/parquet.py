"""Parquet: one article a row."""

from collections.abc import Iterator

from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.records import RecordError, draft_of, knows_text

_ROWS = 64  # held at a time; an article may be long


def read(document: Document) -> Iterator[Record]:
    """One article a row, read group by group."""
    try:
        from pyarrow import parquet  # noqa: PLC0415 - an extra of the installation
    except ImportError:
        yield document.trouble("Parquet needs pyarrow: pip install 'dalil[parquet]'")
        return
    number = 0
    with parquet.ParquetFile(document.path) as file:
        if not knows_text(file.schema_arrow.names):
            yield document.bad("no column is called text: rename the one that holds it")
            return
        for batch in file.iter_batches(_ROWS):
            for row in batch.to_pylist():
                number += 1
                yield _record(document, row, number)


def _record(document: Document, row: dict[str, object], number: int) -> Record:
    try:
        return draft_of(row, number)
    except RecordError as error:
        return document.bad(str(error), number)


FORMAT = Format(
    name="parquet",
    holds="a Parquet table: one article a row",
    endings=(".parquet",),
    read=read,
    matches=lambda head: head.startswith(b"PAR1"),
)
