"""Buttons under a card, pressed in conversations with the real bot, and what their data say."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import (
    Around,
    Drop,
    More,
    Press,
    Read,
    Speak,
    Why,
    data_of,
    key_of,
    press_in,
    state_of,
)
from bot.rich_text import units
from bot.texts import LANGUAGES, Language, texts_in
from retrieval.types import Article
from tests.bot.answers import ARTICLES, WordAnswers
from tests.bot.running import bot_at
from tests.bot.test_conversation import marked
from tests.telegram.api import Chat
from tests.telegram.faults import broken
from tests.telegram.server import TelegramServer

ARABIC = texts_in("ar")
EVERYTHING = "النيل Samba القهوة"
SENTENCES = [f"هذه هي الجملة رقم {number} من رواية طويلة." for number in range(300)]
NOVEL = Article("novel", " ".join(SENTENCES), title="رواية")


def button(message: dict[str, Any], label: str) -> str:
    """The data of the button with this label."""
    rows = message["reply_markup"]["inline_keyboard"]
    return next(str(b["callback_data"]) for row in rows for b in row if b["text"] == label)


def labels(message: dict[str, Any]) -> list[str]:
    return [b["text"] for row in message["reply_markup"]["inline_keyboard"] for b in row]


@pytest.fixture
async def one_by_one(server: TelegramServer, answers: WordAnswers) -> AsyncIterator[None]:
    """A bot that shows one passage at a time."""
    async with bot_at(server, answers, passages_per_answer=1):
        yield


async def asked(server: TelegramServer, chat: Chat, question: str) -> dict[str, Any]:
    server.say(chat, question)
    return await server.reply(chat)


@pytest.mark.usefixtures("one_by_one")
class TestMore:
    async def test_brings_the_next_hit_until_there_is_none(self, server: TelegramServer) -> None:
        """Each below the question in a message of its own; the first stays, without the button."""
        chat = server.private()
        first = await asked(server, chat, EVERYTHING)
        question = first["reply_parameters"]["message_id"]
        shown = [first]
        for _ in range(2):
            server.press(chat, shown[-1], button(shown[-1], ARABIC("more")))
            shown.append(await server.reply(chat))
        assert [marked(m, "expandable_blockquote") for m in shown] == [[a.text] for a in ARTICLES]
        assert [m["reply_parameters"]["message_id"] for m in shown] == [question] * 3
        assert "\u200f2. " in shown[1]["text"]
        assert ARABIC("more") not in labels(shown[2])
        await server.edited(2)
        assert ARABIC("more") not in labels(first)

    async def test_is_pressed_once_however_many_press_it(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """In a group ten strangers bring one message and one search; the others are told."""
        group = server.group()
        first = await asked(server, group, f"/ask {EVERYTHING}")
        presses = [
            server.press(group, first, button(first, ARABIC("more")), author=server.person())
            for _ in range(10)
        ]
        told = [await server.notice(press) for press in presses]
        assert sorted(told) == ["", *[ARABIC("already-pressed")] * 9]
        assert len(server.said(group)) == 2
        assert len(answers.asked) == 2

    async def test_fails_aloud_and_can_be_pressed_again(self, server: TelegramServer) -> None:
        chat = server.private()
        first = await asked(server, chat, EVERYTHING)
        server.fail("sendMessage", broken(400, "Bad Request: not now"))
        server.press(chat, first, button(first, ARABIC("more")))
        assert (await server.reply(chat))["text"] == ARABIC("answer-failed")
        server.press(chat, first, button(first, ARABIC("more")))
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[1].text]

    async def test_asks_again_where_the_collection_changed(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A place in an old ranking means nothing in a new one: the first card comes, and why."""
        chat = server.private()
        first = await asked(server, chat, EVERYTHING)
        answers.publish()
        server.press(chat, first, button(first, ARABIC("more")))
        reply = await server.reply(chat)
        assert reply["text"].startswith(ARABIC("asked-again"))
        assert marked(reply, "expandable_blockquote") == [ARTICLES[0].text]
        server.press(chat, reply, button(reply, ARABIC("more")))
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[1].text]

    async def test_of_a_deleted_question_says_so(self, server: TelegramServer) -> None:
        chat = server.private()
        first = await asked(server, chat, EVERYTHING)
        del chat.messages[first["reply_parameters"]["message_id"]]
        press = server.press(chat, first, button(first, ARABIC("more")))
        assert await server.notice(press) == ARABIC("question-gone")

    async def test_shows_the_nearest_where_nothing_was_found(self, server: TelegramServer) -> None:
        """Only when asked to, and as no answer."""
        chat = server.private()
        reply = await asked(server, chat, "xyzzy")
        assert marked(reply, "expandable_blockquote") == []
        server.press(chat, reply, button(reply, ARABIC("show-nearest")))
        nearest = await server.reply(chat)
        assert nearest["text"].startswith(ARABIC("nearest"))
        assert marked(nearest, "expandable_blockquote") == [ARTICLES[0].text]


