"""What is as it was is not read again, and a build comes to the same as if it were."""

import json
import random
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import pytest

from retrieval import generation
from retrieval.build import BuildReport, build
from retrieval.corpus import BadRecord, contents, reading
from retrieval.corpus.document import Document
from retrieval.store import Store
from tests.corpora import ARTICLES
from tests.fakes import HashTokenEncoder

FURNITURE = "يكتب في الدفتر رحالة من كل بلد ويقرؤه أصدقاؤهم"
SITES = ("دفتر الرحلات", "جريدة النهر")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust the times of files that were written a moment ago."""
    monkeypatch.setattr("retrieval.corpus.files._SETTLED", -10.0)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the ids of the articles that are read."""
    read: list[str] = []
    settled = reading._settled

    def noted(*args: object) -> object:
        article = settled(*args)  # type: ignore[arg-type] # whatever it takes
        read.append(article.id)
        return article

    monkeypatch.setattr(reading, "_settled", noted)
    return read


def built(corpus: Path, index: str = "index") -> BuildReport:
    return build([corpus], corpus.parent / index, HashTokenEncoder())


def held(report: BuildReport) -> dict[str, object]:
    """Return all that an index has of each article."""
    with closing(Store(report.published.folder / generation.STORE)) as store:
        return {name: store.article(name) for name in store.all_article_ids()}


def bad(report: BuildReport) -> list[BadRecord]:
    return sorted(report.bad, key=str)


def write_lines(path: Path, records: Sequence[dict[str, str]]) -> None:
    lines = (json.dumps(record, ensure_ascii=False) for record in records)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def record(number: int, *, extra: str = "", site: str = SITES[0]) -> dict[str, str]:
    text = f"وصلت القافلة رقم {number} إلى الواحة وفيها {number + 3} رجلا من الشمال.{extra}"
    return {"id": f"{number}", "title": f"خبر {number}", "text": text, "source": site}


