"""How many planted copies of news articles a build finds, how surely, how fast, in what memory.

    python benchmarks/duplicates.py ../shared/eval/corpus.jsonl.gz

Copies have another headline, dateline or paragraph; what must stay apart another figure or name, or
a paragraph more. No two plants are of one article. The memory is that of 100,000 articles mixed
from the corpus's paragraphs.
"""

import argparse
import random
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from retrieval.cleaning import clean
from retrieval.corpus import read
from retrieval.stories import Stories, signature
from retrieval.types import Article

_EACH = 400
"""Plants of each kind."""
_MIXED = 100_000
_WORDS, _PARAGRAPHS = 100, 5
"""Of an article that is planted at least."""
_LARGEST = 0.25
"""Of an article's words, in the paragraph that is exchanged."""

_PLACES = ("بيروت", "القاهرة", "دبي", "عمّان", "باريس", "الرباط", "واشنطن")
_AGENCIES = ("رويترز", "أ ف ب", "وكالات", "د ب أ", "الأناضول")
_NAMES = (
    *("ترامب", "بوتين", "أردوغان", "ماكرون", "ميركل", "نتانياهو", "روحاني", "خاشقجي", "سلمان"),
    *("محمد", "محمود", "أحمد", "حسن", "حسين", "علي", "سليم", "سالم", "كريم", "خالد", "سليمان"),
    *("ميسي", "رونالدو", "زيدان", "نيمار", "صلاح", "مورينيو"),
    *("دمشق", "حلب", "صنعاء", "الحديدة", "بغداد", "طهران", "موسكو", "لندن", "برلين", "تونس"),
)
_FIGURE = re.compile(r"(?<![\d.,])\d{1,4}(?![\d.,])")


class Planted(NamedTuple):
    """An article made of another of the corpus, by its number, and what was done to it."""

    kind: str
    original: int
    article: Article


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the finding of duplicates.")
    parser.add_argument("corpus", type=Path)
    corpus = parser.parse_args().corpus
    started = time.process_time()
    articles = [clean(article) for article in read([corpus], on_bad=print)]
    print(f"{len(articles):,} articles read in {time.process_time() - started:.1f} s of processor")
    plants = planted(articles, random.Random(1))  # noqa: S311 - a repeatable choice
    found = stories([*articles, *(plant.article for plant in plants)])
    report(plants, found, len(articles))
    memory(articles)


def stories(articles: Sequence[Article]) -> dict[int, int]:
    """Find the stories of articles, and say how long that took."""
    collected = Stories()
    started = time.process_time()
    for number, article in enumerate(articles):
        collected.add(number, article.source, signature(article))
    added = time.process_time()
    found = collected.find(lambda number: articles[number].text)
    ended = time.process_time()
    print(
        f"{len(articles):,} articles: {added - started:.1f} s adding, {ended - added:.1f} s "
        f"finding, {len(articles) / (ended - started):,.0f} a second; {len(found):,} repeat another"
    )
    return found


def planted(articles: Sequence[Article], chooser: random.Random) -> list[Planted]:
    """Make plants of articles of the news, of each kind as many."""
    fit = [number for number, article in enumerate(articles) if _fits(article)]
    chooser.shuffle(fit)
    left = iter(fit)
    plants: list[Planted] = []
    for kind, plant in (*COPIES.items(), *OTHERS.items()):
        made = (
            Planted(kind, number, article)
            for number in left
            if (article := plant(articles[number], articles, chooser))
        )
        plants += islice(made, _EACH)
    return plants


def report(plants: Sequence[Planted], found: dict[int, int], first: int) -> None:
    """Print how many of each kind were joined with their original, precision and recall.

    The plants are numbered on from ``first``.
    """
    joined: Counter[str] = Counter()
    for number, plant in enumerate(plants, first):
        same = found.get(number, number) == found.get(plant.original, plant.original)
        joined[plant.kind] += same
    planted = Counter(plant.kind for plant in plants)
    print("\n| planted | count | joined |\n|---|---|---|")
    for kind, count in planted.items():
        print(f"| {kind} | {count} | {joined[kind]} |")
    right, wrong = (sum(joined[kind] for kind in kinds) for kinds in (COPIES, OTHERS))
    copies = sum(planted[kind] for kind in COPIES)
    print(f"\nprecision {right / (right + wrong):.4f}, recall {right / copies:.4f}\n")


