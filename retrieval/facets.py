"""What filters look at, the source and the day of each article, and what they admit."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval import arabic, phonetic
from retrieval.errors import UnknownSourceError
from retrieval.types import Filters

UNKNOWN: Final = -1
"""In place of the source or the day of an article that has none."""
GONE: Final = -2
"""In place of the day of an article, and of the article of a passage, that are no more."""
_NAMED: Final = 3
"""Sources named in place of one that no article has."""


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """Of each article its source, as a place in ``names``, and its day, as an ordinal.

    ``sources`` and ``days`` have shape (articles,); ``owners``, shape (passages,), is the article
    of each passage. Both by number, and so with places for what is no more.
    """

    names: tuple[str, ...]
    sources: NDArray[np.int32]
    days: NDArray[np.int32]
    owners: NDArray[np.int32]

    def passages(self, filters: Filters) -> NDArray[np.int64]:
        """Return the numbers of the passages within the filters, ascending.

        Raises:
            UnknownSourceError: no article is of a source that they name.
        """
        present = np.flatnonzero(self.owners != GONE)
        return present[self._within(filters)[self.owners[present]]]

    def admitted(self, articles: Iterable[int], filters: Filters) -> list[int]:
        """Return those of some articles that are within the filters, in the order given.

        Raises:
            FilterError: no article is of a source that they name.
        """
        within = self._within(filters)
        return [number for number in articles if within[number]]

    def undated(self, filters: Filters) -> int:
        """Return how many articles the filters leave out for nothing but their missing day.

        Raises:
            UnknownSourceError: no article is of a source that they name.
        """
        within = self._of_sources(filters) & (self.days == UNKNOWN)
        return int(np.count_nonzero(within)) if filters.dated else 0

    def _within(self, filters: Filters) -> NDArray[np.bool_]:
        within = self._of_sources(filters)
        if filters.dated:
            low, high = filters.since or date.min, filters.until or date.max
            within &= (low.toordinal() <= self.days) & (self.days <= high.toordinal())
        return within

    def _of_sources(self, filters: Filters) -> NDArray[np.bool_]:
        wanted, unwanted = self._places(filters.sources), self._places(filters.not_sources)
        within = np.isin(self.sources, wanted) if wanted else np.ones(len(self.sources), bool)
        return within & ~np.isin(self.sources, unwanted)

    def _places(self, names: Collection[str]) -> list[int]:
        unknown = next((name for name in names if name not in self.names), None)
        if unknown is not None:
            raise self._unknown(unknown)
        return [self.names.index(name) for name in names]

    def _unknown(self, name: str) -> UnknownSourceError:
        said = f"no article is of the source {name!r}"
        if not self.names:
            return UnknownSourceError(name, (), f"{said}: none names its source")
        near = list(islice(dict.fromkeys(_like(name, self.names)), _NAMED))
        if near:
            return UnknownSourceError(name, near, f"{said}: the nearest are {_listed(near)}")
        counts = np.bincount(self.sources[self.sources != UNKNOWN])
        largest = [self.names[place] for place in np.argsort(-counts, kind="stable")[:_NAMED]]
        return UnknownSourceError(name, largest, f"{said}: the largest are {_listed(largest)}")


def _like(name: str, names: Collection[str]) -> Iterator[str]:
    """Yield the names that are written nearly so, then those that sound nearly so."""
    for form in (arabic.fold, _sound):
        known = {form(each): each for each in names if form(each)}
        for found in get_close_matches(form(name), known, n=_NAMED):
            yield known[found]


def _sound(name: str) -> str:
    return " ".join(phonetic.skeletons(name))


def _listed(names: Collection[str]) -> str:
    return ", ".join(map(repr, names))
