"""Which addresses become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import sentence_link, web_link
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


@pytest.mark.parametrize(
    ("url", "sentence", "fragment"),
    [
        (
            "https://a.b/c",
            "ينبع النيل",
            "#:~:text=%D9%8A%D9%86%D8%A8%D8%B9%20%D8%A7%D9%84%D9%86%D9%8A%D9%84",
        ),
        ("https://a.b/c#d", "one two", ":~:text=one%20two"),
        ("https://a.b/c", "a-b, c & d", "#:~:text=a%2Db%2C%20c%20%26%20d"),
        ("https://a.b/", "1 2 3 4 5 6 7 8", "#:~:text=1%202%203%204%205%206%207%208"),
        ("https://a.b/", "1 2 3 4 5 6 7 8 9", "#:~:text=1%202%203%204,6%207%208%209"),
        ("https://a.b/", "1 2\n3 4 5", "#:~:text=1%202,3%204%205"),
        ("https://a.b/", "\u202ea \ud800 b\u200f", "#:~:text=a%20%EF%BF%BD%20b"),
        ("https://a.b/", " \n ", ""),
        ("https://a.b/c.pdf", "one", ""),
        ("https://a.b/c.TXT?d=e.html", "one", ""),
        ("https://a.b/" + "c" * 2030, "one two three", ""),
    ],
)
def test_a_page_opens_at_the_sentence(url: str, sentence: str, fragment: str) -> None:
    """By the words at its ends; a file, or an address that would be too long, as it is."""
    assert sentence_link(url, [sentence, "another"]) == url + fragment


def test_what_is_no_link_has_no_sentence() -> None:
    assert sentence_link("ftp://a.b/", ["one"]) is None
    assert sentence_link(None, ["one"]) is None
    assert sentence_link("https://a.b/", []) == "https://a.b/"


@given(st.text(max_size=40).map("https://{}".format), st.lists(st.text(max_size=200), max_size=2))
def test_every_link_to_a_sentence_is_one_telegram_takes(url: str, marked: list[str]) -> None:
    if link := sentence_link(url, marked):
        check_link(link, "entity")
        assert link.startswith(url)


@given(st.text(max_size=40).map("https://{}".format) | st.text(max_size=40))
def test_every_link_is_one_telegram_takes(url: str) -> None:
    """No address passes that the strict rules refuse."""
    if link := web_link(url):
        check_link(link, "entity")
