"""Reading a corpus: every format, every mistake in one, nothing lost in silence."""

import gzip
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus import BadRecord, read
from retrieval.corpus.dates import parse_day
from retrieval.errors import CorpusError
from retrieval.types import Article

BODY = "وصلت القافلة إلى الواحة عند الفجر، وكان أهلها في انتظارها."


def collect(*paths: Path) -> tuple[list[Article], list[BadRecord]]:
    bad: list[BadRecord] = []
    return list(read(paths, on_bad=bad.append)), bad


def write_lines(path: Path, *records: object) -> Path:
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def ids(*paths: Path) -> list[str]:
    return [article.id for article in collect(*paths)[0]]


# Plain text


def test_a_text_file_is_one_raw_article_named_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "001_page.txt").write_text(f"عنوان\n\n{BODY}", encoding="utf-8")
    assert collect(tmp_path) == ([Article("001_page.txt", f"عنوان\n\n{BODY}")], [])


def test_a_byte_order_mark_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "bom.txt").write_text(BODY, encoding="utf-8-sig")
    assert collect(tmp_path)[0][0].text == BODY


def test_windows_arabic_is_read_where_it_is_plainly_that(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text(BODY, encoding="cp1256")
    assert collect(tmp_path)[0][0].text == BODY


@pytest.mark.parametrize(
    "data",
    [BODY.encode("utf-8")[:-2], BODY.encode("cp1252", "replace") + b"\x81", b"caf\xe9 au lait"],
)
def test_other_bytes_are_reported_rather_than_guessed(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bytes.txt").write_bytes(data)
    articles, (bad,) = collect(tmp_path)
    assert not articles
    assert "UTF-8" in bad.reason


def test_an_empty_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    assert collect(tmp_path) == ([], [BadRecord(str(tmp_path / "empty.txt"), None, "no text")])


# Markdown


def test_front_matter_describes_a_markdown_article(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\nid: 007\ntitle: رحلة الشتاء\nlink: https://example.org/a\nsite: دفتر الطريق\n"
        f"date: 2021-03-04T23:30:00-05:00\n---\n{BODY}\n",
        encoding="utf-8",
    )
    article = Article(
        "007", BODY, "رحلة الشتاء", "https://example.org/a", "دفتر الطريق", date(2021, 3, 4)
    )
    assert collect(tmp_path) == ([article], [])


def test_markdown_marks_go_and_words_stay(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# دليل البستان\n\nازرع **مبكرا** ولا\nتنس [السقي](https://example.org).\n\n"
        "## الأدوات\n\n3. معول\n4. `دلو`\n\n- حبل\n\n| شهر | عمل |\n|---|---|\n| آذار | تقليم |\n\n"
        "```\nسطر\n```\n<!-- ملاحظة -->\n",
        encoding="utf-8",
    )
    (article,), bad = collect(tmp_path)
    assert article.title == "دليل البستان"
    assert article.text.split("\n")[1:] == [
        "ازرع مبكرا ولا تنس السقي.",
        "الأدوات",
        "3. معول",
        "4. دلو",
        "- حبل",
        "شهر | عمل",
        "آذار | تقليم",
        "سطر",
    ]
    assert not bad


def test_a_rule_inside_markdown_opens_no_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"أول\n\n---\n\n{BODY}\n\n---\n\nآخر\n", encoding="utf-8")
    assert collect(tmp_path)[0][0].text == f"أول\n{BODY}\nآخر"


@pytest.mark.parametrize(
    ("page", "line", "reason"),
    [
        ("---\ntitle: أ\nurl: [\n---\nنص\n", 4, "not YAML"),
        ("---\ntitle: أ\nنص\n", None, "no closing"),
        ("---\n- أ\n---\nنص\n", None, "`name: value`"),
        ("---\ntitle: أ\n---\n", None, "no text"),
    ],
)
def test_bad_front_matter_is_one_bad_record(
    tmp_path: Path, page: str, line: int | None, reason: str
) -> None:
    (tmp_path / "a.md").write_text(page, encoding="utf-8")
    articles, (bad,) = collect(tmp_path)
    assert not articles
    assert bad.line == line
    assert reason in bad.reason


def test_a_day_that_does_not_exist_loses_no_markdown_article(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\ndate: 2021-02-31\n---\n{BODY}\n", encoding="utf-8")
    (article,), (bad,) = collect(tmp_path)
    assert article == Article("a.md", BODY)
    assert not bad.skipped


# JSON Lines


@pytest.mark.parametrize(
    "record",
    [
        {"id": "n1", "url": "https://example.org/n", "title": "ع", "source": "م", "text": BODY,
         "published": "2020-05-06"},
        {"_id": "n1", "Link": "https://example.org/n", "Headline": "ع", "Publisher": {"name": "م"},
         "articleBody": BODY, "datePublished": "2020-05-06T01:00:00+03:00"},
        {"ID": "n1", "canonical_url": "https://example.org/n", "title": "ع", "site_name": "م",
         "text": " ", "maintext": BODY, "date_publish": "06/05/2020"},
        {"id": "n1", "URL": "https://example.org/n", "title": "ع", "domain": "م", "content": BODY,
         "timestamp": 1588758000},
    ],
)  # fmt: skip
def test_the_usual_names_of_the_fields_are_known(
    tmp_path: Path, record: Mapping[str, object]
) -> None:
    write_lines(tmp_path / "a.jsonl", record)
    article = Article("n1", BODY, "ع", "https://example.org/n", "م", date(2020, 5, 6))
    assert collect(tmp_path) == ([article], [])


def test_a_gzipped_file_reads_like_the_plain_one(tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "a.jsonl", {"id": 1, "text": BODY}, {"id": "2", "text": BODY})
    zipped = tmp_path / "b.jsonl.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    assert collect(zipped) == collect(plain)
    assert ids(zipped) == ["1", "2"]


def test_a_line_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "a.jsonl"
    path.write_text('\ufeff{"text": "أول"}\n\n{"text": "ثان"}\n', encoding="utf-8")
    assert ids(tmp_path) == ["sub/a.jsonl#1", "sub/a.jsonl#3"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "a"', "broken JSON at character 13"),
        (b'["text"]', "not a JSON object"),
        (b'{"title": "a"}', "no text"),
        (b'{"text": "  "}', "no text"),
        (b'{"text": 5}', "the text is of type int"),
        (b'{"text": ["a"]}', "the text is of type list"),
        (b'{"text": "a", "id": {}}', "the id is of type dict"),
        (b'{"text": "a", "title": true}', "the title is of type bool"),
        (b'{"text": "\xff"}', "not UTF-8 from byte 11"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "number too long"),
    ],
)
def test_a_bad_line_is_one_bad_record_and_stops_nothing(
    tmp_path: Path, line: bytes, reason: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "x", "text": "a"}\n' + line + b'\n{"id": "y", "text": "b"}\n')
    articles, (bad,) = collect(path)
    assert [article.id for article in articles] == ["x", "y"]
    assert reason in bad.reason
    assert str(bad).startswith(f"{path}:2: ")
    assert bad.skipped


def test_what_precedes_the_end_of_a_torn_gzip_is_kept(tmp_path: Path) -> None:
    records = [{"id": str(n), "text": sha256(str(n).encode()).hexdigest()} for n in range(5000)]
    whole = write_lines(tmp_path / "whole.jsonl", *records)
    torn = tmp_path / "torn.jsonl.gz"
    zipped = gzip.compress(whole.read_bytes())
    torn.write_bytes(zipped[: len(zipped) // 2])
    articles, (bad,) = collect(torn)
    assert 1000 < len(articles) < 5000
    assert bad.line == len(articles) + 1
    assert "gzip" in bad.reason


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("published", "غدا"),
        ("published", 2020),
        ("date", "1850-01-01"),
        ("url", "ftp://example.org/a"),
        ("url", "/news/5"),
        ("link", "https://"),
        ("url", "https://[broken"),
        ("source", ["a"]),
    ],
)
def test_an_unreadable_detail_is_left_out_and_told(
    tmp_path: Path, field: str, value: object
) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"id": "x", "text": BODY, field: value})
    articles, (bad,) = collect(path)
    assert articles == [Article("x", BODY)]
    assert (bad.line, bad.skipped) == (1, False)
    assert str(value) in bad.reason


