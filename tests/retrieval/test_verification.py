"""A generation that is not what its texts and its model make is found out, and never published."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings import Encoder
from embeddings.encoder import Encoding, Vectors
from retrieval import checksums, generation
from retrieval.blocks import Places
from retrieval.build import build
from retrieval.errors import IndexDamagedError
from retrieval.generation import Generation
from retrieval.verification import verify, verify_index
from tests.corpora import ARTICLES, write_corpus
from tests.fakes import HashTokenEncoder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def built(corpus: Path, tmp_path: Path) -> Generation:
    return build([corpus], tmp_path / "index", HashTokenEncoder()).published


class Drifting(HashTokenEncoder):
    """A model whose memory fails: what it makes of a text differs from one time to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.good = 0

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.good -= 1
        vectors = super().encode_passages(texts)
        return vectors if self.good >= 0 else -vectors


def sealed_again(published: Generation, change: Callable[[dict[str, Any]], object]) -> Generation:
    """Change what the manifest says, as if a build had said so; checksums fit what is there."""
    folder = published.folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    for name, file in manifest["files"].items():
        path = folder / name
        file |= {"size": path.stat().st_size, "xxh3": checksums.of_file(path)}
    text = json.dumps(manifest)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    (folder / "manifest.xxh3").write_text(checksums.of_bytes(text.encode()), encoding="utf-8")
    return generation.read(folder)


def test_what_was_built_is_sound(built: Generation) -> None:
    found = verify(built, HashTokenEncoder())
    assert found.problems == ()
    assert found.sound
    assert found.sampled == 8
    assert found.checked == built.manifest.size


def test_a_lone_article_is_sound(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "one", ARTICLES[:1])
    published = build([corpus], tmp_path / "lone", HashTokenEncoder()).published
    assert verify(published, HashTokenEncoder()).sampled == 1


@pytest.mark.parametrize("text", ["من إلى في", "؟!", "Only English words.", "قال «نعم» ثم «لا»."])
def test_a_collection_of_one_text_many_times_is_sound(tmp_path: Path, text: str) -> None:
    """More often than a search brings; whatever the words are, it is published."""
    lines = [json.dumps({"id": str(number), "text": text}) for number in range(300)]
    corpus = tmp_path / "same.jsonl"
    corpus.write_text("\n".join(lines), encoding="utf-8")
    published = build([corpus], tmp_path / "same", HashTokenEncoder()).published
    assert verify(published, HashTokenEncoder()).sound


