"""The figures of a run, and the object that ``eval --json`` writes."""

import json
from typing import Any

import pytest

from retrieval.evaluation import Outcome, Report
from tests.retrieval.evaluation.outcomes import outcome, run

MEASURES = {"ndcg@10", "mrr@10", "hit@1", "hit@5", "recall@100"}


def none(**about: Any) -> Outcome:  # noqa: ANN401 - passed on
    """Return what came of an unanswerable question."""
    return outcome(relevant=0, **about)


def written(**files: list[Outcome]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(Report.of(run(**files)).to_dict()))
    return found


def test_measures_stand_by_file_over_its_answerable_questions() -> None:
    told = written(half=[outcome(1), none(), outcome()], none=[none()])
    assert {name: told["half"][name] for name in MEASURES} == dict.fromkeys(MEASURES, 0.5)
    assert told["half"]["questions"] == 3
    assert told["half"]["intervals"] == {name: [0, 1] for name in MEASURES}
    assert told["none"] == {"questions": 1, "found": {"unanswerable": 1}}


def test_each_side_has_the_same_measures() -> None:
    told = written(file=[outcome(1, dense=(2,)), outcome(1, lexical=(1,))])
    sides = told["file"]["sides"]
    for side in sides.values():
        assert side.keys() == MEASURES | {"intervals"}
    assert sides["dense"]["mrr@10"] == 0.25
    assert sides["lexical"]["mrr@10"] == 0.5
    assert told["file"]["mrr@10"] == 1


def test_the_better_side_is_named_where_the_fusion_falls_under_it() -> None:
    """By its mean and the interval of the paired difference; 0.369 is rank 1 less rank 2."""
    behind = written(file=[outcome(2, dense=(1,), lexical=(1,)), outcome(1, lexical=(1,))])
    told = behind["file"]["fusion_behind"]
    assert told["side"] == "lexical"
    assert told["by"] == pytest.approx(0.369070 / 2, abs=1e-6)
    assert told["interval"] == pytest.approx([0, 0.369070], abs=1e-6)


@pytest.mark.parametrize(("fallen", "told"), [(1, False), (2, True)])
def test_half_a_point_under_the_better_side_is_not_told(fallen: int, told: bool) -> None:
    """One question of 100 from rank 1 to rank 2 is 0.37 of a point, two are 0.74."""
    fine = [outcome(1, dense=(1,))] * (100 - fallen)
    found = written(file=[*fine, *[outcome(2, dense=(1,))] * fallen])
    assert bool(found["file"]["fusion_behind"]) == told


def test_a_fusion_above_both_sides_is_not_behind() -> None:
    told = written(file=[outcome(1, dense=(2,), lexical=(3,))])
    assert told["file"]["fusion_behind"] is None


def test_languages_stand_beside_the_files_where_there_are_several() -> None:
    """A language holds the questions of all files; no file can have the key they stand under."""
    told = written(
        a=[outcome(1, language="ar"), outcome(2, language="de")], b=[outcome(language="de")]
    )
    languages = told["/languages"]
    assert list(languages) == ["ar", "de"]
    assert [own["questions"] for own in languages.values()] == [1, 2]
    assert [own["mrr@10"] for own in languages.values()] == [1, 0.25]
    assert languages["de"].keys() == told["a"].keys()
    assert "/languages" not in written(a=[outcome(1)], b=[outcome(2)])


def test_what_is_of_no_file_has_a_key_that_no_file_can_have() -> None:
    """But for ``abstention``, which no file may be called."""
    told = written(file=[outcome(1), none(language="de")])
    assert set(told) == {"file", "abstention", "/found", "/languages", "/reliability"}


def test_found_is_the_share_answered_of_each_kind() -> None:
    a = [*[outcome(found=found) for found in (True, True, False)], none(), none(found=False)]
    told = written(a=a, b=[none(found=False), none(found=False)])
    assert told["a"]["found"] == pytest.approx({"answerable": 2 / 3, "unanswerable": 1 / 2})
    assert told["b"]["found"] == {"unanswerable": 0}
    assert told["/found"] == pytest.approx({"answerable": 2 / 3, "unanswerable": 1 / 4})


def test_abstention_stands_wherever_both_kinds_do() -> None:
    """Over all files, and for a file or a language that has both."""
    mixed = [outcome(confidence=0.9), none(confidence=0.1)]
    plain = [outcome(confidence=0.05, language="de")]
    told = written(mixed=mixed, plain=plain)
    assert told["mixed"]["abstention"] == {"auroc": 1, "answered_wrongly@95": 0}
    assert told["/languages"]["ar"]["abstention"]["auroc"] == 1
    assert told["abstention"] == {"auroc": 0.5, "answered_wrongly@95": 1}
    assert "abstention" not in told["plain"]
    assert "abstention" not in told["/languages"]["de"]
    assert "abstention" not in written(plain=plain)


def test_reliability_is_over_all_questions() -> None:
    """An answerable question counts as answered rightly."""
    told = written(a=[outcome(confidence=0.8)], b=[none(confidence=0.85), none(confidence=0.1)])
    assert told["/reliability"]["brier"] == pytest.approx((0.2**2 + 0.85**2 + 0.1**2) / 3)
    assert told["/reliability"]["ece"] == pytest.approx((2 * 0.325 + 0.1) / 3)
    assert told["/reliability"]["bins"][-1] == {
        "from": 0.8,
        "to": 0.9,
        "questions": 2,
        "confidence": pytest.approx(0.825),
        "answerable": 0.5,
    }
