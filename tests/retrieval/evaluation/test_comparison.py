"""Two runs over the same questions: what got better, and what got worse."""

import json
import math

import pytest

from retrieval.evaluation import Report
from retrieval.evaluation.comparison import FileComparison
from tests.retrieval.evaluation.outcomes import INDEX, outcome, run

SECOND = 1 / math.log2(3)


def test_better_worse_and_same_count_answerable_questions_by_ndcg() -> None:
    """From rank 40 to 30 is the same by nDCG@10; an unanswerable question is none of the three."""
    before = [outcome(3), outcome(2), outcome(1), outcome(40), outcome(relevant=0)]
    now = [outcome(1), outcome(), outcome(1), outcome(30), outcome(relevant=0)]
    found = FileComparison.of(before, now)
    assert (found.better, found.worse, found.same, found.questions) == (1, 1, 2, 5)
    assert found.difference
    assert found.difference.ndcg_at_10.mean == pytest.approx((0.5 - SECOND) / 4)
    assert found.difference.hit_at_1.mean == 0.25


def test_the_difference_has_the_interval_of_the_pairs() -> None:
    """Every question one rank up is no chance, however much questions differ among themselves."""
    before = [outcome(2), outcome(2)] * 20
    found = FileComparison.of(before, [outcome(1)] * 40)
    assert found.difference
    gain = found.difference.ndcg_at_10
    assert (gain.mean, gain.low, gain.high) == pytest.approx((1 - SECOND,) * 3)
    mixed = FileComparison.of([outcome(1), outcome(2)] * 20, [outcome(2), outcome(1)] * 20)
    assert mixed.difference
    assert mixed.difference.ndcg_at_10.low < 0 < mixed.difference.ndcg_at_10.high


def test_found_is_counted_by_kind_and_direction() -> None:
    """What is found both times, or neither time, is none of the two."""
    before = [outcome(1, found=False), outcome(1), outcome(1), outcome(1, found=False)]
    now = [outcome(1), *[outcome(1, found=False)] * 3]
    before += [outcome(relevant=0), outcome(relevant=0)]
    now += [outcome(relevant=0, found=False), outcome(relevant=0)]
    found = FileComparison.of(before, now)
    assert (found.answerable.gained, found.answerable.lost) == (1, 2)
    assert (found.unanswerable.gained, found.unanswerable.lost) == (0, 1)


def test_changed_questions_come_with_the_most_changed_first() -> None:
    """What did not change is left out; a change of ``found`` alone comes last."""
    before = [
        outcome(1, name="same"),
        outcome(2, name="up"),
        outcome(1, name="lost"),
        outcome(relevant=0, name="told apart"),
        outcome(4, 9, relevant=2, name="second"),
        outcome(50, name="deep"),
    ]
    now = [
        outcome(1, name="same", confidence=0.6),
        outcome(1, name="up"),
        outcome(name="lost"),
        outcome(relevant=0, name="told apart", found=False),
        outcome(4, 8, relevant=2, name="second"),
        outcome(20, name="deep"),
    ]
    told = [change.to_dict() for change in FileComparison.of(before, now).changes]
    assert [(one["id"], one["rank"], one["found"]) for one in told] == [
        ("lost", [1, None], [True, True]),
        ("up", [2, 1], [True, True]),
        ("second", [4, 4], [True, True]),
        ("told apart", [None, None], [True, False]),
    ]
    assert [one["gain"] for one in told[:2]] == pytest.approx([-1, 1 - SECOND])
    assert told[0]["question"] == "سؤال lost"


def test_a_file_without_answerable_questions_has_no_difference() -> None:
    found = FileComparison.of([outcome(relevant=0)], [outcome(relevant=0)])
    assert found.difference is None
    assert "difference" not in found.to_dict()


def test_a_report_against_a_run_holds_the_comparison_of_each_file() -> None:
    before, now = run(a=[outcome(2)], b=[outcome(1)]), run(a=[outcome(1)], b=[outcome(1)])
    told = json.loads(json.dumps(Report.of(now, before).to_dict()))["/against"]
    assert told["index"]["generation"] == INDEX.generation
    assert [own["better"] for own in told["files"].values()] == [1, 0]
    assert told["files"]["a"]["difference"]["ndcg@10"] == pytest.approx(1 - SECOND)
    assert told["files"]["a"]["difference"]["intervals"].keys() >= {"ndcg@10", "hit@1"}
    assert "/against" not in Report.of(now).to_dict()
