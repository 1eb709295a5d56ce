"""Every format but web pages: what is read from it, and what is refused."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from retrieval.corpus import BadRecord, read
from retrieval.types import Article

BODY = "وصلت القافلة إلى الواحة عند الفجر، وكان أهلها في انتظارها."
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
