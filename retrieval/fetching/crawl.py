"""Fetching: hosts side by side, one request at a time each, until nothing waits."""

import asyncio
import hashlib
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from retrieval.errors import DalilError, FetchError
from retrieval.fetching import sources
from retrieval.fetching.archive import Archive
from retrieval.fetching.client import Client, Reply, Trouble, retry_after
from retrieval.fetching.frontier import Frontier, Got, Offer, Page
from retrieval.fetching.options import Failure, FetchOptions, FetchReport
from retrieval.fetching.robots import AGENT, LARGEST, REDIRECTS, Robots, rules_in
from retrieval.fetching.sources import Link, Source
from retrieval.fetching.targets import offers
from retrieval.fetching.urls import host_of, is_home, robots_of, web_address
from retrieval.types import Progress

_HOSTS: Final = 8
"""Hosts that are asked at the same time."""
_HOPS: Final = 10
"""Redirects in a row that are followed; browsers follow 20, sites need 2 or 3."""
_STRIKES: Final = 8
"""Troubles in a row after which a host is left alone for this run."""
_PATIENCE: Final = 600.0
"""Seconds that a run waits for a host at most; one that asks for more is left to the next run."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_BUSY: Final = frozenset({429, 503})
"""What a host answers that wants fewer requests of any kind."""
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "application/pdf"})
"""What a build reads out of a web archive."""
_STATE: Final = ".fetch.sqlite"


def fetch(
    targets: Sequence[str],
    folder: Path,
    options: FetchOptions | None = None,
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
) -> FetchReport:
    """Fetch what ``targets`` name (see ``targets.offers``) into WARC files under ``folder``.

    May be stopped at any moment: the same call goes on where it was, and asks for no page a second
    time that it has. Pages that were fetched by earlier runs are asked for with the validators
    that came with them.

    Raises:
        FetchError: a target is neither an address nor a file, the folder cannot be used, or
            another process fetches into it.
    """
    options = options or FetchOptions()
    with _sole_fetcher(folder), Frontier.open(folder / _STATE, time.time()) as frontier:
        crawl = _Crawl(frontier, Archive(folder), options, progress)
        try:
            asyncio.run(crawl.run(targets))
        except ExceptionGroup as group:
            # Tasks end together; a user can act on the first that failed.
            errors, _ = group.split(DalilError)
            raise (errors or group).exceptions[0] from group
        return crawl.report()


@dataclass(slots=True)
class _Host:
    """What is known of a host for one run; ``ready`` is on the clock of ``time.monotonic``."""

    ready: float = 0.0
    strikes: int = 0
    left: bool = False


@dataclass(slots=True)
class _Tally:
    stored: int = 0
    unchanged: int = 0
    sources: int = 0
    asked: int = 0
    bytes: int = 0
    failures: list[Failure] = field(default_factory=list)


class _Crawl:
    """One run."""

    def __init__(
        self, frontier: Frontier, archive: Archive, options: FetchOptions, progress: Progress
    ) -> None:
        self._frontier, self._archive = frontier, archive
        self._options, self._progress = options, progress
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._robots: dict[str, Robots] = {}
        self._busy: set[str] = set()
        self._tally = _Tally()
        self._started = time.monotonic()

    def report(self) -> FetchReport:
        tally = self._tally
        return FetchReport(
            stored=tally.stored,
            unchanged=tally.unchanged,
            sources=tally.sources,
            waiting=self._frontier.waiting(),
            bytes=tally.bytes,
            seconds=time.monotonic() - self._started,
            failures=tuple(tally.failures),
        )

    async def run(self, targets: Sequence[str]) -> None:
        self._frontier.offer(self._named(targets), time.time())
        self._slots = asyncio.Semaphore(_HOSTS)
        options = self._options
        agent = _agent(options.contact)
        async with (
            Client(options.reach, agent=agent, timeout=options.timeout) as self._client,
            asyncio.TaskGroup() as self._group,
        ):
            self._spread(self._frontier.hosts())
        if self._tally.asked < options.most:
            self._frontier.end(time.time())

    def _named(self, targets: Sequence[str]) -> list[Offer]:
        named = list(offers(targets, time.time(), self._options.refresh))
        self._tally.failures += (own for own in named if isinstance(own, Failure))
        return [own for own in named if isinstance(own, Offer)]

    def _spread(self, hosts: Iterable[str]) -> None:
        """See that somebody asks each of ``hosts``."""
        for host in hosts:
            if host not in self._busy and not self._hosts[host].left:
                self._busy.add(host)
                self._group.create_task(self._drain(host))

    async def _drain(self, host: str) -> None:
        """Ask a host for its pages, one after another."""
        while self._tally.asked < self._options.most and not self._hosts[host].left:
            page = self._frontier.next(host)
            if page is None:
                break
            wait = page.due - time.time()
            if wait > _PATIENCE:
                self._leave(host, f"it wants no request for {wait:,.0f} s")
                break
            await asyncio.sleep(max(wait, self._hosts[host].ready - time.monotonic(), 0.0))
            async with self._slots:
                await self._visit(page)
            self._progress("fetch", self._tally.asked, self._tally.asked + self._frontier.waiting())
        self._busy.discard(host)

    async def _visit(self, page: Page) -> None:
        self._tally.asked += 1
        try:
            self._take(page, await self._reply(page))
        except Trouble as trouble:
            self._trouble(page, trouble)
        else:
            self._hosts[page.host].strikes = 0

    async def _reply(self, page: Page) -> Reply:
        if not (await self._rules(page.url)).allows(page.url):
            raise Trouble("its robots.txt forbids it")
        largest = sources.LARGEST if page.source else self._options.largest
        return await self._get(page.url, self._conditions(page), largest)

    async def _rules(self, url: str) -> Robots:
        where = robots_of(url)
        if where not in self._robots:
            text = self._frontier.robots(where, time.time())
            if text is None:
                text = await self._robots_text(where)
                self._frontier.keep_robots(where, text, time.time())
            self._robots[where] = Robots.parse(text)
        return self._robots[where]

    async def _robots_text(self, url: str) -> str:
        try:
            reply = await self._get(url, {}, LARGEST)
            for _ in range(REDIRECTS):
                target = _target(reply)
                if target is None:
                    break
                reply = await self._get(target, {}, LARGEST)
            return rules_in(reply)
        except Trouble as trouble:
            reason = f"its robots.txt cannot be read: {trouble.reason}"
            raise Trouble(reason, passing=trouble.passing, wait=trouble.wait) from trouble

    async def _get(self, url: str, headers: dict[str, str], largest: int) -> Reply:
        """Send one request when its host may have one again.

        Raises:
            Trouble: as ``Client.get`` does, and for answers that another try may change.
        """
        host = self._hosts[host_of(url)]
        rules = self._robots.get(robots_of(url))
        delay = max(self._options.delay, rules.delay if rules else 0.0)
        await asyncio.sleep(max(host.ready - time.monotonic(), 0.0))
        try:
            reply = await self._client.get(url, headers, largest)
        finally:
            host.ready = time.monotonic() + delay
        if reply.status in _PASSING:
            wait = retry_after(reply.headers, reply.at)
            reason = f"it answers {_status(reply.status)}"
            raise Trouble(reason, passing=True, wait=wait)
        return reply

    def _conditions(self, page: Page) -> dict[str, str]:
        """Return the headers that ask for a page only if it is another than what we hold."""
        # A home page that is as it was says nothing about the feeds and sitemaps it leads to.
        held = (
            not self._is_home(page) if page.names else page.file and self._archive.holds(page.file)
        )
        known = {"If-None-Match": page.etag, "If-Modified-Since": page.modified}
        return {name: value for name, value in known.items() if value and held}

    def _take(self, page: Page, reply: Reply) -> None:
        """Settle a page by what came.

        Raises:
            Trouble: it is nothing to keep.
        """
        if reply.status == HTTPStatus.NOT_MODIFIED and self._conditions(page):
            self._tally.unchanged += 1
            self._frontier.unchanged(page, time.time())
        elif reply.status in _REDIRECTS:
            self._follow(page, reply)
        elif reply.status != HTTPStatus.OK:
            raise Trouble(f"it answers {_status(reply.status)}")
        elif page.source and (named := self._source(page, reply)) is not None:
            self._expand(page, reply, named)
        else:
            self._keep(page, reply)

    def _source(self, page: Page, reply: Reply) -> Source | None:
        named = sources.read(reply, page.depth)
        if named is None and self._is_home(page):
            return sources.of_home(reply, self._robots[robots_of(page.url)].sitemaps)
        return named

    def _is_home(self, page: Page) -> bool:
        """Whether the user named a site by its home page, which may have led elsewhere."""
        return page.depth == 0 and is_home(self._frontier.origin(page.url))

    def _follow(self, page: Page, reply: Reply) -> None:
        target = _target(reply)
        if target is None:
            raise Trouble("it redirects to what is no web address")
        if page.hops >= _HOPS:
            raise Trouble(f"more than {_HOPS} redirects lead on from one another")
        if self._frontier.leads_to(target, page.url):
            raise Trouble("its redirects go in a circle")
        self._spread(self._frontier.moved(page, target, time.time()))

    def _expand(self, page: Page, reply: Reply, named: Source) -> None:
        self._tally.sources += 1
        self._tally.bytes += len(reply.body)
        now = time.time()
        pages = [self._offer(link, now) for link in named.pages]
        further = [self._further(link, page, now) for link in named.sources]
        if named.continues and not self._frontier.has_new(link.url for link in named.pages):
            further = []  # what a feed said before, the pages before it said before
        got = Got(reply.headers.get("etag"), reply.headers.get("last-modified"), names=True)
        self._spread(self._frontier.got(page, got, [*further, *pages], now))

    def _offer(self, link: Link, now: float) -> Offer:
        old = now - self._options.refresh
        return Offer(link.url, since=max(old, _changed(link, now) or old))

    def _further(self, link: Link, page: Page, now: float) -> Offer:
        changed = _changed(link, now) or now
        return Offer(link.url, True, page.depth + 1, since=changed, source_since=changed)

    def _keep(self, page: Page, reply: Reply) -> None:
        if sources.is_source(reply) or (reply.content_type or "text/html") not in _PAGES:
            raise Trouble(f"{reply.content_type[:80]!r} is no article")
        if not reply.body.strip():
            raise Trouble("it is empty")
        if len(reply.body) > self._options.largest:
            raise Trouble(f"it is larger than {self._options.largest:,} bytes")
        self._tally.bytes += len(reply.body)
        digest = hashlib.blake2b(reply.body, digest_size=16).digest()
        file = page.file
        if file and digest == page.digest and self._archive.holds(file):
            self._tally.unchanged += 1
        else:
            file = self._archive.save(reply)
            self._tally.stored += 1
        got = Got(reply.headers.get("etag"), reply.headers.get("last-modified"), digest, file)
        self._frontier.got(page, got, (), time.time())

    def _trouble(self, page: Page, trouble: Trouble) -> None:
        """Leave a page for later, or for good."""
        now, host = time.time(), self._hosts[page.host]
        host.strikes = host.strikes + 1 if trouble.passing else 0
        if trouble.passing and page.attempts < self._options.retries:
            pause = self._options.backoff * 2**page.attempts
            self._frontier.postpone(page, now + max(pause, trouble.wait or 0.0))
        else:
            self._frontier.failed(page, now, lasting=not trouble.passing)
            self._tally.failures.append(Failure(page.url, trouble.reason))
        if trouble.wait:
            self._frontier.postpone_host(page.host, now + trouble.wait)
        if host.strikes >= _STRIKES:
            self._leave(page.host, f"{_STRIKES} requests in a row failed: {trouble.reason}")

    def _leave(self, name: str, reason: str) -> None:
        self._hosts[name].left = True
        self._tally.failures.append(Failure(name, f"left for the next run: {reason}"))


def _agent(contact: str | None) -> str:
    own = f"{AGENT}/{version('dalil')}"
    if contact and not re.fullmatch(r"[!-~]{1,200}", contact):
        raise FetchError(
            "the contact goes into a header: write an address in ASCII, without spaces"
        )
    return f"{own} (+{contact})" if contact else own


def _target(reply: Reply) -> str | None:
    """Return where a reply redirects to, if it does."""
    location = reply.headers.get("location") if reply.status in _REDIRECTS else None
    return web_address(location, reply.url) if location else None


def _changed(link: Link, now: float) -> float | None:
    """Return when a page is said to have changed; what lies ahead is taken as now."""
    return min(link.changed.timestamp(), now) if link.changed else None


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


@contextmanager
def _sole_fetcher(folder: Path) -> Iterator[None]:
    """Hold the folder for one fetch."""
    lock = FileLock(folder / ".fetch.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        msg = f"another process fetches into {folder}: wait for it to end, then fetch again"
        raise FetchError(msg) from error
    except OSError as error:
        msg = f"cannot write to {folder} ({error.strerror}): choose another folder with --archive"
        raise FetchError(msg) from error
    try:
        yield
    finally:
        lock.release()
