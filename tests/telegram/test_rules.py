"""The strict rules: what they refuse, in Telegram's words, and what they let pass."""

from typing import Any

import pytest

from tests.telegram.rules import (
    Refusal,
    check_inline_results,
    check_keyboard,
    check_link,
    check_text,
)


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length} | more


def refused(text: str, *entities: dict[str, Any]) -> str:
    with pytest.raises(Refusal) as caught:
        check_text(text, entities)
    assert caught.value.code == 400
    return caught.value.description


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "Bad Request: message text is empty"),
        ("\u200b \u200f", "Bad Request: text must be non-empty"),
        ("س" * 4097, "Bad Request: message is too long"),
        ("🌍" * 2049, "Bad Request: message is too long"),
        ("half a pair \ud83d", "Bad Request: strings must be encoded in UTF-8"),
        (" blank", "Strict: blanks at the ends are cut off"),
        ("turned \u202e around", "Strict: the character '\\u202e' would not be kept"),
        ("tab\tstop", "Strict: the character '\\t' would not be kept"),
    ],
)
def test_text(text: str, description: str) -> None:
    """Empty, too long (in UTF-16 units), or not sent as it is."""
    assert refused(text) == description


@pytest.mark.parametrize("text", ["س" * 4096, "🌍" * 2048, "a\nb", "\u200fا"])
def test_text_within_the_rules(text: str) -> None:
    """The limits themselves are allowed."""
    check_text(text)


@pytest.mark.parametrize(
    ("bad", "description"),
    [
        (("bold", -1, 1), "Bad Request: receive an entity with incorrect offset -1"),
        (("bold", 0, -1), "Bad Request: receive an entity with incorrect length -1"),
        (("bold", 9, 1), "Bad Request: entity begins after the end of the text at UTF-16 offset 9"),
        (
            ("bold", 3, 6),
            (
                "Bad Request: entity beginning at UTF-16 offset 3 ends after the end of the text "
                "at UTF-16 offset 9"
            ),
        ),
        (
            ("bold", 3, 1),
            "Bad Request: entity begins in a middle of a UTF-16 symbol at byte offset 6",
        ),
        (
            ("bold", 0, 3),
            (
                "Bad Request: entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 "
                "symbol at byte offset 6"
            ),
        ),
        (("bold", 0, 0), "Strict: an entity without length would be dropped"),
        (("bold", 4, 1), "Strict: an entity of nothing but blanks would be dropped"),
        (("loud", 0, 1), "Bad Request: can't parse MessageEntity: Unsupported type specified"),
        (("text_link", 0, 1), "Bad Request: entity URL '' is invalid: URL host is empty"),
        (("date_time", 0, 1), "Strict: None is not an instant Telegram can show"),
    ],
)
def test_single_entity(bad: tuple[str, int, int], description: str) -> None:
    """Bounds are units of UTF-16 within the text, and never inside a surrogate pair."""
    assert refused("ab🌍 cab", entity(*bad)) == description


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("expandable_blockquote", "bold"),
        ("bold", "underline"),
        ("bold", "text_link"),
        ("text_link", "bold"),
        ("blockquote", "text_link"),
        ("blockquote", "code"),
        ("bold", "blockquote"),
    ],
)
def test_allowed_nesting(outer: str, inner: str) -> None:
    """Styles go anywhere but into code; quotes hold everything but quotes."""
    url = {"url": "https://example.org"}
    check_text("abcdef", [entity(outer, 0, 6, **url), entity(inner, 1, 3, **url)])


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("blockquote", "expandable_blockquote"),
        ("expandable_blockquote", "expandable_blockquote"),
        ("bold", "bold"),
        ("code", "bold"),
        ("bold", "code"),
        ("text_link", "blockquote"),
        ("text_link", "email"),
        ("pre", "code"),
    ],
)
def test_forbidden_nesting(outer: str, inner: str) -> None:
    """Quotes, links and code do not go into each other."""
    url = {"url": "https://example.org"}
    nested = refused("abcdef", entity(outer, 0, 6, **url), entity(inner, 1, 3, **url))
    assert nested == f"Strict: {inner} cannot be inside {outer}"


