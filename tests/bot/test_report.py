"""An evaluation's report in a terminal and through a pipe."""

import io
from dataclasses import replace

from bot.bidi import FIRST_STRONG_ISOLATE
from bot.report import show
from retrieval.evaluation import Report, Run
from tests.retrieval.evaluation.outcomes import outcome, run


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(now: Run, before: Run | None = None, stdout: io.StringIO | None = None) -> list[str]:
    """Return what is printed, line by line, each run of blanks as one."""
    stdout = stdout or io.StringIO()
    show(Report.of(now, before), stdout=stdout)
    return [" ".join(line.split()) for line in stdout.getvalue().split("\n")]


def test_each_file_has_its_measures_in_per_cent() -> None:
    """A file without answerable questions has a count and dashes."""
    lines = shown(run(found=[outcome(2), outcome(2)], none=[outcome(relevant=0)]))
    assert "found 2 63.1 (63.1 to 63.1) 50.0 0.0 100.0 100.0" in lines
    assert "none 1 - - - - -" in lines


def test_sides_stand_beside_their_fusion_and_a_fall_under_one_is_said() -> None:
    behind = [outcome(2, dense=(1,), lexical=(5,))]
    lines = shown(run(behind=behind, ahead=[outcome(1, dense=(2,), lexical=(1,))]))
    assert "behind 100.0 38.7 63.1" in lines
    assert "ahead 63.1 100.0 100.0" in lines
    (line,) = (line for line in lines if line.startswith("The fusion is"))
    assert line == (
        "The fusion is 36.9 points of nDCG@10 (95 % interval 36.9 to 36.9) under the dense side "
        "alone: behind"
    )


def test_languages_have_tables_of_their_own_where_there_are_several() -> None:
    both = [outcome(1, language="ar"), outcome(1, language="de")]
    assert "de 1 100.0 (100.0 to 100.0) 100.0 100.0 100.0 100.0" in shown(run(a=both))
    assert not any(line.startswith("ar ") for line in shown(run(a=both[:1])))


def test_found_is_shown_for_all_and_for_languages_of_both_kinds() -> None:
    """Shares at the threshold in use, the share at 95 % of the answerable, and the AUROC."""
    arabic = [outcome(1, confidence=0.9), outcome(relevant=0, confidence=0.1, found=False)]
    german = [outcome(1, confidence=0.05, found=False, language="de")]
    lines = shown(run(a=[*arabic, *german]))
    assert "all 50.0 0.0 100.0 0.500" in lines
    assert "ar 100.0 0.0 0.0 1.000" in lines
    assert sum(line.startswith("de ") for line in lines) == 2
    assert "all 100.0 - - -" in shown(run(a=arabic[:1]))


def test_reliability_is_shown_bin_by_bin() -> None:
    lines = shown(run(a=[outcome(1, confidence=0.55), outcome(relevant=0, confidence=0.57)]))
    assert "Confidence: expected calibration error 0.060, Brier score 0.264" in lines
    assert "0.5 0.6 2 0.560 0.500" in lines


def test_a_comparison_counts_and_lists_what_changed() -> None:
    """The most changed first, over all files, with the rank before and after."""
    before = run(
        a=[outcome(3, name="a1"), outcome(1, name="a2")],
        b=[outcome(7, name="b1", found=False), outcome(relevant=0, name="b2")],
    )
    now = run(
        a=[outcome(2, name="a1"), outcome(1, name="a2")],
        b=[outcome(name="b1"), outcome(relevant=0, name="b2", found=False)],
    )
    lines = shown(now, before)
    assert "a 1 0 1 +6.5 (+0.0 to +13.1) +0 -0 +0 -0" in lines
    assert "b 0 1 0 -33.3 (-33.3 to -33.3) +1 -0 +0 -1" in lines
    at = lines.index("b b1 7 → - no → yes سؤال b1")
    assert lines[at + 1 : at + 3] == ["a a1 3 → 2 yes سؤال a1", "b b2 - → - yes → no سؤال b2"]
    assert any("hash" in line and "20261122T000000000000Z-0000" in line for line in lines)


def test_of_many_changes_the_first_are_listed_and_all_counted() -> None:
    names = [str(number) for number in range(1000, 1030)]
    before, now = (run(a=[outcome(rank, name=name) for name in names]) for rank in (2, 1))
    lines = shown(now, before)
    assert sum("2 → 1" in line for line in lines) == 20
    assert any("most changed of 30" in line for line in lines)


def test_nothing_changed_lists_nothing() -> None:
    same = run(a=[outcome(2)])
    lines = shown(same, same)
    assert "a 0 0 1 +0.0 (+0.0 to +0.0) +0 -0 +0 -0" in lines
    assert not any("most changed" in line for line in lines)


def test_a_pipe_gets_whole_plain_lines() -> None:
    """Nothing is folded, nothing is markup, and no control comes through."""
    one = outcome(1)
    text = "[red]كلمة[/red] \x1b[2J\u202e" + "سؤال طويل " * 40
    other = replace(one, question=replace(one.question, text=text, id="[bold]\n1"))
    stdout = io.StringIO()
    lines = shown(run(a=[other]), run(a=[replace(other, ranks=())]), stdout)
    assert any(line.startswith("a [bold] 1 - → 1 yes [red]كلمة[/red] [2Jسؤال") for line in lines)
    assert any(line.count("سؤال طويل") == 40 for line in lines)
    assert not {"\x1b", "\u202e", FIRST_STRONG_ISOLATE} & set(stdout.getvalue())


def test_a_terminal_gets_text_that_keeps_its_direction() -> None:
    """Each cell is isolated, so that an Arabic question does not turn the row around."""
    now, before = run(a=[outcome(1)]), run(a=[outcome(2)])
    stdout = FakeTerminal()
    shown(now, before, stdout)
    assert f"{FIRST_STRONG_ISOLATE}سؤال" in stdout.getvalue()
