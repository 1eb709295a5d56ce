"""Fit the fusion and the confidence on question files, and print the constants to copy.

    python benchmarks/fit.py --index INDEX QUESTIONS.jsonl...

Half of each file's questions fit, the other half is what the printed figures are measured on.
The fusion's weights are those of a grid with the best nDCG@10. The confidence is a logistic
regression of whether the collection answers: on questions without an answer, and on every other
question once more with its answer taken away; and on both with all but ten articles taken away, as
in a small collection.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from scipy.optimize import minimize

from retrieval import confidence, fusion
from retrieval.evaluation import Question, abstention, read_questions
from retrieval.fusion import Candidates
from retrieval.language import ARABIC, language
from retrieval.retriever import Retriever

Array = NDArray[np.float64]
_GRID = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8)
"""Weights tried of each part of the lexical side, against 1 of the dense."""
_SMALL = 10
"""Articles of a collection made small."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the candidates that both sides brought, and whose article each is."""

    file: str
    question: Question
    language: str
    candidates: Candidates
    articles: NDArray[np.str_]

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
    retriever = Retriever.open(options.index)
    asked = [row for path in options.files for row in ask(retriever, path, options.most)]
    fit_half, test_half = halves(asked)
    for name, group in groups(fit_half):
        weights = fit_fusion([row for row in group if row.right.any()])
        print(f"fusion, {name}: {np.round(weights, 2).tolist()} of {fusion.FEATURES}")
        test = dict(groups(test_half))[name]
        for file in sorted({row.file for row in test}):
            rows = [row for row in test if row.file == file and row.question.relevant]
            if rows:
                report_fusion(file, rows, weights)
    for name, group in groups(fit_half):
        report_confidence(name, retriever, group, dict(groups(test_half))[name])


def ask(retriever: Retriever, path: Path, most: int) -> Iterator[Asked]:
    """Collect the candidates of a file's questions, the same from every run."""
    questions = read_questions(path)
    if len(questions) > most:
        questions = random.Random(0).sample(questions, most)  # noqa: S311 - a repeatable sample
    vectors = retriever.encode([question.text for question in questions])
    pairs = zip(questions, vectors, strict=True)
    for question, vector in track(pairs, path.stem, total=len(questions)):
        found = retriever.candidates(question.text, vector)
        ids = retriever.articles_of(found.passages.tolist())
        yield Asked(path.stem, question, language(question.text), found, np.array(ids, np.str_))


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
    """Questions in Arabic script, and all others."""
    yield "arabic", [row for row in asked if row.language == ARABIC]
    yield "others", [row for row in asked if row.language != ARABIC]


def fit_fusion(rows: Sequence[Asked]) -> Array:
    """Return the weights with the best nDCG@10, the mean of the files', on a grid."""
    features = [fusion.features(row.candidates) for row in rows]
    files = np.array([row.file for row in rows])

    def mean_of_files(weights: Array) -> float:
        gains = np.array(
            [gain(row, own @ weights) for row, own in zip(rows, features, strict=True)]
        )
        return float(np.mean([gains[files == file].mean() for file in set(files.tolist())]))

    grid = [np.array([1.0, *rest]) for rest in product(_GRID, _GRID)]
    return max(grid, key=mean_of_files)


def fit_confidence(x: Array, y: NDArray[np.bool_]) -> Array:
    """Return the bias and the weights of a logistic regression; no weight is negative."""
    design = np.concatenate([np.ones((len(x), 1)), x], axis=1)
    signs = np.where(y, 1.0, -1.0)

    def loss(weights: Array) -> tuple[float, Array]:
        margins = signs * (design @ weights)
        wrong = 1 / (1 + np.exp(margins))
        return np.logaddexp(0, -margins).mean(), -(design * (signs * wrong)[:, None]).mean(0)

    return minimised(loss, [(None, None)] + [(0, None)] * x.shape[1])


