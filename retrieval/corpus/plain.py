"""Plain text, as a crawler leaves a page: the whole file is one article's raw text."""

from collections.abc import Iterator
from pathlib import Path

from retrieval.corpus.records import BadRecord, Draft, RecordError


def read(path: Path) -> Iterator[Draft | BadRecord]:
    """The file's one article; its title is still the first line of its text."""
    try:
        yield Draft(text=decode(path.read_bytes()))
    except RecordError as error:
        yield BadRecord(str(path), None, str(error))


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, or in Windows-1256 where that clearly gives Arabic.

    Raises:
        RecordError: it is neither.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("cp1256", "replace")
        if not _reads_as_arabic(text):
            raise RecordError(
                f"not UTF-8 from byte {error.start + 1} on: save the file as UTF-8"
            ) from error
        return text


def _reads_as_arabic(text: str) -> bool:
    # UTF-8 misread as Windows-1256 gives half symbols, and UTF-16 gives control characters.
    special = [character for character in text if not character.isascii()]
    arabic = sum("\N{ARABIC COMMA}" <= character <= "\N{ARABIC SUKUN}" for character in special)
    return "\0" not in text and arabic >= 0.9 * len(special)
