"""Which formats there are, and which of them a file is."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.corpus import (
    archives,
    docx,
    epub,
    feeds,
    html,
    jsonarray,
    jsonlines,
    markdown,
    parquet,
    pdf,
    plain,
    table,
    telegram,
    warc,
)
from retrieval.corpus.contents import head
from retrieval.corpus.document import Format

FORMATS: Sequence[Format] = (
    epub.FORMAT,
    docx.FORMAT,
    archives.ZIP,
    archives.TAR,
    warc.FORMAT,
    pdf.FORMAT,  # behind what may hold one: it need not begin at once
    parquet.FORMAT,
    feeds.FORMAT,
    html.FORMAT,
    telegram.FORMAT,
    jsonarray.FORMAT,
    jsonlines.FORMAT,
    table.FORMAT,
    markdown.FORMAT,
    plain.FORMAT,
)
"""In the order in which they are asked about a file's content."""


def format_of(path: Path, name: str) -> Format | None:
    """The format of the file at ``path``, which is called ``name``.

    What it begins with decides, then its ending, with or without ``.gz``, in any case. Markdown is
    believed by its ending alone: it may well begin as HTML does.

    Raises:
        OSError: it cannot be opened.
    """
    ending = name.lower().removesuffix(".gz")
    named = next((known for known in FORMATS if ending.endswith(known.endings)), None)
    if named is markdown.FORMAT:
        return named
    first = head(path)
    found = next((known for known in FORMATS if known.matches(first)), named)
    # Word documents and books are ZIPs that need not say at their head what they hold.
    return named if found is archives.ZIP and named in (docx.FORMAT, epub.FORMAT) else found


def endings() -> str:
    """The endings of files that are read, as a message lists them."""
    return ", ".join(ending for known in FORMATS for ending in known.endings)
