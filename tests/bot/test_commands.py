"""Every command, in every language and in both kinds of chat."""

import pytest

from bot.texts import LANGUAGES, Language, texts_in
from retrieval.types import Article
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at
from tests.telegram.api import Chat
from tests.telegram.server import TelegramServer

ARABIC = texts_in("ar")
DAM = Article("dam", "بُني على النيل سد جديد.", title="سد جديد على النيل")
_QUESTIONS = ("found", "unsure", "missed", "failed", "limited", "waiting")
NOTHING = dict.fromkeys((*_QUESTIONS, "good", "bad", "watches", "guests"), 0)


async def told(server: TelegramServer, chat: Chat, said: str) -> str:
    server.say(chat, said)
    return str((await server.reply(chat))["text"])


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_conversation_is_in_the_persons_language(
    server: TelegramServer, language: Language
) -> None:
    """What each command says, what is no question, and what has no answer."""
    chat, texts = server.private(language), texts_in(language)
    said = {
        "/start": texts("about"),
        "/help": texts("help", bot=f"@{server.username}"),
        "/language": texts("language-choose"),
        "/ask": texts("ask-empty"),
        "؟": texts("ask-empty"),
        "/watches": texts("watch-none"),
        "/watch": texts("watch-empty"),
        "/watch النيل": texts("watch-kept"),
        "/privacy": f"{texts('privacy')}\n\n{texts('privacy-not-consented')}",
        "/forget": texts("forgotten", votes=0, watches=1),
        "/nothing": texts("unknown-command"),
        "س" * 501: texts("question-too-long", limit=500),
    }
    for each, answer in said.items():
        assert await told(server, chat, each) == answer
    assert texts("not-found") in await told(server, chat, "xyzzy")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_administrators_are_told_in_theirs(
    server: TelegramServer, answers: WordAnswers, language: Language
) -> None:
    """Figures, version, a new index or none, and an invitation; in a group as well."""
    admin, group, texts = server.private(language), server.group(), texts_in(language)
    async with bot_at(server, answers, admins=str(admin.id)):
        assert texts("stats", **NOTHING) == await told(server, admin, "/stats")
        assert "words" in await told(server, admin, "/version")
        assert await told(server, admin, "/reload") == texts("nothing-new", generation="1")
        await told(server, server.private(), "/watch النيل")
        answers.publish(DAM)
        assert await told(server, admin, "/reload") == texts("reloaded", generation="2", told=1)
        for said, places in (("/invite", 1), ("/invite 3", 3), ("/invite x", 1), ("/invite 0", 1)):
            invitation = texts("invitation", places=places, link="LINK").split("LINK")[0]
            assert (await told(server, admin, said)).startswith(invitation)
        server.say(group, "/stats", author=group.person)
        server.say(group, "/reload", author=admin.person)
        nothing_new = texts("nothing-new", generation="2")
        assert (await server.reply(group))["text"] == nothing_new


@pytest.mark.usefixtures("bot")
class TestGroup:
    async def test_each_member_is_answered_under_their_message_in_their_language(
        self, server: TelegramServer
    ) -> None:
        group = server.group()
        for language in LANGUAGES:
            server.say(group, "/start", author=server.person(language))
            asked = max(group.messages)
            reply = await server.reply(group)
            assert reply["text"] == texts_in(language)("about")
            assert reply["reply_parameters"]["message_id"] == asked

    async def test_the_language_is_the_members_and_not_the_groups(
        self, server: TelegramServer
    ) -> None:
        group, other = server.group(), server.person()
        server.say(group, "/language")
        offer = await server.reply(group)
        rows = offer["reply_markup"]["inline_keyboard"]
        (french,) = [b["callback_data"] for row in rows for b in row if b["text"] == "Français"]
        await server.notice(server.press(group, offer, french))
        assert await told(server, group, "/start") == texts_in("fr")("about")
        server.say(group, "/start", author=other)
        assert (await server.reply(group))["text"] == ARABIC("about")

    async def test_privacy_is_told_there_and_decided_in_private(
        self, server: TelegramServer
    ) -> None:
        """A decision before all would be one of whoever presses."""
        group = server.group()
        server.say(group, "/privacy")
        reply = await server.reply(group)
        assert (reply["text"], "reply_markup" in reply) == (ARABIC("privacy"), False)

    async def test_what_one_member_forgets_is_theirs(self, server: TelegramServer) -> None:
        group, other = server.group(), server.person()
        for author in (group.person, other):
            server.say(group, "/watch النيل", author=author)
            assert (await server.reply(group))["text"] == ARABIC("watch-kept")
        assert await told(server, group, "/forget") == ARABIC("forgotten", votes=0, watches=1)
        assert await told(server, group, "/watches") == ARABIC("watch-none")
        server.say(group, "/watches", author=other)
        assert "النيل" in (await server.reply(group))["text"]


async def test_news_of_a_group_are_told_there(server: TelegramServer, answers: WordAnswers) -> None:
    """To all who are in it, in the language of who asked."""
    admin, group = server.private(), server.group()
    async with bot_at(server, answers, admins=str(admin.id)):
        server.say(group, "/watch النيل", author=server.person("en"))
        await server.reply(group)
        answers.publish(DAM)
        assert await told(server, admin, "/reload") == ARABIC("reloaded", generation="2", told=1)
        news = await server.reply(group)
    assert texts_in("en")("watch-news", question="النيل") in news["text"]
    assert DAM.text in news["text"]


async def test_privacy_says_that_questions_are_logged(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Where the bot's owner chose so."""
    async with bot_at(server, answers, log_questions=True):
        said = await told(server, server.private(), "/privacy")
    assert said == f"{ARABIC('privacy-logged')}\n\n{ARABIC('privacy-not-consented')}"


async def test_an_edit_counts_as_a_question(server: TelegramServer, answers: WordAnswers) -> None:
    """Over the limit it is not searched for, and the answer stays."""
    chat = server.private()
    async with bot_at(server, answers, questions_per_minute=1):
        first = await told(server, chat, "القهوة")
        server.edit(chat, max(chat.messages) - 1, "النيل")
        limited = (await server.reply(chat))["text"]
    assert limited.startswith(ARABIC("too-many-questions", most=1, wait=60).split("!")[0])
    assert answers.asked == ["القهوة"]
    assert server.said(chat)[0]["text"] == first


async def test_strangers_get_no_passages_inline(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """And Telegram does not keep the empty list for when they are let in."""
    async with bot_at(server, answers, access="invited"):
        empty = await server.inline_answer(server.ask_inline(server.person(), "النيل"))
    assert (empty["results"], empty["cache_time"], answers.asked) == ([], 0, [])
