"""PDF with a layer of text: one article a file, its Arabic in reading order and plain letters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from statistics import median

from retrieval.corpus.dates import date_in_address
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.records import Draft

_PAGES = 2000
_CHARACTERS = 8 << 20
_FORMS = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]+")
_WORD = re.compile(r"[\u0621-\u0652\u0671-\u06d3]+")
_ARTICLE = "\N{ARABIC LETTER ALEF}\N{ARABIC LETTER LAM}"
_COMMON = frozenset(["في", "من", "على", "إلى", "عن", "أن", "التي", "الذي", "هذا", "هذه", "كان"])
# Numbers and words of other scripts keep their order in a line stored from left to right.
_LEFT_TO_RIGHT = re.compile(
    r"[0-9A-Za-z\u0660-\u0669](?:[^\u0590-\u08ff\ufb50-\ufefc]*[0-9A-Za-z\u0660-\u0669])?"
)
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_SENTENCE_END = re.compile(r"[.!?؟:…][\"”»)\]]*$")
_FULL_LINE = 0.75  # of the usual length; a shorter one ends its paragraph


def read(document: Document) -> Iterator[Record]:
    """The file's one article, with its title where the file names one in words."""
    from pypdf import PdfReader  # noqa: PLC0415 - only such files need it

    reader = PdfReader(document.path)
    if reader.is_encrypted and not reader.decrypt(""):
        yield document.bad("a PDF under a password: save it without one")
        return
    if len(reader.pages) > _PAGES:
        yield document.bad(f"a PDF of more than {_PAGES:,} pages: split it")
        return
    # The plain mode turns pieces of lines around, and so mixes up lines with numbers in them.
    pages = [_readable(page.extract_text(extraction_mode="layout")) for page in reader.pages]
    title = str((reader.metadata and reader.metadata.title) or "")
    text = "\n".join(paragraphs(page) for page in pages)
    if not text.strip():
        yield document.bad("a PDF without a layer of text: recognise its text (OCR) first")
        return
    dated = date_in_address(document.url) if document.url else None
    yield Draft(text=text[:_CHARACTERS], title=_title(title), url=document.url, dated=dated)


def _title(title: str) -> str:
    """The title that the file names, unless a program made it up out of the file's name."""
    made_up = re.search(r"\.\w{2,4}$|^(?:untitled|microsoft word)", title.strip(), re.IGNORECASE)
    return "" if made_up else plain_letters(" ".join(title.split()))


def _readable(page: str) -> str:
    lines = page.split("\n")
    # Turned first: a shape that stands for two letters has them in reading order.
    ordered = map(reversed_line, lines) if is_backwards(lines) else lines
    return plain_letters("\n".join(ordered))


def plain_letters(text: str) -> str:
    """Letters for the shapes that some programs write in their place; nothing else changes."""
    return _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def is_backwards(lines: Sequence[str]) -> bool:
    """Whether Arabic was stored as it is seen from the left: the last letter of a line first."""
    return _words_known("\n".join(map(reversed_line, lines))) > _words_known("\n".join(lines))


def _words_known(text: str) -> int:
    """How many words begin with the article, or are among the commonest."""
    words = _WORD.findall(plain_letters(text))
    return sum(word.startswith(_ARTICLE) or word in _COMMON for word in words)


def reversed_line(line: str) -> str:
    """A line stored from the left, in the order in which it is read; brackets turn too."""
    turned = line[::-1].translate(_MIRRORED)
    return _LEFT_TO_RIGHT.sub(lambda found: found[0][::-1].translate(_MIRRORED), turned)


def paragraphs(page: str) -> str:
    """A page's lines joined to paragraphs: one ends with a sentence's end or a short line."""
    lines = [" ".join(line.split()) for line in page.split("\n")]
    usual = median([len(line) for line in lines if line] or [0])
    joined: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and line:
            joined[-1] += f" {line}"
        elif line:
            joined.append(line)
        short = len(line) < _FULL_LINE * usual
        goes_on = bool(line) and not short and not _SENTENCE_END.search(line)
    return "\n".join(joined)


FORMAT = Format(
    name="pdf",
    holds="a PDF with a layer of text: one article",
    endings=(".pdf",),
    read=read,
    matches=lambda head: b"%PDF-" in head[:1024],
)
