"""Inline mode and deep links: passages in any chat, and ways from there into the bot's own."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deep_links import article_link, linked_article, linked_question, question_payload
from bot.texts import LANGUAGES, Language, texts_in
from retrieval.types import Article
from tests.bot.answers import ARTICLES, WordAnswers
from tests.bot.running import bot_at
from tests.bot.test_conversation import NILE_LINK, marked
from tests.telegram.rules import START_PAYLOAD
from tests.telegram.server import USERNAME, TelegramServer

ARABIC = texts_in("ar")
LONG = "حكاية " * 12


@pytest.mark.usefixtures("bot")
class TestInline:
    async def test_question_gives_passages_to_send(self, server: TelegramServer) -> None:
        """Each with its title, its deciding words, the card to send, and the source's link."""
        query = server.ask_inline(server.person(), "أين ينبع نهر النيل؟")
        answer = await server.inline_answer(query)
        (result,) = answer["results"]
        content = result["input_message_content"]
        sent = content | {"text": content["message_text"]}
        assert marked(sent, "expandable_blockquote") == [ARTICLES[0].text]
        assert result["title"] == "\u2068نهر النيل\u2069"
        assert result["description"] == "ينبع نهر النيل من بحيرة فكتوريا."
        assert result["reply_markup"]["inline_keyboard"] == [
            [{"text": ARABIC("open-source"), "url": NILE_LINK}]
        ]
        assert answer["is_personal"] is True
        assert answer["next_offset"] == ""
        assert "button" not in answer

    async def test_results_are_paged_with_stable_ids(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Ten at a time, fifty at most, each once, and the same question gives the same ids."""
        answers.articles = tuple(
            Article(f"{n}.txt", f"عن النيل {n}.", title=f"النيل {n}") for n in range(70)
        )
        person, offset, ids = server.person(), "", []
        for _ in range(5):
            page = await server.inline_answer(server.ask_inline(person, "النيل", offset))
            offset = page["next_offset"]
            ids += [result["id"] for result in page["results"]]
        assert offset == ""
        assert len(set(ids)) == 50
        again = await server.inline_answer(server.ask_inline(person, "النيل"))
        assert [result["id"] for result in again["results"]] == ids[:10]

    async def test_article_without_address_leads_into_the_bots_chat(
        self, server: TelegramServer
    ) -> None:
        """Where it can be read; so also from a chat that the bot is not in."""
        answer = await server.inline_answer(server.ask_inline(server.person(), "القهوة"))
        ((read,),) = answer["results"][0]["reply_markup"]["inline_keyboard"]
        assert read["text"] == ARABIC("inline-read")
        reader = server.private("fr")
        server.follow(reader, read["url"])
        page = (await server.reply(reader))["text"]
        assert page == f"\u200e\u2068القهوة\u2069\n{ARTICLES[2].text}"

    async def test_nothing_found_offers_to_ask_in_the_bots_chat(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """With the question, where it fits into a link."""
        for question, asked in (("xyzzy ماذا؟", ["xyzzy ماذا؟"]), (LONG, [])):
            answer = await server.inline_answer(server.ask_inline(server.person(), question))
            assert answer["results"] == []
            assert answer["button"]["text"] == ARABIC("inline-not-found")
            reader = server.private()
            answers.asked.clear()
            start = answer["button"]["start_parameter"]
            server.follow(reader, f"https://t.me/{USERNAME}?start={start}")
            await server.reply(reader)
            assert answers.asked == asked

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("typed", ["", " ؟؟ "])
    async def test_nothing_typed_is_not_searched(
        self, server: TelegramServer, answers: WordAnswers, language: Language, typed: str
    ) -> None:
        """In the reader's language stands what to do."""
        query = server.ask_inline(server.person(language), typed)
        answer = await server.inline_answer(query)
        assert (answer["results"], answers.asked) == ([], [])
        assert answer["button"]["text"] == texts_in(language)("inline-hint")

    async def test_filters_count(self, server: TelegramServer, answers: WordAnswers) -> None:
        answer = await server.inline_answer(
            server.ask_inline(server.person(), "النيل Samba source:Linux")
        )
        assert [result["title"] for result in answer["results"]] == ["\u2068إصدار Samba 4.20\u2069"]
        assert answers.asked == ["النيل Samba"]

    async def test_only_what_was_typed_last_is_searched(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Of the letters typed while all searches were busy; chats do not wait for any of it."""
        opened = Event()
        answers.before = waiting_for(opened, "بطيء")
        others = [server.ask_inline(server.person(), "النيل بطيء") for _ in range(2)]
        await asyncio.to_thread(
            server.wait_until, lambda: len(answers.asked) == 2, "two searches to begin"
        )
        person = server.person()
        typed = [server.ask_inline(person, "القهوة"[:length]) for length in range(2, 7)]
        chat = server.private()
        server.say(chat, "النيل")
        assert marked(await server.reply(chat), "expandable_blockquote") == [ARTICLES[0].text]
        opened.set()
        await server.inline_answer(typed[-1])
        for each in others:
            await server.inline_answer(each)
        assert answers.asked.count("القهوة") == 1
        assert [q for q in typed if q in server.api.inline_answers] == typed[-1:]

    async def test_failure_is_logged_without_the_words(
        self, server: TelegramServer, answers: WordAnswers, caplog: pytest.LogCaptureFixture
    ) -> None:
        """And the next query is answered."""

        def fail(question: str) -> None:
            raise RuntimeError(question)

        answers.before = fail
        server.ask_inline(server.person(), "سرٌّ دفين")
        while "RuntimeError: <question>" not in caplog.text:  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0.01)
        assert "دفين" not in caplog.text
        answers.before = lambda _: None
        await server.inline_answer(server.ask_inline(server.person(), "النيل"))


def waiting_for(event: Event, word: str) -> Callable[[str], None]:
    def wait(question: str) -> None:
        if word in question:
            event.wait(20)

    return wait


@pytest.mark.usefixtures("bot")
class TestLinks:
    async def test_link_to_a_question_is_answered(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """The question is shown, as Telegram shows only "/start", and its buttons work."""
        chat = server.private()
        server.follow(chat, f"https://t.me/{USERNAME}?start={question_payload('أين النيل؟')}")
        reply = await server.reply(chat)
        assert answers.asked == ["أين النيل؟"]
        assert reply["text"].startswith(ARABIC("you-asked", question="أين النيل؟"))
        assert marked(reply, "expandable_blockquote") == [ARTICLES[0].text]
        rows = reply["reply_markup"]["inline_keyboard"]
        (why,) = [b["callback_data"] for row in rows for b in row if b["text"] == ARABIC("why")]
        server.press(chat, reply, why)
        assert ARABIC("why-sure", percent=90) in (await server.reply(chat))["text"]

    async def test_link_to_an_article_that_is_gone_says_so(self, server: TelegramServer) -> None:
        chat = server.private()
        server.follow(chat, article_link(USERNAME, "of another collection"))
        assert (await server.reply(chat))["text"] == ARABIC("article-gone")

    @pytest.mark.parametrize("payload", ["ask", "q", "q_w", "w-", "hello", "w" * 64, "q4piA"])
    async def test_link_to_nothing_greets(self, server: TelegramServer, payload: str) -> None:
        """Or asks what it happens to spell; it never fails."""
        chat = server.private()
        server.follow(chat, f"https://t.me/{USERNAME}?start={payload}")
        assert (await server.reply(chat))["text"] != ARABIC("answer-failed")


async def test_links_outlast_a_restart(server: TelegramServer, answers: WordAnswers) -> None:
    async with bot_at(server, answers):
        await server.inline_answer(server.ask_inline(server.person(), "القهوة"))
    reader = server.private()
    async with bot_at(server, answers):
        server.follow(reader, article_link(f"@{USERNAME}", "coffee"))
        assert ARTICLES[2].text in (await server.reply(reader))["text"]


@given(st.text(alphabet="ابتثجحخدذرزسش ؟?0123abcé", max_size=60) | st.text(max_size=60))
def test_a_question_comes_out_of_its_link_as_it_went_in(question: str) -> None:
    """Every Arabic question of up to 47 characters has one."""
    payload = question_payload(question)
    if payload is None:
        assert len(question.encode("utf-8", "replace")) > 47 or not question.isprintable()
        return
    assert START_PAYLOAD.fullmatch(payload)
    assert linked_question(payload) == question
    assert linked_article(payload) is None


def test_arabic_takes_a_byte_a_letter() -> None:
    assert question_payload("س" * 47) is not None
    assert question_payload("س" * 48) is None


@given(st.from_regex(START_PAYLOAD, fullmatch=True))
def test_any_payload_is_read(payload: str) -> None:
    """As a question, an article or nothing, never with an exception."""
    assert isinstance(linked_question(payload), str)
    assert linked_article(payload) is None or payload[0] == "a"


def test_replaced_article_keeps_its_link() -> None:
    """A link is made of the article's id alone."""
    renewed = replace(ARTICLES[0], text="نص جديد", title="عنوان جديد")
    assert article_link("dalil", renewed.id) == article_link("dalil", ARTICLES[0].id)
