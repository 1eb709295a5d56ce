"""Pages over HTTPS: from a site whose certificate is trusted, and from no other."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import FetchError
from tests.retrieval.fetching.conftest import Fetching, reasons
from tests.site import Site, page

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl makes the certificates of these tests"
)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for an IP address that is signed by itself, and its key."""
    own, key = folder / f"{name}.pem", folder / f"{name}.key"
    made = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    about = ("-subj", "/CN=site", "-days", "2", "-addext", f"subjectAltName=IP:{name}")
    command = ["openssl", "req", *made, *about, "-keyout", str(key), "-out", str(own)]
    subprocess.run(command, check=True, capture_output=True)
    return own, key


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("own"), "127.0.0.1")


@pytest.fixture
def secure(own: tuple[Path, Path]) -> Iterator[Site]:
    with served(*own) as site:
        yield site


def served(own: Path, key: Path) -> Site:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    site = Site(context)
    site["/a"] = page("a")
    return site


def test_a_trusted_site_is_read(
    secure: Site, fetching: Fetching, own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trusted are the certificates that OpenSSL's usual variable names."""
    monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))
    report = fetching(secure.url("/a"))
    assert (report.stored, report.failures) == (1, ())
    assert fetching.held() == {secure.url("/a"): page("a").body}
    assert secure.url("/a").startswith("https://")


def test_a_site_that_nobody_vouches_for_is_one_line_and_not_kept(
    secure: Site, fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    report = fetching(secure.url("/a"), retries=0)
    refused = (
        "its robots.txt cannot be read: its certificate is not trusted: self-signed certificate"
    )
    assert reasons(report) == {secure.url("/a"): refused}
    assert fetching.held() == {}
    assert secure.requests == []


def test_a_certificate_of_another_site_is_not_trusted(
    fetching: Fetching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is vouched for, and yet not for the site that was asked."""
    other = certificate(tmp_path, "192.0.2.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(other[0]))
    with served(*other) as site:
        report = fetching(site.url("/a"), retries=0)
        assert "not trusted: IP address mismatch" in reasons(report)[site.url("/a")]
        assert fetching.held() == {}


def test_certificates_that_cannot_be_read_are_named(
    fetching: Fetching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))
    with pytest.raises(FetchError, match="SSL_CERT_FILE"):
        fetching("https://127.0.0.1/a")
