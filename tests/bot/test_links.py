"""Which addresses become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import web_link
from tests.telegram.rules import check_link


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/nile",
        "http://example.org:8080/a?b=c#d",
        "HTTPS://Example.org",
        "https://ar.wikipedia.org/wiki/نهر_النيل",
        "https://موقع.وزارة-الأتصالات.مصر/",
    ],
)
def test_web_addresses_are_links(url: str) -> None:
    """Complete http(s) addresses are taken as they are."""
    assert web_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "example.org", "//example.org", "/nile.html", "nile.txt"),
        *("ftp://example.org/a", "javascript:alert(1)", "tg://user?id=1", "file:///etc/passwd"),
        *("http://localhost/a", "https://", "https://.", "https://a..b", "https://example.org:0/"),
        *("https://example.org:99999/", "https://[::1", "https://[::1]/", "https://a.b/ c"),
        *("https://bank.example@evil.example/", "https://a.b/\n", "https://a.b/" + "c" * 2048),
    ],
)
def test_everything_else_is_not(url: str | None) -> None:
    """What Telegram refuses, or what misleads about where it goes, is no link."""
    assert web_link(url) is None


@given(st.text(max_size=40).map("https://{}".format) | st.text(max_size=40))
def test_every_link_is_one_telegram_takes(url: str) -> None:
    """No address passes that the strict rules refuse."""
    if link := web_link(url):
        check_link(link, "entity")
