"""What networks and Telegram do to a bot by chance, the same for the same seed."""

import random
from dataclasses import dataclass, field
from typing import Any

from tests.telegram.faults import Fault, dropped, slow, too_many_requests


@dataclass
class Weather:
    """The chance of each fault, and of updates that come twice or out of order."""

    seed: int = 1
    floods: float = 0.0
    drops: float = 0.0
    lost_replies: float = 0.0
    delays: float = 0.0
    longest: float = 1.0
    repeats: float = 0.0
    disorder: float = 0.0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - no secret

    def fault(self, method: str) -> Fault:
        """How the next call of a method goes."""
        messages = method == "sendMessage"
        kinds = (
            (self.floods if messages else 0.0, too_many_requests(1)),
            (self.drops, dropped()),
            (self.lost_replies if messages else 0.0, dropped(performed=True)),
            (self.delays, slow(self._chance.uniform(0.0, self.longest))),
        )
        at = self._chance.random()
        for share, fault in kinds:
            if at < share:
                return fault
            at -= share
        return Fault()

    def delivered(
        self, updates: list[dict[str, Any]], before: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """The updates as they come: perhaps some of those before once more, perhaps mixed."""
        if updates and before and self._chance.random() < self.repeats:
            updates = [*updates, *self._chance.sample(before, min(3, len(before)))]
        if self._chance.random() < self.disorder:
            self._chance.shuffle(updates)
        return updates


FAIR = Weather()
FOUL = Weather(
    floods=0.005,
    drops=0.02,
    lost_replies=0.01,
    delays=0.05,
    repeats=0.1,
    disorder=0.3,
)
