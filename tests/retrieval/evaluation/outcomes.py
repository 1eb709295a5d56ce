"""What came of invented questions."""

from retrieval.evaluation import Outcome, Question, Run
from retrieval.types import IndexInfo

INDEX = IndexInfo("20261122T000000000000Z-0000", "hash", 40)


def outcome(
    *ranks: int,
    relevant: int = 1,
    dense: tuple[int, ...] = (),
    lexical: tuple[int, ...] = (),
    confidence: float = 0.5,
    found: bool = True,
    name: str = "q",
    language: str = "ar",
) -> Outcome:
    """Return what came of a question with so many relevant articles."""
    question = Question(name, f"سؤال {name}", frozenset(map(str, range(relevant))))
    return Outcome(question, language, ranks, dense, lexical, confidence, found)


def run(**files: list[Outcome]) -> Run:
    """Return a run over some files."""
    return Run(INDEX, {name: tuple(own) for name, own in files.items()})
