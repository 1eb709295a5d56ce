"""Lines that a site repeats are furniture; a text that is printed several times is not."""

from collections.abc import Iterable
from dataclasses import replace

from retrieval.corpus.found import Found
from retrieval.repetition import judge
from retrieval.types import Article
from tests.corpora import ARTICLES

SIGNATURE = "يكتب في الدفتر رحالة من كل بلد ويقرؤه أصدقاؤهم"


def archive(count: int, *, source: str | None = "دفتر", extra: str = SIGNATURE) -> list[Article]:
    return [
        Article(
            f"{number}",
            f"خبر رقم {number} عن القافلة التي وصلت أمس إلى الواحة وفيها {number} رجلا.\n{extra}",
            source=source,
        )
        for number in range(count)
    ]


def found(article: Article) -> Found:
    return Found(article.id, article.id, "", None, lambda: article)


def without_repeated(articles: Iterable[Article]) -> list[Article]:
    return [read for judged in judge(map(found, articles)) if (read := judged.read())]


def test_a_line_in_every_article_of_a_site_goes() -> None:
    articles = archive(5)
    for article, cleaned in zip(articles, without_repeated(articles), strict=True):
        assert cleaned == replace(article, text=article.text.split("\n")[0])


def test_a_line_of_few_articles_or_of_other_sites_stays() -> None:
    few = archive(3)
    others = [
        replace(article, id=f"{at}x", source=f"{at}") for at, article in enumerate(archive(9))
    ]
    assert without_repeated([*few, *others]) == [*few, *others]


def test_a_text_printed_again_and_again_stays_whole() -> None:
    """Copies under several addresses count once."""
    copies = [replace(ARTICLES[0], id=f"{number}") for number in range(20)]
    assert without_repeated(copies) == copies


def test_what_is_said_in_less_than_a_twentieth_of_an_archive_stays() -> None:
    said = archive(6, extra="وما زال البحث جاريا")
    rest = [
        replace(article, id=f"r{article.id}", text=f"{article.id} نص") for article in archive(900)
    ]
    assert without_repeated([*rest, *said])[-6:] == said


def test_a_dateline_stays_where_it_is_all_that_names_the_source() -> None:
    dateline = "البستان نيوز – (سلمى)"
    named, unnamed = archive(5, extra=dateline), archive(5, source=None, extra=dateline)
    assert all(dateline in article.text for article in without_repeated(unnamed))
    assert not any(dateline in article.text for article in without_repeated(named))


def test_the_order_and_number_of_articles_stay() -> None:
    articles = archive(600)
    assert [article.id for article in without_repeated(articles)] == [one.id for one in articles]