def test_the_real_model_s_index_is_sound(encoder: Encoder, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", ARTICLES[:4])
    published = build([corpus], tmp_path / "index", encoder).published
    assert verify(published, encoder).problems == ()


@pytest.mark.parametrize("count", ["articles", "passages", "vectors"])
def test_a_count_that_is_not_so_is_found(built: Generation, count: str) -> None:
    wrong = sealed_again(built, lambda manifest: manifest["counts"].update({count: 7}))
    problems = verify(wrong, HashTokenEncoder()).problems
    assert problems
    assert all("not 7" in problem for problem in problems)


def test_every_damaged_file_is_named(built: Generation) -> None:
    for name in ("dense/places.npz", "late/00.block"):
        path = built.folder / name
        path.write_bytes(bytes(path.stat().st_size))
    problems = verify(built, HashTokenEncoder()).problems
    assert len(problems) == 2
    assert "places.npz" in problems[0]
    assert "00.block" in problems[1]


def test_vectors_of_another_text_are_found(built: Generation) -> None:
    """Rows that moved by one: whole files, right counts, and every answer would be wrong."""
    path = built.folder / "dense" / "00.block"
    data = path.read_bytes()
    row = 32 * 2
    head = len(data) - built.manifest.counts.vectors * row
    path.write_bytes(data[:head] + data[head + row :] + data[head : head + row])
    moved = sealed_again(built, lambda _: None)
    problems = verify(moved, HashTokenEncoder()).problems
    assert any("vectors of passage 0" in problem for problem in problems)
    assert any("not found by their own text" in problem for problem in problems)


def test_tokens_of_another_passage_are_found(built: Generation) -> None:
    """Passages change places, and their checksums with them."""
    folder = built.folder / "late"
    places, checks = Places.load(folder), np.load(folder / "checksums.npy")
    firsts, counts = np.roll(places.firsts, -1), np.roll(places.counts, -1)
    Places(firsts, counts, places.sizes).save(folder)
    np.save(folder / "checksums.npy", np.roll(checks, -1))
    moved = sealed_again(built, lambda _: None)
    problems = verify(moved, HashTokenEncoder()).problems
    assert any("tokens of passage" in problem for problem in problems)


def test_words_of_other_articles_are_found(built: Generation, tmp_path: Path) -> None:
    """The words of the same articles in another order: each number leads to another text."""
    other = write_corpus(tmp_path / "turned", ARTICLES[::-1])
    turned = build([other], tmp_path / "other", HashTokenEncoder()).published
    lexical = built.folder / "lexical"
    for path in lexical.iterdir():
        path.unlink()
    for path in (turned.folder / "lexical").iterdir():
        (lexical / path.name).write_bytes(path.read_bytes())

    def with_files(manifest: dict[str, Any]) -> None:
        kept = {n: f for n, f in manifest["files"].items() if not n.startswith("lexical/")}
        manifest["files"] = kept | {
            f"lexical/{path.name}": {"size": 0, "xxh3": ""} for path in lexical.iterdir()
        }

    problems = verify(sealed_again(built, with_files), HashTokenEncoder()).problems
    assert len(problems) == 1
    assert "not found by their own text" in problems[0]


def test_another_model_s_vectors_are_found(built: Generation) -> None:
    problems = verify(built, HashTokenEncoder("other")).problems
    assert any("not the model's" in problem for problem in problems)


def test_all_kept_generations_are_verified_each_by_its_own_model(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be read says why, and does not stand in the way of the others."""
    index = tmp_path / "index"
    for name in ("first", "other", "other"):
        build([corpus], index, HashTokenEncoder(name))
    monkeypatch.setattr("retrieval.verification.load_encoder", HashTokenEncoder)
    assert [each.sound for each in verify_index(index, every=True).generations] == [True] * 3
    (generation.kept(index)[1] / "manifest.json").write_text("{}", encoding="utf-8")
    assert [each.sound for each in verify_index(index, every=True).generations] == [
        True,
        False,
        True,
    ]
    assert [each.sound for each in verify_index(index).generations] == [True]
    told = verify_index(index, HashTokenEncoder("other"), every=True).generations[2]
    assert "first" in told.problems[0]


def test_a_build_that_wrote_something_else_publishes_nothing(corpus: Path, tmp_path: Path) -> None:
    """One line says what was found; the index before stays, and nothing is left on the disk."""
    index = tmp_path / "index"
    before = build([write_corpus(tmp_path / "old", ARTICLES[:2])], index, HashTokenEncoder())
    drifting = Drifting()
    drifting.good = 1
    with pytest.raises(IndexDamagedError, match="not published") as caught:
        build([corpus], index, drifting)
    assert "\n" not in str(caught.value)
    assert "not the model's" in str(caught.value)
    assert generation.current(index) == before.published
    assert generation.kept(index) == [before.published.folder]
    assert not list(index.rglob("*.part"))


def test_encodings_that_tests_rely_on_are_told_apart() -> None:
    """The fake model gives each text its own vector: nothing above passes by chance."""
    encoder = HashTokenEncoder()
    texts = [article.text for article in ARTICLES]
    first: list[Encoding] = encoder.encode_passage_tokens(texts)
    vectors = np.stack([each.vector for each in first])
    assert (vectors @ vectors.T - np.eye(len(texts))).max() < 0.9
