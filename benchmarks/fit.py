"""Fit the fusion and the confidence on question files, and print the constants to copy.

    python benchmarks/fit.py --index INDEX QUESTIONS.jsonl...

Half of each file's questions fit, the other half is what the printed figures are measured on.
The fusion's weights, and then that of late interaction, are those of a grid with the best nDCG@10.
The confidence is what ``dalil calibrate`` fits, for this model and once more without what is of
this model alone.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from retrieval import calibration, fusion
from retrieval.calibration import Case
from retrieval.confidence import Calibration
from retrieval.evaluation import Question, abstention, read_questions
from retrieval.fusion import Candidates
from retrieval.language import is_arabic
from retrieval.retriever import Retriever, Searcher

Array = NDArray[np.float64]
_GRID = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12)
"""Weights tried of each part of the lexical side, against 1 of the dense."""
_LATE_GRID = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3)
"""Weights tried of late interaction, against 1 of the fusion."""
_KINDS = (("as it is",), ("ten articles",))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the candidates that both sides brought, and whose article each is.

    ``late`` holds the late scores of the first, in the order of the fusion in use.
    """

    file: str
    question: Question
    language: str
    candidates: Candidates
    late: NDArray[np.float32]
    articles: NDArray[np.str_]
    cases: tuple[Case, ...]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which candidates are of a relevant article."""
        return np.isin(self.articles, list(self.question.relevant))


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the fusion and the confidence.")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--most", type=int, default=1000, help="questions of one file")
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    searcher = Retriever.open(options.index).searcher
    asked = [row for path in options.files for row in ask(searcher, path, options.most)]
    fit_half, test_half = halves(asked)
    for name, group in groups(fit_half):
        answered = [row for row in group if row.right.any()]
        weights = fit_fusion(answered)
        late = max(
            _LATE_GRID, key=lambda weight: mean_of_files(answered, reranked(answered, weight))
        )
        print(f"fusion, {name}: {np.round(weights, 2).tolist()} of {fusion.FEATURES}; late {late}")
        test = dict(groups(test_half))[name]
        for file in sorted({row.file for row in test if row.question.relevant}):
            rows = [row for row in test if row.file == file and row.question.relevant]
            report_fusion(file, rows, weights, late)
    report_confidence(fit_half, test_half, searcher.info.model)


def ask(searcher: Searcher, path: Path, most: int) -> Iterator[Asked]:
    """Collect the candidates of a file's questions, the same from every run."""
    questions = read_questions(path)
    if len(questions) > most:
        questions = random.Random(0).sample(questions, most)  # noqa: S311 - a repeatable sample
    queries = [searcher.query(question.text) for question in questions]
    asked = zip(questions, queries, searcher.encode(queries), strict=True)
    for question, query, encoding in track(asked, path.stem, total=len(questions)):
        found = searcher.candidates(query, encoding.vector)
        tag = query.language
        found = found[np.argsort(-fusion.fuse(found, tag), kind="stable")]
        ids = np.array(searcher.articles_of(found.passages.tolist()), np.str_)
        late = searcher.read_by_token(encoding, found)
        cases = tuple(calibration.cases(searcher, question, query, encoding))
        yield Asked(path.stem, question, tag, found, late, ids, cases)


