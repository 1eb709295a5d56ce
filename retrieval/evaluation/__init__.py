"""How well an index answers questions whose answers are known."""

from retrieval.evaluation.asking import Outcome, Run, evaluate
from retrieval.evaluation.questions import Question, read_files, read_questions
from retrieval.evaluation.reliability import abstention
from retrieval.evaluation.report import Report

__all__ = [
    "Outcome",
    "Question",
    "Report",
    "Run",
    "abstention",
    "evaluate",
    "read_files",
    "read_questions",
]
