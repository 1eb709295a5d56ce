"""What Prometheus is told: counts and times, nothing of what people wrote or who they are."""

from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.search import Search
from retrieval.types import Answer

Outcome = Literal["found", "unsure", "not_found", "limited", "busy", "refused", "failed"]

_SECONDS: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)


class Metrics:
    """One bot's figures since it started."""

    def __init__(self, search: Search) -> None:
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "dalil_questions",
            "Questions by what became of them.",
            ["outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "dalil_answer_seconds",
            "From a person's turn until the answer was sent.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._inline = Counter(
            "dalil_inline_queries",
            "Inline queries by what became of them, without those that were typed past.",
            ["outcome"],
            registry=self.registry,
        )
        self._inline_seconds = Histogram(
            "dalil_inline_seconds",
            "From an inline query until its results were sent.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._votes = Counter(
            "dalil_votes",
            "Presses of the buttons under an answer.",
            ["vote"],
            registry=self.registry,
        )
        self._told = Counter(
            "dalil_watches_told",
            "New passages told to those who wait for them.",
            registry=self.registry,
        )
        Gauge(
            "dalil_waiting_questions",
            "Questions at the search or before it.",
            registry=self.registry,
        ).set_function(lambda: search.waiting)
        Gauge("dalil_passages", "Passages in the index.", registry=self.registry).set_function(
            lambda: search.answers.info.passages
        )

    def answered(self, answer: Answer, seconds: float, *, inline: bool = False) -> None:
        """Count an answer that was sent."""
        outcome: Outcome = "unsure" if answer.unsure else "not_found"
        self.count("found" if answer.found else outcome, inline=inline)
        (self._inline_seconds if inline else self._seconds).observe(seconds)

    def count(self, outcome: Outcome, *, inline: bool = False) -> None:
        """Count a question, or an inline query."""
        (self._inline if inline else self._questions).labels(outcome).inc()

    def voted(self, *, good: bool) -> None:
        """Count a vote."""
        self._votes.labels("good" if good else "bad").inc()

    def told(self) -> None:
        """Count a new passage that was told."""
        self._told.inc()

    def questions(self) -> dict[str, int]:
        """Return the questions by outcome."""
        samples = (sample for family in self._questions.collect() for sample in family.samples)
        return {
            sample.labels["outcome"]: int(sample.value)
            for sample in samples
            if sample.name.endswith("_total")
        }

    def exposed(self) -> bytes:
        """All figures in Prometheus's text format."""
        return generate_latest(self.registry)