async def test_buttons_survive_a_restart(server: TelegramServer, answers: WordAnswers) -> None:
    """Nothing of the question is kept, and yet the next bot goes on with it."""
    chat = server.private()
    async with bot_at(server, answers, passages_per_answer=1):
        first = await asked(server, chat, EVERYTHING)
    more, around = (button(first, ARABIC(label)) for label in ("more", "around"))
    server.press(chat, first, more)
    server.press(chat, first, around)
    async with bot_at(server, answers, passages_per_answer=1):
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[1].text]
        assert marked(await server.reply(chat), "blockquote") == [ARTICLES[0].text]


@pytest.mark.usefixtures("one_by_one")
class TestAround:
    async def test_shows_the_passage_in_its_place(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Whole sentences before and behind, the passage itself quoted, and the source's link."""
        start, end = (NOVEL.text.index(SENTENCES[n]) for n in (150, 152))
        linked = replace(NOVEL, url="https://example.org/novel")
        answers.articles = (linked,)
        chat = server.private()
        first = await asked(server, chat, "رواية")
        server.press(chat, first, data_of(Around(key_of("novel"), start, end - 1)))
        reply = await server.reply(chat)
        assert marked(reply, "blockquote") == [f"{SENTENCES[150]} {SENTENCES[151]}"]
        before, _, behind = reply["text"].partition("\n" + marked(reply, "blockquote")[0] + "\n")
        assert before.split("\n")[-1].startswith("… هذه هي الجملة رقم ")
        assert before.endswith(SENTENCES[149])
        assert behind.startswith(SENTENCES[152])
        assert behind.endswith("طويلة. …")
        assert labels(reply) == [ARABIC("open-source")]

    async def test_article_without_address_is_read_page_by_page(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """In one message, on to the end and back to the start, every sentence on one page."""
        answers.articles = (NOVEL,)
        chat = server.private()
        first = await asked(server, chat, "رواية")
        server.press(chat, first, data_of(Around(key_of("novel"), 0, len(SENTENCES[0]))))
        page = await server.reply(chat)
        said = len(server.said(chat))
        pages = [page["text"]]
        while ARABIC("page-on") in labels(page):
            edits = server.api.edits
            server.press(chat, page, button(page, ARABIC("page-on")))
            await server.edited(edits + 1)
            assert units(page["text"]) < 4096
            pages.append(page["text"])
        assert len(pages) >= 4
        read = " ".join("\n".join(text.split("\n")[1:]).strip("… \n") for text in pages)
        assert " ".join(read.split()) == NOVEL.text
        while ARABIC("page-back") in labels(page):
            edits = server.api.edits
            server.press(chat, page, button(page, ARABIC("page-back")))
            await server.edited(edits + 1)
        assert SENTENCES[0] in page["text"]
        assert len(server.said(chat)) == said

    async def test_of_an_article_that_is_gone_says_so(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """After a generation without it; after one in which it is shorter, it still works."""
        chat = server.private()
        first = await asked(server, chat, "النيل")
        around = button(first, ARABIC("around"))
        answers.articles = ARTICLES[1:]
        press = server.press(chat, first, around)
        assert await server.notice(press) == ARABIC("article-gone")
        answers.articles = (replace(ARTICLES[0], text="ينبع."),)
        server.press(chat, first, around)
        assert marked(await server.reply(chat), "blockquote") == ["ينبع."]


@pytest.mark.usefixtures("one_by_one")
class TestWhy:
    async def test_says_what_matched_and_how_sure_it_is(self, server: TelegramServer) -> None:
        """In the language of whoever presses."""
        for language in LANGUAGES:
            texts = texts_in(language)
            chat = server.private(language)
            first = await asked(server, chat, "النيل")
            server.press(chat, first, button(first, texts("why")))
            assert (await server.reply(chat))["text"] == (
                f"{texts('why-sure', percent=90)}\n\n"
                f"{MARK[texts.direction]}1. \u2068نهر النيل\u2069\n"
                f"{MARK[texts.direction]}• {texts('why-no-words')}\n"
                f"{MARK[texts.direction]}• {texts('why-meaning', rank=1, passages=3)}"
            )


MARK = {"rtl": "\u200f", "ltr": "\u200e"}


@pytest.mark.usefixtures("one_by_one")
class TestFilters:
    async def test_an_unknown_source_is_told_with_those_there_are(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Not as a question without an answer; the button asks without the filter."""
        chat = server.private()
        told = await asked(server, chat, "النيل المصدر: الجزيرة")
        near = ARABIC("comma").join(answers.sources())
        assert told["text"].split("\n") == [
            ARABIC("source-unknown", source="الجزيرة"),
            ARABIC("sources-near", sources=near),
        ]
        server.press(chat, told, button(told, ARABIC("drop-filters")))
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[0].text]

    async def test_are_shown_as_understood_and_can_be_dropped(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Once dropped, the words that may have been meant are searched, also by More and Why."""
        chat = server.private()
        limited = await asked(server, chat, f"{EVERYTHING} منذ ٢٠٢٤ المصدر: الانهار")
        (filters,) = answers.limits
        assert (answers.asked, filters.sources) == ([EVERYTHING], ("موسوعة الأنهار",))
        assert limited["text"].startswith(ARABIC("understood"))
        assert "1 يناير 2024" in limited["text"]
        assert "\u2068موسوعة الأنهار\u2069" in limited["text"]
        assert ARABIC("more") not in labels(limited)
        server.press(chat, limited, button(limited, ARABIC("drop-filters")))
        free = await server.reply(chat)
        assert (answers.asked[-1], bool(answers.limits[-1])) == (f"{EVERYTHING} منذ ٢٠٢٤", False)
        assert marked(free, "expandable_blockquote") == [ARTICLES[0].text]
        server.press(chat, free, button(free, ARABIC("more")))
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[1].text]
        assert not answers.limits[-1]

    async def test_are_blamed_where_nothing_was_found(self, server: TelegramServer) -> None:
        """Not found suggests to drop them, and says which they are."""
        chat = server.private()
        reply = await asked(server, chat, "القهوة منذ 2030")
        assert ARABIC("not-found") in marked(reply, "bold")
        assert ARABIC("not-found-filtered") in reply["text"]
        server.press(chat, reply, button(reply, ARABIC("drop-filters")))
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[2].text]

    async def test_count_back_from_the_day_of_the_question(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """The server's messages are of November 2023; a press later means the same days."""
        chat = server.private()
        first = await asked(server, chat, f"{EVERYTHING} آخر 10 سنوات")
        server.press(chat, first, button(first, ARABIC("why")))
        await server.reply(chat)
        assert [str(each.since) for each in answers.limits] == ["2013-11-14"] * 2


@pytest.mark.usefixtures("bot")
class TestLanguage:
    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_is_chosen_and_kept_by_person(
        self, server: TelegramServer, language: Language
    ) -> None:
        """/language offers each under its own name; the choice is one person's, and lasts."""
        chat, other = server.private(None), server.private(None)
        offer = await asked(server, chat, "/language")
        assert labels(offer) == [texts_in(each)("language-name") for each in LANGUAGES]
        texts = texts_in(language)
        press = server.press(chat, offer, button(offer, texts("language-name")))
        assert await server.notice(press) == texts("language-chosen")
        assert (await asked(server, chat, "/start"))["text"] == texts("about")
        assert (await asked(server, other, "/start"))["text"] == ARABIC("about")

    async def test_button_of_another_version_says_so(self, server: TelegramServer) -> None:
        """Whatever its data are."""
        chat = server.private()
        first = await asked(server, chat, "النيل")
        for data in ("", "x", "m.1", "m.a.b.c", "l.xx", "r.k.1.0.7", "m" * 64):
            press = server.press(chat, first, data)
            assert await server.notice(press) == ARABIC("press-unknown")


async def test_press_that_waited_too_long_is_still_done(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Telegram takes no acknowledgement any more; the answer comes all the same."""
    chat = server.private()
    async with bot_at(server, answers, passages_per_answer=1):
        first = await asked(server, chat, EVERYTHING)
        server.fail("answerCallbackQuery", broken(400, "Bad Request: query is too old"))
        server.press(chat, first, button(first, ARABIC("more")))
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[1].text]


keys = st.text().map(key_of)
states = st.builds(state_of, st.text(), st.text())
numbers = st.integers(0, 10**9)
presses = st.one_of(
    st.builds(More, st.integers(1, 50), states, st.booleans()),
    st.builds(Why, st.integers(1, 50), st.integers(1, 5), states, st.booleans()),
    st.builds(Around, keys, numbers, numbers),
    st.builds(Read, keys, numbers, st.booleans()),
    st.builds(Speak, st.sampled_from(LANGUAGES)),
    st.just(Drop()),
)


@given(presses)
def test_data_fit_and_come_back(press: Press) -> None:
    """In 64 bytes, and what is read is what was written."""
    assert 1 <= len(data_of(press).encode()) <= 64
    assert press_in(data_of(press)) == press


@given(st.text(max_size=64))
def test_any_data_are_read(data: str) -> None:
    """A press or none, never an exception."""
    pressed = press_in(data)
    assert pressed is None or press_in(data_of(pressed)) == pressed
