"""What is opened from disk, opened again in the background once it was replaced there."""

import logging
from collections.abc import Callable, Hashable
from threading import Event, Thread, current_thread
from typing import Final, Generic, TypeVar

logger = logging.getLogger(__name__)

_LOOK: Final = 1.0
"""Seconds between two looks at what is published."""
_LONGEST: Final = 60.0
"""Seconds that the wait after a failure grows to."""
_END: Final = 10.0
"""Seconds that a program's end waits for an opening under way."""

_Value = TypeVar("_Value")


class Reloaded(Generic[_Value]):
    """Holds what was opened last, as ``current``, and follows what is published.

    A caller that reads ``current`` once and works with that alone never mixes two states; the old
    one is let go with the last reference to it. What cannot be opened is logged in one line, and
    the last that could stays.
    """

    def __init__(
        self, mark: Callable[[], Hashable], open_: Callable[[_Value | None], _Value]
    ) -> None:
        """Open it for the first time, which may raise what ``open_`` raises.

        Args:
            mark: returns something else whenever something else is published; called every second.
            open_: opens what is published, given what was opened before.
        """
        self._mark, self._open = mark, open_
        self.current = self._opened(None)
        self._stopped = Event()
        self._thread = Thread(target=self._follow, name="dalil-reload", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no longer; ``current`` stays."""
        self._stopped.set()
        if current_thread() is not self._thread:
            self._thread.join(_END)

    def _follow(self) -> None:
        wait, said = _LOOK, ""
        while not self._stopped.wait(wait):
            if self._mark() == self._seen:
                continue
            try:
                self.current = self._opened(self.current)
                wait, said = _LOOK, ""
            except Exception as error:
                wait, why = min(wait * 2, _LONGEST), _line(error)
                if why != said:
                    logger.warning("not in use, the index opened before stays so: %s", why)
                said = why

    def _opened(self, before: _Value | None) -> _Value:
        """Open what is published; again if it was replaced, and dropped, in the meantime."""
        while True:
            seen = self._mark()
            try:
                value = self._open(before)
            except Exception:
                if self._mark() == seen:
                    raise
            else:
                self._seen = seen
                return value


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
