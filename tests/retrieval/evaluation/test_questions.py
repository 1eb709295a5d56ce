"""Question files that name their faults."""

from pathlib import Path

import pytest

from retrieval.errors import QuestionFileError
from retrieval.evaluation import Question, read_files, read_questions

GOOD = '{"id": "1", "question": "س", "relevant": []}'


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_questions_are_read_line_by_line(tmp_path: Path) -> None:
    """Blank lines, a byte order mark and line separators inside a string do not matter."""
    path = write(
        tmp_path / "q.jsonl",
        '\ufeff{"id": "a", "question": "أين\u2028المنارة؟", "relevant": ["lighthouse", 7]}',
        "",
        '{"question": "بلا جواب", "relevant": [], "note": "more"}\r',
    )
    assert read_questions(path) == [
        Question("a", "أين\u2028المنارة؟", frozenset({"lighthouse", "7"})),
        Question("q.jsonl:3", "بلا جواب", frozenset()),
    ]


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ('"ar"', "ar"),
        ('"AR-eg"', "ar-EG"),
        ('"zh-hANT-tw"', "zh-Hant-TW"),
        ('"es-419"', "es-419"),
        ('"sl-rozaj-biske-1994"', "sl-rozaj-biske-1994"),
        ('"en-CA-X-CA"', "en-CA-x-ca"),
        ("null", None),
    ],
)
def test_a_language_takes_the_case_that_bcp_47_recommends(
    written: str, tag: str | None, tmp_path: Path
) -> None:
    """So that AR and ar are one language."""
    line = f'{{"question": "س", "relevant": [], "language": {written}}}'
    (question,) = read_questions(write(tmp_path / "q.jsonl", line))
    assert question.language == tag


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        "null",
        '{"question": "س"}',
        '{"relevant": []}',
        '{"question": 3, "relevant": []}',
        '{"question": "س", "relevant": "a"}',
        '{"question": "\\ud83d", "relevant": []}',
        '{"id": "\\udc00", "question": "س", "relevant": []}',
        '{"question": "س", "relevant": [], "language": ""}',
        '{"question": "س", "relevant": [], "language": "Arabic (Egypt)"}',
        '{"question": "س", "relevant": [], "language": "ar-"}',
        '{"question": "س", "relevant": [], "language": "ar\\n"}',
        '{"question": "س", "relevant": [], "language": "عربي"}',
        '{"question": "س", "relevant": [], "language": 3}',
        '{"question": "س", "relevant": [], "language": ["ar"]}',
        "[" * 100_000,
    ],
    ids=lambda line: line[:60],
)
def test_a_bad_line_is_named_with_its_file_and_number(line: str, tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", GOOD, "", line, GOOD)
    with pytest.raises(QuestionFileError) as caught:
        read_questions(path)
    assert str(caught.value).startswith(f"{path}:3: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "utf16").write_bytes("سؤال".encode("utf-16"))
    empty = write(tmp_path / "empty", " ", "")
    for path in (tmp_path / "nowhere", tmp_path, tmp_path / "utf16", empty):
        with pytest.raises(QuestionFileError) as caught:
            read_questions(path)
        assert str(path) in str(caught.value)


def test_each_file_goes_by_its_name_without_the_ending(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, GOOD) for name in ("b.jsonl", "a.v2.jsonl")]
    assert list(read_files(paths)) == ["b", "a.v2"]


@pytest.mark.parametrize("names", [("a.jsonl", "a.txt"), ("abstention.jsonl",)])
def test_a_name_that_stands_for_something_else_is_refused(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    """Else one part of the report would silently take the place of another."""
    paths = [write(tmp_path / name, GOOD) for name in names]
    with pytest.raises(QuestionFileError, match="rename it") as caught:
        read_files(paths)
    assert str(paths[-1]) in str(caught.value)
