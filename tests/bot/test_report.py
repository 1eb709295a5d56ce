"""An evaluation's report in a terminal and through a pipe."""

import io

from bot.bidi import FIRST_STRONG_ISOLATE
from bot.report import show
from retrieval.evaluation import Report, Run
from tests.retrieval.evaluation.outcomes import outcome, run


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(now: Run, stdout: io.StringIO | None = None) -> list[str]:
    """Return what is printed, line by line, each run of blanks as one."""
    stdout = stdout or io.StringIO()
    show(Report.of(now), stdout=stdout)
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


def test_a_pipe_gets_whole_plain_lines() -> None:
    """Nothing is folded, nothing is markup, and no control comes through."""
    name = "[red]ملف[/red] \x1b[2J\u202e" + "طويل " * 40
    stdout = io.StringIO()
    lines = shown(run(**{name: [outcome(1)]}), stdout)
    assert any(line.startswith("[red]ملف[/red] [2Jطويل") for line in lines)
    assert any(line.count("طويل") == 40 for line in lines)
    assert not {"\x1b", "\u202e", FIRST_STRONG_ISOLATE} & set(stdout.getvalue())


def test_a_terminal_gets_text_that_keeps_its_direction() -> None:
    """Each name is isolated, so that an Arabic one does not turn the row around."""
    stdout = FakeTerminal()
    shown(run(ملف=[outcome(1)]), stdout)
    assert f"{FIRST_STRONG_ISOLATE}ملف" in stdout.getvalue()
