"""How well an index answers a file of questions whose answers are known."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from embeddings.encoder import Encoding
from retrieval.errors import QuestionFileError
from retrieval.retriever import Retriever
from retrieval.types import Progress

_DEPTH: Final = 100
"""Articles of a ranking that are looked at."""
_KEPT: Final = 0.95


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the articles that answer it; none: the corpus does not."""

    id: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: the ranks of its relevant articles, and the confidence."""

    ranks: tuple[int, ...]
    relevant: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Quality:
    """Mean measures over the answerable questions of one file; each between 0 and 1."""

    ndcg_at_10: float
    mrr_at_10: float
    hit_at_1: float
    hit_at_5: float
    recall_at_100: float

    def to_dict(self) -> dict[str, float]:
        """The measures by the names that ``eval --json`` gives them."""
        return {
            "ndcg@10": self.ndcg_at_10,
            "mrr@10": self.mrr_at_10,
            "hit@1": self.hit_at_1,
            "hit@5": self.hit_at_5,
            "recall@100": self.recall_at_100,
        }


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well confidence tells answerable from unanswerable questions.

    ``answered_wrongly_at_95`` is the share of unanswerable questions still answered at the
    threshold that keeps 95 % of the answerable.
    """

    auroc: float
    answered_wrongly_at_95: float

    def to_dict(self) -> dict[str, float]:
        """The measures by the names that ``eval --json`` gives them."""
        return {"auroc": self.auroc, "answered_wrongly@95": self.answered_wrongly_at_95}


@dataclass(frozen=True, slots=True)
class Report:
    """Per file: how many questions, and their quality (None where none is answerable)."""

    questions: dict[str, int]
    quality: dict[str, Quality | None]
    abstention: Abstention | None

    def to_dict(self) -> dict[str, Any]:
        """The report as ``eval --json`` writes it."""
        files: dict[str, Any] = {
            name: {"questions": count} | (quality.to_dict() if quality else {})
            for (name, count), quality in zip(
                self.questions.items(), self.quality.values(), strict=True
            )
        }
        return files | ({"abstention": self.abstention.to_dict()} if self.abstention else {})


def read_questions(path: Path) -> list[Question]:
    """Read a file of questions, one JSON object a line: ``id``, ``question``, ``relevant``.

    Raises:
        QuestionFileError: the file or a line of it cannot be read.
    """
    try:
        # Not splitlines: a JSON string may hold U+2028 and the like.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise QuestionFileError(f"cannot read the questions in {path}: {reason}") from error
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    questions = [_question(f"{path}:{number}", line) for number, line in numbered]
    if not questions:
        raise QuestionFileError(f"no question in {path}: write one JSON object a line")
    return questions


def evaluate(
    retriever: Retriever,
    files: dict[str, list[Question]],
    progress: Progress = lambda stage, done, total: None,  # noqa: ARG005 - a silent Progress
) -> Report:
    """Ask every question and compare; ranks count articles, each once, at its best passage."""
    outcomes: dict[str, list[Outcome]] = {}
    for name, questions in files.items():
        encodings = retriever.encode([question.text for question in questions])
        outcomes[name] = []
        for question, encoding in zip(questions, encodings, strict=True):
            outcomes[name].append(_outcome(retriever, question, encoding))
            progress(name, len(outcomes[name]), len(questions))
    every = [outcome for own in outcomes.values() for outcome in own]
    return Report(
        questions={name: len(own) for name, own in outcomes.items()},
        quality={name: quality(own) for name, own in outcomes.items()},
        abstention=abstention(
            [outcome.confidence for outcome in every if outcome.relevant],
            [outcome.confidence for outcome in every if not outcome.relevant],
        ),
    )


def quality(outcomes: Sequence[Outcome]) -> Quality | None:
    """Average the measures over the answerable questions; None where there is none."""
    rows = [_measures(outcome) for outcome in outcomes if outcome.relevant]
    return Quality(*np.mean(rows, axis=0).tolist()) if rows else None


def abstention(answerable: Sequence[float], unanswerable: Sequence[float]) -> Abstention | None:
    """Compare the confidences of both kinds; None where one is missing."""
    if not answerable or not unanswerable:
        return None
    positive, negative = np.asarray(answerable), np.sort(unanswerable)
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(
        negative, positive, "right"
    )
    threshold = np.sort(positive)[int(len(positive) * (1 - _KEPT))]
    return Abstention(
        auroc=float(below.mean() / 2 / len(negative)),
        answered_wrongly_at_95=float((negative >= threshold).mean()),
    )


def _outcome(retriever: Retriever, question: Question, encoding: Encoding) -> Outcome:
    ranking = retriever.rank(question.text, encoding)
    articles = retriever.articles_of(ranking.candidates.passages.tolist())
    found = list(dict.fromkeys(articles))[:_DEPTH]
    ranks = tuple(rank for rank, name in enumerate(found, 1) if name in question.relevant)
    return Outcome(ranks, len(question.relevant), ranking.confidence)


def _measures(outcome: Outcome) -> tuple[float, ...]:
    best = min(outcome.ranks, default=_DEPTH + 1)
    gain = sum(1 / np.log2(rank + 1) for rank in outcome.ranks if rank <= 10)
    ideal = sum(1 / np.log2(rank + 1) for rank in range(1, min(outcome.relevant, 10) + 1))
    return (
        float(gain / ideal),
        1 / best if best <= 10 else 0.0,
        float(best <= 1),
        float(best <= 5),
        len(outcome.ranks) / outcome.relevant,
    )


def _question(where: str, line: str) -> Question:
    try:
        fields = json.loads(line)
        text, relevant = fields["question"], fields["relevant"]
        if isinstance(text, str) and isinstance(relevant, list):
            return Question(str(fields.get("id", where)), text, frozenset(map(str, relevant)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise QuestionFileError(f'{where}: not of the form {{"id", "question", "relevant": [...]}}')
