"""Every format but web pages: what is read from it, and what is refused."""

import gzip
import io
import json
from datetime import date
from pathlib import Path

import pytest

from retrieval.corpus import BadRecord, read
from retrieval.types import Article
from tests.retrieval.test_documents import pdf

BODY = "وصلت القافلة إلى الواحة عند الفجر، وكان أهلها في انتظارها."
DAY = date(2018, 5, 14)
OTHER = "عاد الصيادون إلى الميناء قبل العاصفة، ولم يفقد منهم أحد."


def collect(*paths: Path) -> tuple[list[Article], list[BadRecord]]:
    bad: list[BadRecord] = []
    return list(read(paths, on_bad=bad.append)), bad


def refuse(bad: BadRecord) -> None:
    pytest.fail(str(bad))


def articles(*paths: Path) -> list[Article]:
    return list(read(paths, on_bad=refuse))


# Telegram


def message(number: int, text: object, **more: object) -> dict[str, object]:
    sent = {"date": f"2021-03-{number:02}T23:59:59", "date_unixtime": str(1614640000 + number)}
    return {"id": number, "type": "message", **sent, "from": "قناة الواحة", "text": text, **more}


def export(path: Path, *messages: object, **head: object) -> Path:
    about = {"name": 'قناة "الواحة"', "type": "public_channel", "id": 1234567890, **head}
    path.write_text(json.dumps({**about, "messages": messages}, ensure_ascii=False, indent=1))
    return path


def test_each_post_of_a_channel_is_an_article_with_its_link(tmp_path: Path) -> None:
    entities = ["خبر ", {"type": "bold", "text": "عاجل"}, ": ", {"type": "link", "text": "الواحة"}]
    path = export(
        tmp_path / "result.json",
        {"id": 1, "type": "service", "date": "2021-03-01T10:00:00", "action": "create_channel"},
        message(2, BODY, edited="2021-03-09T10:00:00"),
        message(3, entities),
        message(4, "", photo="photos/1.jpg"),
    )
    assert articles(path) == [
        Article(
            "result.json#2",
            BODY,
            url="https://t.me/c/1234567890/2",
            source='قناة "الواحة"',
            published=date(2021, 3, 2),
        ),
        Article(
            "result.json#3",
            "خبر عاجل: الواحة",
            url="https://t.me/c/1234567890/3",
            source='قناة "الواحة"',
            published=date(2021, 3, 3),
        ),
    ]


def test_an_album_is_one_post_with_the_words_of_all(tmp_path: Path) -> None:
    same = {"date_unixtime": "7", "photo": "a.jpg"}
    path = export(
        tmp_path / "result.json",
        message(5, "", **same),
        message(6, BODY, **same),
        message(7, OTHER, **same),
        message(8, BODY),
        username="@alwaha",
    )
    assert [(post.url, post.text) for post in articles(path)] == [
        ("https://t.me/alwaha/5", f"{BODY}\n{OTHER}"),
        ("https://t.me/alwaha/8", BODY),
    ]


def test_a_conversation_is_no_channel(tmp_path: Path) -> None:
    path = export(tmp_path / "result.json", message(1, BODY), type="personal_chat")
    found, (bad,) = collect(path)
    assert not found
    assert "personal_chat" in bad.reason


def test_what_precedes_the_end_of_a_torn_export_is_kept(tmp_path: Path) -> None:
    path = export(tmp_path / "result.json", message(1, BODY), message(2, OTHER))
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex(OTHER)], encoding="utf-8")
    found, (bad,) = collect(path)
    assert [post.text for post in found] == [BODY]
    assert "the rest is not read" in bad.reason


# JSON arrays


def test_a_json_array_is_read_element_by_element(tmp_path: Path) -> None:
    records = [{"id": "a", "body": BODY}, 7, {"title": "ب", "text": OTHER}]
    path = tmp_path / "articles.json.gz"
    path.write_bytes(gzip.compress(json.dumps(records).encode()))
    found, (bad,) = collect(path)
    assert [(article.id, article.text) for article in found] == [
        ("a", BODY),
        ("articles.json.gz#3", OTHER),
    ]
    assert (bad.line, bad.reason) == (2, "not a JSON object")


def test_an_element_longer_than_a_read_is_whole(tmp_path: Path) -> None:
    text = BODY * 60_000
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"text": text}, {"text": OTHER}], ensure_ascii=False))
    assert [article.text for article in articles(path)] == [text, OTHER]


# Web archives


def served(url: str, body: bytes, status: str = "200 OK", kind: str = "text/html") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2020-01-10T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{len(body)}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def page(title: str, day: str = "") -> bytes:
    return (
        f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1><div class=date>{day}</div>"
        f"<p>{BODY} {OTHER}</p><p>{OTHER} {BODY}</p>"
    ).encode()


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_a_web_archive_gives_an_article_a_page(tmp_path: Path, name: str) -> None:
    """Ids are addresses; relative dates count from the day of the crawl."""
    records = [
        served("https://a.example/1", page("وصول القافلة", "قبل يومين")),
        served("https://a.example/x.jpg", b"\xff\xd8", kind="image/jpeg"),
        served("https://a.example/old", page("لا شيء"), status="404 Not Found"),
        served("https://a.example/2", page("عودة الصيادين").decode().encode("cp1256")),
    ]
    packed = records if name.endswith("warc") else list(map(gzip.compress, records))
    path = tmp_path / name
    path.write_bytes(b"".join(packed))
    first, second = articles(path)
    assert (first.id, first.url) == ("https://a.example/1", "https://a.example/1")
    assert (first.title, first.text.split("\n")[0]) == ("وصول القافلة", f"{BODY} {OTHER}")
    assert (first.published, first.dating.approximate) == (date(2020, 1, 8), True)
    assert (second.id, second.title) == ("https://a.example/2", "عودة الصيادين")