def memory(articles: Sequence[Article]) -> None:
    """Print the peak of the process's memory as 100,000 articles go by, and then are compared."""
    paragraphs = [line for article in articles[:3_000] for line in article.text.split("\n")]

    def mixed(number: int) -> Article:
        chooser = random.Random(number)  # noqa: S311 - a repeatable choice
        return Article(str(number), "\n".join(chooser.choices(paragraphs, k=6)))

    print("| articles | peak of the process, MB |\n|---|---|")
    collected = Stories()
    for number in range(_MIXED):
        if number % (_MIXED // 5) == 0:
            print(f"| {number:,} | {_peak():,.0f} |")
        collected.add(number, None, signature(mixed(number)))
    print(f"| {_MIXED:,} | {_peak():,.0f} |")
    found = collected.find(lambda number: mixed(number).text)
    print(f"| compared: {len(found):,} repeat another | {_peak():,.0f} |")


def same(article: Article, _: Sequence[Article], __: random.Random) -> Article:
    """Copy an article to another address."""
    return article


def headline(article: Article, articles: Sequence[Article], chooser: random.Random) -> Article:
    """Give it another headline and paper."""
    return replace(article, title=chooser.choice(articles).title, source="another")


def dateline(article: Article, _: Sequence[Article], chooser: random.Random) -> Article:
    """Put a place and an agency before it, in one of the ways that papers do."""
    place, agency = chooser.choice(_PLACES), chooser.choice(_AGENCIES)
    line = chooser.choice([f"{place} ({agency}) - ", f"{place} – ", f"{place} - {agency}: "])
    return replace(article, text=line + article.text)


def paragraph(
    article: Article, articles: Sequence[Article], chooser: random.Random
) -> Article | None:
    """Exchange a paragraph, be it the first, with one of another article of like length."""
    lines = article.text.split("\n")
    at = chooser.randrange(len(lines))
    words = len(lines[at].split())
    if not 10 <= words <= _LARGEST * len(article.text.split()):
        return None
    others = (line for other in chooser.choices(articles, k=200) for line in other.text.split("\n"))
    lines[at] = next(line for line in others if words <= 2 * len(line.split()) <= 3 * words)
    return replace(article, text="\n".join(lines))


def figure(article: Article, _: Sequence[Article], chooser: random.Random) -> Article | None:
    """Correct one figure."""
    places = list(_FIGURE.finditer(article.text))
    if not places:
        return None
    place = chooser.choice(places)
    other = str(int(place.group()) + chooser.randint(1, 9))
    return replace(
        article, text=article.text[: place.start()] + other + article.text[place.end() :]
    )


def name(article: Article, _: Sequence[Article], chooser: random.Random) -> Article | None:
    """Correct a name wherever it stands."""
    here = [name for name in _NAMES if re.search(rf"\b{name}\b", article.text)]
    if not here:
        return None
    wrong = chooser.choice(here)
    other = chooser.choice([name for name in _NAMES if name not in here])
    return replace(article, text=re.sub(rf"\b{wrong}\b", other, article.text))


def update(article: Article, articles: Sequence[Article], chooser: random.Random) -> Article:
    """Add a paragraph, before or behind: the paper's own news."""
    lines = (line for other in chooser.choices(articles, k=200) for line in other.text.split("\n"))
    added = next(line for line in lines if len(line.split()) >= 20)
    text = [added, article.text] if chooser.random() < 0.5 else [article.text, added]
    return replace(article, text="\n".join(text))


Plant = Callable[[Article, Sequence[Article], random.Random], Article | None]
COPIES: Final[dict[str, Plant]] = {
    "the same": same,
    "another headline": headline,
    "another dateline": dateline,
    "another paragraph": paragraph,
}
OTHERS: Final[dict[str, Plant]] = {
    "another figure": figure,
    "another name": name,
    "a paragraph more": update,
}


def _fits(article: Article) -> bool:
    paragraphs = article.text.count("\n") + 1
    words = len(article.text.split())
    return article.published is not None and paragraphs >= _PARAGRAPHS and words >= _WORDS


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
