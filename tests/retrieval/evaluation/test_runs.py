"""Saved runs: whole or not at all, without the questions' text, and never taken for another's."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import OutputError, RunFileError
from retrieval.evaluation import Outcome, Question, Run
from retrieval.evaluation.runs import check_run_file, read_run, save_run
from tests.retrieval.evaluation.outcomes import INDEX, outcome, run

SAVED = run(
    a=[
        outcome(1, 7, relevant=3, dense=(2, 9), lexical=(1,), confidence=0.1 + 0.2, name="1"),
        outcome(relevant=0, found=False, name="2", language="pt-BR"),
    ],
    b=[outcome(3, name="1")],
)


def questions(saved: Run) -> dict[str, list[Question]]:
    return {name: [own.question for own in outcomes] for name, outcomes in saved.files.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "run.jsonl"
    save_run(SAVED, made)
    return made


def test_a_run_is_read_as_it_was_saved(path: Path) -> None:
    assert read_run(path, questions(SAVED)) == SAVED


ranks = st.sets(st.integers(1, 100), max_size=5).map(lambda own: tuple(sorted(own)))
texts = st.text(st.characters(exclude_categories=["Cs"]))
outcomes = st.builds(
    Outcome,
    question=st.builds(Question, texts, texts, st.frozensets(texts, max_size=3)),
    language=texts,
    ranks=ranks,
    dense_ranks=ranks,
    lexical_ranks=ranks,
    confidence=st.floats(0, 1),
    found=st.booleans(),
)


@given(st.lists(outcomes, unique_by=lambda own: own.question.id, max_size=4))
def test_any_run_is_read_as_it_was_saved(
    tmp_path_factory: pytest.TempPathFactory, own: list[Outcome]
) -> None:
    """Whatever stands in ids and texts, line separators too, and to the last digit."""
    path = tmp_path_factory.mktemp("runs") / "run.jsonl"
    saved = Run(INDEX, {"a\u2028": tuple(own)})
    save_run(saved, path)
    assert read_run(path, questions(saved)) == saved


def test_no_question_is_written_down(path: Path) -> None:
    """Neither as it stands nor escaped; nor which articles answer it."""
    written = path.read_text(encoding="utf-8")
    assert "سؤال" not in written
    assert "\\u" not in written
    assert "relevant" not in written


def test_one_of_several_files_may_be_compared_in_another_order(path: Path) -> None:
    """Questions are known by file, id and text: their order does not matter."""
    first, second = SAVED.files["a"]
    found = read_run(path, {"a": [second.question, first.question]})
    assert found.files == {"a": (second, first)}


def test_a_question_asked_twice_is_one_question(tmp_path: Path) -> None:
    twice = run(a=[outcome(1), outcome(1)])
    save_run(twice, tmp_path / "run")
    assert read_run(tmp_path / "run", questions(twice)) == twice


@pytest.mark.parametrize(
    "change",
    [
        lambda own: {"c": own["a"]},
        lambda own: {"a": own["a"][:1]},
        lambda own: {"a": [*own["a"], Question("3", "سؤال", frozenset())]},
        lambda own: {"a": [replace(own["a"][0], id="0"), own["a"][1]]},
        lambda own: {"a": [replace(own["a"][0], text="سؤال آخر"), own["a"][1]]},
        lambda own: {"a": [replace(own["a"][0], relevant=frozenset({"1"})), own["a"][1]]},
        lambda own: {"b": own["b"], "a": own["b"]},
    ],
    ids=["file", "fewer", "more", "id", "text", "answers", "swapped"],
)
def test_a_run_of_other_questions_is_refused(
    path: Path, change: Callable[[dict[str, list[Question]]], dict[str, list[Question]]]
) -> None:
    """Else a difference between questions would pass for one between indexes."""
    with pytest.raises(RunFileError, match=r"did not ask just the questions of [ac]") as caught:
        read_run(path, change(questions(SAVED)))
    assert str(path) in str(caught.value)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def damaged(path: Path, line: int, **fields: Any) -> None:  # noqa: ANN401 - whatever breaks it
    rows = lines(path)
    rows[line] |= fields
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "fields",
    [
        {"ranks": [0]},
        {"ranks": [101]},
        {"ranks": [2, 1]},
        {"ranks": [1, 1]},
        {"ranks": ["1"]},
        {"ranks": 1},
        {"dense_ranks": [True]},
        {"lexical_ranks": None},
        {"confidence": 1.5},
        {"confidence": float("nan")},
        {"confidence": "0.5"},
        {"found": "yes"},
        {"digest": 7},
        {"more": 1},
    ],
    ids=str,
)
def test_a_damaged_line_is_named(path: Path, fields: dict[str, Any]) -> None:
    damaged(path, 2, **fields)
    with pytest.raises(RunFileError, match=r"damaged \(line 3\): save one anew") as caught:
        read_run(path, questions(SAVED))
    assert "\n" not in str(caught.value)


def test_a_run_cut_short_is_damaged_wherever_it_was_cut(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(1, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(RunFileError):
            read_run(path, {"b": questions(SAVED)["b"]})
    path.write_bytes(whole + whole.splitlines(keepends=True)[-1])
    with pytest.raises(RunFileError, match="4 questions of 3"):
        read_run(path, questions(SAVED))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no saved run"),
        (b"\n", "no saved run"),
        ("سؤال".encode("utf-16"), "no saved run"),
        (b"[]\n", "no saved run"),
        (b'{"id": "1", "question": "?", "relevant": []}\n', "no saved run"),
        (b"[" * 100_000, "no saved run"),
        (b'{"dalil_run": 2, "tables": []}\n', "another version"),
        (b'{"dalil_run": 1}\n', r"damaged \(line 1\)"),
    ],
    ids=range(8),
)
def test_what_is_no_run_is_told_from_a_damaged_one(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)
    with pytest.raises(RunFileError, match=told) as caught:
        read_run(path, {})
    assert str(path) in str(caught.value)


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(RunFileError, match="cannot read the run") as caught:
            read_run(path, {})
        assert str(path) in str(caught.value)


def test_a_run_takes_the_place_of_one_before_in_one_step(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full in between leaves the old run whole and nothing beside it."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OutputError, match=r"cannot write .*: No space left on device"):
            save_run(run(a=[outcome(2)]), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    save_run(run(a=[outcome(2)]), path)
    assert len(lines(path)) == 2
    assert list(path.parent.iterdir()) == [path]


def test_a_link_to_a_run_stays_a_link(path: Path) -> None:
    link = path.with_name("latest")
    link.symlink_to(path)
    save_run(run(a=[outcome(2)]), link)
    assert link.is_symlink()
    assert len(lines(path)) == 2


def test_where_no_run_can_be_saved_is_told_before_asking(tmp_path: Path, path: Path) -> None:
    """A folder that is not there, one that is a file, and a file that holds something else."""
    check_run_file(tmp_path / "new")
    check_run_file(path)
    other = tmp_path / "questions.jsonl"
    other.write_text('{"id": "1", "question": "س", "relevant": []}\n', encoding="utf-8")
    for wrong, told in (
        (tmp_path / "nowhere" / "run", "no folder"),
        (path / "run", "no folder"),
        (tmp_path, "no file"),
        (other, "no saved run"),
    ):
        with pytest.raises(OutputError, match=told) as caught:
            check_run_file(wrong)
        assert str(wrong) in str(caught.value)
