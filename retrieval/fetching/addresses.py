"""Which machines may be reached: public ones, and the networks that the user names.

A host's name is resolved once for a connection, every address it has is judged, and the connection
is made to one that was judged. Whoever runs the name server cannot answer differently in between
(DNS rebinding), and a redirect passes here as any other request does.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final, TypeAlias

import httpcore

from retrieval.errors import FetchError

Network: TypeAlias = IPv4Network | IPv6Network
Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
_SocketOption: TypeAlias = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
"""All that IANA has given out of IPv6 (RFC 4291, 2.4)."""
_NAT64: Final = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052)."""
_SPECIAL: Final = tuple(
    ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")
)
"""Of IANA's special-purpose registries, what the oldest Python we run on takes as global."""


class ForbiddenAddressError(FetchError):
    """A host that has an address which may not be reached."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to: public addresses, and those of ``networks``."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, networks: Iterable[str]) -> "Reach":
        """Read networks as ``10.0.0.0/8``.

        Raises:
            FetchError: one is no network.
        """
        return cls(tuple(_network(text) for text in networks))

    def permits(self, address: str) -> bool:
        """Whether an IP address may be reached."""
        own = ip_address(address)
        return is_public(address) or any(own in network for network in self.networks)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where it wraps an IPv4 one."""
    own = ip_address(address)
    if isinstance(own, IPv6Address):
        own = _inner(own) or own
    if isinstance(own, IPv6Address) and own not in _GLOBAL_UNICAST:
        return False
    special = own.is_multicast or own.is_reserved or any(own in network for network in _SPECIAL)
    return own.is_global and not special


async def resolve(host: str, port: int) -> Sequence[str]:
    """Return the IP addresses of a host, those to try first in front.

    Raises:
        OSError: it has none.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to permitted addresses only."""

    def __init__(
        self,
        reach: Reach,
        inner: httpcore.AsyncNetworkBackend | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._reach, self._resolve = reach, resolve
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of ``host`` that answers.

        Raises:
            ForbiddenAddressError: an address of ``host`` is not permitted.
            httpcore.ConnectError: ``host`` has no address, or none answers.
        """
        last: Exception | None = None
        for address in await self._permitted(host, port):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError("the host has no address")

    async def _permitted(self, host: str, port: int) -> Sequence[str]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the host's name is not known") from error
        # One private address among public ones is a trap or a mistake, so all are refused.
        for address in found:
            if not self._reach.permits(address):
                raise ForbiddenAddressError(f"its host is at {address}, which is not public")
        return found


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError as error:
        raise FetchError(f"{text!r} is no network: write it as 10.0.0.0/8") from error
