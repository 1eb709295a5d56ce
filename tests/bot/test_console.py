"""The conversation in a terminal and through pipes."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Limited
from bot.console import chat, show
from bot.texts import texts_in
from retrieval.types import Dating, Filters, Span
from tests.bot.answers import ARTICLES, WordAnswers, answer_with, hit_on, quote_of

ARABIC = texts_in("ar")


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_one_question_a_line_plainly(answers: WordAnswers) -> None:
    """From a pipe each line is a question; the output is plain, its marks between asterisks."""
    stdout = io.StringIO()
    chat(answers, k=1, stdin=io.StringIO("النيل\n\n  \nSamba"), stdout=stdout)
    assert answers.asked == ["النيل", "Samba"]
    assert stdout.getvalue() == (
        "1. نهر النيل\n"
        "**ينبع نهر النيل من بحيرة فكتوريا.** ويصب في البحر المتوسط. طوله 6650 كيلومترًا.\n"
        "موسوعة الأنهار · 3 مايو 2024 · https://example.org/nile\n\n"
        "1. إصدار Samba 4.20\n"
        "**أعلن مشروع Samba إصدارًا جديدًا.** يدعم الإصدار بروتوكول SMB3.\n"
        "Linux Today · بلا تاريخ · ftp://example.org/samba\n\n"
    )


def test_filters_are_understood_and_said(answers: WordAnswers) -> None:
    """As in Telegram: what is left of the line is the question."""
    stdout = io.StringIO()
    chat(answers, stdin=io.StringIO("النيل Samba منذ ٢٠٢٤\n"), stdout=stdout)
    assert (answers.asked, answers.limits) == (["النيل Samba"], [Filters(since=date(2024, 1, 1))])
    first, second, *_ = stdout.getvalue().splitlines()
    assert first == f"{ARABIC('understood')} منذ 1 يناير 2024"
    assert second == "1. نهر النيل"


def test_an_unknown_source_is_told_with_those_there_are(answers: WordAnswers) -> None:
    """And the conversation goes on."""
    stdout = io.StringIO()
    chat(answers, stdin=io.StringIO("النيل المصدر: الفلك\nxyzzy\n"), stdout=stdout)
    first, second, third, *_ = stdout.getvalue().splitlines()
    assert first == f"{ARABIC('understood')} في الفلك"
    assert second == "ليس في المقالات ما هو من المصدر الفلك."
    assert third == "لعلك تقصد: موسوعة الأنهار، Linux Today"
    assert answers.asked == ["xyzzy"]


@pytest.mark.parametrize(
    ("typed", "own", "both"),
    [
        ("منذ 2017", {"since": date(2018, 5, 1)}, {"since": date(2018, 5, 1)}),
        ("منذ 2019", {"since": date(2018, 5, 1)}, {"since": date(2019, 1, 1)}),
        (
            "since:2017 until:2019",
            {"until": date(2018, 5, 1)},
            {"since": date(2017, 1, 1), "until": date(2018, 5, 1)},
        ),
        ("source:Linux", {"not_sources": ("BBC",)}, {"sources": ["Linux Today"], "not": ["BBC"]}),
        (
            "source:Linux",
            {"sources": ("Linux Today", "موسوعة الأنهار")},
            {"sources": ["Linux Today"]},
        ),
        ("", {"sources": ("Linux Today",)}, {"sources": ["Linux Today"]}),
    ],
)
def test_typed_filters_are_within_those_of_the_command(
    answers: WordAnswers, typed: str, own: dict[str, Any], both: dict[str, Any]
) -> None:
    """Neither widens the other."""
    chat(
        Limited(answers, Filters(**own)),
        stdin=io.StringIO(f"النيل {typed}\n"),
        stdout=io.StringIO(),
    )
    (limits,) = answers.limits
    assert (limits.since, limits.until) == (both.get("since"), both.get("until"))
    assert list(limits.sources) == both.get("sources", [])
    assert list(limits.not_sources) == both.get("not", [])


@pytest.mark.parametrize(
    ("typed", "own"),
    [
        ("source:Linux", {"sources": ("موسوعة الأنهار",)}),
        ("until:2016", {"since": date(2017, 1, 1)}),
    ],
)
def test_filters_that_nothing_is_within_are_told(
    answers: WordAnswers, typed: str, own: dict[str, Any]
) -> None:
    """In one line, and the conversation goes on."""
    stdout = io.StringIO()
    lines = io.StringIO(f"النيل {typed}\nالنيل\n")
    chat(Limited(answers, Filters(**own)), stdin=lines, stdout=stdout)
    understood, told, *_ = stdout.getvalue().splitlines()
    assert understood.startswith(ARABIC("understood"))
    assert "both" in told
    assert answers.asked == ["النيل"]


def test_no_answer_is_said(answers: WordAnswers) -> None:
    """What the collection does not answer is called so, with the nearest titles."""
    stdout = io.StringIO()
    chat(answers, stdin=io.StringIO("xyzzy\n"), stdout=stdout)
    assert stdout.getvalue() == (
        f"{ARABIC('not-found')}\n{ARABIC('not-found-advice')}\n{ARABIC('nearest')}\n"
        f"• {ARTICLES[0].title}\n• {ARTICLES[1].title}\n\n"
    )


def test_unsure_is_said_above_the_passages() -> None:
    stdout = io.StringIO()
    show(answer_with(hit_on(ARTICLES[0]), found=False, unsure=True), stdout=stdout)
    first, second, *_ = stdout.getvalue().splitlines()
    assert first == ARABIC("unsure")
    assert second == "1. نهر النيل"


def test_articles_left_out_for_want_of_a_date_are_counted_first() -> None:
    for found in (True, False):
        stdout = io.StringIO()
        show(answer_with(hit_on(ARTICLES[0]), found=found, undated=1), stdout=stdout)
        assert stdout.getvalue().splitlines()[0] == "تُرك مقال واحد لأنه بلا تاريخ."


def test_exact_words_that_stand_nowhere_are_named() -> None:
    stdout = io.StringIO()
    show(answer_with(found=False, missing=("سهل ممتنع", "x\x1b[2J")), stdout=stdout)
    assert stdout.getvalue() == (
        f"ليس في المقالات مقطع فيه هذه الكلمات بلفظها: «سهل ممتنع» «x [2J»\n"
        f"{ARABIC('not-held-advice')}\n\n"
    )


def test_further_passages_and_sources_follow_the_passage() -> None:
    """The deciding words of each further passage, then where the hit stands, and where else."""
    nile, samba, coffee = ARTICLES
    hit = replace(
        hit_on(nile),
        more=(quote_of(coffee, "اليمن.\nومنها انتشرت"), quote_of(nile, "ويصب")),
        also=(samba, coffee, nile, nile),
    )
    stdout = io.StringIO()
    show(answer_with(hit), stdout=stdout)
    assert stdout.getvalue() == (
        "1. نهر النيل\n"
        "**ينبع نهر النيل من بحيرة فكتوريا.** ويصب في البحر المتوسط. طوله 6650 كيلومترًا.\n"
        "… اليمن. ومنها انتشرت\n"
        "… ويصب\n"
        "موسوعة الأنهار · 3 مايو 2024 · https://example.org/nile\n"
        "ومثله في: Linux Today ftp://example.org/samba · القهوة · نهر النيل "
        "https://example.org/nile · ومقال آخر\n\n"
    )


def test_an_approximate_day_is_said_to_be_so() -> None:
    article = replace(ARTICLES[0], dating=Dating("text", approximate=True))
    stdout = io.StringIO()
    show(answer_with(hit_on(article)), stdout=stdout)
    assert " · نحو 3 مايو 2024 · https://" in stdout.getvalue()


def test_colours_only_in_a_terminal() -> None:
    """In a terminal the mark is a colour; an article's own escape sequence is disarmed."""
    article = replace(ARTICLES[0], text="أول\x1b[2Jالنص. وبقيته.")
    stdout = FakeTerminal()
    show(answer_with(hit_on(article)), stdout=stdout)
    assert "\x1b[1;30;43mأول [2Jالنص.\x1b[0m وبقيته." in stdout.getvalue()
    assert "\x1b[2J" not in stdout.getvalue()


