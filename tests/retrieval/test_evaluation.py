"""Measures against values worked by hand, and question files that name their faults."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import Retriever
from retrieval.build import build
from retrieval.errors import QuestionFileError
from retrieval.evaluation import (
    Outcome,
    Quality,
    Question,
    abstention,
    evaluate,
    quality,
    read_questions,
)
from retrieval.types import Article
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashEncoder


def outcome(*ranks: int, relevant: int = 1, confidence: float = 0.5) -> Outcome:
    return Outcome(ranks, relevant, confidence)


def gain(*ranks: int) -> float:
    return sum(1 / math.log2(rank + 1) for rank in ranks)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (outcome(1), Quality(1, 1, 1, 1, 1)),
        (outcome(2), Quality(0.630930, 1 / 2, 0, 1, 1)),
        (outcome(5), Quality(0.386853, 1 / 5, 0, 1, 1)),
        (outcome(6), Quality(0.356207, 1 / 6, 0, 0, 1)),
        (outcome(10), Quality(0.289065, 1 / 10, 0, 0, 1)),
        (outcome(11), Quality(0, 0, 0, 0, 1)),
        (outcome(), Quality(0, 0, 0, 0, 0)),
        (outcome(2, 5, relevant=3), Quality(gain(2, 5) / gain(1, 2, 3), 1 / 2, 0, 1, 2 / 3)),
        (outcome(1, 40, relevant=2), Quality(1 / gain(1, 2), 1, 1, 1, 1)),
        (outcome(*range(1, 13), relevant=12), Quality(1, 1, 1, 1, 1)),
    ],
)
def test_measures_of_one_question(one: Outcome, expected: Quality) -> None:
    found = quality([one])
    assert found
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=1e-6)


def test_measures_are_averaged_over_answerable_questions_only() -> None:
    found = quality([outcome(1), outcome(relevant=0), outcome(4), outcome()])
    assert found
    assert found.mrr_at_10 == pytest.approx((1 + 1 / 4 + 0) / 3)
    assert found.hit_at_1 == pytest.approx(1 / 3)
    assert found.hit_at_5 == pytest.approx(2 / 3)


def test_without_answerable_questions_there_is_no_quality() -> None:
    assert quality([]) is None
    assert quality([outcome(relevant=0)]) is None


confidences = st.lists(st.integers(0, 20).map(lambda n: n / 20), min_size=1, max_size=45)


@given(confidences, confidences)
def test_auroc_is_the_share_of_pairs_in_order(yes: list[float], no: list[float]) -> None:
    """Ties count half."""
    pairs = [1.0 if one > other else 0.5 * (one == other) for one in yes for other in no]
    found = abstention(yes, no)
    assert found
    assert found.auroc == pytest.approx(sum(pairs) / len(pairs))


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
        Question(f"{path}:3", "بلا جواب", frozenset()),
    ]


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
        "[" * 100_000,
    ],
    ids=lambda line: line[:24],
)
def test_a_bad_line_is_named_with_its_file_and_number(line: str, tmp_path: Path) -> None:
    good = '{"question": "س", "relevant": []}'
    path = write(tmp_path / "q.jsonl", good, "", line, good)
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


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    folder = tmp_path_factory.mktemp("evaluation")
    long = Article("long", "\n".join([ARTICLES[0].text.replace("\n", " ")] * 4), title="الطويل")
    corpus = write_corpus(folder / "corpus", [*ARTICLES, long])
    build([corpus], folder / "index", HashEncoder())
    return Retriever.open(folder / "index", HashEncoder())


def asked(*articles: Article) -> list[Question]:
    """Ask each article's whole passage: the fake model finds only the same text near."""
    texts = [f"{article.title}\n{article.text}" for article in articles]
    return [
        Question(article.id, text, frozenset({article.id}))
        for article, text in zip(articles, texts, strict=True)
    ]


def test_a_report_over_several_files(retriever: Retriever) -> None:
    """Quality by file, abstention over all; what is written is what the manual documents."""
    told: list[tuple[str, int, int | None]] = []
    none = [Question("n", "xylophone", frozenset()), Question("m", "؟", frozenset())]
    lost = replace(asked(ARTICLES[4])[0], relevant=frozenset({"nowhere"}))
    report = evaluate(
        retriever,
        {"right": asked(*ARTICLES[1:4]), "half": [*asked(ARTICLES[5]), lost], "none": none},
        lambda stage, done, total: told.append((stage, done, total)),
    )
    found = json.loads(json.dumps(report.to_dict()))
    perfect = dict.fromkeys(("ndcg@10", "mrr@10", "hit@1", "hit@5", "recall@100"), 1.0)
    assert found["right"] == {"questions": 3, **perfect}
    assert found["half"] == {"questions": 2, **dict.fromkeys(perfect, 0.5)}
    assert found["none"] == {"questions": 2}
    assert found["abstention"].keys() == {"auroc", "answered_wrongly@95"}
    assert found["abstention"]["auroc"] == 1.0
    assert told[-1] == ("none", 2, 2)
    assert "abstention" not in evaluate(retriever, {"none": none}).to_dict()


def test_ranks_count_articles_each_once(retriever: Retriever) -> None:
    """An article of several passages takes one rank, so both relevant ones are ideal."""
    question = Question("q", ARTICLES[0].text, frozenset({"lighthouse", "long"}))
    (found,) = evaluate(retriever, {"file": [question]}).quality.values()
    assert found
    assert found.ndcg_at_10 == pytest.approx(1)
    assert found.recall_at_100 == 1
