"""Fetching from a real site that behaves, and from one that does not."""

import gzip
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from retrieval.errors import FetchError
from retrieval.fetching import Reach
from tests.retrieval.fetching.conftest import Fetching, reasons
from tests.site import Answer, Request, Site, page, redirect, rss, sitemap


def test_a_feed_gives_the_pages_it_links_to(site: Site, fetching: Fetching) -> None:
    """Each page is in the archive under its address, byte for byte; the feed itself is not."""
    site["/feed"] = rss(site.url("/a"), "/b#part")
    site["/a"], site["/b"] = page("حلب"), page("حمص")
    report = fetching(site.url("/feed"))
    assert (report.stored, report.sources, report.failures) == (2, 1, ())
    assert fetching.held() == {
        site.url("/a"): page("حلب").body,
        site.url("/b"): page("حمص").body,
    }


def test_a_sitemap_of_sitemaps_is_followed(site: Site, fetching: Fetching) -> None:
    """Two levels, one of them compressed and served as a file."""
    packed = gzip.compress(sitemap(site.url("/b")).body)
    site["/index.xml"] = sitemap(site.url("/1.xml"), site.url("/2.xml.gz"), root="sitemapindex")
    site["/1.xml"] = sitemap(site.url("/a"))
    site["/2.xml.gz"] = Answer(packed, type="application/octet-stream")
    site["/a"], site["/b"] = page("a"), page("b")
    report = fetching(site.url("/index.xml"))
    assert (report.stored, report.sources) == (2, 3)


def test_a_file_of_addresses_is_read_line_by_line(
    site: Site, fetching: Fetching, tmp_path: Path
) -> None:
    """Comments and blank lines are passed over, a bad line is told, feeds among them are read."""
    site["/feed"], site["/a"], site["/b"] = rss(site.url("/a")), page("a"), page("b")
    named = tmp_path / "list.txt"
    private = "http://someone:secret@127.0.0.1/x"
    lines = ["# pages", "", site.url("/b"), "ftp://x/", private, site.url("/feed")]
    named.write_text("\n".join(lines), encoding="utf-8")
    report = fetching(str(named))
    assert set(fetching.held()) == {site.url("/a"), site.url("/b")}
    assert list(reasons(report)) == [f"{named}:4", f"{named}:5"]
    assert "secret" not in str(report)


@pytest.mark.parametrize("target", ["nowhere.txt", "https://", "http://[::1", "file:///etc/passwd"])
def test_what_is_neither_address_nor_file_is_refused(fetching: Fetching, target: str) -> None:
    with pytest.raises(FetchError, match="address"):
        fetching(target)


def test_a_password_in_an_address_is_refused_and_not_repeated(fetching: Fetching) -> None:
    with pytest.raises(FetchError, match="password") as refused:
        fetching("https://someone:secret@example.com/feed")
    assert "secret" not in str(refused.value)


def test_robots_txt_is_obeyed_and_asked_for_once(site: Site, fetching: Fetching) -> None:
    """What it forbids to us by name is never asked for; others' rules are theirs."""
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: dalil\nDisallow: /private\n"
    site["/robots.txt"] = Answer(rules, type="text/plain")
    site["/feed"] = rss(site.url("/private/a"), site.url("/b"))
    site["/b"] = page("b")
    report = fetching(site.url("/feed"))
    assert site.asked() == ["/feed", "/b"]
    assert reasons(report) == {site.url("/private/a"): "its robots.txt forbids it"}
    fetching(site.url("/feed"))
    assert len(site.asked("/robots.txt")) == 1


def test_while_robots_txt_fails_nothing_is_asked_for(site: Site, fetching: Fetching) -> None:
    """A site that cannot say what it allows, allows nothing (RFC 9309, 2.3.1.4)."""
    site["/robots.txt"], site["/a"] = Answer(status=500), page("a")
    report = fetching(site.url("/a"))
    assert site.asked() == []
    reason = "its robots.txt cannot be read: it answers 500 Internal Server Error"
    assert reasons(report) == {site.url("/a"): reason}


def test_a_crawl_delay_and_the_own_delay_are_kept(site: Site, fetching: Fetching) -> None:
    """The longer of both lies between any two requests to a host; a slow machine only adds."""
    site["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 0.15\n", type="text/plain")
    site["/feed"], site["/a"], site["/b"] = rss("/a", "/b"), page("a"), page("b")
    fetching(site.url("/feed"), delay=0.05)
    times = [request.at for request in site.requests]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert gaps[0] >= 0.05
    assert min(gaps[1:]) >= 0.15


def test_it_says_who_it_is(site: Site, fetching: Fetching) -> None:
    site["/a"] = page("a")
    fetching(site.url("/a"), contact="https://example.org/bot")
    agents = {request.headers["user-agent"] for request in site.requests}
    (agent,) = agents
    assert agent.startswith("Dalil/")
    assert agent.endswith("(+https://example.org/bot)")


