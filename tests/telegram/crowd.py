"""Many people who ask, and the account of what they were answered.

Each question carries a word of its own in quotation marks. No article holds it, and every card
says so: that tells which question an answer is to.
"""

import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.telegram.api import Chat
from tests.telegram.server import TelegramServer

_MARK = re.compile(r"Q\d{6}")


_MOMENTS = 3.0
"""Seconds before it is killed in which a bot may have sent what it has not noted as answered."""
_ON_ITS_WAY = 1.5
"""Seconds behind it in which the server may take what was sent: longer than it delays anything, and
shorter than a bot takes to start."""


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the questions.

    ``unheard`` are answers that came again because the server took one and its reply was lost, or
    because the bot was killed moments after; ``twice`` those that came again for no reason.
    ``seconds`` are those until each question's first answer, ``lasted`` those from the first
    question to the last answer.
    """

    asked: int
    answered: int
    twice: int
    unheard: int
    seconds: tuple[float, ...]
    lasted: float

    @property
    def lost(self) -> int:
        return self.asked - self.answered

    @property
    def rate(self) -> float:
        """Questions answered a second."""
        return self.answered / self.lasted

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def slowest_of_a_hundred(self) -> float:
        """The 99th percentile."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """When an answer arrived, and whether the bot learnt that it had."""

    at: float
    heard: bool


class Crowd:
    """Asks through some chats, in turn."""

    def __init__(self, server: TelegramServer, chats: int, texts: Sequence[str]) -> None:
        self._server, self._texts = server, texts
        self._chats: list[Chat] = [server.private() for _ in range(chats)]
        self._asked: dict[str, float] = {}
        self._answered: dict[str, list[_Arrival]] = {}
        self._calls_read = 0
        self._kills: list[float] = []

    @property
    def asked(self) -> int:
        return len(self._asked)

    def note_kill(self) -> None:
        """Note that the bot was just killed, so that it sends nothing more."""
        self._kills.append(time.monotonic())

    def ask(self, rate: float, questions: int) -> Iterator[int]:
        """Ask so many questions a second; yield how many were asked so far."""
        start = time.monotonic()
        for number in range(questions):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            mark = f"Q{len(self._asked):06}"
            text = self._texts[number % len(self._texts)]
            self._asked[mark] = time.monotonic()
            self._server.say(self._chats[number % len(self._chats)], f"{text} «{mark}»")
            yield number + 1

    def wait(self, patience: float) -> None:
        """Wait until every question is answered, or until nothing has come for so long."""
        answered, since = -1, time.monotonic()
        while answered < len(self._asked) and time.monotonic() - since < patience:
            time.sleep(0.1)
            self._read()
            if len(self._answered) > answered:
                answered, since = len(self._answered), time.monotonic()

    def account(self) -> Account:
        """Say what became of all questions so far.

        Raises:
            AssertionError: not one of them was answered.

        """
        self._read()
        assert self._answered
        first = {mark: arrivals[0].at for mark, arrivals in self._answered.items()}
        repeated = [each for arrivals in self._answered.values() for each in arrivals[:-1]]
        unheard = sum(not self._was_heard(each) for each in repeated)
        return Account(
            asked=len(self._asked),
            answered=len(self._answered),
            twice=len(repeated) - unheard,
            unheard=unheard,
            seconds=tuple(at - self._asked[mark] for mark, at in first.items()),
            lasted=max(first.values()) - min(self._asked.values()),
        )

    def _was_heard(self, arrival: _Arrival) -> bool:
        """Whether the bot could know that this answer had arrived, and note it."""
        killed = any(-_MOMENTS <= arrival.at - kill <= _ON_ITS_WAY for kill in self._kills)
        return arrival.heard and not killed

    def _read(self) -> None:
        """Take in the answers that arrived since the last time."""
        calls = self._server.calls[self._calls_read :]
        self._calls_read += len(calls)
        for call in calls:
            mark = _MARK.search(str(call.params.get("text", "")))
            if mark and call.method == "sendMessage" and (call.status == 200 or call.performed):
                arrivals = self._answered.setdefault(mark.group(), [])
                arrivals.append(_Arrival(call.at, not call.performed))
