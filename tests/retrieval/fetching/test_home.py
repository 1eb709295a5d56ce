"""A site by its home page: its feeds and sitemaps are found, and they alone."""

from dataclasses import replace

import pytest

from tests.retrieval.fetching.conftest import Fetching
from tests.site import Answer, Request, Site, page, redirect, rss, sitemap

RSS = '<link rel="alternate" type="application/rss+xml" title="الأخبار" href="/feed">'
ATOM = "<LINK REL='Alternate' TYPE='application/atom+xml; charset=utf-8' HREF='atom.xml'>"
NOT_FEEDS = (
    '<link rel="alternate" hreflang="en" href="/en"><link rel="stylesheet" href="/style">'
    '<link rel="alternate" type="application/json+oembed" href="/embed"><link rel="alternate">'
)


def home(*links: str) -> Answer:
    return Answer(f"<html><head>{''.join(links)}</head><body>الرئيسية</body></html>".encode())


@pytest.fixture
def news(site: Site) -> Site:
    """A site with two feeds, which its home page names, and two sitemaps, which robots.txt does."""
    maps = (
        f"User-agent: *\nDisallow: /private\nSitemap: {site.url('/map.xml')}\nsitemap: /more.xml\n"
    )
    site["/robots.txt"] = Answer(maps.encode(), type="text/plain")
    site["/"] = home(RSS, ATOM, NOT_FEEDS)
    site["/feed"], site["/atom.xml"] = rss("/a"), rss("/a", "/b")
    site["/map.xml"], site["/more.xml"] = sitemap("/c"), sitemap("/d", "/private")
    for name in "abcd":
        site[f"/{name}"] = page(name)
    return site


def pages(site: Site) -> set[str]:
    return {site.url(f"/{name}") for name in "abcd"}


def test_a_home_page_leads_to_the_sites_feeds_and_sitemaps(news: Site, fetching: Fetching) -> None:
    """Those that it and robots.txt name are read; it is no article itself."""
    report = fetching(f"http://127.0.0.1:{news.port}")
    assert set(fetching.held()) == pages(news)
    assert report.sources == 5
    assert [failure.url for failure in report.failures] == [news.url("/private")]
    sources = {"/", "/feed", "/atom.xml", "/map.xml", "/more.xml"}
    assert set(news.asked()) == sources | {"/a", "/b", "/c", "/d"}


def test_a_home_page_that_has_moved_is_one(news: Site, fetching: Fetching) -> None:
    news["/ar/"] = home(RSS, ATOM.replace("atom.xml", "/atom.xml"))
    news["/"], news["/home"] = redirect("/home"), redirect("/ar/", 301)
    fetching(news.url("/"))
    assert set(fetching.held()) == pages(news)


def test_an_article_brings_no_feed(news: Site, fetching: Fetching) -> None:
    """Who names one page wants one page, though nearly every page names the site's feed."""
    news["/article"] = home(RSS)
    fetching(news.url("/article"))
    assert set(fetching.held()) == {news.url("/article")}


@pytest.mark.parametrize(
    "answer", [home(NOT_FEEDS), Answer(b"a page of text"), Answer(b"<!-- nothing -->")]
)
def test_a_home_page_that_leads_nowhere_is_a_page(
    site: Site, fetching: Fetching, answer: Answer
) -> None:
    site["/"] = answer
    fetching(site.url("/"))
    assert set(fetching.held()) == {site.url("/")}


def test_a_home_page_that_never_changes_brings_what_is_new(news: Site, fetching: Fetching) -> None:
    def same(request: Request) -> Answer:
        known = request.headers.get("if-none-match") == '"1"'
        return Answer(status=304) if known else replace(home(RSS), headers={"ETag": '"1"'})

    news["/"] = same
    fetching(news.url("/"))
    news["/feed"], news["/new"] = rss("/new", "/a"), page("new")
    fetching(news.url("/"))
    assert news.url("/new") in fetching.held()
