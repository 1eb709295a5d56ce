"""What the confidence is worth, against values worked by hand and other implementations."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from retrieval.evaluation.reliability import Bin, Found, abstention, reliability

confidences = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=45)
judged = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(confidences, confidences)
def test_auroc_is_the_share_of_pairs_in_order(yes: list[float], no: list[float]) -> None:
    """Ties count half; scikit-learn counts them so too."""
    pairs = [1.0 if one > other else 0.5 * (one == other) for one in yes for other in no]
    found = abstention(yes, no)
    assert found
    assert found.auroc == pytest.approx(sum(pairs) / len(pairs))
    kinds = [True] * len(yes) + [False] * len(no)
    assert found.auroc == pytest.approx(roc_auc_score(kinds, yes + no))


@given(confidences, confidences)
def test_answered_wrongly_is_at_the_highest_threshold_that_keeps_95_percent(
    yes: list[float], no: list[float]
) -> None:
    keeping = [limit for limit in yes if sum(own >= limit for own in yes) * 100 >= 95 * len(yes)]
    found = abstention(yes, no)
    assert found
    expected = sum(own >= max(keeping) for own in no) / len(no)
    assert found.answered_wrongly_at_95 == pytest.approx(expected)


def test_a_value_worked_by_hand_of_each() -> None:
    """Of 20 answerable one may fall; 0.3 and 0.9 of the unanswerable are above the next."""
    found = abstention([0.1, *[0.3] * 19], [0.0, 0.2, 0.3, 0.9])
    assert found
    assert found.to_dict() == pytest.approx(
        {"auroc": (1 + 19 * 2.5) / 80, "answered_wrongly@95": 0.5}
    )


def test_without_both_kinds_there_is_no_abstention() -> None:
    assert abstention([], [0.1]) is None
    assert abstention([0.1], []) is None


def test_a_kind_without_questions_has_no_share_found() -> None:
    """A share of 0 is a share."""
    assert Found(0.0, None).to_dict() == {"answerable": 0.0}
    assert Found(None, 0.5).to_dict() == {"unanswerable": 0.5}


def test_reliability_worked_by_hand() -> None:
    """Bins are closed below, and the last one above too; empty ones are left out."""
    found = reliability([0.1, 0.15, 0.19, 0.95, 1.0], [False, True, False, True, True])
    assert [asdict(own) for own in found.bins] == [
        pytest.approx(asdict(own))
        for own in (Bin(0.1, 0.2, 3, 0.44 / 3, 1 / 3), Bin(0.9, 1.0, 2, 0.975, 1.0))
    ]
    assert found.questions == 5
    assert found.ece == pytest.approx((3 * (1 / 3 - 0.44 / 3) + 2 * 0.025) / 5)
    assert found.brier == pytest.approx((0.1**2 + 0.85**2 + 0.19**2 + 0.05**2 + 0) / 5)


@given(judged)
def test_brier_score_and_calibration_error_are_as_others_have_them(
    pairs: list[tuple[float, bool]],
) -> None:
    """The Brier score as scikit-learn's; the calibration error by summing up bin after bin."""
    p, y = [own for own, _ in pairs], [own for _, own in pairs]
    found = reliability(p, y)
    assert found.brier == pytest.approx(brier_score_loss(y, p))
    distance = 0.0
    for number in range(10):
        own = [pair for pair in pairs if int(pair[0] * 10) == number or pair[0] == 1 > 9 - number]
        distance += abs(sum(one for one, _ in own) - sum(right for _, right in own))
    assert found.ece == pytest.approx(distance / len(pairs))
    assert sum(own.questions for own in found.bins) == len(pairs)


def test_confidence_that_is_right_has_no_calibration_error_and_one_that_is_wrong_has_all() -> None:
    assert reliability([0.25] * 4, [True, False, False, False]).ece == 0
    wrong = reliability([1.0, 0.0], [False, True])
    assert (wrong.ece, wrong.brier) == (1, 1)


def test_lengths_that_differ_and_no_question_are_errors() -> None:
    for p, y in (([0.5], [True, False]), ([], [])):
        with pytest.raises(ValueError, match="every question"):
            reliability(p, y)