def test_order_overlap_and_number() -> None:
    """Entities ascend, one lies inside or beside the other, and there are a hundred at most."""
    assert "order" in refused("abcdef", entity("bold", 3, 1), entity("italic", 0, 1))
    assert "order" in refused("abcdef", entity("bold", 0, 1), entity("italic", 0, 3))
    assert "overlap" in refused("abcdef", entity("bold", 0, 3), entity("italic", 2, 3))
    many = [entity("bold", 2 * i, 1) for i in range(101)]
    check_text("ab" * 101, many[:100])
    assert refused("ab" * 101, *many) == "Strict: of 101 entities only 100 would be shown"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("not-a-url", "Wrong HTTP URL"),
        ("http://localhost:5678/", "Wrong HTTP URL"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("", "URL host is empty"),
        ("https://a.b:0", "Wrong port number specified in the URL"),
        ("https://a b.c", "Wrong URL host"),
    ],
)
def test_links(url: str, problem: str) -> None:
    """Addresses are refused with the reason Telegram gives."""
    with pytest.raises(Refusal) as caught:
        check_link(url, "entity")
    assert caught.value.description == f"Bad Request: entity URL '{url}' is invalid: {problem}"


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "a", "callback_data": "س" * 33}, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "a", "callback_data": ""},
            (
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in "
                "the inline keyboard"
            ),
        ),
        (
            {"text": "a", "url": "x"},
            "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "a", "url": "https://a.b", "callback_data": "c"},
            "Strict: a button does exactly one thing",
        ),
    ],
)
def test_buttons(button: dict[str, str], description: str) -> None:
    """A button has a text and one working action; callback data are 64 bytes, not letters."""
    check_keyboard({"inline_keyboard": [[{"text": "a", "callback_data": "س" * 32}]]})
    with pytest.raises(Refusal) as caught:
        check_keyboard({"inline_keyboard": [[button]]})
    assert caught.value.description == description


def test_rows_of_buttons() -> None:
    """One to eight in a row, a hundred in all."""
    button = {"text": "a", "callback_data": "b"}
    check_keyboard({"inline_keyboard": [[button] * 8] * 12})
    refused: list[list[list[dict[str, str]]]] = [[[]], [[button] * 9], [[button] * 8] * 13]
    for rows in refused:
        with pytest.raises(Refusal, match="eight buttons in a row"):
            check_keyboard({"inline_keyboard": rows})


def result(**changes: object) -> dict[str, Any]:
    content = {"message_text": "نص"}
    return {"type": "article", "id": "1", "title": "عنوان", "input_message_content": content} | (
        changes
    )


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"results": [result(id=str(n)) for n in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [result(), result()]}, "RESULT_ID_DUPLICATE"),
        ({"results": [result(id="س" * 33)]}, "RESULT_ID_INVALID"),
        ({"results": [result(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [], "next_offset": "س" * 33}, "NEXT_OFFSET_INVALID"),
        ({"results": [], "button": {"text": "a", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"results": [], "button": {"text": "a" * 65, "start_parameter": "a"}}, "sixty-four"),
        ({"results": [result(input_message_content={"message_text": ""})]}, "text is empty"),
        (
            {"results": [result(reply_markup={"inline_keyboard": [[{"text": "a", "url": "b"}]]})]},
            "Wrong HTTP URL",
        ),
    ],
)
def test_inline_results(params: dict[str, Any], description: str) -> None:
    """Fifty with ids of their own, each a message that Telegram would take."""
    check_inline_results({"results": [result(id=str(n)) for n in range(50)]})
    with pytest.raises(Refusal, match=description):
        check_inline_results(params)