@pytest.mark.parametrize("contact", ["بريد@example.org", "x\r\nCookie: 1", "two words"])
def test_a_contact_that_is_no_header_is_refused(fetching: Fetching, contact: str) -> None:
    with pytest.raises(FetchError, match="contact"):
        fetching("http://127.0.0.1/", contact=contact)


def test_an_unchanged_page_is_not_sent_again(site: Site, fetching: Fetching) -> None:
    """The validators that came with it go back; 304 leaves the archive as it is."""

    def answer(request: Request) -> Answer:
        known = request.headers.get("if-none-match") == '"1"'
        dated = request.headers.get("if-modified-since") == "Thu, 01 Mar 2018 00:00:00 GMT"
        headers = {"ETag": '"1"', "Last-Modified": "Thu, 01 Mar 2018 00:00:00 GMT"}
        return Answer(status=304) if known and dated else Answer(b"text", headers=headers)

    site["/a"] = answer
    assert fetching(site.url("/a")).stored == 1
    before = [file.stat().st_mtime_ns for file in fetching.files]
    again = fetching(site.url("/a"))
    assert (again.stored, again.unchanged, again.failures) == (0, 1, ())
    assert [file.stat().st_mtime_ns for file in fetching.files] == before


def test_a_page_that_is_gone_from_the_archive_is_sent_whole(site: Site, fetching: Fetching) -> None:
    """Validators are of use only to who still holds the page."""
    site["/a"] = lambda request: (
        Answer(status=304)
        if "if-none-match" in request.headers
        else Answer(b"text", headers={"ETag": '"1"'})
    )
    fetching(site.url("/a"))
    fetching.files[0].unlink()
    assert fetching(site.url("/a")).stored == 1
    assert fetching.held() == {site.url("/a"): b"text"}


def test_a_changed_page_takes_the_place_of_what_it_was(site: Site, fetching: Fetching) -> None:
    """The archive holds one state of a page, under one file name."""
    site["/a"] = [page("old"), page("new"), page("new")]
    fetching(site.url("/a"))
    files = fetching.files
    assert fetching(site.url("/a")).stored == 1
    assert fetching.held() == {site.url("/a"): page("new").body}
    assert fetching.files == files
    assert fetching(site.url("/a")).unchanged == 1


def test_a_feed_brings_only_what_is_new(site: Site, fetching: Fetching) -> None:
    """A page that is known is not asked for again before its time, unless it says it changed."""
    site["/map"] = [
        sitemap(site.url("/a")),
        sitemap(site.url("/a"), site.url("/b")),
        sitemap(site.url("/a"), changed="2999-01-01"),
    ]
    site["/a"], site["/b"] = page("a"), page("b")
    fetching(site.url("/map"))
    fetching(site.url("/map"))
    assert site.asked() == ["/map", "/a", "/map", "/b"]
    fetching(site.url("/map"))
    assert site.asked()[4:] == ["/map", "/a"]


def test_a_page_is_asked_for_again_when_it_is_old(site: Site, fetching: Fetching) -> None:
    site["/feed"], site["/a"] = rss("/a"), page("a")
    fetching(site.url("/feed"))
    fetching(site.url("/feed"), refresh=0.0)
    assert len(site.asked("/a")) == 2


@pytest.mark.parametrize("first", [Answer(status=500), Answer(status=503), Answer(drop=True)])
def test_a_passing_trouble_is_tried_again(site: Site, fetching: Fetching, first: Answer) -> None:
    site["/a"] = [first, page("a")]
    report = fetching(site.url("/a"))
    assert (report.stored, report.failures) == (1, ())
    assert len(site.asked("/a")) == 2


def test_retry_after_is_kept_for_the_whole_host(site: Site, fetching: Fetching) -> None:
    """Nothing is asked of the host before the time it names; a slow machine only adds."""
    site["/feed"] = rss("/a", "/b")
    site["/a"] = [Answer(status=429, headers={"Retry-After": "1"}), page("a")]
    site["/b"] = page("b")
    assert fetching(site.url("/feed")).stored == 2
    asked = [request.path for request in site.requests]
    refused = asked.index("/a")
    after = [request.at for request in site.requests[refused + 1 :]]
    assert sorted(asked[refused + 1 :]) == ["/a", "/b"]
    assert min(after) - site.requests[refused].at >= 0.9


def test_a_host_that_wants_to_wait_for_long_is_left_for_the_next_run(
    site: Site, fetching: Fetching
) -> None:
    site["/feed"] = rss("/a", "/b")
    site["/a"] = Answer(status=429, headers={"Retry-After": "86400"})
    report = fetching(site.url("/feed"))
    assert report.waiting == 2
    assert "next run" in "".join(reasons(report).values())
    assert site.asked() == ["/feed", "/a"]


