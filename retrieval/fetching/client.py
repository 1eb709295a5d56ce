"""One request over HTTP, whatever the other side does: a reply within bounds, or ``Trouble``."""

import asyncio
import ssl
import zlib
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import httpcore
import httpx

from retrieval.errors import FetchError
from retrieval.fetching.addresses import ForbiddenAddressError, GuardedBackend, Reach

_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
_SLOWEST: Final = 4
"""A whole reply may take this many times as long as one silence within it."""
_MEDIA: Final = ("audio/", "font/", "image/", "video/")


class Trouble(Exception):  # noqa: N818 - what a page came to, not a fault of ours
    """Why a request gave no reply.

    ``passing``: another try may succeed. ``wait``: for how many seconds the host wants no request.
    """

    def __init__(self, reason: str, *, passing: bool = False, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.passing, self.wait = reason, passing, wait


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: ``body`` is decoded, and empty but for status 200; ``at`` is in UTC."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes
    at: datetime

    @property
    def content_type(self) -> str:
        """Return the type of the body as it is declared, without parameters; may be empty."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


class Client:
    """Sends requests; follows no redirect, keeps no cookie, uses no proxy.

    A proxy would connect in our place, to addresses that nobody has judged. httpx's own client
    would follow, keep and use all three, so this one stands on its transport.
    """

    def __init__(self, reach: Reach, *, agent: str, timeout: float) -> None:
        self._timeout = timeout
        self._headers = {"User-Agent": agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip"}
        self._transport = _GuardedTransport(reach)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._transport.aclose()

    async def get(self, url: str, headers: Mapping[str, str], largest: int) -> Reply:
        """Ask for ``url``; a body has at most ``largest`` bytes when decoded.

        Raises:
            Trouble: no whole reply came, or one that is too large or cannot be decoded.
        """
        try:
            async with asyncio.timeout(_SLOWEST * self._timeout):
                return await self._get(url, headers, largest)
        except ForbiddenAddressError as error:
            raise Trouble(str(error)) from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise Trouble("it took too long to answer", passing=True) from error
        except httpx.HTTPError as error:
            raise Trouble(_reason(error), passing=True) from error
        except (zlib.error, EOFError) as error:
            raise Trouble("its compression is damaged", passing=True) from error

    async def _get(self, url: str, headers: Mapping[str, str], largest: int) -> Reply:
        silences = {"timeout": httpx.Timeout(self._timeout).as_dict()}
        request = httpx.Request(
            "GET", url, headers={**self._headers, **headers}, extensions=silences
        )
        response = await self._transport.handle_async_request(request)
        async with aclosing(response):
            reply = Reply(url, response.status_code, response.headers, b"", datetime.now(UTC))
            if reply.status != HTTPStatus.OK:
                return reply
            if reply.content_type.startswith(_MEDIA):
                raise Trouble(f"{reply.content_type[:80]!r} is no article")
            return replace(reply, body=await _body(response, largest))


def retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Return for how many seconds a server asks to wait: seconds or a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport, over connections that ``GuardedBackend`` opens.

    httpx has no argument for it; a test sees that a private address is not reached.
    """

    def __init__(self, reach: Reach) -> None:
        trusted = _trusted()
        super().__init__(verify=trusted)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=trusted, network_backend=GuardedBackend(reach), keepalive_expiry=60.0
        )


def _trusted() -> ssl.SSLContext:
    """Return the certificates to trust: certifi's, or those of SSL_CERT_FILE or SSL_CERT_DIR."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        msg = (
            f"the certificates of SSL_CERT_FILE or SSL_CERT_DIR cannot be read "
            f"({error.strerror or error}): set it to a file in PEM format, or to nothing"
        )
        raise FetchError(msg) from error


async def _body(response: httpx.Response, largest: int) -> bytes:
    """Read and decode a body step by step: a gzip bomb fills no more than ``largest`` bytes."""
    inflate = _inflater(response.headers.get("content-encoding", ""))
    body = bytearray()
    async for chunk in response.aiter_raw():
        # One byte more than may be tells a body that is too large.
        body += inflate.decompress(chunk, largest + 1 - len(body)) if inflate else chunk
        if len(body) > largest:
            raise Trouble(f"it is larger than {largest:,} bytes")
        if inflate and inflate.eof:
            break
    if inflate and not inflate.eof and body:
        raise EOFError
    return bytes(body)


def _inflater(encoding: str) -> "zlib._Decompress | None":
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return None
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise Trouble(f"it is encoded as {name[:40]!r}, which was not asked for")
    return zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # finds out which of the two it is


def _reason(error: httpx.HTTPError) -> str:
    if refused := _refused(error):
        return f"its certificate is not trusted: {refused.verify_message}"
    if isinstance(error, httpx.ConnectError):
        return f"no connection: {_line(error)}"
    return f"the connection broke: {_line(error)}"


def _refused(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """Return what the check of a certificate said, where that is behind an error."""
    while error:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
