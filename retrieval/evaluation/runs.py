"""Runs kept in files, to compare others with.

The first line says what the run asked and how many questions; each other line is what came of one
question. A question stands there by its id and a digest: its text stays in the question file.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError, field_validator

from retrieval.errors import OutputError, RunFileError
from retrieval.evaluation.asking import Outcome, Run
from retrieval.evaluation.measures import DEPTH
from retrieval.evaluation.questions import Question
from retrieval.evaluation.writing import check_writable, replacing
from retrieval.types import IndexInfo

FORMAT: Final = 1
"""Raised whenever the lines of a run mean something else."""

_Rank = Annotated[int, Field(ge=1, le=DEPTH)]


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class _Header(_Line):
    dalil_run: int
    questions: NonNegativeInt
    index: IndexInfo


class _Row(_Line):
    file: str
    id: str
    digest: str
    language: str
    ranks: tuple[_Rank, ...]
    dense_ranks: tuple[_Rank, ...]
    lexical_ranks: tuple[_Rank, ...]
    confidence: float = Field(ge=0, le=1)
    found: bool

    @field_validator("ranks", "dense_ranks", "lexical_ranks")
    @classmethod
    def _ascend(cls, ranks: tuple[int, ...]) -> tuple[int, ...]:
        if any(first >= second for first, second in pairwise(ranks)):
            raise ValueError("ranks ascend")
        return ranks

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.id, self.digest

    def outcome(self, question: Question) -> Outcome:
        return Outcome(
            question,
            self.language,
            self.ranks,
            self.dense_ranks,
            self.lexical_ranks,
            self.confidence,
            self.found,
        )


def check_run_file(path: Path) -> None:
    """Find out before long work whether a run can be saved after it.

    Raises:
        OutputError: it cannot, or the file holds something else, which a slip of the hand on the
            command line must not overwrite.
    """
    check_writable(path)
    if path.exists():
        try:
            _opened(path)
        except RunFileError as error:
            msg = f"{path} exists and is no saved run: save under another name"
            raise OutputError(msg) from error


def save_run(run: Run, path: Path) -> None:
    """Write a run into a file, in place of what was there.

    Raises:
        OutputError: the file cannot be written.
    """
    header = _Header(dalil_run=FORMAT, questions=len(run.outcomes), index=run.index)
    rows = [_row(name, outcome) for name, own in run.files.items() for outcome in own]
    with replacing(path) as aside:
        lines = "".join(f"{line.model_dump_json()}\n" for line in (header, *rows))
        aside.write_text(lines, encoding="utf-8")


def read_run(path: Path, files: Mapping[str, Sequence[Question]]) -> Run:
    """Read what a saved run made of the questions of some files.

    The run may have asked other files too; they are left out.

    Raises:
        RunFileError: the file cannot be read or is damaged, or the run did not ask just these
            questions of each file.
    """
    header, lines = _opened(path)
    rows = {row.key: row for row in _rows(path, lines)}
    if len(lines) != header.questions:
        raise _damaged(path, f"{len(lines)} questions of {header.questions}")
    asked = {
        name: [(_key(name, question), question) for question in questions]
        for name, questions in files.items()
    }
    for name, own in asked.items():
        if {key for key, _ in own} != {key for key in rows if key[0] == name}:
            msg = (
                f"the run {path} did not ask just the questions of {name}, or knew other answers: "
                "compare with a run of the same files"
            )
            raise RunFileError(msg)
    outcomes = {
        name: tuple(rows[key].outcome(question) for key, question in own)
        for name, own in asked.items()
    }
    return Run(header.index, outcomes)


def _opened(path: Path) -> tuple[_Header, list[str]]:
    """Return the header of a run and its other lines."""
    try:
        first, *lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        fields = json.loads(first)
        version = fields["dalil_run"]
    except OSError as error:
        raise RunFileError(f"cannot read the run {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        msg = f"{path} is no saved run: make one with 'dalil eval FILE... --save {path.name}'"
        raise RunFileError(msg) from error
    if version != FORMAT:
        raise RunFileError(f"{path} was saved by another version of Dalil: save a run anew")
    try:
        return _Header.model_validate_json(first), lines
    except ValidationError as error:
        raise _damaged(path, "line 1") from error


def _rows(path: Path, lines: Sequence[str]) -> Iterator[_Row]:
    for number, line in enumerate(lines, 2):
        try:
            yield _Row.model_validate_json(line)
        except ValidationError as error:
            raise _damaged(path, f"line {number}") from error


def _damaged(path: Path, what: str) -> RunFileError:
    return RunFileError(f"the run {path} is damaged ({what}): save one anew")


def _row(file: str, outcome: Outcome) -> _Row:
    _, identity, digest = _key(file, outcome.question)
    return _Row(
        file=file,
        id=identity,
        digest=digest,
        language=outcome.language,
        ranks=outcome.ranks,
        dense_ranks=outcome.dense_ranks,
        lexical_ranks=outcome.lexical_ranks,
        confidence=outcome.confidence,
        found=outcome.found,
    )


def _key(file: str, question: Question) -> tuple[str, str, str]:
    """Return what tells a question from others: its file, its id, and its text with its answers."""
    told = json.dumps([question.text, sorted(question.relevant)])
    return file, question.id, hashlib.sha256(told.encode()).hexdigest()[:16]
