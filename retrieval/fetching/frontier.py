"""What is known of every page, and which are to be asked for next: in one SQLite file.

Each change is one transaction, so a run that is killed goes on where it stopped.
"""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from retrieval.errors import FetchError
from retrieval.fetching.urls import host_of

_FORMAT: Final = 1
_FRESH: Final = 24 * 3600
"""Seconds for which a run that was stopped goes on; robots.txt is kept as long (RFC 9309, 2.4)."""
_RUNS: Final = 5
"""Runs in a row that a page may fail before it is left alone as a lasting failure is."""

_SCHEMA: Final = """
CREATE TABLE runs (number INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL);
CREATE TABLE pages (
    number INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    source INTEGER NOT NULL,     -- whether it may name others
    depth INTEGER NOT NULL,      -- sources that led to it
    hops INTEGER NOT NULL,       -- redirects that led to it
    state TEXT NOT NULL,         -- waiting, got, moved, failed, refused
    run INTEGER NOT NULL,        -- in which it came to that
    due REAL NOT NULL,           -- not to be asked for before
    attempts INTEGER NOT NULL DEFAULT 0,  -- in this run
    failures INTEGER NOT NULL DEFAULT 0,  -- runs in a row
    settled REAL,                -- when it last came to another state than waiting
    etag TEXT, modified TEXT, digest BLOB, file TEXT, target TEXT,
    names INTEGER NOT NULL DEFAULT 0  -- whether it was a source
);
CREATE INDEX waiting ON pages (host, due, number) WHERE state = 'waiting';
CREATE INDEX moved ON pages (target) WHERE state = 'moved';
CREATE TABLE robots (url TEXT PRIMARY KEY, rules TEXT NOT NULL, fetched REAL NOT NULL);
"""
_COLUMNS: Final = (
    "number, url, host, source, depth, hops, due, attempts, etag, modified, digest, file, names"
)


