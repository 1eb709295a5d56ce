"""Which machines may be reached, and that what was judged is what is connected to."""

from collections.abc import Sequence
from typing import Any

import httpcore
import pytest

from retrieval.errors import FetchError
from retrieval.fetching.addresses import (
    ForbiddenAddressError,
    GuardedBackend,
    Reach,
    is_public,
    resolve,
)

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "2a00:1450:4001::64"]
SPECIAL = [
    "0.0.0.0",  # noqa: S104 - an address to refuse
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_reached(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", SPECIAL)
def test_special_addresses_may_not(address: str) -> None:
    """Private, loopback, link-local, reserved, of documentation, and IPv6 that wraps such IPv4."""
    assert not is_public(address)


def test_ipv4_behind_a_translator_is_judged_as_itself() -> None:
    assert is_public("64:ff9b::808:808")
    assert is_public("::ffff:8.8.8.8")


def test_only_the_networks_that_are_named_are_permitted() -> None:
    reach = Reach.of(["10.0.0.0/8", "fd00::/8"])
    assert reach.permits("10.9.9.9")
    assert reach.permits("fd00::1")
    assert reach.permits("8.8.8.8")
    assert not reach.permits("192.168.0.1")
    assert not reach.permits("fc00::1")


@pytest.mark.parametrize("text", ["intranet", "10.0.0.0/33", "10.0.0.1/8", ""])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(FetchError, match=r"10\.0\.0\.0/8"):
        Reach.of([text])


class Recorder(httpcore.AsyncMockBackend):
    """A network on which ``dead`` addresses do not answer."""

    def __init__(self, *dead: str) -> None:
        super().__init__([])
        self.dead, self.connected = dead, list[str]()

    async def connect_tcp(
        self,
        host: str,
        *args: Any,  # noqa: ANN401 - httpcore's own, passed on
        **kwargs: Any,  # noqa: ANN401
    ) -> httpcore.AsyncNetworkStream:
        self.connected.append(host)
        if host in self.dead:
            raise httpcore.ConnectError("refused")
        return await super().connect_tcp(host, *args, **kwargs)


class Names:
    """A name server that gives each of its answers once, as for DNS rebinding."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        assert (host, port) == ("site.example", 80)
        return self.answers.pop(0)


async def test_the_address_that_was_judged_is_the_one_connected_to() -> None:
    """A name is asked for once a connection; a second answer is judged as the first was."""
    network, names = Recorder(), Names(["93.184.216.34"], ["127.0.0.1"])
    backend = GuardedBackend(Reach(), network, names)
    await backend.connect_tcp("site.example", 80)
    assert names.answers == [["127.0.0.1"]]
    with pytest.raises(ForbiddenAddressError, match=r"127\.0\.0\.1"):
        await backend.connect_tcp("site.example", 80)
    assert network.connected == ["93.184.216.34"]


async def test_a_host_with_one_private_address_is_not_connected_to() -> None:
    """Not at its public addresses either."""
    network = Recorder()
    backend = GuardedBackend(Reach(), network, Names(["93.184.216.34", "::1"]))
    with pytest.raises(ForbiddenAddressError):
        await backend.connect_tcp("site.example", 80)
    assert network.connected == []


async def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    network = Recorder("8.8.8.8")
    backend = GuardedBackend(Reach(), network, Names(["8.8.8.8", "8.8.4.4"]))
    await backend.connect_tcp("site.example", 80)
    assert network.connected == ["8.8.8.8", "8.8.4.4"]


async def test_a_host_without_an_address_is_a_failed_connection() -> None:
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(Reach(), Recorder(), Names([])).connect_tcp("site.example", 80)


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "127.1", "::ffff:127.0.0.1"])
async def test_other_spellings_of_an_address_are_judged_as_what_they_mean(host: str) -> None:
    network = Recorder()
    with pytest.raises((ForbiddenAddressError, httpcore.ConnectError)):
        await GuardedBackend(Reach(), network, resolve).connect_tcp(host, 80)
    assert network.connected == []


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "..", "nowhere.invalid"])
async def test_a_name_that_is_none_is_a_failed_connection(host: str) -> None:
    with pytest.raises(httpcore.ConnectError):
        await GuardedBackend(Reach(), Recorder(), resolve).connect_tcp(host, 80)
