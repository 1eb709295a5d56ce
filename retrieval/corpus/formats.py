"""Which formats there are, and which of them a file is."""

from collections.abc import Sequence
from pathlib import Path

from retrieval.corpus import html, jsonarray, jsonlines, markdown, plain, telegram
from retrieval.corpus.contents import head
from retrieval.corpus.document import Format

FORMATS: Sequence[Format] = (
    html.FORMAT,
    telegram.FORMAT,
    jsonarray.FORMAT,
    jsonlines.FORMAT,
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
    return next((known for known in FORMATS if known.matches(first)), named)


def endings() -> str:
    """The endings of files that are read, as a message lists them."""
    return ", ".join(ending for known in FORMATS for ending in known.endings)
