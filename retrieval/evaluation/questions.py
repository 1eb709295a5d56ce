"""Files of questions whose answers are known."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from retrieval.errors import QuestionFileError

TAKEN: Final = "abstention"
"""What no file may be called: the report keeps this name for itself."""
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the articles that answer it; none: the corpus does not.

    ``language`` is a BCP 47 tag, None where the file does not say. It serves the report alone.
    """

    id: str
    text: str
    relevant: frozenset[str]
    language: str | None = None


def read_files(paths: Sequence[Path]) -> dict[str, list[Question]]:
    """Read several files of questions; each goes by its name without the ending.

    Raises:
        QuestionFileError: a file cannot be read, or two files would go by one name.
    """
    files: dict[str, list[Question]] = {}
    for path in paths:
        if path.stem in files or path.stem == TAKEN:
            what = "another file" if path.stem in files else "a part of the report"
            raise QuestionFileError(f"{path} has the name of {what}: rename it")
        files[path.stem] = read_questions(path)
    return files


def read_questions(path: Path) -> list[Question]:
    """Read a file of questions: a line ``{"id", "question", "relevant": [...], "language"}`` each.

    ``id`` and ``language`` may be left out.

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
    questions = [_question(path, number, line) for number, line in numbered]
    if not questions:
        raise QuestionFileError(f"no question in {path}: write one JSON object a line")
    return questions


def _question(path: Path, number: int, line: str) -> Question:
    try:
        fields = json.loads(line)
        text, relevant, tag = fields["question"], fields["relevant"], fields.get("language")
        identity = str(fields.get("id", f"{path.name}:{number}"))
        if isinstance(text, str) and isinstance(relevant, list):
            f"{identity}{text}".encode()  # half a surrogate pair is no text
            return Question(identity, text, frozenset(map(str, relevant)), _canonical(tag))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise QuestionFileError(
        f'{path}:{number}: not of the form {{"id", "question", "relevant": [...], "language"}}, '
        'where "language" may be left out, or is a tag like "ar" or "pt-BR"'
    )


def _canonical(tag: Any) -> str | None:  # noqa: ANN401 - whatever stands in the file
    """Return a BCP 47 tag in the case that RFC 5646, 2.1.1, gives it.

    Raises:
        ValueError: it has not the form of one.
        TypeError: it is no text.
    """
    if tag is None:
        return None
    if not _TAG.fullmatch(tag):
        raise ValueError(tag)
    first, *_ = parts = tag.lower().split("-")
    cased = {2: str.upper, 4: str.capitalize}
    rest = [
        part if len(before) == 1 else cased.get(len(part), str)(part)
        for before, part in pairwise(parts)
    ]
    return "-".join([first, *rest])