def test_a_file_that_stayed_is_not_opened(
    corpus: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the first, which tells that there is something to read."""
    for article in ARTICLES:
        (corpus / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
    first = built(corpus)
    assert len(read) == len(ARTICLES)
    read.clear()
    opened = set()

    def noted(path: Path) -> bytes:
        opened.add(path.name)
        return contents.head(path)

    monkeypatch.setattr("retrieval.corpus.formats.head", noted)
    (corpus / "new.txt").write_text("ولد فيل صغير في حديقة الحيوان.", encoding="utf-8")
    second = built(corpus)
    assert read == ["new.txt"]
    assert opened == {min(path.name for path in corpus.iterdir()), "new.txt"}
    assert second.changes.unchanged == first.articles
    assert held(second).items() > held(first).items()


def test_a_corpus_may_be_called_by_another_path(
    corpus: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong is then told by that."""
    (corpus / "news.txt").write_text(ARTICLES[0].text, encoding="utf-8")
    with zipfile.ZipFile(corpus / "pages.zip", "w") as archive:
        archive.writestr("empty.txt", " ")
    monkeypatch.chdir(corpus.parent)
    index = corpus.parent / "index"
    named = build([Path("corpus")], index, HashTokenEncoder())
    read.clear()
    called = built(corpus)
    assert read == []
    assert [told.file for told in named.bad] == ["corpus/pages.zip/empty.txt"]
    assert [told.file for told in called.bad] == [f"{corpus}/pages.zip/empty.txt"]


def test_a_line_that_stayed_is_not_parsed(corpus: Path, read: list[str]) -> None:
    """Wherever it stands now, unless its article is called by its line."""
    path = corpus / "news.jsonl"
    nameless = {"text": "ولد فيل صغير في حديقة الحيوان.", "title": "فيل"}
    records = [record(number) for number in range(20)]
    write_lines(path, [*records, nameless])
    built(corpus)
    read.clear()
    changed = record(3, extra=" وعادت.")
    write_lines(path, [changed, *reversed(records[4:]), nameless])
    report = built(corpus)
    assert sorted(read) == ["3", "news.jsonl#18"]
    assert held(report) == held(built(corpus, "fresh"))


def test_a_file_that_was_written_just_now_is_read_again(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written again in the same moment, it would have the same time."""
    monkeypatch.undo()
    path = corpus / "news.txt"
    path.write_text(ARTICLES[0].text, encoding="utf-8")
    built(corpus)
    path.write_text(ARTICLES[0].text[::-1], encoding="utf-8")
    assert held(built(corpus)) == held(built(corpus, "fresh"))


def test_a_line_that_has_become_furniture_goes_from_files_that_stayed(corpus: Path) -> None:
    """And comes back when it is none any more; pages in an archive are found again in it."""
    with zipfile.ZipFile(corpus / "a.zip", "w") as archive:
        for number in range(3):
            told = record(number, extra=f"\n{FURNITURE}")
            archive.writestr(f"{number}.json", json.dumps(told, ensure_ascii=False))
        archive.writestr("other.txt", ARTICLES[0].text)
    assert FURNITURE in str(held(built(corpus)))
    write_lines(corpus / "b.jsonl", [record(9, extra=f"\n{FURNITURE}")])
    report = built(corpus)
    assert FURNITURE not in str(held(report))
    assert held(report) == held(built(corpus, "fresh"))
    (corpus / "b.jsonl").unlink()
    assert FURNITURE in str(held(built(corpus)))


def test_a_file_that_changes_during_a_build_is_read_by_the_next(corpus: Path) -> None:
    """It is told that an article was not found, and that is mended."""

    def write(name: str, numbers: Sequence[int], extra: str = f"\n{FURNITURE}") -> None:
        with zipfile.ZipFile(corpus / name, "w") as archive:
            for number in numbers:
                told = json.dumps(record(number, extra=extra), ensure_ascii=False)
                archive.writestr(f"{number}.json", told)

    def change(stage: str, done: int, total: int | None) -> None:  # noqa: ARG001 - a Progress
        write("b.zip", [3])

    write("a.zip", [1])
    write("b.zip", [3, 4])
    assert built(corpus).articles == 3
    write("c.zip", [5])
    report = build([corpus], corpus.parent / "index", HashTokenEncoder(), progress=change)
    assert [told.reason for told in report.bad] == [
        "the article '4' was here a moment ago: build again"
    ]
    assert built(corpus).articles == 3
    assert held(built(corpus)) == held(built(corpus, "fresh"))
    assert not built(corpus).bad


def test_what_is_wrong_is_told_each_time(corpus: Path, read: list[str]) -> None:
    (corpus / "torn.json").write_text('[{"id": "1", "text": "وصلت القافلة."}, {', encoding="utf-8")
    dated = record(7) | {"published": "أمس"}
    lines = [json.dumps(dated, ensure_ascii=False), "{", json.dumps({"id": "8", "text": " "})]
    (corpus / "lines.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (corpus / "empty.txt").write_text(" ", encoding="utf-8")
    first = built(corpus)
    assert len(first.bad) == 5
    read.clear()
    assert bad(built(corpus)) == bad(first)
    assert read == []


def test_what_failed_for_the_machine_is_tried_again(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is not lost because there was no room once to unpack it, or no library to read it."""
    with zipfile.ZipFile(corpus / "pages.zip", "w") as archive:
        archive.writestr("page.txt", ARTICLES[0].text)
    (corpus / "news.txt").write_text(ARTICLES[1].text, encoding="utf-8")
    (corpus / "metadata.jsonl").write_text('{"file": "news.txt", "title": "نهر"}', encoding="utf-8")
    with monkeypatch.context() as broken:
        broken.setattr("tempfile.tempdir", str(corpus.parent / "nowhere"))
        broken.setattr("retrieval.corpus.sidecar.objects", no_room)
        report = built(corpus)
        assert len(report.bad) == 2
        assert report.articles == 1
    mended = built(corpus)
    assert not mended.bad
    assert held(mended) == held(built(corpus, "fresh"))


def no_room(document: Document) -> NoReturn:
    raise OSError(28, "No space left on device", document.place)


def test_what_has_nothing_to_show_is_counted_each_time(corpus: Path, read: list[str]) -> None:
    (corpus / "share.txt").write_text("شارك المقال", encoding="utf-8")
    (corpus / "news.txt").write_text(ARTICLES[0].text, encoding="utf-8")
    assert built(corpus).skipped == 1
    read.clear()
    assert built(corpus).skipped == 1
    assert read == []


def test_of_two_with_one_id_the_other_is_read_when_the_first_leaves(corpus: Path) -> None:
    first, other = record(1), record(1, extra=" وعادت بعد شهر.")
    write_lines(corpus / "a.jsonl", [first])
    write_lines(corpus / "b.jsonl", [other])
    for _ in range(2):
        report = built(corpus)
        assert [each.line for each in report.bad] == [1]
        assert first["text"] in str(held(report))
    (corpus / "a.jsonl").unlink()
    report = built(corpus)
    assert not report.bad
    assert other["text"] in str(held(report))


def test_a_file_is_read_again_when_what_describes_it_changes(corpus: Path, read: list[str]) -> None:
    """Not when what describes others does, in the same file."""
    path, about = corpus / "news.txt", corpus / "metadata.jsonl"
    write_lines(corpus / "many.jsonl", [record(number) for number in range(20)])
    path.write_text(ARTICLES[0].text, encoding="utf-8")
    (corpus / "other.txt").write_text(ARTICLES[1].text, encoding="utf-8")
    other = {"file": "other.txt", "title": "نهر"}
    for title in ("عنوان أول", "عنوان ثان"):
        write_lines(about, [{"file": "news.txt", "title": title}, other])
        assert title in str(held(built(corpus)))
    assert read[20:] == ["news.txt", "other.txt", "news.txt"]
    write_lines(about, [other])
    assert "عنوان" not in str(held(built(corpus)))
    about.unlink()
    assert "نهر'" not in str(held(built(corpus)))
    assert read[23:] == ["news.txt", "other.txt"]


def test_a_line_is_read_again_when_what_describes_its_article_changes(
    corpus: Path, read: list[str]
) -> None:
    """By the id of the article, or by what it is called without one; also in an archive."""
    nameless = {"text": "ولد فيل صغير في حديقة الحيوان."}
    records = [nameless, *map(record, [1, 2, *range(20, 40)])]
    with zipfile.ZipFile(corpus / "lines.zip", "w") as archive:
        lines = (json.dumps(each, ensure_ascii=False) for each in (record(3), record(4)))
        archive.writestr("in.jsonl", "\n".join(lines))
    write_lines(corpus / "lines.jsonl", records)
    for at, name in enumerate(("lines.jsonl#1", "2", "4")):
        write_lines(corpus / "lines.jsonl", [*records, *map(record, range(10, 10 + at))])
        write_lines(corpus / "metadata.jsonl", [{"id": name, "url": f"https://x.example/{at}"}])
        read.clear()
        report = built(corpus)
        assert at == 0 or len(read) < 5
        assert f"https://x.example/{at}" in str(held(report))
        assert held(report) == held(built(corpus, f"fresh {at}"))


def test_a_rebuild_reads_everything(corpus: Path, read: list[str]) -> None:
    (corpus / "news.txt").write_text(ARTICLES[0].text, encoding="utf-8")
    built(corpus)
    read.clear()
    build([corpus], corpus.parent / "index", HashTokenEncoder(), rebuild=True)
    assert read == ["news.txt"]


@pytest.mark.parametrize("seed", range(6))
def test_a_corpus_that_changes_is_always_as_if_read_anew(corpus: Path, seed: int) -> None:
    """Lines become furniture and cease to be, files and records come, change, move and go."""
    (corpus / "other.txt").write_text(ARTICLES[0].text, encoding="utf-8")
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    for _ in range(6):
        for _ in range(rng.randrange(1, 4)):
            change(corpus, rng)
        report, fresh = built(corpus), built(corpus, "fresh")
        assert held(report) == held(fresh)
        assert bad(report) == bad(fresh)
        assert report.skipped == fresh.skipped
        shutil.rmtree(corpus.parent / "fresh")


def change(corpus: Path, rng: random.Random) -> None:
    """Write, or remove, a file of some articles."""
    if rng.random() < 0.05:
        (corpus / "metadata.jsonl").unlink(missing_ok=True)
        return
    if rng.random() < 0.2:
        write_lines(corpus / "metadata.jsonl", [described(rng) for _ in range(rng.randrange(5))])
        return
    path = corpus / f"{rng.randrange(4)}.{rng.choice(('jsonl', 'txt', 'zip'))}"
    if path.exists() and rng.random() < 0.2:
        path.unlink()
        return
    told = [drawn(rng) for _ in range(rng.randrange(1, 6))]
    match path.suffix:
        case ".jsonl":
            before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            kept = [json.loads(line) for line in before if rng.random() < 0.8]
            write_lines(path, [*told[:2], *kept, *told[2:]])
        case ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                lines = (json.dumps(each, ensure_ascii=False) for each in told)
                archive.writestr("in.jsonl", "\n".join(lines))
                archive.writestr("metadata.jsonl", json.dumps(described(rng)))
        case _:
            path.write_text(told[0]["text"], encoding="utf-8")


def described(rng: random.Random) -> dict[str, str]:
    """Say something of an article, which may not be there."""
    named = {"file": f"{rng.randrange(4)}.txt"} if rng.random() < 0.4 else {}
    names = (f"{rng.randrange(30)}", f"{rng.randrange(4)}.zip/in.jsonl#1", f"n{rng.randrange(9)}")
    called = {"id": rng.choice(names)} if not named or rng.random() < 0.3 else {}
    return named | called | {"url": f"https://x.example/{rng.randrange(9)}"}


def drawn(rng: random.Random) -> dict[str, str]:
    extra = rng.choice(("", f"\n{FURNITURE}", f"\n{FURNITURE}", "\nشارك المقال"))
    made = record(rng.randrange(30), extra=extra, site=rng.choice(SITES))
    changed = {"text": rng.choice((" ", FURNITURE, "شارك المقال"))} if rng.random() < 0.1 else {}
    if rng.random() < 0.1:
        del made["id"]
    return made | changed
