"""The report of an evaluation in a terminal: a table a subject, shares in per cent."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.bidi import isolate, one_line, strip_controls
from retrieval.evaluation.bootstrap import Estimate
from retrieval.evaluation.comparison import Change, Comparison, FileComparison, Turned
from retrieval.evaluation.reliability import Abstention, Found, Reliability
from retrieval.evaluation.report import Report, Summary

_LISTED: Final = 20
"""Changed questions that are shown; the JSON has them all."""
_ENDLESS: Final = 10_000
"""Columns of a pipe or a file, where nothing is folded."""
_WORDS: Final = {"file", "language", "id", "question"}
"""Headings of columns of text; all others hold numbers."""
_NONE: Final = "-"


def show(report: Report, *, stdout: TextIO | None = None) -> None:
    """Print a report; where ``stdout`` is no terminal, it is plain text."""
    page = _Page(stdout or sys.stdout)
    for kind, rows in (("file", report.files), ("language", report.languages)):
        if rows:
            _show_quality(page, kind, rows)
        if any(own.quality for own in rows.values()):
            _show_sides(page, kind, rows)
    _show_found(page, report)
    _show_reliability(page, report.reliability)
    if report.comparison:
        _show_comparison(page, report.comparison)


class _Page:
    """Prints text that is never read as markup."""

    def __init__(self, stdout: TextIO) -> None:
        width = None if stdout.isatty() else _ENDLESS
        self._console = Console(file=stdout, highlight=False, width=width)

    def table(self, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        table = Table(box=SIMPLE_HEAD)
        for heading in headings:
            if heading in _WORDS:
                table.add_column(heading)
            else:
                table.add_column(heading, justify="right", no_wrap=True)
        for row in rows:
            table.add_row(*map(self._text, row))
        self.say(title, "bold")
        self._console.print(table)

    def say(self, line: str, style: str) -> None:
        self._console.print(self._text(line), style=style)

    def _text(self, content: str) -> Text:
        shown = one_line(content)
        # Isolates serve a terminal that arranges directions; in a file they are only noise.
        return Text(isolate(shown) if self._console.is_terminal else strip_controls(shown))


def _show_quality(page: _Page, kind: str, rows: Mapping[str, Summary]) -> None:
    page.table(
        "Quality, in per cent, nDCG@10 with its 95 % interval",
        (kind, "questions", "nDCG@10", "MRR@10", "hit@1", "hit@5", "recall@100"),
        ((name, f"{own.questions:,}", *_quality(own)) for name, own in rows.items()),
    )


def _quality(summary: Summary) -> tuple[str, ...]:
    if not (quality := summary.quality):
        return (_NONE,) * 5
    others = quality.mrr_at_10, quality.hit_at_1, quality.hit_at_5, quality.recall_at_100
    return _estimate(quality.ndcg_at_10), *(_share(own.mean) for own in others)


def _show_sides(page: _Page, kind: str, rows: Mapping[str, Summary]) -> None:
    """Show what either side would have done alone, and say where that is better."""
    page.table(
        "nDCG@10 of each side alone and of their fusion, in per cent",
        (kind, "dense", "lexical", "fused"),
        ((name, *_sides(own)) for name, own in rows.items() if own.quality),
    )
    for name, own in rows.items():
        if own.behind:
            by = own.behind.by
            page.say(
                f"The fusion is {_share(by.mean)} points of nDCG@10 (95 % interval "
                f"{_share(by.low)} to {_share(by.high)}) under the {own.behind.side} side alone: "
                f"{name}",
                "bold red",
            )


def _sides(summary: Summary) -> tuple[str, ...]:
    every = summary.dense, summary.lexical, summary.quality
    return tuple(_share(own.ndcg_at_10.mean) for own in every if own)


def _show_found(page: _Page, report: Report) -> None:
    rows = {"all": (report.found, report.abstention)}
    rows |= {
        tag: (own.found, own.abstention) for tag, own in report.languages.items() if own.abstention
    }
    page.table(
        "Found, in per cent: at the threshold in use, and @95, where 95 % of the answerable are",
        ("language", "answerable", "unanswerable", "unanswerable @95", "AUROC"),
        ((tag, *_found(*own)) for tag, own in rows.items()),
    )


def _found(found: Found, abstention: Abstention | None) -> tuple[str, ...]:
    at_threshold = _share(found.answerable), _share(found.unanswerable)
    if not abstention:
        return *at_threshold, _NONE, _NONE
    return *at_threshold, _share(abstention.answered_wrongly_at_95), f"{abstention.auroc:.3f}"


def _show_reliability(page: _Page, reliability: Reliability) -> None:
    page.table(
        f"Confidence: expected calibration error {reliability.ece:.3f}, "
        f"Brier score {reliability.brier:.3f}",
        ("from", "to", "questions", "mean confidence", "share answerable"),
        (
            (
                f"{own.low:.1f}",
                f"{own.high:.1f}",
                f"{own.questions:,}",
                f"{own.confidence:.3f}",
                f"{own.answerable:.3f}",
            )
            for own in reliability.bins
        ),
    )


def _show_comparison(page: _Page, comparison: Comparison) -> None:
    page.table(
        f"Against the run over {comparison.index.generation} ({comparison.index.model}): questions "
        "by their nDCG@10, in points; found, gained and lost",
        (
            "file",
            "better",
            "worse",
            "same",
            "difference",
            "found, answerable",
            "found, unanswerable",
        ),
        ((name, *_compared(own)) for name, own in comparison.files.items()),
    )
    changes = [(name, one) for name, own in comparison.files.items() for one in own.changes]
    changes.sort(key=lambda change: -abs(change[1].gain))
    if changes:
        page.table(
            f"The most changed of {len(changes):,}: rank of the first article that answers",
            ("file", "id", "rank", "found", "question"),
            ((name, *_change(one)) for name, one in changes[:_LISTED]),
        )


def _compared(file: FileComparison) -> tuple[str, ...]:
    return (
        f"{file.better:,}",
        f"{file.worse:,}",
        f"{file.same:,}",
        _estimate(file.difference.ndcg_at_10, "+.1f") if file.difference else _NONE,
        _turned(file.answerable),
        _turned(file.unanswerable),
    )


def _change(change: Change) -> tuple[str, ...]:
    before, now = (str(rank) if rank else _NONE for rank in change.ranks)
    was, is_ = ("yes" if own.found else "no" for own in (change.before, change.now))
    found = was if was == is_ else f"{was} → {is_}"
    return change.now.question.id, f"{before} → {now}", found, change.now.question.text


def _turned(turned: Turned) -> str:
    return f"+{turned.gained:,} -{turned.lost:,}"


def _estimate(estimate: Estimate, form: str = ".1f") -> str:
    low, high = (format(100 * end, form) for end in (estimate.low, estimate.high))
    return f"{100 * estimate.mean:{form}} ({low} to {high})"


def _share(share: float | None) -> str:
    return _NONE if share is None else f"{100 * share:.1f}"
