"""A site to fetch from, and where what was fetched goes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from retrieval.fetching import FetchOptions, FetchReport, Reach, fetch
from tests.site import Site

LOOPBACK = Reach.of(["127.0.0.1/32"])
QUICK = FetchOptions(delay=0.0, timeout=0.3, backoff=0.01, reach=LOOPBACK)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as own:
        yield own


@pytest.fixture
def fetching(tmp_path: Path) -> "Fetching":
    return Fetching(tmp_path / "archive")


class Fetching:
    """Fetches into one folder, and reads what is in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *targets: str, options: FetchOptions = QUICK, **changes: object
    ) -> FetchReport:
        return fetch(targets, self.folder, replace(options, **changes))  # type: ignore[arg-type]

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.warc.gz"))

    def held(self) -> dict[str, bytes]:
        """Return the pages of the archive by their address."""
        found: dict[str, bytes] = {}
        for file in self.files:
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, parse_http=False):
                    assert record.verify_block_digest()
                    record.parse_http()
                    found[record.headers["WARC-Target-URI"]] = record.reader.read()
        return found


def reasons(report: FetchReport) -> dict[str, str]:
    return {failure.url: failure.reason for failure in report.failures}
