"""What is to be done once, however often it is asked for."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

# A press comes again within moments; afterwards its button is gone.
_REMEMBERED = 10_000


class Once:
    """The latest things that were begun."""

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._begun: OrderedDict[Hashable, None] = OrderedDict()

    @contextmanager
    def begin(self, what: Hashable) -> Iterator[bool]:
        """Tell whether this is the first time; where it fails, the next time is."""
        first = what not in self._begun
        self._begun[what] = None
        if len(self._begun) > self._size:
            self._begun.popitem(last=False)
        try:
            yield first
        except BaseException:
            if first:
                self._begun.pop(what, None)
            raise