def test_it_gives_up_after_the_last_attempt_and_tries_in_the_next_run(
    site: Site, fetching: Fetching
) -> None:
    site["/feed"] = rss("/a")
    site["/a"] = [Answer(status=502)] * 3 + [page("a")]
    report = fetching(site.url("/feed"), retries=2)
    assert reasons(report) == {site.url("/a"): "it answers 502 Bad Gateway"}
    assert fetching(site.url("/feed"), retries=2).stored == 1


def test_a_host_that_is_down_is_left_alone(site: Site, fetching: Fetching) -> None:
    """After some troubles in a row the rest of its pages wait for the next run."""
    links = [f"/{number}" for number in range(50)]
    site["/feed"] = rss(*links)
    for link in links:
        site[link] = Answer(status=500)
    report = fetching(site.url("/feed"))
    assert len(site.asked()) == 9
    assert report.waiting == 50


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=404), "404 Not Found"),
        (Answer(status=410), "410 Gone"),
        (Answer(status=401), "401"),
        (Answer(status=299), "299"),
        (Answer(status=304), "304"),
        (Answer(b"x" * 2000), "larger than 1,000 bytes"),
        (Answer(b"x" * 100, endless=True), "larger than 1,000 bytes"),
        (Answer(b"x", length=10**12), "connection broke"),
        (Answer(b"x" * 20, length=50), "connection broke"),
        (Answer(b"\x89PNG", type="image/png"), "'image/png' is no article"),
        (Answer(b"PK", type="application/zip"), "'application/zip' is no article"),
        (Answer(b" \n"), "empty"),
        (Answer(before=3.0), "too long"),
        (Answer(b"x" * 100, pause=0.1), "too long"),
        (Answer(drop=True), "connection broke"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), "compression"),
        (Answer(gzip.compress(b"text")[:-9], headers={"Content-Encoding": "gzip"}), "compression"),
        (
            Answer(gzip.compress(bytes(10**7)), headers={"Content-Encoding": "gzip"}),
            "larger than 1,000 bytes",
        ),
        (Answer(b"text", headers={"Content-Encoding": "br"}), "not asked for"),
        (Answer(status=302), "no web address"),
        (redirect("file:///etc/passwd"), "no web address"),
        (redirect("http://[::1"), "no web address"),
        (redirect("https://a.example:0x/"), "no web address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_misbehaves_is_named_and_the_rest_is_fetched(
    site: Site, fetching: Fetching, answer: Answer, reason: str
) -> None:
    """One line with the address and the reason; the page after it is in the archive."""
    site["/feed"], site["/bad"], site["/good"] = rss("/bad", "/good"), answer, page("good")
    report = fetching(site.url("/feed"), retries=0, largest=1000)
    assert list(reasons(report)) == [site.url("/bad")]
    assert reason in reasons(report)[site.url("/bad")]
    assert set(fetching.held()) == {site.url("/good")}


def test_a_target_that_is_a_page_may_be_no_larger_than_another(
    site: Site, fetching: Fetching
) -> None:
    """What may be a feed is read further, but kept only as a page."""
    site["/bad"] = page("x" * 2000)
    report = fetching(site.url("/bad"), largest=1000)
    assert reasons(report) == {site.url("/bad"): "it is larger than 1,000 bytes"}
    assert fetching.held() == {}


def test_a_compressed_page_is_kept_decoded(site: Site, fetching: Fetching) -> None:
    """So that it reads the same for whoever opens the archive."""
    body = page("نص").body
    site["/a"] = Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    site["/b"] = Answer(zlib.compress(body), headers={"Content-Encoding": "deflate"})
    fetching(site.url("/a"), site.url("/b"))
    assert set(fetching.held().values()) == {body}
    assert len(fetching.files) == 2


def test_a_redirect_is_followed_and_the_page_kept_where_it_is(
    site: Site, fetching: Fetching
) -> None:
    """Two addresses that lead to one page ask for it once."""
    site["/feed"] = rss("/1", "/2")
    site["/1"], site["/2"], site["/a"] = redirect("/a", 301), redirect("/a#x", 308), page("a")
    fetching(site.url("/feed"))
    assert site.asked() == ["/feed", "/1", "/2", "/a"]
    assert set(fetching.held()) == {site.url("/a")}


def test_a_redirect_to_a_feed_is_a_feed(site: Site, fetching: Fetching) -> None:
    site["/old"], site["/feed"], site["/a"] = redirect("/feed"), rss("/a"), page("a")
    assert fetching(site.url("/old")).stored == 1


def test_redirects_in_a_circle_end(site: Site, fetching: Fetching) -> None:
    """Each address is asked for once."""
    site["/1"], site["/2"], site["/3"] = redirect("/2"), redirect("/3"), redirect("/2")
    report = fetching(site.url("/1"))
    assert site.asked() == ["/1", "/2", "/3"]
    assert reasons(report) == {site.url("/3"): "its redirects go in a circle"}