def test_words_of_the_question_are_underlined_in_a_terminal() -> None:
    """Within the deciding window only; where there are no colours the window alone is marked."""
    article = replace(ARTICLES[0], text="ينبع نهرُ النيل هنا. والنيل بعيد.")
    hit = replace(hit_on(article), matches=(Span(5, 9), Span(10, 15), Span(21, 27)))
    terminal, plain = FakeTerminal(), io.StringIO()
    show(answer_with(hit), stdout=terminal)
    show(answer_with(hit), stdout=plain)
    assert "\x1b[1;4;30;43mنهرُ النيل\x1b[0m" in terminal.getvalue()
    assert terminal.getvalue().count(";4;") == 1
    assert "**ينبع نهرُ النيل هنا.** والنيل بعيد.\n" in plain.getvalue()


def test_prompted_conversation(answers: WordAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a terminal there is a greeting, a prompt, help, and a quiet end at Ctrl-D."""
    monkeypatch.setattr(sys, "stdin", FakeTerminal("/help\nالنيل\n"))
    stdout = FakeTerminal()
    chat(answers, stdout=stdout)
    shown = stdout.getvalue()
    assert answers.asked == ["النيل"]
    assert shown.count(ARABIC("console-prompt") + ": ") == 3
    assert ARABIC("console-help").splitlines()[-1] in shown


def test_interrupt_ends_quietly(answers: WordAnswers) -> None:
    """Ctrl-C, even in the middle of a search, is a way to leave."""

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    answers.before = interrupt
    stdout = io.StringIO()
    chat(answers, stdin=io.StringIO("النيل\nالقهوة\n"), stdout=stdout)
    assert answers.asked == ["النيل"]
    assert stdout.getvalue() == ""


def test_own_process_ends_with_status_0() -> None:
    """Piped questions are answered without a single escape sequence, and the status is 0."""
    program = (
        "from bot.console import chat; from tests.bot.answers import WordAnswers; "
        "chat(WordAnswers())"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program],
        input="النيل\nالقهوة\n".encode(),
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert "موطن القهوة" in done.stdout.decode()
