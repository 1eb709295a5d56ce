"""Every article of a corpus, in one stream."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from retrieval.corpus.files import SourceFile, find
from retrieval.corpus.records import BadRecord, Draft
from retrieval.corpus.sidecar import Sidecar, Sidecars
from retrieval.types import Article


def read(paths: Sequence[Path], *, on_bad: Callable[[BadRecord], None]) -> Iterator[Article]:
    """The raw articles under ``paths``, one at a time, in a stable order.

    An article's id is its own where the corpus gives one, else its file's path relative to the
    corpus root, with ``#line`` where a file holds several. An article is never dropped in
    silence: ``on_bad`` is told of each record that gives none, of each repeated id (the first
    stays), and of each detail left out of an article that is kept. A caller that wants to be
    strict raises there.

    Raises:
        CorpusError: at once, where a path does not exist or leads to nothing readable.
    """
    return _articles(find(paths), on_bad)


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
        for draft in _drafts(file, on_bad):
            article = _settled(draft, file, about)
            # Ids can be whole addresses; a digest keeps the set small.
            key = hashlib.blake2b(article.id.encode(), digest_size=16).digest()
            if key in seen:
                reason = f"the id {article.id!r} was read before; the first article is kept"
                on_bad(BadRecord(str(file.path), draft.line, reason))
                continue
            seen.add(key)
            yield article


def _drafts(file: SourceFile, on_bad: Callable[[BadRecord], None]) -> Iterator[Draft]:
    for draft in _records(file):
        if isinstance(draft, BadRecord):
            on_bad(draft)
        elif not draft.text.strip():
            on_bad(BadRecord(str(file.path), draft.line, "no text"))
        else:
            for note in draft.notes:
                on_bad(BadRecord(str(file.path), draft.line, note, skipped=False))
            yield draft


def _records(file: SourceFile) -> Iterator[Draft | BadRecord]:
    try:
        yield from file.reader(file.path)
    except OSError as error:
        yield BadRecord(str(file.path), None, f"cannot be read ({error.strerror})")


def _settled(draft: Draft, file: SourceFile, about: Iterable[Sidecar]) -> Article:
    own_id = file.name if draft.line is None else f"{file.name}#{draft.line}"
    for sidecar in about:
        draft = sidecar.complete(draft, file.path, own_id)
    return Article(
        id=draft.id or own_id,
        text=draft.text,
        title=draft.title,
        url=draft.url,
        source=draft.source,
        published=draft.published,
    )