def test_redirects_without_end_end(site: Site, fetching: Fetching) -> None:
    for number in range(50):
        site[f"/{number}"] = redirect(f"/{number + 1}")
    report = fetching(site.url("/0"))
    assert len(site.asked()) == 11
    assert "10 redirects" in reasons(report)[site.url("/10")]


@pytest.mark.parametrize("host", ["127.0.0.2", "[::1]", "169.254.169.254", "2130706434"])
def test_a_redirect_to_a_private_address_is_not_followed(
    site: Site, fetching: Fetching, host: str
) -> None:
    """Only the network that was named is reached, whatever the site says."""
    site["/a"], site["/secret"] = redirect(f"http://{host}:{site.port}/secret"), page("secret")
    report = fetching(site.url("/a"))
    assert site.asked() == ["/a"]
    (reason,) = reasons(report).values()
    assert "not public" in reason
    assert fetching.held() == {}


def test_a_private_address_is_not_reached_unless_it_is_named(
    site: Site, fetching: Fetching
) -> None:
    site["/a"] = page("a")
    report = fetching(site.url("/a"), reach=Reach())
    assert site.requests == []
    assert "127.0.0.1, which is not public" in reasons(report)[site.url("/a")]


def test_feeds_that_name_each_other_end(site: Site, fetching: Fetching) -> None:
    """A feed that is linked as an article is no page; one that goes on to itself is read once."""
    site["/1"] = rss("/1", "/2", "/a", more="/1")
    site["/2"] = rss("/1", "/2")
    site["/a"] = page("a")
    report = fetching(site.url("/1"))
    assert site.asked() == ["/1", "/2", "/a"]
    assert set(fetching.held()) == {site.url("/a")}
    assert list(reasons(report)) == [site.url("/2")]


def test_sitemaps_that_name_each_other_end(site: Site, fetching: Fetching) -> None:
    site["/1"] = sitemap(site.url("/2"), site.url("/1"), root="sitemapindex")
    site["/2"] = sitemap(site.url("/1"), root="sitemapindex")
    fetching(site.url("/1"))
    assert site.asked() == ["/1", "/2"]


def test_a_feed_whose_pages_never_end_ends(site: Site, fetching: Fetching) -> None:
    """Where each names the same articles, at once; where each invents one, at a depth."""
    for number in range(60):
        site[f"/same{number}"] = rss("/a", more=f"/same{number + 1}")
        site[f"/new{number}"] = rss(f"/x{number}", more=f"/new{number + 1}")
    site["/a"] = page("a")
    fetching(site.url("/same0"))
    assert site.asked() == ["/same0", "/same1", "/a"]
    report = fetching(site.url("/new0"))
    assert report.sources == 51


def test_a_sitemap_index_that_never_ends_ends(site: Site, fetching: Fetching) -> None:
    for number in range(60):
        site[f"/{number}"] = sitemap(site.url(f"/{number + 1}"), root="sitemapindex")
    assert fetching(site.url("/0")).sources == 4


def test_a_sitemap_of_entities_is_harmless(site: Site, fetching: Fetching) -> None:
    """Neither blown up ("billion laughs") nor read from disk."""
    body = (
        b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
        + b'<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        + b"<urlset><url><loc>/&j;&f;</loc></url><url><loc>/a</loc></url></urlset>"
    )
    site["/map"], site["/a"] = Answer(body, type="application/xml"), page("a")
    fetching(site.url("/map"))
    assert set(site.asked()) <= {"/map", "/a", "/"}


def test_a_run_asks_for_no_more_than_it_may(site: Site, fetching: Fetching) -> None:
    """The rest waits, and the next call goes on with it."""
    site["/feed"] = rss(*(f"/{number}" for number in range(5)))
    for number in range(5):
        site[f"/{number}"] = page(str(number))
    assert fetching(site.url("/feed"), most=3).waiting == 3
    assert fetching(site.url("/feed")).waiting == 0
    assert sorted(site.asked()) == ["/0", "/1", "/2", "/3", "/4", "/feed"]


def test_cookies_and_wire_headers_are_not_kept(site: Site, fetching: Fetching) -> None:
    site["/a"] = Answer(b"text", headers={"Set-Cookie": "session=1", "X-Own": "kept"})
    site["/b"] = lambda request: page(request.headers.get("cookie", "no cookie"))
    fetching(site.url("/a"), site.url("/b"))
    assert b"no cookie" in fetching.held()[site.url("/b")]
    raw = b"".join(gzip.decompress(file.read_bytes()) for file in fetching.files)
    assert b"session=1" not in raw
    assert b"X-Own: kept" in raw or b"x-own: kept" in raw