def test_a_pdf_in_a_web_archive_is_an_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its address, whose day it takes; a damaged or a large one is told, the next is read."""
    monkeypatch.setattr("retrieval.corpus.warc.WHOLE", 1 << 16)
    url = "https://a.example/2018/05/14/report.pdf"
    file = pdf([BODY, OTHER])
    path = tmp_path / "crawl.warc"
    records = [
        served(url, file, kind="application/pdf"),
        served("https://a.example/torn", b"%PDF-1.4 torn", kind="application/pdf"),
        served("https://a.example/large", bytes(1 << 17), kind="application/pdf"),
        served("https://a.example/1", page("وصول القافلة")),
    ]
    path.write_bytes(b"".join(records))
    found, bad = collect(path)
    assert [article.id for article in found] == [url, "https://a.example/1"]
    (report, _) = found
    assert (report.url, report.published, report.dating.origin) == (url, DAY, "address")
    assert report.text.split() == f"{BODY} {OTHER}".split()
    assert [Path(record.file).name for record in bad] == ["torn", "crawl.warc"]


def test_what_precedes_the_damage_of_a_web_archive_is_kept(tmp_path: Path) -> None:
    whole = gzip.compress(served("https://a.example/1", page("وصول القافلة")))
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(whole + whole[: len(whole) // 2] + b"\0" * 50)
    found, bad = collect(path)
    assert [article.id for article in found] == ["https://a.example/1"]
    assert len(bad) == 1


# Feeds

RSS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>البستان نيوز</title>
<item><title>وصول القافلة</title><link>https://a.example/1</link><guid>17</guid>
<pubDate>Mon, 14 May 2018 23:53:57 +0300</pubDate><description>قصير</description>
<content:encoded><![CDATA[<p>{BODY}</p><p>{OTHER}</p><script>x</script>]]></content:encoded></item>
<item><title>بلا نص كامل</title><link>https://a.example/2</link><description>{OTHER}</description>
</item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>دفتر</title><entry><title>عودة</title>
<id>tag:a.example,2018:3</id><link href="https://a.example/3"/><updated>2018-05-14T10:00:00Z</updated>
<content type="html">&lt;p&gt;{BODY}&lt;/p&gt;</content></entry></feed>"""


def test_a_feed_gives_an_article_an_entry(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(RSS, encoding="utf-8")
    (tmp_path / "b.xml").write_text(ATOM, encoding="utf-8")
    found = articles(tmp_path)
    assert [(one.id, one.title, one.text, one.source, one.published) for one in found] == [
        ("https://a.example/1", "وصول القافلة", f"{BODY}\n{OTHER}", "البستان نيوز", DAY),
        ("https://a.example/2", "بلا نص كامل", OTHER, "البستان نيوز", None),
        ("tag:a.example,2018:3", "عودة", BODY, "دفتر", DAY),
    ]  # fmt: skip


def test_entities_that_grow_without_end_do_not_grow_here(tmp_path: Path) -> None:
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "x">{grown}]>'
    (tmp_path / "a.xml").write_text(f"{bomb}{RSS[38:].replace('قصير', '&e11;')}", encoding="utf-8")
    (tmp_path / "b.xml").write_text(ATOM, encoding="utf-8")
    found, _ = collect(tmp_path)
    assert found[-1].title == "عودة"
    assert sum(len(article.text) for article in found) < 10_000


# Tables


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1256", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_gives_an_article_a_row(tmp_path: Path, encoding: str, mark: str) -> None:
    rows = ["الرقم", "title", "Body", "date"], ["1", "أ", f'"{BODY}\n{OTHER}"', "2018-05-14"]
    text = "\r\n".join(mark.join(row) for row in (*rows, ["2", "ب", OTHER], ["3", "", "", ""]))
    path = tmp_path / "articles.csv"
    path.write_bytes(text.encode(encoding))
    found, (bad,) = collect(path)
    assert found == [
        Article("articles.csv#2", f"{BODY}\n{OTHER}", "أ", published=DAY),
        Article("articles.csv#3", OTHER, "ب"),
    ]
    assert (bad.line, bad.reason) == (4, "no text")


def test_a_table_without_a_column_of_texts_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{BODY},{OTHER}\n")
    found, (bad,) = collect(path)
    assert not found
    assert "no column is called text" in bad.reason


def test_parquet_gives_an_article_a_row(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"id": [7, 8], "content": [BODY, OTHER], "date": [date(2018, 5, 14), None]}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-9])
    found, (bad,) = collect(tmp_path)
    assert found == [Article("7", BODY, published=DAY), Article("8", OTHER)]
    assert "damaged" in bad.reason


# Standard input


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (page("وصول القافلة"), "وصول القافلة"),
        (json.dumps({"title": "وصول القافلة", "text": BODY}).encode(), "وصول القافلة"),
        (gzip.compress(RSS.encode()), "وصول القافلة"),
        (BODY.encode("cp1256"), ""),
    ],
    ids=["html", "jsonl", "feed.gz", "text"],
)
def test_standard_input_is_known_by_its_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes, title: str
) -> None:
    (tmp_path / "a.txt").write_text(OTHER, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    found = articles(Path("-"), tmp_path)
    assert found[0].title == title
    assert found[-1] == Article("a.txt", OTHER)


def test_a_part_of_standard_input_is_placed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"text": 7}\n')))
    assert [str(bad) for bad in collect(Path("-"))[1]] == [
        "standard input:1: the text is of type int, not a string"
    ]
