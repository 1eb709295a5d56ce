"""What a user names: addresses, and files of addresses."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from retrieval.errors import FetchError
from retrieval.fetching.frontier import Offer
from retrieval.fetching.options import Failure
from retrieval.fetching.sources import addresses
from retrieval.fetching.urls import has_password, web_address


def offers(targets: Sequence[str], now: float, refresh: float) -> Iterator[Offer | Failure]:
    """Every address that ``targets`` name, in their order.

    A target is an address, which is asked for in any case, or the path of a file with one address
    a line, each of which is asked for where it is new or ``refresh`` seconds old.

    Raises:
        FetchError: a target is neither.
    """
    for target in targets:
        if target.partition("://")[0].lower() in {"http", "https"}:
            yield Offer(_address(target), source=True, since=now)
        else:
            yield from _listed(Path(target), now - refresh)


def _address(target: str) -> str:
    if has_password(target):
        msg = (
            f"{web_address(target)} was given with a user's name or password, "
            "which must not get into an archive: leave them out"
        )
        raise FetchError(msg)
    address = web_address(target)
    if address is None:
        raise FetchError(f"{target!r} is no address that can be fetched: check its spelling")
    return address


def _listed(path: Path, since: float) -> Iterator[Offer | Failure]:
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        msg = (
            f"{path} is neither an address (https://...) nor a file of addresses "
            f"that can be read ({error.strerror})"
        )
        raise FetchError(msg) from error
    for number, line in enumerate(text.splitlines(), 1):
        for own in addresses([line]):
            address = web_address(own)
            if address is None or has_password(own):
                yield Failure(f"{path}:{number}", "no address, or one with a password in it")
            else:
                yield Offer(address, source=True, since=since)
