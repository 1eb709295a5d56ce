"""How a fetch behaves, and what it comes to."""

from dataclasses import dataclass, field
from typing import Any

from retrieval.fetching.addresses import Reach


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How politely, and how far.

    ``delay``: seconds between two requests to one host, at least. ``timeout``: seconds of silence.
    ``retries``: further attempts after a passing trouble, the first after ``backoff`` seconds, and
    each later one after twice as many as the one before. ``largest``: bytes of a page, decoded.
    ``most``: documents that one run asks for. ``refresh``: seconds after which a page that is
    still named is asked for again. ``contact``: an address or a page for whoever runs a site.
    """

    delay: float = 1.0
    timeout: float = 30.0
    retries: int = 3
    backoff: float = 5.0
    largest: int = 10 * 1024 * 1024
    most: int = 100_000
    refresh: float = 30 * 24 * 3600.0
    contact: str | None = None
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that gave nothing, and why; the address holds no password."""

    url: str
    reason: str

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a fetch did.

    ``stored`` counts the pages that are new or have changed, ``unchanged`` those asked for again
    in vain, ``sources`` the feeds, sitemaps and lists that were read, ``waiting`` what is left for
    the next call; ``bytes`` is the size of all bodies, decoded.
    """

    stored: int
    unchanged: int
    sources: int
    waiting: int
    bytes: int
    seconds: float
    failures: tuple[Failure, ...]

    @property
    def came_to_nothing(self) -> bool:
        """Whether there were failures and nothing else."""
        return bool(self.failures) and not (self.stored or self.unchanged or self.sources)

    def to_dict(self) -> dict[str, Any]:
        """Return the object that ``dalil fetch --json`` prints."""
        return {
            "stored": self.stored,
            "unchanged": self.unchanged,
            "sources": self.sources,
            "waiting": self.waiting,
            "bytes": self.bytes,
            "seconds": round(self.seconds, 3),
            "failures": [{"url": own.url, "reason": own.reason} for own in self.failures],
        }
