"""Every article of a corpus, in one stream."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from retrieval.corpus import plain
from retrieval.corpus.document import Document, Format
from retrieval.corpus.files import SourceFile, find
from retrieval.corpus.formats import format_of
from retrieval.corpus.records import BadRecord, Draft
from retrieval.corpus.sidecar import Sidecar, Sidecars
from retrieval.types import Article, Dating

STANDARD_INPUT: Final = Path("-")
_DEEPEST: Final = 3
"""Archives within archives that are opened: a page in a ZIP of a ZIP, and one more."""


def read(paths: Sequence[Path], *, on_bad: Callable[[BadRecord], None]) -> Iterator[Article]:
    """The raw articles under ``paths``, one at a time, in a stable order.

    An article's id is its own where the corpus gives one, else its file's path relative to the
    corpus root, with ``#line`` where a file holds several. An article is never dropped in
    silence: ``on_bad`` is told of each record that gives none, of each repeated id (the first
    stays), and of each detail left out of an article that is kept. A caller that wants to be
    strict raises there.

    ``-`` stands for what comes on standard input, whose format is told by its content.

    Raises:
        CorpusError: at once, where a path does not exist or leads to nothing readable.
    """
    named = [path for path in paths if path != STANDARD_INPUT]
    files = find(named) if named or not paths else iter(())
    return _articles(files, on_bad) if len(named) == len(paths) else _piped(files, on_bad)


def _piped(
    files: Iterator[SourceFile | BadRecord], on_bad: Callable[[BadRecord], None]
) -> Iterator[Article]:
    # On disk: it may be larger than memory, and an archive is read from its end.
    with TemporaryDirectory(prefix="dalil-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        document = Document(path, "stdin", "standard input")
        piped = SourceFile(document, format_of(path, "stdin") or plain.FORMAT)
        yield from _articles(chain([piped], files), on_bad)


@dataclass(frozen=True, slots=True)
class _Found:
    draft: Draft
    document: Document


def _articles(
    files: Iterable[SourceFile | BadRecord], on_bad: Callable[[BadRecord], None]
) -> Iterator[Article]:
    seen: set[bytes] = set()
    sidecars = Sidecars(on_bad)
    for file in files:
        if isinstance(file, BadRecord):
            on_bad(file)
            continue
        about = sidecars.at(file.sidecars)
        for found in _drafts(file, on_bad):
            article = _settled(found, about)
            # Ids can be whole addresses; a digest keeps the set small.
            key = hashlib.blake2b(article.id.encode(), digest_size=16).digest()
            if key in seen:
                reason = f"the id {article.id!r} was read before; the first article is kept"
                on_bad(found.document.bad(reason, found.draft.line))
                continue
            seen.add(key)
            yield article


def _drafts(file: SourceFile, on_bad: Callable[[BadRecord], None]) -> Iterator[_Found]:
    for found in _records(file.document, file.format):
        if isinstance(found, BadRecord):
            on_bad(found)
            continue
        draft, document = found.draft, found.document
        if not draft.text.strip():
            on_bad(document.bad("no text", draft.line))
            continue
        for note in draft.notes:
            on_bad(replace(document.bad(note, draft.line), skipped=False))
        yield found


def _records(document: Document, known: Format, depth: int = 0) -> Iterator[_Found | BadRecord]:
    """The articles of a document and of those within it."""
    try:
        for record in known.read(document):
            match record:
                case Draft():
                    yield _Found(record, document)
                case Document():
                    yield from _inside(record, depth + 1)
                case _:
                    yield record
    except OSError as error:
        yield document.bad(f"cannot be read ({error.strerror or error})")
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        yield document.bad(f"damaged: {reason:.200}")


def _inside(document: Document, depth: int) -> Iterator[_Found | BadRecord]:
    if depth > _DEEPEST:
        yield document.bad("an archive within archives, too deep: unpack it")
    elif known := format_of(document.path, document.name):
        yield from _records(document, known, depth)


def _settled(found: _Found, about: Iterable[Sidecar]) -> Article:
    draft, name = found.draft, found.document.name
    own_id = name if draft.line is None else f"{name}#{draft.line}"
    for sidecar in (*found.document.sidecars, *about):
        draft = sidecar.complete(draft, found.document, own_id)
    return Article(
        id=draft.id or own_id,
        text=draft.text,
        title=draft.title,
        url=draft.url,
        source=draft.source,
        published=draft.dated.day if draft.dated else None,
        dating=draft.dated.dating if draft.dated else Dating(),
    )
