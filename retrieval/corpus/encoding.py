"""The text in bytes whose encoding may be declared, not declared, or declared wrongly."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.corpus.records import RecordError

_DAMAGED = 0.01  # of the characters: more is another encoding, not a torn file
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARABIC_ENCODINGS = ("cp1256", "iso8859-6")
# Words that no Arabic text of some length is without, and the article; the wrong one of the two
# encodings turns most of their letters into others.
_COMMON = re.compile(r"(?<!\w)(?:في|من|على|إلى|الى|عن|أن|التي|الذي|ما|لا|ال\w{3,})(?!\w)")
# French or Turkish read as Arabic has its letters inside Latin words.
_MIXED = re.compile(r"[a-z][\u0621-\u064a]|[\u0621-\u064a][a-z]", re.IGNORECASE)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{3,40})", re.IGNORECASE)
_HEAD = 4096  # browsers look for a declaration no further than 1024 bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and how many of its characters could not be read."""

    text: str
    damaged: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell of it."""
        reason = f"{self.damaged} characters are no UTF-8; the article is kept without them"
        return (reason,) if self.damaged else ()


def decode(data: bytes, charset: str | None = None, otherwise: str | None = None) -> Decoded:
    """The text of ``data``.

    A byte-order mark is believed, and so are bytes that are valid UTF-8, whatever is declared: text
    of another encoding is that by no chance. Then Windows-1256 and ISO-8859-6 where they clearly
    give Arabic, what ``charset`` declares, UTF-8 with little damage, and ``otherwise``.

    Raises:
        RecordError: it is none of these.
    """
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), _unmarked(data))
    if marked:
        return _damaged(data, marked)
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        first = error.start
    for text in (_arabic(data, charset), _strict(data, charset)):
        if text is not None:
            return Decoded(text)
    torn = _damaged(data, "utf-8")
    if torn.damaged <= _DAMAGED * len(torn.text):
        return torn
    if otherwise:
        return Decoded(data.decode(otherwise, "replace"))
    raise RecordError(f"not UTF-8 from byte {first + 1} on: save the file as UTF-8")


def encoding_of(head: bytes, charset: str | None = None) -> str:
    """The encoding of a file that begins with ``head`` and is too long to be read whole."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), _unmarked(head))
    if marked:
        return marked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # its last character may be cut
    except UnicodeDecodeError:
        read = {name: head.decode(name, "replace") for name in _ARABIC_ENCODINGS}
        known = [name for name, text in read.items() if _is_arabic(text)]
        found = max(known, key=lambda name: len(_COMMON.findall(read[name])), default=None)
        return found or (charset if _strict(head, charset) is not None else None) or "utf-8"
    return "utf-8"


def declared(data: bytes) -> str | None:
    """The encoding that a page or an XML file names at its head."""
    found = _DECLARED.search(data, 0, _HEAD)
    return found[1].decode("ascii") if found else None


def _unmarked(data: bytes) -> str | None:
    """UTF-16 without its mark: the high bytes of Arabic and ASCII are 6 and 0."""
    head = data[:_HEAD]
    if len(head) < 8 or b"\0" not in head:
        return None
    for first, name in ((0, "utf-16-be"), (1, "utf-16-le")):
        high = head[first::2]
        if sum(byte in (0, 6) for byte in high) > 0.8 * len(high):
            return name
    return None


def _damaged(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, "replace")
    return Decoded(text.replace("\N{REPLACEMENT CHARACTER}", ""), text.count("\ufffd"))


def _strict(data: bytes, encoding: str | None) -> str | None:
    if not encoding or encoding.lower().replace("-", "") == "utf8":
        return None
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return None
    # A codec such as "rot13" gives no text from bytes, or raises; "idna" gives nonsense.
    return text if isinstance(text, str) and "\0" not in text else None


def _arabic(data: bytes, charset: str | None) -> str | None:
    read = [text for text in _as_arabic(data, charset) if _is_arabic(text)]
    return max(read, key=lambda text: len(_COMMON.findall(text)), default=None)


def _as_arabic(data: bytes, charset: str | None) -> Iterator[str]:
    """What the two encodings make of it, the declared one first: it wins where both do as well."""
    known = (charset or "").lower().replace("_", "-")
    for encoding in sorted(_ARABIC_ENCODINGS, key=lambda name: name[-4:] not in known):
        yield data.decode(encoding, "replace")


def _is_arabic(text: str) -> bool:
    # UTF-8 misread as Windows-1256 gives half symbols, and UTF-16 gives control characters.
    special = [character for character in text if not character.isascii()]
    arabic = sum("\N{ARABIC COMMA}" <= character <= "\N{ARABIC SUKUN}" for character in special)
    mixed = len(_MIXED.findall(text))
    return "\0" not in text and arabic >= 0.9 * len(special) and mixed <= 0.05 * arabic
