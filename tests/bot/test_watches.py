"""Saved questions: told of what is new, once, whatever happens in between."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.texts import texts_in
from embeddings import Encoder
from retrieval import Retriever
from retrieval.build import build
from retrieval.types import Article
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at
from tests.corpora import ARTICLES, write_corpus
from tests.telegram.api import Chat
from tests.telegram.faults import broken, dropped, too_many_requests
from tests.telegram.server import TelegramServer

ARABIC = texts_in("ar")
DAM = Article("dam", "بُني على النيل سد جديد.", title="سد جديد على النيل")
FLOOD = Article("flood", "فاض النيل هذا الصيف.", title="فيضان النيل")
DATES = Article("dates", "نضج التمر في الواحة.", title="التمر")


async def look(server: TelegramServer, admin: Chat) -> str:
    """Let the bot look for news now."""
    server.say(admin, "/reload")
    return str((await server.reply(admin))["text"])


@pytest.fixture
def admin(server: TelegramServer) -> Chat:
    return server.private()


async def watching(server: TelegramServer, *questions: str) -> Chat:
    chat = server.private()
    for question in questions:
        server.say(chat, f"/watch {question}")
        assert (await server.reply(chat))["text"] == ARABIC("watch-kept")
    return chat


async def test_news_are_told_once_with_the_card(
    server: TelegramServer, answers: WordAnswers, admin: Chat
) -> None:
    """Of the articles that match, only the new one; nothing for what does not match."""
    async with bot_at(server, answers, admins=str(admin.id)):
        chat = await watching(server, "النيل")
        assert await look(server, admin) == ARABIC("nothing-new", generation="1")
        answers.publish(DAM, DATES)
        assert await look(server, admin) == ARABIC("reloaded", generation="2", told=1)
        news = await server.reply(chat)
        assert ARABIC("watch-news", question="النيل") in news["text"]
        assert DAM.text in news["text"]
        assert "فكتوريا" not in news["text"]
        for told in (0, 1):
            answers.publish(*([FLOOD] if told else []))
            await look(server, admin)
    assert [FLOOD.text in said["text"] for said in server.said(chat)] == [False, False, True]


async def test_what_is_new_while_the_bot_is_down_is_told_on_its_start(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Over two generations at once, and nothing again on the start after."""
    async with bot_at(server, answers):
        chat = await watching(server, "النيل")
    answers.publish(DAM)
    answers.publish(FLOOD)
    async with bot_at(server, answers):
        news = await server.reply(chat)
    assert DAM.text in news["text"]
    assert FLOOD.text in news["text"]
    async with bot_at(server, answers):
        server.say(chat, "/watches")
        await server.reply(chat)
    assert len(server.said(chat)) == 3


async def test_flood_limits_and_lost_connections_lose_no_news(
    server: TelegramServer, answers: WordAnswers, admin: Chat
) -> None:
    """Each waits, and comes once."""
    async with bot_at(server, answers, admins=str(admin.id)):
        chats = [await watching(server, "النيل") for _ in range(3)]
        answers.publish(DAM)
        server.fail("sendMessage", too_many_requests(1), dropped(), broken(502, "Bad Gateway"))
        assert await look(server, admin) == ARABIC("reloaded", generation="2", told=3)
    assert [[DAM.text in said["text"] for said in server.said(chat)] for chat in chats] == [
        [False, True]
    ] * 3


async def test_a_chat_that_blocked_the_bot_is_watched_for_no_more(
    server: TelegramServer, answers: WordAnswers, admin: Chat
) -> None:
    async with bot_at(server, answers, admins=str(admin.id)):
        gone, here = await watching(server, "النيل"), await watching(server, "النيل")
        gone.blocked = True
        answers.publish(DAM)
        assert await look(server, admin) == ARABIC("reloaded", generation="2", told=1)
        gone.blocked = False
        assert len(server.said(here)) == 2
        server.say(gone, "/watches")
        assert (await server.reply(gone))["text"] == ARABIC("watch-none")


@pytest.mark.usefixtures("bot")
class TestList:
    async def test_questions_are_listed_and_ended(self, server: TelegramServer) -> None:
        """A button ends one and leaves the others; pressed again it says that this one is over."""
        chat = await watching(server, "النيل", "القهوة", "النيل")
        server.say(chat, "/watches")
        listed = await server.reply(chat)
        assert listed["text"].split("\n")[1:] == ["1. \u2068النيل\u2069", "2. \u2068القهوة\u2069"]
        (row,) = listed["reply_markup"]["inline_keyboard"]
        data = row[0]["callback_data"]
        ended = await server.notice(server.press(chat, listed, data))
        assert ended == ARABIC("watch-ended")
        again = await server.notice(server.press(chat, listed, data))
        assert again == ARABIC("watch-unknown")
        assert chat.messages[listed["message_id"]]["text"].split("\n")[1:] == [
            "1. \u2068القهوة\u2069"
        ]

    async def test_nobody_ends_anothers(self, server: TelegramServer) -> None:
        chat, other = await watching(server, "النيل"), server.private()
        server.say(chat, "/watches")
        listed = await server.reply(chat)
        data = listed["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        refused = await server.notice(server.press(chat, listed, data, author=other.person))
        assert refused == ARABIC("watch-unknown")

    @pytest.mark.parametrize(
        ("said", "reply"),
        [
            ("/watch", ARABIC("watch-empty")),
            ("/watch ؟", ARABIC("watch-empty")),
            (f"/watch {'س' * 501}", ARABIC("question-too-long", limit=500)),
            ("/watches", ARABIC("watch-none")),
        ],
    )
    async def test_what_cannot_be_watched(
        self, server: TelegramServer, said: str, reply: str
    ) -> None:
        chat = server.private()
        server.say(chat, said)
        assert (await server.reply(chat))["text"] == reply


async def test_one_person_watches_so_many(server: TelegramServer, answers: WordAnswers) -> None:
    """The answer names the limit and how to make room."""
    async with bot_at(server, answers, watches_per_person=2):
        chat = await watching(server, "النيل", "القهوة")
        server.say(chat, "/watch Samba")
        assert (await server.reply(chat))["text"] == ARABIC("watch-too-many", most=2)


async def test_typed_filters_limit_the_news(
    server: TelegramServer, answers: WordAnswers, admin: Chat
) -> None:
    """An article outside them is no news; nor is any while there is none of the source."""
    async with bot_at(server, answers, admins=str(admin.id)):
        chat = await watching(server, "النيل منذ 2024 المصدر: الراصد")
        answers.publish(replace(DAM, source="الواحة", published=date(2024, 5, 3)))
        assert await look(server, admin) == ARABIC("nothing-new", generation="2")
        answers.publish(replace(FLOOD, source="الراصد", published=date(2024, 5, 3)))
        assert await look(server, admin) == ARABIC("reloaded", generation="3", told=1)
        assert FLOOD.text in (await server.reply(chat))["text"]


async def test_a_newly_built_index_brings_news(
    server: TelegramServer, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real model and index: of two articles built in, the one that answers is told."""
    monkeypatch.setattr("bot.watcher._EVERY", 0.2)
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    build([write_corpus(corpus, ARTICLES[2:])], index, encoder)
    retriever = Retriever.open(index, encoder)
    async with bot_at(server, retriever):
        chat = await watching(server, "متى بنيت منارة رأس السنديان؟")
        build([write_corpus(corpus)], index, encoder)
        news = await server.reply(chat)
    retriever.close()
    assert ARTICLES[0].title in news["text"]
    assert ARTICLES[1].title not in news["text"]
