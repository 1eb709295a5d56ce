"""Web addresses: the one spelling a page is known by."""

from typing import Final

import httpx

_LONGEST: Final = 4096
"""Far above any real article's address."""


def web_address(text: str, base: str = "") -> str | None:
    """Return an http(s) address in one spelling, relative ones read against ``base``, else None.

    Without the fragment, and without a user's name and password: those must reach neither the
    archive nor a log, and a link has none to give.
    """
    try:
        url = httpx.URL(base).join(text.strip()) if base else httpx.URL(text.strip())
        url = url.copy_with(fragment=None, userinfo=b"")
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return None
    usable = url.scheme in {"http", "https"} and url.host and (url.port or 1) < 1 << 16
    spelled = str(url)
    return spelled if usable and len(spelled) <= _LONGEST else None


def has_password(text: str) -> bool:
    """Whether an address carries a user's name or password."""
    try:
        return bool(httpx.URL(text.strip()).userinfo)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        return False


def host_of(url: str) -> str:
    """Return the host of an address, with its port where that is not the scheme's own."""
    return httpx.URL(url).netloc.decode("ascii")


def is_home(url: str) -> bool:
    """Whether an address is that of a whole site."""
    return httpx.URL(url).raw_path == b"/"


def robots_of(url: str) -> str:
    """Return where the robots.txt stands that speaks for an address."""
    return str(httpx.URL(url).copy_with(raw_path=b"/robots.txt"))
