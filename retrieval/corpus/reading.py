"""Every article of a corpus, in one stream."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from retrieval.corpus import plain
from retrieval.corpus.document import Document, Format, Unread
from retrieval.corpus.files import SourceFile, find
from retrieval.corpus.formats import format_of
from retrieval.corpus.found import Found, Known
from retrieval.corpus.readings import Past, Readings
from retrieval.corpus.records import BadRecord, Draft
from retrieval.corpus.sidecar import Sidecar, Sidecars, digest
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
    corpus = Survey(paths, on_bad=on_bad)
    return (article for found in corpus.found() if (article := found.read()))


class Survey:
    """What is found under ``paths``, in the order of ``read``; what is known need not be read.

    Raises:
        CorpusError: at once, where a path does not exist or leads to nothing readable.
    """

    def __init__(self, paths: Sequence[Path], *, on_bad: Callable[[BadRecord], None]) -> None:
        named = [path for path in paths if path != STANDARD_INPUT]
        files = find(named) if named or not paths else iter(())
        self._files = files if len(named) == len(paths) else _piped(files)
        self._on_bad = on_bad
        self._sidecars = Sidecars(on_bad)
        self._seen: set[bytes] = set()

    def found(self, readings: Readings | None = None) -> Iterator[Found]:
        """Yield each article.

        Where ``readings`` know a file as it is, it is not opened, and what was wrong with it is
        told again; a line that they know is not read. Each article is to be added to them.
        """
        for file in self._files:
            if isinstance(file, BadRecord):
                self._on_bad(file)
                continue
            about = self._sidecars.at(file.sidecars)
            found = self._noted(file, about, readings) if readings else self._read(file, about)
            for each in found:
                key = _key(each.id)
                if key not in self._seen:
                    self._seen.add(key)
                    yield each
                    continue
                reason = f"the id {each.id!r} was read before; the first article is kept"
                self._on_bad(BadRecord(file.document.place + each.within, each.line, reason))
                if readings:
                    readings.add(each)

    def _read(self, file: SourceFile, about: Sequence[Sidecar]) -> Iterator[Found]:
        return _File(file, about, self._on_bad).articles()

    def _noted(
        self, file: SourceFile, about: Sequence[Sidecar], readings: Readings
    ) -> Iterator[Found]:
        name, stamp = file.document.name, file.stamp()

        def on_bad(record: BadRecord) -> None:
            readings.bad(file.document, record)
            self._on_bad(record)

        past = readings.past(name, stamp)
        with readings.file(name, stamp):
            if past.is_whole and self._is_as_before(file, about, past):
                for record in past.bad(file.document.place):
                    on_bad(record)
                again = _Again(file, about, self._on_bad)
                found: Iterator[Found] = map(again.found, past.articles())
            else:
                found = _File(file, about, on_bad, past.at).articles()
            for each in found:
                each.number = readings.number()
                yield each

    def _is_as_before(self, file: SourceFile, about: Sequence[Sidecar], past: Past) -> bool:
        """Whether nothing outside the file speaks against passing it over."""
        if not all(map(self._is_seen, past.left_out())):
            return False
        if not about:
            return not past.is_described
        place = file.document.place
        return all(
            digest(about, place + known.within, (known.own, known.id)) == known.about
            for known in past.articles()
        )

    def _is_seen(self, article_id: str) -> bool:
        return _key(article_id) in self._seen


def _key(article_id: str) -> bytes:
    # Ids can be whole addresses; a digest keeps the set small.
    return hashlib.blake2b(article_id.encode(), digest_size=16).digest()


def _piped(files: Iterator[SourceFile | BadRecord]) -> Iterator[SourceFile | BadRecord]:
    # On disk: it may be larger than memory, and an archive is read from its end.
    with TemporaryDirectory(prefix="dalil-") as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        document = Document(path, "stdin", "standard input")
        yield SourceFile(document, known=format_of(path, "stdin") or plain.FORMAT)
    yield from files


class _File:
    """Reads a file; lines that are ``known`` by their digests are left until they are asked for."""

    def __init__(
        self,
        file: SourceFile,
        about: Sequence[Sidecar],
        on_bad: Callable[[BadRecord], None],
        known: Callable[[bytes], Known | None] = lambda _: None,
    ) -> None:
        self._file = file
        self._about = about
        self._on_bad = on_bad
        self._known = known

    def articles(self) -> Iterator[Found]:
        for document, record in self._records():
            match record:
                case BadRecord():
                    self._on_bad(record)
                case Unread():
                    yield from self._line(document, record)
                case Draft():
                    if draft := self._checked(document, record):
                        yield self._found(document, draft)

    def _records(self) -> Iterator[tuple[Document, Draft | Unread[Draft] | BadRecord]]:
        document, known = self._file.document, self._file.format()
        if isinstance(known, BadRecord):
            yield document, known
        elif known:
            yield from _records(document, known)

    def _line(self, document: Document, record: Unread[Draft]) -> Iterator[Found]:
        line = record.digest
        if known := self._is_known(document, record.number, line):
            own, within = _own_id(document, record.number), self._within(document)
            later = partial(self._later, document, record)
            yield Found(known.id, own, within, record.number, later, known, line, known.about)
        elif draft := self._checked(document, _parsed(document, record)):
            yield self._found(document, draft, b"" if draft.notes else line)

    def _is_known(self, document: Document, number: int, line: bytes) -> Known | None:
        """Return what a line is known for, unless its article is called by another line."""
        known = self._known(line)
        if not known or not known.lines or document.sidecars:
            return None
        own = _own_id(document, number)
        same = known.id != known.own or known.own == own
        about = digest(self._about, document.place, (own, known.id))
        return known if same and about == known.about else None

    def _checked(self, document: Document, draft: Draft | BadRecord) -> Draft | None:
        if isinstance(draft, BadRecord):
            self._on_bad(draft)
            return None
        if not draft.text.strip():
            self._on_bad(document.bad("no text", draft.line))
            return None
        for note in draft.notes:
            self._on_bad(replace(document.bad(note, draft.line), skipped=False))
        return draft

    def _found(self, document: Document, draft: Draft, line: bytes = b"") -> Found:
        article, own = _settled(document, draft, self._about), _own_id(document, draft.line)
        return Found(
            article.id,
            own,
            self._within(document),
            draft.line,
            lambda: article,
            digest=line,
            about=digest(self._about, document.place, (own, article.id)),
        )

    def _within(self, document: Document) -> str:
        return document.place.removeprefix(self._file.document.place)

    def _later(self, document: Document, record: Unread[Draft]) -> Article | None:
        draft = self._checked(document, _parsed(document, record))
        return _settled(document, draft, self._about) if draft else None


class _Again:
    """Reads a file again, as far as the articles that are asked for, in their order."""

    def __init__(
        self, file: SourceFile, about: Sequence[Sidecar], on_bad: Callable[[BadRecord], None]
    ) -> None:
        self._place = file.document.place
        self._articles = _File(file, about, lambda _: None).articles()
        self._on_bad = on_bad

    def found(self, known: Known) -> Found:
        later = partial(self._read, known)
        where = known.id, known.own, known.within, known.line
        return Found(*where, later, known, known.digest, known.about)

    def _read(self, known: Known) -> Article | None:
        for found in self._articles:
            if found.id == known.id:
                return found.read()
        reason = f"the article {known.id!r} was here a moment ago: build again"
        self._on_bad(BadRecord(self._place + known.within, known.line, reason))
        return None


def _records(
    document: Document, known: Format, depth: int = 0
) -> Iterator[tuple[Document, Draft | Unread[Draft] | BadRecord]]:
    """The records of a document and of those within it, each with its own."""
    try:
        for record in known.read(document):
            if isinstance(record, Document):
                yield from _inside(record, depth + 1)
            else:
                yield document, record
    except OSError as error:
        yield document, document.trouble(f"cannot be read ({error.strerror or error})")
    except Exception as error:
        yield document, _damaged(document, error)


def _inside(
    document: Document, depth: int
) -> Iterator[tuple[Document, Draft | Unread[Draft] | BadRecord]]:
    if depth > _DEEPEST:
        yield document, document.bad("an archive within archives, too deep: unpack it")
    elif known := format_of(document.path, document.name):
        yield from _records(document, known, depth)


def _parsed(document: Document, record: Unread[Draft]) -> Draft | BadRecord:
    try:
        return record.read()
    except Exception as error:
        return _damaged(document, error, record.number)


def _damaged(document: Document, error: Exception, line: int | None = None) -> BadRecord:
    reason = " ".join(str(error).split()) or type(error).__name__
    return document.trouble(f"damaged: {reason:.200}", line)


def _settled(document: Document, draft: Draft, about: Iterable[Sidecar]) -> Article:
    own_id = _own_id(document, draft.line)
    for sidecar in (*document.sidecars, *about):
        draft = sidecar.complete(draft, document, own_id)
    return Article(
        id=draft.id or own_id,
        text=draft.text,
        title=draft.title,
        url=draft.url,
        source=draft.source,
        published=draft.dated.day if draft.dated else None,
        dating=draft.dated.dating if draft.dated else Dating(),
    )


def _own_id(document: Document, line: int | None) -> str:
    """What an article is called that has no id."""
    return document.name if line is None else f"{document.name}#{line}"
