"""How many questions one person may ask."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

_WINDOW: Final = 60.0
"""Seconds."""
_PEOPLE: Final = 10_000
"""People whose latest questions are remembered: those who wrote last."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a question may be asked; if not, after how many seconds one may.

    ``first`` is True for the first of a row that may not: that one is told, the others would only
    be told the same.
    """

    allowed: bool
    wait: int = 0
    first: bool = False


class PersonLimits:
    """Lets everybody ask so many questions in any sixty seconds."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: OrderedDict[int, deque[float]] = OrderedDict()
        self._told: set[int] = set()

    def take(self, person: int, at: float) -> Verdict:
        """Count a question asked ``at`` a time in seconds, if it may be asked."""
        times = self._asked.setdefault(person, deque())
        self._asked.move_to_end(person)
        while len(self._asked) > _PEOPLE:
            self._told.discard(self._asked.popitem(last=False)[0])
        while times and times[0] <= at - _WINDOW:
            times.popleft()
        if len(times) < self._most:
            times.append(at)
            self._told.discard(person)
            return Verdict(allowed=True)
        first = person not in self._told
        self._told.add(person)
        return Verdict(False, max(1, round(times[0] + _WINDOW - at)), first)

    def forget(self, person: int) -> None:
        """Forget when somebody asked."""
        self._asked.pop(person, None)
        self._told.discard(person)
