"""What reading and cleaning make of a file: what is kept, what goes and why, and the passages."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from embeddings import Encoder
from retrieval.arabic import fold
from retrieval.cleaning import clean
from retrieval.corpus import BadRecord, html, read
from retrieval.corpus.contents import PAGE, whole
from retrieval.corpus.document import Document
from retrieval.corpus.formats import format_of
from retrieval.corpus.records import Removed
from retrieval.furniture import is_furniture, is_list_heading
from retrieval.repetition import Repetition, lines_of, without
from retrieval.texts import splitter
from retrieval.types import Article

_OUTSIDE = "outside the body"


@dataclass(frozen=True, slots=True)
class Inspection:
    """One article as it would be indexed, and what of its file would not be."""

    article: Article
    removed: tuple[Removed, ...]
    passages: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The article as ``inspect --json`` writes it."""
        article = self.article
        return {
            "id": article.id,
            "title": article.title,
            "url": article.url,
            "source": article.source,
            "published": article.published.isoformat() if article.published else None,
            "dating": asdict(article.dating) if article.published else None,
            "text": article.text,
            "removed": [{"text": gone.text, "reason": gone.reason} for gone in self.removed],
            "passages": list(self.passages),
        }


def inspect(
    path: Path, encoder: Encoder, bad: list[BadRecord], corpus: Sequence[Path] = ()
) -> Iterator[Inspection]:
    """Each article of a file, as a build would read it together with ``corpus``.

    Args:
        path: the file.
        encoder: the model whose passages are wanted.
        bad: is given what could not be read.
        corpus: the rest of the archive, from which repeated lines are learned.

    Raises:
        CorpusError: a path does not exist or leads to nothing readable.
    """
    known = Repetition()
    for other in read([path, *corpus], on_bad=lambda _: None):
        known.add(lines_of(other))
    split = splitter(encoder)
    for raw in read([path], on_bad=bad.append):
        article = clean(without(raw, known.of(lines_of(raw))))
        removed = (*_before(path), *_between(raw, article, known))
        passages = tuple(article.text[start:end] for start, end in split(article))
        yield Inspection(article, removed, passages)


def _before(path: Path) -> Iterator[Removed]:
    """What went from a web page before it was text."""
    if format_of(path, path.name) is not html.FORMAT:
        return
    page = html.explained(whole(Document(path, path.name, str(path)), PAGE))
    yield from page.removed
    body = set(page.draft.text.split("\n"))
    for line in page.shown:
        if line not in body and not any(line in kept for kept in body):
            yield Removed(line, _OUTSIDE)


def _between(raw: Article, article: Article, known: Repetition) -> Iterator[Removed]:
    """The lines that went from an article's text, in their order."""
    kept = Counter(article.text.split("\n"))
    for line in clean_lines(raw.text):
        if kept[line]:
            kept[line] -= 1
        else:
            yield Removed(line, _reason(line, raw, article, known))


def clean_lines(text: str) -> list[str]:
    """The lines of a text, single-spaced."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in lines if line]


def _reason(line: str, raw: Article, article: Article, known: Repetition) -> str:
    if times := known.count(raw, line):
        return f"stands in {times:,} articles of the site"
    if is_furniture(line):
        return "a phrase that sites print around articles"
    if article.title and fold(line).startswith(fold(article.title)):
        return "the title again"
    return "a heading over a list" if is_list_heading(line) else "a list of other articles"