def halves(asked: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Split at random; the translations of one question fall on the same side."""
    chosen = {
        identity: random.Random(identity).random() < 0.5  # noqa: S311 - a repeatable split
        for identity in {row.question.id for row in asked}
    }
    return (
        [row for row in asked if chosen[row.question.id]],
        [row for row in asked if not chosen[row.question.id]],
    )


def groups(asked: Sequence[Asked]) -> Iterator[tuple[str, list[Asked]]]:
    """Questions in Arabic, and all others."""
    yield "arabic", [row for row in asked if is_arabic(row.language)]
    yield "others", [row for row in asked if not is_arabic(row.language)]


def fit_fusion(rows: Sequence[Asked]) -> Array:
    """Return the weights with the best nDCG@10, the mean of the files', on a grid."""
    features = [fusion.features(row.candidates) for row in rows]
    grid = [np.array([1.0, *rest]) for rest in product(_GRID, _GRID)]
    return max(grid, key=lambda weights: mean_of_files(rows, [own @ weights for own in features]))


def reranked(rows: Sequence[Asked], weight: float) -> list[NDArray[np.float32]]:
    """Return the scores after late interaction, over the fusion in use."""
    fused = [fusion.fuse(row.candidates, row.language) for row in rows]
    return [fusion.combine(own, row.late, weight) for row, own in zip(rows, fused, strict=True)]


def mean_of_files(rows: Sequence[Asked], scores: Sequence[NDArray[np.floating]]) -> float:
    """Return the mean of the files' nDCG@10."""
    gains = np.array([gain(row, own) for row, own in zip(rows, scores, strict=True)])
    files = np.array([row.file for row in rows])
    return float(np.mean([gains[files == file].mean() for file in set(files.tolist())]))


def report_fusion(file: str, rows: Sequence[Asked], fitted: Array, late: float) -> None:
    """Print nDCG@10 of each side alone, of the constants in use, and of those just fitted."""
    figures: dict[str, Sequence[NDArray[np.floating]]] = {
        "dense": [row.candidates.cosines for row in rows],
        "lexical": [row.candidates.bm25 for row in rows],
        "fused, in use": [fusion.fuse(row.candidates, row.language) for row in rows],
        "fitted": [fusion.features(row.candidates) @ fitted for row in rows],
        "with late, in use": [
            fusion.rerank(fusion.fuse(row.candidates, row.language), row.late, row.language)
            for row in rows
        ],
        "fitted late": reranked(rows, late),
    }
    told = "  ".join(
        f"{name} {100 * mean_of_files(rows, own):5.1f}" for name, own in figures.items()
    )
    print(f"  {file:<14}{told}")


def gain(row: Asked, scores: NDArray[np.floating]) -> float:
    """Return nDCG@10 of the articles, each at its best passage; one is right."""
    order = np.argsort(-scores, kind="stable")
    ranked = list(dict.fromkeys(row.articles[order].tolist()))[:10]
    places = [at for at, name in enumerate(ranked) if name in row.question.relevant]
    return float(1 / np.log2(places[0] + 2)) if places else 0.0


def report_confidence(fit_half: Sequence[Asked], test_half: Sequence[Asked], model: str) -> None:
    """Fit the confidence on one half; print the constants and the measures of the other."""
    fit_cases, test_cases = (
        [c for row in half for c in row.cases] for half in (fit_half, test_half)
    )
    report_calibration("this model", fit_cases, test_cases, model)
    fit_cases, test_cases = (
        [calibration.without_scale(case) for case in own] for own in (fit_cases, test_cases)
    )
    report_calibration("any model", fit_cases, test_cases, model)


def report_calibration(
    told: str, fit_cases: Sequence[Case], test_cases: Sequence[Case], model: str
) -> None:
    fitted = calibration.fit(fit_cases, model, "")
    print(f"confidence, {told}: {fitted.model_dump(exclude={'model', 'fingerprint'})}")
    report_cases("all", "as it is", [c for c in test_cases if c.kind == "as it is"], fitted)
    for arabic, kinds in product((True, False), _KINDS):
        cases = [c for c in test_cases if c.arabic == arabic and c.kind in kinds]
        report_cases("arabic" if arabic else "others", " + ".join(kinds), cases, fitted)


def report_cases(name: str, kinds: str, cases: Sequence[Case], fitted: Calibration) -> None:
    """Print how well the confidence tells the answered cases from the others."""
    told = {
        answered: np.array(
            [calibration.confidence(c, fitted) for c in cases if c.answered == answered]
        )
        for answered in (True, False)
    }
    measured = abstention(told[True].tolist(), told[False].tolist())
    if measured:
        shares = {
            at: " and ".join(f"{(told[kind] >= at).mean():.2f}" for kind in (True, False))
            for at in (fitted.found_at, fitted.unsure_at)
        }
        print(
            f"  {name:<8}{kinds:<24}AUROC {measured.auroc:.3f}  answered wrongly at 95 % "
            f"{measured.answered_wrongly_at_95:.3f}; rightly and wrongly found "
            f"{shares[fitted.found_at]}, shown {shares[fitted.unsure_at]}"
        )


if __name__ == "__main__":
    main()