def minimised(
    loss: Callable[[Array], tuple[float, Array]], bounds: Sequence[tuple[float | None, None]]
) -> Array:
    """Return where a loss, told with its gradient, is least."""
    start = np.ones(len(bounds))
    found = minimize(
        loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 5000}
    )
    return np.asarray(found.x, np.float64)


def report_fusion(file: str, rows: Sequence[Asked], fitted: Array) -> None:
    """Print nDCG@10 of each side alone, of the constants in use, and of those just fitted."""
    figures = {
        "dense": [gain(row, row.candidates.cosines) for row in rows],
        "lexical": [gain(row, row.candidates.bm25) for row in rows],
        "in use": [gain(row, fusion.fuse(row.candidates, row.language)) for row in rows],
        "fitted": [gain(row, fusion.features(row.candidates) @ fitted) for row in rows],
    }
    told = "  ".join(f"{name} {100 * np.mean(own):5.1f}" for name, own in figures.items())
    print(f"  {file:<14}{told}")


def gain(row: Asked, scores: NDArray[np.floating]) -> float:
    """Return nDCG@10 of the articles, each at its best passage; one is right."""
    order = np.argsort(-scores, kind="stable")
    ranked = list(dict.fromkeys(row.articles[order].tolist()))[:10]
    places = [at for at, name in enumerate(ranked) if name in row.question.relevant]
    return float(1 / np.log2(places[0] + 2)) if places else 0.0


def report_confidence(
    name: str, retriever: Retriever, fit_rows: Sequence[Asked], test_rows: Sequence[Asked]
) -> None:
    """Fit the confidence on one half; print the constants and the measures of the other."""
    fit_x, fit_y = cases(retriever, fit_rows, small=False)
    small_x, small_y = cases(retriever, fit_rows, small=True)
    weights = fit_confidence(np.concatenate([fit_x, small_x]), np.concatenate([fit_y, small_y]))
    print(f"confidence, {name}: {np.round(weights, 2).tolist()} of bias, {confidence.FEATURES}")
    tests = {
        "answers taken away": cases(retriever, test_rows, small=False),
        "ten articles": cases(retriever, test_rows, small=True),
        "as they are": cases(retriever, test_rows, small=False, taken_away=False),
    }
    for told, (x, y) in tests.items():
        scores = 1 / (1 + np.exp(-(weights[0] + x @ weights[1:])))
        measured = abstention(scores[y].tolist(), scores[~y].tolist())
        if measured:
            print(
                f"  {told:<20}AUROC {measured.auroc:.3f}  answered wrongly at 95 % "
                f"{measured.answered_wrongly_at_95:.3f}; answered, rightly and wrongly, above "
                + "  ".join(
                    f"{at}: {(scores[y] >= at).mean():.2f} {(scores[~y] >= at).mean():.2f}"
                    for at in (0.2, 0.3, 0.4, 0.5)
                )
            )


def cases(
    retriever: Retriever, rows: Sequence[Asked], *, small: bool, taken_away: bool = True
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the evidence of every case, and whether its question is answered there."""
    x, y = [], []
    for row in rows:
        for keep in variants(row, small=small, taken_away=taken_away):
            if keep.any():
                left = row.candidates[keep]
                order = np.argsort(-fusion.fuse(left, row.language), kind="stable")
                evidence = retriever.evidence(row.question.text, left[order])
                x.append(confidence.features(evidence))
                y.append(bool(row.right[keep].any()))
    return np.array(x), np.array(y)


def variants(row: Asked, *, small: bool, taken_away: bool) -> Iterator[NDArray[np.bool_]]:
    """Yield which candidates stay: with the answer, and with it taken away."""
    everything = np.ones(len(row.candidates), bool)
    if small:
        others = sorted(set(row.articles.tolist()) - row.question.relevant)
        chooser = random.Random(row.question.id)  # noqa: S311 - a repeatable choice
        kept = chooser.sample(others, min(_SMALL, len(others)))
        everything = np.isin(row.articles, kept) | row.right
    if row.right.any():
        yield everything
    if taken_away or not row.question.relevant:
        yield everything & ~row.right


if __name__ == "__main__":
    main()
