"""Confidence lies between 0 and 1 and follows each thing that speaks for an answer or against."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.confidence import FEATURES, Calibration, Evidence, coverage, weigh
from retrieval.errors import DalilError
from retrieval.fusion import Candidates
from retrieval.language import ARABIC

share = st.floats(0, 1)
evidences = st.builds(
    Evidence,
    similarity=st.floats(-1, 1),
    margin=share,
    coverage=share,
    agreement=share,
    nearness=share,
    commonness=share,
)
FOR = ["similarity", "coverage", "agreement", "nearness"]
NOWHERE = Path("no index here")
BUNDLED = Calibration.of(NOWHERE, "807ded694c609f1b")
ANY = Calibration.of(NOWHERE, "a model of their own")
calibrations = st.sampled_from([BUNDLED, ANY])
languages = st.sampled_from([ARABIC, "und-Latn", "zh", "und"])


@given(calibrations, evidences, languages)
def test_confidence_is_a_probability(
    calibration: Calibration, evidence: Evidence, language: str
) -> None:
    assert 0 <= calibration.confidence(evidence, language) <= 1


@given(calibrations, evidences, st.sampled_from(FOR), share, languages)
def test_more_evidence_for_an_answer_never_lowers_it(
    calibration: Calibration, evidence: Evidence, kind: str, more: float, language: str
) -> None:
    stronger = replace(evidence, **{kind: getattr(evidence, kind) + more})
    before = calibration.confidence(evidence, language)
    assert calibration.confidence(stronger, language) >= before


@pytest.mark.parametrize("language", [ARABIC, "und-Latn"])
@pytest.mark.parametrize("calibration", [BUNDLED, ANY], ids=["bundled", "any"])
def test_the_clearest_cases_fall_on_either_side(calibration: Calibration, language: str) -> None:
    """A near copy that holds every word is an answer; an unlike text with none is none."""
    copy = Evidence(0.97, 0.05, 1.0, 1.0, 0.5, 0.2)
    unlike = Evidence(0.7, 0.0, 0.0, 0.0, 0.1, 0.1)
    assert calibration.confidence(copy, language) > calibration.found_at
    assert calibration.confidence(unlike, language) < calibration.found_at


@pytest.mark.parametrize("huge", [1e6, -1e6])
def test_no_evidence_is_too_strong_for_the_formula(huge: float) -> None:
    assert 0 <= BUNDLED.confidence(Evidence(*[huge] * len(FEATURES)), ARABIC) <= 1


def test_an_index_s_own_calibration_holds_for_its_model_alone(tmp_path: Path) -> None:
    own = ANY.model_copy(update={"fingerprint": "theirs", "found_at": 0.7})
    own.save(tmp_path)
    assert Calibration.of(tmp_path, "theirs") == own
    assert Calibration.of(tmp_path, "another") == ANY
    assert Calibration.of(tmp_path, BUNDLED.fingerprint) == BUNDLED


@pytest.mark.parametrize("written", ["", "{}", "[1]", '{"model": 1', "\udcff"])
def test_a_calibration_that_cannot_be_read_is_one_line(tmp_path: Path, written: str) -> None:
    (tmp_path / "calibration.json").write_text(written, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(DalilError, match="dalil calibrate") as caught:
        Calibration.of(tmp_path, "theirs")
    assert "\n" not in str(caught.value)


def test_a_changed_digit_of_a_calibration_is_refused(tmp_path: Path) -> None:
    """It would change what is said to be an answer; without its checksum it is someone's own."""
    ANY.model_copy(update={"found_at": 0.7}).save(tmp_path)
    path = tmp_path / "calibration.json"
    changed = path.read_text(encoding="utf-8").replace("0.7,", "0.3,")
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(DalilError, match="dalil calibrate"):
        Calibration.of(tmp_path, ANY.fingerprint)
    fields = json.loads(changed)
    del fields["checksum"]
    path.write_text(json.dumps(fields), encoding="utf-8")
    assert Calibration.of(tmp_path, ANY.fingerprint).found_at == 0.3


def test_evidence_is_weighed_of_the_first_against_the_next() -> None:
    """Worked by hand: of three candidates the first in fused order is second on the dense side."""
    ranked = Candidates(
        passages=np.array([5, 3, 9]),
        cosines=np.array([0.8, 0.9, 0.7], np.float32),
        bm25=np.array([10, 4, 1], np.float32),
        dense_ranks=np.array([2, 1, 3]),
        lexical_ranks=np.array([1, 2, 3]),
    )
    evidence = weigh(ranked, np.array([0.5, 0.7, 0.1], np.float32), 0.6)
    expected = Evidence(0.8, 0.1, 0.6, 0.5, nearness=0.5, commonness=0.3)
    for name in FEATURES:
        assert getattr(evidence, name) == pytest.approx(getattr(expected, name), abs=1e-6), name


def test_a_side_that_found_nothing_does_not_agree() -> None:
    """Without a lexical match there is no agreement."""
    nothing = np.zeros(1, np.float32)
    alone = Candidates(nothing.astype(int), nothing, nothing, np.array([1]), np.array([0]))
    evidence = weigh(alone, nothing[:0], 0.0)
    assert (evidence.agreement, evidence.margin) == (0, 0)
    assert (evidence.nearness, evidence.commonness) == (0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("عن الزيتون والحصاد", 1.0),
        ("عن زَيْتُونٍ وحصادها", 1.0),
        ("عن البحر", 0.0),
        ("", 0.0),
    ],
)
def test_coverage_compares_stems(text: str, expected: float) -> None:
    """Affixes and vowels do not matter, nor how often a word stands."""
    assert coverage({"زيت": 3, "حصاد": 5}, text, 100) == expected


def test_a_rare_word_covers_more_than_a_frequent_one() -> None:
    """By the logarithm of how few passages hold it: ln(1 + 99/1) and ln(1 + 99/33), 2 to 0.6."""
    stems = {"نادر": 0, "شاءع": 32}
    assert coverage(stems, "نادر", 99) == pytest.approx(4.60517 / (4.60517 + 1.386294), rel=1e-5)
    assert coverage(stems, "شائع", 99) == pytest.approx(1.386294 / (4.60517 + 1.386294), rel=1e-5)


def test_a_question_without_content_words_is_not_covered() -> None:
    assert coverage({}, "أي نص", 100) == 0
    assert coverage({"نص": 0}, "نص", 0) == 0


@given(
    st.dictionaries(st.sampled_from(["قمر", "بحر", "جبل", "نهر", "ريح"]), st.integers(0, 50)),
    st.text(),
)
def test_coverage_is_a_share(stems: dict[str, int], text: str) -> None:
    assert 0 <= coverage(stems, f"قمر نهر {text}", 50) <= 1 + 1e-9