def test_half_a_surrogate_pair_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "قمر \\ud83c\\udf19 ن\\ud83dجم"}', encoding="utf-8")
    assert collect(tmp_path)[0][0].text == "قمر 🌙 نجم"


# Many files


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    names = ["b/2.txt", "b.txt", "a.TXT", "b/1.md", "ث/نص.txt", "b-1.txt"]
    hidden = [".git/x.txt", ".hidden.txt", "notes.xyz", "README.md", "b/readme.txt", "c.json"]
    for name in [*names, *hidden]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    assert ids(tmp_path) == sorted(names)


def test_a_repeated_id_keeps_the_first_and_is_told(tmp_path: Path) -> None:
    first = write_lines(tmp_path / "a.jsonl", {"id": "x", "text": "أول"})
    second = write_lines(tmp_path / "b.jsonl", {"id": "y", "text": "آخر"}, {"id": "x", "text": "ب"})
    articles, (bad,) = collect(first, second)
    assert [(article.id, article.text) for article in articles] == [("x", "أول"), ("y", "آخر")]
    assert (bad.file, bad.line) == (str(second), 2)
    assert "'x'" in bad.reason


def test_files_of_one_name_in_two_folders_have_two_ids(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "p.txt").write_text(folder)
    assert ids(tmp_path / "one", tmp_path / "two") == ["one/p.txt", "two/p.txt"]
    assert ids(tmp_path / "two" / "p.txt", tmp_path / "one") == ["two/p.txt", "one/p.txt"]
    assert ids(tmp_path / "one") == ids(tmp_path / "one" / "p.txt") == ["p.txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_text(BODY, encoding="utf-8")
    assert collect(path, tmp_path, path) == ([Article("p.txt", BODY)], [])


def test_a_shells_list_of_a_folder_is_the_folder(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    write_lines(tmp_path / "metadata.jsonl", {"file": "b.txt", "title": "ب"})
    assert collect(*sorted(tmp_path.iterdir())) == collect(tmp_path)


def test_what_cannot_be_read_at_all_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "notes.xyz").write_text("x")
    with pytest.raises(CorpusError, match="does not exist"):
        read([tmp_path / "nowhere"], on_bad=print)
    with pytest.raises(CorpusError, match="holds no articles"):
        read([tmp_path], on_bad=print)
    with pytest.raises(CorpusError, match=r"of no kind.*\.jsonl"):
        read([tmp_path / "notes.xyz"], on_bad=print)
    with pytest.raises(CorpusError, match="No corpus was named"):
        read([], on_bad=print)


def test_a_file_that_vanishes_is_a_bad_record(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    bad: list[BadRecord] = []
    articles = read([tmp_path], on_bad=bad.append)
    assert next(articles).id == "a.txt"
    (tmp_path / "b.txt").unlink()
    assert [article.id for article in articles] == ["c.txt"]
    assert [record.file for record in bad] == [str(tmp_path / "b.txt")]


def test_a_strict_caller_stops_the_reading_where_it_raises(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "x", "text": "a"}\nbroken\n{"id": "y", "text": "b"}\n')

    def refuse(bad: BadRecord) -> None:
        raise CorpusError(str(bad))

    articles = read([path], on_bad=refuse)
    assert next(articles).id == "x"
    with pytest.raises(CorpusError, match=r"a\.jsonl:2: broken JSON"):
        next(articles)


# Sidecars


def test_a_sidecar_describes_the_files_below_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.txt", "sub/b.txt", "sub/c.txt"):
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    write_lines(
        tmp_path / "metadata.jsonl",
        {"file": "a.txt", "id": "n-1", "title": "أ", "url": "https://example.org/a"},
        {"path": ".\\sub\\b.txt", "source": "م", "date": "2019-01-02"},
        {"id": "sub/c.txt", "title": "ج", "source": "بعيد"},
    )
    write_lines(tmp_path / "sub" / "metadata.jsonl", {"filename": "c.txt", "source": "قريب"})
    assert collect(tmp_path) == (
        [
            Article("n-1", BODY, "أ", "https://example.org/a"),
            Article("sub/b.txt", BODY, source="م", published=date(2019, 1, 2)),
            Article("sub/c.txt", BODY, "ج", source="قريب"),
        ],
        [],
    )


def test_an_articles_own_word_stands_above_the_sidecars(tmp_path: Path) -> None:
    write_lines(tmp_path / "a.jsonl", {"id": "x", "text": BODY, "title": "له"})
    write_lines(tmp_path / "metadata.jsonl", {"id": "x", "title": "عنه", "source": "م"})
    assert collect(tmp_path)[0] == [Article("x", BODY, "له", source="م")]


def test_bad_sidecar_lines_are_told_and_lose_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    sidecar = write_lines(
        tmp_path / "metadata.jsonl",
        {"file": "missing.txt", "title": "ع"},
        {"title": "لمن؟"},
        {"file": "a.txt", "title": "أول", "date": "never"},
        {"file": "a.txt", "title": "ثان"},
        "text",
        {"file": "a.txt", "title": 5},
    )
    articles, bad = collect(tmp_path)
    assert articles == [Article("a.txt", BODY, "أول")]
    assert sorted((record.line, record.skipped) for record in bad if record.line) == [
        (1, True), (2, True), (3, False), (4, True), (5, True), (6, True),
    ]  # fmt: skip
    assert {record.file for record in bad} == {str(sidecar)}


# Dates


@pytest.mark.parametrize(
    "written",
    [
        "2018-05-14",
        "2018-05-14T23:59:59-11:00",
        "2018-05-14 00:00:01.5+14:00",
        "2018/5/14",
        "14/05/2018",
        "14.5.2018",
        "20180514",
        "20180514T101010Z",
        "Mon, 14 May 2018 23:53:57 -0800",
        "Monday, 14 May 2018",
        "May 14, 2018",
        "14 مايو 2018",
        "الاثنين، 14 مايو/أيار 2018",
        "١٤ أيار ٢٠١٨",
        1526324037,
        1526324037123,
        "1526324037.9",
        20180514,
        date(2018, 5, 14),
        datetime(2018, 5, 14, 23, 59, tzinfo=UTC),
    ],
)
def test_the_day_is_the_one_its_source_wrote(written: object) -> None:
    assert parse_day(written) == date(2018, 5, 14)


def test_a_month_of_two_words_is_one_month() -> None:
    assert parse_day("3 كانون الثاني 2020") == date(2020, 1, 3)
    assert parse_day("3 تشرين الأول/أكتوبر 2020") == date(2020, 10, 3)


@pytest.mark.parametrize(
    "written",
    ["", "2018", 2018, "2018-05", "2018-02-30", "05/14/2018", "1899-12-31", "9999-01-01", -5, 12.5,
     True, None, float("nan"), float("inf"), 10**30, [2018, 5, 14], "14 لا شيء 2018"],
)  # fmt: skip
def test_what_names_no_day_of_the_press_is_no_date(written: object) -> None:
    assert parse_day(written) is None


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)))
def test_every_day_reads_back_in_each_form(day: date) -> None:
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%Y%m%dT%H%M%S", "%d %B %Y")
    assert {parse_day(day.strftime(form)) for form in forms} == {day}


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans()))
def test_no_value_breaks_the_reading_of_dates(value: object) -> None:
    day = parse_day(value)
    assert day is None or 1900 <= day.year <= datetime.now(UTC).year + 1


# The stream


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path) -> None:
    """Fifty megabytes of text pass through less than three."""
    path = tmp_path / "big.jsonl.gz"
    text = BODY * 500
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        for number in range(1000):
            file.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
    tracemalloc.start()
    try:
        total = sum(len(article.text.encode()) for article in read([path], on_bad=print))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 1000 * len(text.encode())
    assert peak < total / 20


def test_reading_and_cleaning_bring_no_heavy_library() -> None:
    """Whatever else the package imports: an empty one stands in for it here."""
    code = """
import sys, types
package = types.ModuleType("retrieval")
package.__path__ = ["retrieval"]
sys.modules["retrieval"] = package
import retrieval.corpus, retrieval.cleaning
print({"faiss", "telegram", "torch", "transformers"} & set(sys.modules))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert done.stdout.strip() == "set()"
