"""Many people who ask, and the account of what they were answered.

Each question carries a word of its own in quotation marks. No article holds it, and every card
says so: that tells which question an answer is to.
"""

import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.telegram.api import Chat
from tests.telegram.server import TelegramServer

_MARK = re.compile(r"Q\d{6}")


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the questions.

    ``unheard`` are answers that came again because the server took one and its reply was lost, or
    because the bot was killed in between; ``twice`` those that came again for no reason.
    """

    asked: int
    answered: int
    twice: int
    unheard: int
    seconds: tuple[float, ...]

    @property
    def lost(self) -> int:
        return self.asked - self.answered

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def slowest_of_a_hundred(self) -> float:
        """The 99th percentile."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


class Crowd:
    """Asks through some chats, in turn."""

    def __init__(self, server: TelegramServer, chats: int, texts: Sequence[str]) -> None:
        self._server, self._texts = server, texts
        self._chats: list[Chat] = [server.private() for _ in range(chats)]
        self._asked: dict[str, float] = {}
        self.kills: list[float] = []

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
            if (now := len(self._answers())) > answered:
                answered, since = now, time.monotonic()

    def account(self) -> Account:
        """Say what became of all questions so far."""
        answers = self._answers()
        heard = Counter(mark for mark, _, performed in self._sent() if not performed)
        again = {mark: len(times) - 1 for mark, times in answers.items() if len(times) > 1}
        unheard = sum(
            count
            for mark, count in again.items()
            if len(answers[mark]) - heard[mark] >= count or self._was_killed(answers[mark])
        )
        return Account(
            asked=len(self._asked),
            answered=len(answers),
            twice=sum(again.values()) - unheard,
            unheard=unheard,
            seconds=tuple(min(times) - self._asked[mark] for mark, times in answers.items()),
        )

    def _was_killed(self, times: Sequence[float]) -> bool:
        """Whether the bot was killed within moments of the first of some answers."""
        return any(min(times) <= kill + 0.5 < max(times) + 0.5 for kill in self.kills)

    def _answers(self) -> dict[str, list[float]]:
        """When each question's answers arrived."""
        found: dict[str, list[float]] = {}
        for mark, at, _ in self._sent():
            found.setdefault(mark, []).append(at)
        return found

    def _sent(self) -> Iterator[tuple[str, float, bool]]:
        """Each answer that arrived: its question, when, and whether the bot never learnt it."""
        for call in self._server.called("sendMessage"):
            mark = _MARK.search(str(call.params.get("text", "")))
            if mark and (call.status == 200 or call.performed):
                yield mark.group(), call.at, call.performed
