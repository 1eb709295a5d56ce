"""Web pages in twenty layouts: body, title, day, address and source against a written truth."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks.extraction import alone, f1
from retrieval.cleaning import clean
from retrieval.corpus import BadRecord, read
from retrieval.corpus.contents import WHOLE
from retrieval.corpus.html import draft_of_page
from retrieval.types import Article
from tests.pages.layouts import LAYOUTS, Page
from tests.pages.stories import Story, story

FLOOR = 0.985  # of each page; benchmarks/extraction.py prints them all
MEAN = 0.995
DATED_ADDRESS = '<link rel=canonical href="https://a.example/2018/05/14/x">'


def refuse(bad: BadRecord) -> None:
    pytest.fail(str(bad))


def article_of(folder: Path, page: Page) -> Article:
    path = folder / "page.html"
    path.write_bytes(page.data)
    (article,) = read([path], on_bad=refuse)
    return clean(article)


@pytest.mark.parametrize(
    ("number", "layout"), list(enumerate(LAYOUTS)), ids=[layout.__name__ for layout in LAYOUTS]
)
def test_a_page_of_every_layout_is_read(
    tmp_path: Path, number: int, layout: Callable[[Story], Page]
) -> None:
    """Title, address, day and source are exact; the body holds next to nothing else."""
    told = story(number)
    page = layout(told)
    article = article_of(tmp_path, page)
    assert article.title == told.title
    assert article.url == page.truth.url
    assert article.source == page.truth.source
    assert article.published == (told.day if page.truth.dated else None)
    assert f1(article.text, told.body) >= FLOOR


def test_bodies_are_read_better_than_by_trafilatura_alone(tmp_path: Path) -> None:
    pages = [(story(number), layout(story(number))) for number, layout in enumerate(LAYOUTS)]
    ours = [f1(article_of(tmp_path, page).text, told.body) for told, page in pages]
    theirs = [f1(alone(page.data).text, told.body) for told, page in pages]
    assert sum(ours) / len(ours) >= max(MEAN, sum(theirs) / len(theirs))


def page_with(head: str = "", body: str = "") -> bytes:
    told = story(0)
    text = "".join(f"<p>{paragraph}</p>" for paragraph in told.paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{told.title}</title>{head}</head>"
        f"<body><h1>{told.title}</h1>{body}{text}</body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("head", "body", "day", "origin", "approximate"),
    [
        ('<meta name="dc.date" content="2018-05-14">', "", date(2018, 5, 14), "metadata", False),
        ("", '<time datetime="2018-05-14T09:00+03:00">', date(2018, 5, 14), "metadata", False),
        ("", "<div class=date>١٤ أيار ٢٠١٨</div>", date(2018, 5, 14), "page", False),
        ("", "<div class=date>12 رمضان 1439 هـ</div>", date(2018, 5, 27), "page", True),
        ("", "<span class=time>قبل يومين</span>", date(2020, 1, 8), "page", True),
        (DATED_ADDRESS, "", date(2018, 5, 14), "address", False),
    ],
)  # fmt: skip
def test_the_day_is_known_with_where_it_stood(
    head: str, body: str, day: date, origin: str, approximate: bool
) -> None:
    """Metadata, the page and the address, in this order; relative ones from the crawl's day."""
    dated = draft_of_page(page_with(head, body), seen=date(2020, 1, 10)).dated
    assert dated
    assert (dated.day, dated.dating.origin, dated.dating.approximate) == (day, origin, approximate)


def test_a_relative_day_is_not_read_where_the_day_of_the_crawl_is_unknown() -> None:
    assert draft_of_page(page_with(body="<span class=time>قبل يومين</span>")).dated is None


def test_a_day_after_the_crawl_is_a_mistake() -> None:
    head = '<meta name="date" content="2021-01-01">'
    assert draft_of_page(page_with(head), seen=date(2020, 1, 10)).dated is None


def test_a_canonical_address_of_the_home_page_is_not_the_articles() -> None:
    head = '<link rel="canonical" href="https://a.example/">'
    assert draft_of_page(page_with(head), "https://a.example/x/1").url == "https://a.example/x/1"


def test_a_relative_canonical_address_is_joined_to_where_the_page_came_from() -> None:
    draft = draft_of_page(page_with('<link rel="canonical" href="/x/2">'), "https://a.example/x/1")
    assert draft.url == "https://a.example/x/2"


def test_scripts_are_neither_run_nor_read() -> None:
    script = "<script>document.write('<p>سطر من سكربت لا يقرأه أحد</p>')</script><p onclick='x()'>"
    assert "سكربت" not in draft_of_page(page_with(body=script)).text


def test_a_page_is_known_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    """As wget names pages, and as a crawler that writes text saves one by mistake."""
    for name in ("index.php?id=12", "page.txt", "report.pdf"):
        (tmp_path / name).write_bytes(page_with())
    articles = list(read([tmp_path], on_bad=refuse))
    assert [article.title for article in articles] == [story(0).title] * 3


def test_a_page_of_fifty_megabytes_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.html").open("wb") as file:
        file.write(page_with())
        file.truncate(WHOLE + 1)
    (tmp_path / "b.html").write_bytes(page_with())
    bad: list[BadRecord] = []
    assert [article.id for article in read([tmp_path], on_bad=bad.append)] == ["b.html"]
    assert [(record.file, "larger than" in record.reason) for record in bad] == [
        (str(tmp_path / "a.html"), True)
    ]


@pytest.mark.parametrize(
    "data", [b"<html>", b"<html>" + b"<div>" * 50_000, b"<html><p>" + b"&#0;\xd8" * 500]
)
def test_a_page_of_nothing_gives_nothing_and_breaks_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.html").write_bytes(data)
    (tmp_path / "b.html").write_bytes(page_with())
    assert "b.html" in [article.id for article in read([tmp_path], on_bad=print)]
