"""Which passages of a ranking are one hit: those of one article, and those that say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from retrieval.duplicates import Fingerprint
from retrieval.types import Passage

_SEARCHED: Final = 20
"""Passages looked at in any case: with three hits they hold 4 in 5 of the repetitions that fifty
do for the headlines of docs/retrieval.md, and nearly all for its other questions."""
_MORE: Final = 3
_NEAR: Final = 10
_SHARE: Final = 0.5
"""Of the best passage's score. 0 is a candidate of mean similarity without a word of the question.
Set by hand, as are the two above: in a small collection every passage is near."""


@dataclass(frozen=True, slots=True)
class Group:
    """One hit, by places in the ranking.

    ``best`` is the passage to show, ``more`` are further ones of its article, and ``also`` those
    of other articles that repeat what these say, one each; both ascend.
    """

    best: int
    more: tuple[int, ...]
    also: tuple[int, ...]

    @property
    def places(self) -> tuple[int, ...]:
        """All of them."""
        return self.best, *self.more, *self.also


class Told(NamedTuple):
    """A passage, and the number of the story that its article tells."""

    story: int
    passage: Passage


def group(ranking: Iterable[Told], scores: Sequence[float], k: int) -> list[Group]:
    """Group the passages of a ranking, best first, into at most ``k`` hits.

    An article counts by its best passage: that begins a hit, or tells a hit's story, or repeats
    what a hit says, or comes too late. Of its other passages up to three join its hit, those at
    most ten places behind and with half the score. Only as many passages are taken as are needed,
    and twenty at the least.
    """
    hits: list[_Growing] = []
    articles: dict[str, _Growing | None] = {}
    for place, (told, score) in enumerate(zip(ranking, scores, strict=True)):
        if len(hits) == k and place >= _SEARCHED:
            break
        ranked = _Ranked(place, score, told.story, told.passage.text)
        article = told.passage.article_id
        if article not in articles:
            articles[article] = _best(ranked, hits, k)
        elif hit := articles[article]:
            hit.add(ranked)
    return [Group(hit.best.place, tuple(hit.more), tuple(hit.also)) for hit in hits]


class _Ranked(NamedTuple):
    place: int
    score: float
    story: int
    text: str


class _Growing:
    """A hit in the making."""

    def __init__(self, best: _Ranked, said: Fingerprint) -> None:
        self.best = best
        self.more: list[int] = []
        self.also: list[int] = []
        self.said = said

    def add(self, other: _Ranked) -> None:
        """Take a further passage of the hit's article, if it is good and there is room."""
        near = other.place - self.best.place <= _NEAR
        if near and other.score >= _SHARE * self.best.score and len(self.more) < _MORE:
            self.more.append(other.place)
            self.said |= Fingerprint.of(other.text)


def _best(best: _Ranked, hits: list[_Growing], k: int) -> _Growing | None:
    """Begin a hit with an article's best passage, unless it repeats one or ``k`` are there."""
    said = Fingerprint.of(best.text)
    for hit in hits:
        if best.story == hit.best.story or said.repeats(hit.said):
            hit.also.append(best.place)
            return None
    if len(hits) == k:
        return None
    hits.append(_Growing(best, said))
    return hits[-1]
