"""What a site's robots.txt allows (RFC 9309)."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from protego import Protego

from retrieval.fetching.client import Reply, Trouble

AGENT: Final = "Dalil"
"""The name that a robots.txt knows us by."""
LARGEST: Final = 4 * 500 * 1024
"""Bytes that are read; the RFC asks for a quarter at least."""
REDIRECTS: Final = 5
"""As many as the RFC asks to follow."""
_LONGEST_DELAY: Final = 60.0
"""Seconds; a site that asks for more would keep a run waiting for days."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site for us."""

    rules: Protego

    @classmethod
    def parse(cls, text: str) -> "Robots":
        """Read a robots.txt; what is none allows everything."""
        return cls(Protego.parse(text))

    @property
    def delay(self) -> float:
        """Seconds that the site wants between two requests."""
        return min(float(self.rules.crawl_delay(AGENT) or 0.0), _LONGEST_DELAY)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of the site's sitemaps, as they are written."""
        return tuple(self.rules.sitemaps)

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be fetched."""
        return bool(self.rules.can_fetch(url, AGENT))


def rules_in(reply: Reply) -> str:
    """Return the text of the rules that a reply to a request for robots.txt stands for.

    Raises:
        Trouble: the site cannot say now, and so allows nothing (RFC 9309, 2.3.1.4).
    """
    if reply.status == HTTPStatus.OK:
        return reply.body.decode("utf-8", "replace")
    if (
        reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or reply.status == HTTPStatus.TOO_MANY_REQUESTS
    ):
        raise Trouble(f"its robots.txt answers {reply.status}", passing=True)
    return ""
