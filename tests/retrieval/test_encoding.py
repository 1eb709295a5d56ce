"""Bytes to text, whatever their encoding is said to be."""

import pytest

from retrieval.corpus.encoding import declared, decode
from retrieval.corpus.records import RecordError

TEXT = "وصلت القافلة إلى الواحة عند الفجر، وكان أهلها في انتظارها على الطريق؟"


@pytest.mark.parametrize("said", [None, "utf-8", "windows-1256", "iso-8859-6", "iso-8859-1", "x"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1256", "iso8859-6", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_arabic_is_read_whatever_is_declared(encoding: str, said: str | None) -> None:
    assert decode(TEXT.encode(encoding), said).text == TEXT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("un café là-bas, déjà très âgé", "iso-8859-1"), ("güneş doğdu, çay içildi", "windows-1254")],
)
def test_another_language_is_read_as_it_is_declared(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), encoding).text == text


def test_little_damage_is_told_and_much_is_refused() -> None:
    torn = decode((TEXT * 5).encode()[:-1])
    assert torn.text == (TEXT * 5)[:-1]
    assert torn.notes == ("1 characters are no UTF-8; the article is kept without them",)
    with pytest.raises(RecordError, match="byte 4"):
        decode(b"caf\xc3\xc3\x81\x81\xff\xff\xfe")


def test_a_declaration_is_found_in_html_and_xml() -> None:
    assert declared(b'<meta http-equiv="x" content="text/html; charset=windows-1256">')
    assert declared(b"<meta charset=utf-8>") == "utf-8"
    assert declared(b"<?xml version='1.0' encoding='ISO-8859-6'?>") == "ISO-8859-6"
    assert declared(b"<html>") is None
