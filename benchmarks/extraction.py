"""How well pages are read: body, title, day, address and source, beside trafilatura alone.

Usage: python -m benchmarks.extraction [--news CORPUS.jsonl.gz] [--articles N]

Without --news, the stories written for the tests in their layouts. With it, the news of a corpus
rendered into the same layouts in turn: words lost and added, and days right.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import trafilatura

from retrieval.cleaning import clean
from retrieval.corpus import Survey, read
from retrieval.repetition import judge
from retrieval.types import Article
from tests.pages.layouts import LAYOUTS, Page
from tests.pages.stories import Story, Teaser, story


@dataclass(frozen=True, slots=True)
class Read:
    """A page, what it says, and what two readers made of it."""

    layout: str
    story: Story
    page: Page
    ours: Article
    theirs: Article


def f1(found: str, wanted: str) -> float:
    """The harmonic mean of precision and recall over words, each as often as it stands."""
    ours, true = Counter(found.split()), Counter(wanted.split())
    total = ours.total() + true.total()
    return 2 * (ours & true).total() / total if total else 1.0


def read_pages(stories: Iterable[Story]) -> Iterator[Read]:
    """Each story in the next layout, as a build reads them all and as trafilatura alone does."""
    with tempfile.TemporaryDirectory() as name:
        folder, printed = Path(name), []
        for number, own in enumerate(stories):
            layout = LAYOUTS[number % len(LAYOUTS)]
            page = layout(own)
            (folder / f"{number:06}.html").write_bytes(page.data)
            printed.append((layout.__name__, own, page))
        judged = judge(Survey([folder], on_bad=complain).found())
        ours = (clean(article) for each in judged if (article := each.read()))
        for (layout_name, own, page), article in zip(printed, ours, strict=True):
            yield Read(layout_name, own, page, article, alone(page.data))


def complain(bad: object) -> None:
    print(bad, file=sys.stderr)


def alone(data: bytes) -> Article:
    found = trafilatura.bare_extraction(data, with_metadata=True, include_comments=False)
    fields = found if isinstance(found, dict) else found.as_dict() if found else {}
    return Article(
        id=str(fields.get("date")),
        text=fields.get("text") or "",
        title=fields.get("title") or "",
        url=fields.get("url"),
        source=fields.get("sitename"),
    )


def news(path: Path) -> Iterator[Story]:
    """The dated news of a corpus, each with the six before it around it."""
    around: list[Teaser] = []
    for article in read([path], on_bad=complain):
        if not (article.published and article.title and len(article.text) > 400):
            continue
        paragraphs = tuple(line.strip() for line in article.text.split("\n") if line.strip())
        if len(around) == 6:
            yield Story(
                " ".join(article.title.split()),
                paragraphs,
                article.published,
                f"news-{len(article.id)}",
                tuple(around),
            )
        around = [*around[-5:], Teaser(article.title, article.text[:200])]


def compare(pages: Iterable[Read]) -> None:
    print(f"{'layout':16} {'body F1':>8} {'alone':>8}   title  day  url  source (ours/alone)")
    both = []
    for one in pages:
        body = one.story.body
        both.append((f1(one.ours.text, body), f1(one.theirs.text, body)))
        truth = one.page.truth
        day = one.story.day if truth.dated else None
        right = [
            (one.ours.title == one.story.title, one.theirs.title == one.story.title),
            (one.ours.published == day, one.theirs.id == str(day)),
            (one.ours.url == truth.url, one.theirs.url == truth.url),
            (one.ours.source == truth.source, one.theirs.source == truth.source),
        ]
        marks = "  ".join(f"{'+' if a else '-'}/{'+' if b else '-'}" for a, b in right)
        print(f"{one.layout:16} {both[-1][0]:8.3f} {both[-1][1]:8.3f}   {marks}")
    ours, theirs = (sum(values) / len(both) for values in zip(*both, strict=True))
    print(f"{'mean':16} {ours:8.3f} {theirs:8.3f}")


def lost_and_added(pages: Iterable[Read]) -> None:
    words = lost = added = days = count = 0
    for one in pages:
        ours, true = Counter(one.ours.text.split()), Counter(one.story.body.split())
        words += true.total()
        lost += (true - ours).total()
        added += (ours - true).total()
        dated = one.page.truth.dated
        count += dated
        days += dated and one.ours.published == one.story.day
    print(f"{words:,} words: lost {lost / words:.2%}, added {added / words:.2%}")
    print(f"{count:,} dated pages: {days / count:.2%} of the days right")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--news", type=Path)
    parser.add_argument("--articles", type=int, default=200)
    options = parser.parse_args()
    if options.news:
        lost_and_added(read_pages(islice(news(options.news), options.articles)))
    else:
        compare(read_pages(map(story, range(len(LAYOUTS)))))


if __name__ == "__main__":
    main()