@dataclass(frozen=True, slots=True)
class Page:
    """An address to ask for.

    ``etag``, ``modified``, ``digest`` and ``file`` are what came of it last; ``names``: it named
    other pages then. ``due`` is in seconds since 1970, as all times here.
    """

    number: int
    url: str
    host: str
    source: bool
    depth: int
    hops: int
    due: float
    attempts: int
    etag: str | None
    modified: str | None
    digest: bytes | None
    file: str | None
    names: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An address that may have to be asked for.

    It is, where it is new, or was last asked for in an earlier run and before ``since``; before
    ``source_since`` where it named others then.
    """

    url: str
    source: bool = False
    depth: int = 0
    hops: int = 0
    since: float = 0.0
    source_since: float = math.inf


@dataclass(frozen=True, slots=True)
class Got:
    """What came of a page; ``file`` where it was kept, ``names`` where it is a source."""

    etag: str | None
    modified: str | None
    digest: bytes | None = None
    file: str | None = None
    names: bool = False


class Frontier:
    """The pages of one archive; ``now`` is always in seconds since 1970."""

    def __init__(self, database: sqlite3.Connection, run: int) -> None:
        self._database, self._run = database, run

    @classmethod
    @contextmanager
    def open(cls, path: Path, now: float) -> Iterator[Self]:
        """Go on with the run that was stopped less than a day ago, or begin one.

        Raises:
            FetchError: the file is damaged, or of another version.
        """
        with _readable(path), closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode = WAL")
            _prepare(database)
            yield cls(database, _begin(database, now))

    def offer(self, offers: Iterable[Offer], now: float) -> set[str]:
        """Take in addresses; return the hosts of those that are to be asked for now."""
        with self._transaction():
            return {host for offer in offers if (host := self._offer(offer, now))}

    def hosts(self) -> list[str]:
        """Return the hosts that have pages waiting."""
        rows = self._database.execute("SELECT DISTINCT host FROM pages WHERE state = 'waiting'")
        return [host for (host,) in rows]

    def next(self, host: str) -> Page | None:
        """Return the page of a host that is due first."""
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM pages WHERE state = 'waiting' AND host = ?"  # noqa: S608
            " ORDER BY due, number LIMIT 1",
            (host,),
        ).fetchone()
        return Page(*row) if row else None

    def waiting(self) -> int:
        """Count the pages that are still to be asked for."""
        query = "SELECT count(*) FROM pages WHERE state = 'waiting'"
        return int(self._database.execute(query).fetchone()[0])

    def got(self, page: Page, got: Got, offers: Sequence[Offer], now: float) -> set[str]:
        """Settle a page and take in what it names, in one step; return as ``offer`` does."""
        with self._transaction():
            self._settle(page, "got", now)
            self._database.execute(
                "UPDATE pages SET etag = ?, modified = ?, digest = ?, file = ?, names = ?"
                " WHERE number = ?",
                (got.etag, got.modified, got.digest, got.file, got.names, page.number),
            )
            return {host for offer in offers if (host := self._offer(offer, now))}

    def unchanged(self, page: Page, now: float) -> None:
        """Settle a page that is what it was."""
        with self._transaction():
            self._settle(page, "got", now)

    def moved(self, page: Page, target: str, now: float) -> set[str]:
        """Settle a page that sends to another; return as ``offer`` does."""
        with self._transaction():
            self._settle(page, "moved", now)
            self._database.execute(
                "UPDATE pages SET target = ? WHERE number = ?", (target, page.number)
            )
            # Whoever asks for the one asks for the other: there is no freshness of its own.
            offer = Offer(target, page.source, page.depth, page.hops + 1, since=now)
            host = self._offer(offer, now)
            return {host} if host else set()

    def leads_to(self, start: str, goal: str) -> bool:
        """Whether the redirects seen from ``start`` on end up at ``goal``."""
        seen: set[str] = set()
        while start != goal:
            if start in seen:
                return False
            seen.add(start)
            query = "SELECT target FROM pages WHERE url = ? AND run = ? AND state = 'moved'"
            row = self._database.execute(query, (start, self._run)).fetchone()
            if not row:
                return False
            start = row[0]
        return True

    def origin(self, url: str) -> str:
        """Return the address from which the redirects seen in this run led to ``url``, or it."""
        query = "SELECT url FROM pages WHERE target = ? AND run = ? AND state = 'moved'"
        seen: set[str] = set()
        while url not in seen:
            seen.add(url)
            row = self._database.execute(query, (url, self._run)).fetchone()
            url = row[0] if row else url
        return url

    def has_new(self, urls: Iterable[str]) -> bool:
        """Whether one of ``urls`` is not known yet."""
        query = "SELECT 1 FROM pages WHERE url = ?"
        return any(not self._database.execute(query, (url,)).fetchone() for url in urls)

    def failed(self, page: Page, now: float, *, lasting: bool) -> None:
        """Settle a page that gave nothing; what is not ``lasting`` is tried in the next run."""
        with self._transaction():
            self._settle(page, "refused" if lasting else "failed", now)
            self._database.execute(
                "UPDATE pages SET failures = failures + 1 WHERE number = ?", (page.number,)
            )

    def postpone(self, page: Page, due: float) -> None:
        """Leave a page waiting for another attempt, not before ``due``."""
        with self._transaction():
            self._database.execute(
                "UPDATE pages SET due = ?, attempts = attempts + 1 WHERE number = ?",
                (due, page.number),
            )

    def postpone_host(self, host: str, due: float) -> None:
        """Leave every page of a host waiting, not before ``due``."""
        with self._transaction():
            self._database.execute(
                "UPDATE pages SET due = max(due, ?) WHERE state = 'waiting' AND host = ?",
                (due, host),
            )

    def robots(self, url: str, now: float) -> str | None:
        """Return the rules that were read there within a day."""
        row = self._database.execute(
            "SELECT rules FROM robots WHERE url = ? AND fetched > ?", (url, now - _FRESH)
        ).fetchone()
        return str(row[0]) if row else None

    def keep_robots(self, url: str, rules: str, now: float) -> None:
        """Remember rules."""
        with self._transaction():
            self._database.execute("REPLACE INTO robots VALUES (?, ?, ?)", (url, rules, now))

    def end(self, now: float) -> None:
        """End the run; pages that still wait are asked for in the next."""
        with self._transaction():
            self._database.execute("UPDATE runs SET ended = ? WHERE number = ?", (now, self._run))

    def _offer(self, offer: Offer, now: float) -> str | None:
        known = self._database.execute(
            "SELECT number, state, run, settled, names FROM pages WHERE url = ?", (offer.url,)
        ).fetchone()
        host = host_of(offer.url)
        if known is None:
            self._database.execute(
                "INSERT INTO pages (url, host, source, depth, hops, state, run, due)"
                " VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)",
                (offer.url, host, offer.source, offer.depth, offer.hops, self._run, now),
            )
            return host
        number, state, run, settled, names = known
        since = offer.source_since if names else offer.since
        if state == "waiting" or run == self._run or settled >= since:
            return None
        self._database.execute(
            "UPDATE pages SET state = 'waiting', run = ?, due = ?, attempts = 0,"
            " source = ?, depth = ?, hops = ? WHERE number = ?",
            (self._run, now, offer.source, offer.depth, offer.hops, number),
        )
        return host

    def _settle(self, page: Page, state: str, now: float) -> None:
        self._database.execute(
            "UPDATE pages SET state = ?, run = ?, settled = ?,"
            " failures = CASE WHEN ? IN ('got', 'moved') THEN 0 ELSE failures END"
            " WHERE number = ?",
            (state, self._run, now, state, page.number),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            yield
            self._database.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise FetchError(f"cannot keep what was fetched ({error}): see to the disk") from error
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        msg = f"cannot read {path} ({error}): remove it, and everything is fetched anew"
        raise FetchError(msg) from error


def _prepare(database: sqlite3.Connection) -> None:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 0:
        database.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT;")
    elif version != _FORMAT:
        raise FetchError("the archive was made by another version of Dalil: fetch into a new one")


def _begin(database: sqlite3.Connection, now: float) -> int:
    query = "SELECT number FROM runs WHERE ended IS NULL AND started > ? ORDER BY number DESC"
    row = database.execute(query, (now - _FRESH,)).fetchone()
    if row:
        return int(row[0])
    database.execute("BEGIN IMMEDIATE")
    run = database.execute("INSERT INTO runs (started) VALUES (?)", (now,)).lastrowid or 0
    database.execute(
        "UPDATE pages SET state = 'waiting', due = ? WHERE state = 'failed' AND failures < ?",
        (now, _RUNS),
    )
    database.execute("UPDATE pages SET attempts = 0 WHERE state = 'waiting'")
    database.execute("COMMIT")
    return run
