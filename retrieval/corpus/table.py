"""CSV and TSV: the first row names the fields, every other row is an article."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import IO

from retrieval.corpus.contents import DAMAGED_GZIP, LINE, head, opened
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.encoding import encoding_of
from retrieval.corpus.records import RecordError, draft_of, knows_text

csv.field_size_limit(LINE)  # the default of 131,072 characters is less than a long article

_DELIMITERS = ",\t;|"


def read(document: Document) -> Iterator[Record]:
    """One article a row; ``line`` counts rows, as a spreadsheet does."""
    try:
        encoding = encoding_of(head(document.path), document.charset)
        with opened(document.path) as binary:
            yield from _articles(document, TextIOWrapper(binary, encoding, "replace", newline=""))
    except DAMAGED_GZIP as error:
        yield document.bad(f"the gzip data are damaged: {error}")


def _articles(document: Document, file: IO[str]) -> Iterator[Record]:
    first = file.readline(LINE)
    names = next(csv.reader([first], delimiter=_delimiter(first)), [])
    if not knows_text(names):
        yield document.bad("no column is called text: name the columns in the first row", 1)
        return
    rows = csv.reader(file, delimiter=_delimiter(first))
    number = 1
    while True:
        number += 1
        try:
            yield draft_of(dict(zip(names, next(rows), strict=False)), number)
        except StopIteration:
            return
        except (RecordError, csv.Error) as error:
            yield document.bad(str(error), number)


def _delimiter(first: str) -> str:
    """What stands oftenest between the names of the columns."""
    return max(_DELIMITERS, key=first.count)


FORMAT = Format(
    name="csv",
    holds="a table, its first row the fields' names: one article a row",
    endings=(".csv", ".tsv", ".tab"),
    read=read,
)
