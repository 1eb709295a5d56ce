"""PDF, Word, EPUB, and archives of anything: read, or refused with a reason."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import docx
import pytest

from retrieval.corpus import BadRecord, read
from retrieval.corpus.pdf import is_backwards, paragraphs, reversed_line
from retrieval.types import Article

BODY = "وصلت القافلة إلى الواحة عند الفجر، وكان أهلها في انتظارها."
OTHER = "عاد 25 صيادا إلى الميناء (القديم) قبل العاصفة، ولم يفقد منهم أحد في عام 2018."


def collect(*paths: Path) -> tuple[list[Article], list[BadRecord]]:
    bad: list[BadRecord] = []
    return list(read(paths, on_bad=bad.append)), bad


def texts(*paths: Path) -> list[str]:
    found, bad = collect(*paths)
    assert not bad
    return [article.text for article in found]


# PDF


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF whose font maps every code to the character of the same number."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td\n" for line in lines)
    content = zlib.compress(f"BT /F1 12 Tf 20 700 Td\n{shown}ET".encode())
    unicode = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange "
        b"<0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap"
    )
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H "
        b"/DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 500 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        b"<< /Length %d >> stream\n%s\nendstream" % (len(unicode), unicode),
    )


def _pdf(*objects: bytes) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj %s endobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(data))
    return data + table + trailer


def seen(line: str) -> str:
    """The line as a program stores it that writes what is seen from the left."""
    return reversed_line(line)


@pytest.mark.parametrize("stored", [str, seen], ids=["as read", "as seen"])
def test_arabic_of_a_pdf_is_in_reading_order(tmp_path: Path, stored: type[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([stored(BODY), stored(OTHER)]))
    assert texts(tmp_path) == [f"{BODY}\n{OTHER}"]


def test_a_turned_line_keeps_its_numbers_and_brackets() -> None:
    line = "بيع (15.5) طن من Big Bread في 2018."
    assert reversed_line("." + "2018 يف Big Bread نم نط (15.5) عيب") == line
    assert reversed_line(reversed_line(line)) == line
    assert not is_backwards([line, BODY, OTHER])


def test_shapes_of_letters_become_letters(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf(["ﺍﻟﻘﺎﻓﻠﺔ ﻓﻲ ﺍﻟﻮﺍﺣﺔ ﻻ تسير ﷺ"]))
    (text,) = texts(tmp_path)
    assert text.startswith("القافلة في الواحة لا تسير")


def test_lines_of_a_page_become_paragraphs() -> None:
    page = "عنوان قصير\nسطر طويل يمتد حتى آخر الصفحة\nثم يكمل الكلام هنا إلى النهاية.\n"
    page += "فقرة ثانية طويلة مثل الأولى"
    assert paragraphs(page).split("\n") == [
        "عنوان قصير",
        "سطر طويل يمتد حتى آخر الصفحة ثم يكمل الكلام هنا إلى النهاية.",
        "فقرة ثانية طويلة مثل الأولى",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([]), "without a layer of text"),
        (b"%PDF-1.7 nothing follows", "damaged"),
        (pdf([BODY])[:-300], ""),
        (b"plain bytes \xff\xfe", "damaged"),
        (pdf([BODY]).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), ""),
    ],
    ids=["empty", "head only", "torn", "no pdf", "pages within themselves"],
)
def test_a_pdf_that_lies_is_told_and_the_next_is_read(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    (tmp_path / "b.pdf").write_bytes(pdf([BODY]))
    found, bad = collect(tmp_path)
    assert [article.id for article in found] == ["b.pdf"]
    assert [reason in record.reason for record in bad] == [True]


# Word


def word(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("رحلة القافلة", style="Title")
    document.add_paragraph(BODY)
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "تمر", "ملح"
    document.add_paragraph(OTHER)
    document.save(str(path))
    return path


def test_a_word_document_is_read_in_its_order(tmp_path: Path) -> None:
    found, bad = collect(word(tmp_path / "a.docx"))
    assert (found, bad) == (
        [Article("a.docx", f"رحلة القافلة\n{BODY}\nتمر | ملح\n{OTHER}", "رحلة القافلة")],
        [],
    )


# EPUB


def epub(path: Path) -> Path:
    package = """<package xmlns="http://www.idpf.org/2007/opf"><metadata
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>كتاب الرحلات</dc:title>
<dc:date>2018-05-14</dc:date></metadata><manifest>
<item id="a" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>
<item id="b" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="x.jpg" media-type="image/jpeg"/></manifest>
<spine><itemref idref="b"/><itemref idref="c"/><itemref idref="a"/></spine></package>"""
    container = '<container><rootfiles><rootfile full-path="OPS/p.opf"/></rootfiles></container>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/epub+zip")
        book.writestr("META-INF/container.xml", container)
        book.writestr("OPS/p.opf", package)
        book.writestr(
            "OPS/text/one a.xhtml", f"<html><body><h1>الثاني</h1><p>{OTHER}</p></body></html>"
        )
        book.writestr(
            "OPS/text/two.xhtml", f"<html><body><h1>الأول</h1><p>{BODY}</p></body></html>"
        )
    return path


def test_a_book_gives_an_article_a_chapter(tmp_path: Path) -> None:
    found, bad = collect(epub(tmp_path / "b.epub"))
    assert not bad
    assert [(one.id, one.title, one.text, one.source, one.published) for one in found] == [
        ("b.epub#1", "الأول", BODY, "كتاب الرحلات", date(2018, 5, 14)),
        ("b.epub#3", "الثاني", OTHER, "كتاب الرحلات", date(2018, 5, 14)),
    ]


# Archives


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, members: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def test_a_zip_is_read_as_a_folder_is(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", **{"b.txt": OTHER.encode()})
    path = zipped(
        tmp_path / "all.zip",
        **{
            "عربي/a.txt": BODY.encode(),
            "page.jpg": b"\xff\xd8",
            "__MACOSX/._a.txt": b"x",
            "README.md": b"x",
            "in.zip": inner.read_bytes(),
        },
    )
    assert collect(path) == (
        [Article("all.zip/عربي/a.txt", BODY), Article("all.zip/in.zip/b.txt", OTHER)],
        [],
    )


@pytest.mark.parametrize(
    ("name", "mode"), [("a.tar", "w"), ("a.tar.gz", "w:gz"), ("a.txz", "w:xz")]
)
def test_a_tar_is_read_packed_or_not(tmp_path: Path, name: str, mode: str) -> None:
    line = b'{"id": "n", "text": "%s"}\n' % OTHER.encode()
    path = tarred(tmp_path / name, {"x/a.txt": BODY.encode(), "b.jsonl": line}, mode)
    found, bad = collect(path)
    assert not bad
    assert [(one.id, one.text) for one in found] == [(f"{name}/x/a.txt", BODY), ("n", OTHER)]


def archived(path: Path, members: dict[str, bytes]) -> Path:
    return zipped(path, **members) if path.suffix == ".zip" else tarred(path, members)


@pytest.mark.parametrize("name", ["a.zip", "a.tar"])
def test_an_archive_that_begins_with_a_pdf_is_an_archive(tmp_path: Path, name: str) -> None:
    members = {"a.pdf": pdf([BODY]), "b.txt": OTHER.encode()}
    path = tmp_path / name
    if name == "a.tar":
        tarred(path, members, "w")
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for own, data in members.items():
                archive.writestr(own, data)
    found, bad = collect(path)
    assert (bad, [article.id for article in found]) == ([], [f"{name}/a.pdf", f"{name}/b.txt"])


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_sidecar_in_an_archive_describes_what_is_below_it(tmp_path: Path, name: str) -> None:
    """As on disk: wherever it stands, the nearest first, by file or by id, and only what is there.

    One beside the archive comes after those in it.
    """
    near = '{"file": "1.txt", "title": "قريب"}\n{"id": "n", "title": "سطر"}\n'
    far = (
        '{"file": "deep/1.txt", "title": "بعيد", "published": "2018-05-14"}\n'
        '{"file": "2.txt", "source": "م"}\n{"file": "gone.txt", "title": "x"}\n'
        '{"file": "deep/1.txt", "title": "y"}\n'
    )
    members = {
        "./deep/1.txt": BODY.encode(),
        "deep/lines.jsonl": b'{"id": "n", "text": "%s"}\n' % OTHER.encode(),
        "2.txt": OTHER.encode(),
        "deep/metadata.jsonl": near.encode(),
        "metadata.jsonl": far.encode(),
    }
    archived(tmp_path / name, members)
    beside = '{"id": "n", "title": "x", "source": "خارج"}\n'
    (tmp_path / "metadata.jsonl").write_text(beside, encoding="utf-8")
    found, bad = collect(tmp_path)
    assert found == [
        Article(f"{name}/deep/1.txt", BODY, "قريب", published=date(2018, 5, 14)),
        Article("n", OTHER, "سطر", source="خارج"),
        Article(f"{name}/2.txt", OTHER, source="م"),
    ]
    assert [(record.line, record.file) for record in bad] == [
        (3, str(tmp_path / name / "metadata.jsonl")),
        (4, str(tmp_path / name / "metadata.jsonl")),
    ]
    assert ["not beside" in bad[0].reason, "twice" in bad[1].reason] == [True, True]


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_sidecar_too_large_to_be_held_is_told_and_the_rest_is_read(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.corpus.archives._DESCRIBED", 100)
    sidecar = b'{"file": "1.txt", "title": "%s"}\n' % (b"x" * 100)
    path = archived(tmp_path / name, {"metadata.jsonl": sidecar, "1.txt": BODY.encode()})
    found, (bad,) = collect(path)
    assert found == [Article(f"{name}/1.txt", BODY)]
    assert "'metadata.jsonl' is too large" in bad.reason


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "C:\\out.txt"])
def test_no_path_leads_out_of_an_archive(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    members = {name: OTHER.encode(), "in.txt": BODY.encode()}
    tarred(folder / "a.tar.gz", members)
    zipped(folder / "b.zip", **members)
    found, bad = collect(folder)
    assert [article.id for article in found] == ["a.tar.gz/in.txt", "b.zip/in.txt"]
    assert ["leads out" in record.reason for record in bad] == [True, True]
    assert [each.name for each in tmp_path.iterdir()] == ["corpus"]
    assert {each.name for each in folder.iterdir()} == {"a.tar.gz", "b.zip"}


def test_links_in_a_tar_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(OTHER)
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo(f"link-{kind!r}.txt")
            info.type, info.linkname = kind, str(tmp_path / "secret.txt")
            archive.addfile(info)
        archive.add(word(tmp_path / "w.docx"), "w.docx")
    found, bad = collect(path)
    assert ([article.id for article in found], bad) == (["a.tar/w.docx"], [])


def test_a_bomb_is_refused_and_the_next_file_is_read(tmp_path: Path) -> None:
    """In a ZIP, in a tar, in a gzipped file, and in a ZIP of ZIPs; nothing grows without end."""
    zeros = b"\0" * (80 << 20)
    zipped(tmp_path / "a.zip", **{"a.txt": zeros})
    tarred(tmp_path / "b.tar.gz", {"b.txt": zeros})
    tarred(tmp_path / "c.txt.gz", {"c.txt": zeros})
    zipped(tmp_path / "d.docx", **{"word/document.xml": zeros, "[Content_Types].xml": b""})
    nested = (tmp_path / "a.zip").read_bytes()
    for _ in range(5):
        zipped(tmp_path / "e.zip", **{"n.zip": nested})
        nested = (tmp_path / "e.zip").read_bytes()
    (tmp_path / "z.txt").write_text(BODY, encoding="utf-8")
    found, bad = collect(tmp_path)
    assert [article.id for article in found] == ["z.txt"]
    assert [Path(record.file).relative_to(tmp_path).parts[0] for record in bad] == [
        "a.zip",
        "b.tar.gz",
        "c.txt.gz",
        "d.docx",
        "e.zip",
    ]


def test_a_damaged_archive_gives_what_precedes_the_damage(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar", {"a.txt": BODY.encode(), "b.txt": OTHER.encode() * 99}, "w")
    path.write_bytes(path.read_bytes()[:2500])
    found, (bad,) = collect(path)
    assert [article.id for article in found] == ["a.tar/a.txt"]
    assert "the archive is damaged" in bad.reason
