"""Conversations with the real bot over real HTTP: what people say, and what they are told."""

from urllib.parse import quote

import pytest

from bot.texts import Texts, texts_in
from tests.bot.answers import ARTICLES, WordAnswers
from tests.bot.running import bot_at
from tests.telegram.server import TelegramServer

ARABIC, ENGLISH = texts_in("ar"), texts_in("en")
NILE = ARTICLES[0]
NILE_LINK = f"{NILE.url}#:~:text={quote('ينبع نهر النيل من بحيرة فكتوريا.')}"
PHOTO = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
VOICE = {"file_id": "2", "file_unique_id": "2", "duration": 1}


def marked(message: dict[str, object], kind: str) -> list[str]:
    """The stretches of a sent message that carry entities of one kind."""
    encoded, entities = str(message["text"]).encode("utf-16-le"), message.get("entities", [])
    assert isinstance(entities, list)
    return [
        encoded[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in entities
        if e["type"] == kind
    ]


@pytest.mark.usefixtures("bot")
class TestPrivateChat:
    async def test_start_says_what_the_bot_is(self, server: TelegramServer) -> None:
        """/start is answered with what the bot does."""
        chat = server.private()
        server.say(chat, "/start")
        assert (await server.reply(chat))["text"] == ARABIC("about")

    @pytest.mark.parametrize(
        ("language_code", "texts"),
        [
            *(("ar", ARABIC), ("ar-EG", ARABIC), (None, ARABIC), ("en", ENGLISH), ("sw", ENGLISH)),
            *(("fr", texts_in("fr")), ("tr", texts_in("tr")), ("de-AT", texts_in("de"))),
        ],
    )
    async def test_help_speaks_the_readers_language(
        self, server: TelegramServer, language_code: str | None, texts: Texts
    ) -> None:
        """Arabic readers and unknown ones get Arabic, others their own or English."""
        chat = server.private(language_code)
        server.say(chat, "/help")
        assert (await server.reply(chat))["text"] == texts("help", bot=f"@{server.username}")

    @pytest.mark.parametrize("said", ["أين ينبع نهر النيل؟", "/ask أين ينبع نهر النيل؟"])
    async def test_question_is_answered_with_passage_and_link(
        self, server: TelegramServer, answers: WordAnswers, said: str
    ) -> None:
        """A plain message and /ask give the passage whole, its sentence bold, and the link."""
        chat = server.private()
        server.say(chat, said)
        reply = await server.reply(chat)
        assert answers.asked == ["أين ينبع نهر النيل؟"]
        assert marked(reply, "expandable_blockquote") == [NILE.text]
        assert "ينبع نهر النيل من بحيرة فكتوريا." in marked(reply, "bold")
        assert marked(reply, "text_link") == ["فتح المصدر"]
        *_, votes = reply["reply_markup"]["inline_keyboard"]
        assert reply["reply_markup"]["inline_keyboard"][0] == [
            {"text": "فتح المصدر", "url": NILE_LINK}
        ]
        assert [button["text"] for button in votes] == ["👍", "👎"]
        assert reply["reply_to_message"]["text"] == said

    async def test_source_without_web_address_is_called_so(self, server: TelegramServer) -> None:
        """An ftp address is no link Telegram takes: the card says there is none."""
        chat = server.private()
        server.say(chat, "Samba")
        reply = await server.reply(chat)
        assert str(reply["text"]).endswith(ARABIC("no-link"))
        buttons = reply["reply_markup"]["inline_keyboard"]
        assert [button for row in buttons for button in row if "url" in button] == []

    async def test_unanswered_question_reads_differently(self, server: TelegramServer) -> None:
        """No passage is quoted; the nearest titles are named as no answer."""
        chat = server.private()
        server.say(chat, "xyzzy")
        reply = await server.reply(chat)
        assert marked(reply, "bold") == [ARABIC("not-found")]
        assert marked(reply, "expandable_blockquote") == []
        assert ARABIC("nearest") in reply["text"]
        assert NILE.title in marked(reply, "text_link")[0]

    @pytest.mark.parametrize("said", ["/ask", "/ask  ؟؟ ", "…؟!"])
    async def test_empty_question_is_not_searched(
        self, server: TelegramServer, answers: WordAnswers, said: str
    ) -> None:
        """Without a letter or a digit there is nothing to search for."""
        chat = server.private()
        server.say(chat, said)
        assert (await server.reply(chat))["text"] == ARABIC("ask-empty")
        assert answers.asked == []

    async def test_long_question_is_not_searched(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A question over the limit is refused in a sentence that names the limit."""
        chat = server.private()
        server.say(chat, "س" * 501)
        assert (await server.reply(chat))["text"] == ARABIC("question-too-long", limit=500)
        server.say(chat, "س" * 500)
        await server.reply(chat)
        assert answers.asked == ["س" * 500]

    async def test_picture_gets_a_hint(self, server: TelegramServer) -> None:
        """What is not text is answered with one sentence, caption or not."""
        chat = server.private()
        server.say(chat, None, photo=PHOTO, caption="ما هذا؟")
        server.say(chat, None, voice=VOICE)
        assert (await server.reply(chat))["text"] == ARABIC("text-only")
        assert (await server.reply(chat))["text"] == ARABIC("text-only")

    async def test_unknown_command_gets_a_hint(self, server: TelegramServer) -> None:
        """A command the bot lacks is not taken for a question."""
        chat = server.private()
        server.say(chat, "/settings")
        assert (await server.reply(chat))["text"] == ARABIC("unknown-command")


@pytest.mark.usefixtures("bot")
class TestGroup:
    async def test_only_what_is_meant_for_the_bot_is_answered(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Talk among people, commands to others and unknown commands stay unanswered."""
        group = server.group()
        persons_message = server.message(group, "مرحبًا")
        server.say(group, "أين ينبع نهر النيل؟")
        server.say(group, "ما رأيك @another_bot في النيل؟")
        server.say(group, "النيل طويل", reply_to_message=persons_message)
        server.say(group, "/ask@another_bot النيل")
        server.say(group, "/settings")
        server.say(group, None, photo=PHOTO)
        server.say(group, None, new_chat_title="أنهار")
        server.say(group, "/help")
        assert (await server.reply(group))["text"] == ARABIC("help", bot=f"@{server.username}")
        assert answers.asked == []

    @pytest.mark.parametrize(
        "said",
        [
            "/ask أين النيل؟",
            "/ask@dalil_test_bot أين النيل؟",
            "@dalil_test_bot أين النيل؟",
            "@Dalil_Test_Bot أين النيل؟",
            "أين النيل؟ @dalil_test_bot",
        ],
    )
    async def test_command_and_mention_are_questions(
        self, server: TelegramServer, answers: WordAnswers, said: str
    ) -> None:
        """The question is what remains without the command and the bot's name."""
        group = server.group()
        server.say(group, said)
        asked = max(group.messages)
        reply = await server.reply(group)
        assert answers.asked == ["أين النيل؟"]
        assert reply["reply_parameters"]["message_id"] == asked
        assert marked(reply, "expandable_blockquote") == [NILE.text]

    async def test_reply_to_the_bot_is_a_question(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Who replies to the bot speaks to the bot."""
        group = server.group()
        server.say(group, "/help")
        bots_message = await server.reply(group)
        server.say(group, "أين النيل؟", reply_to_message=bots_message)
        assert marked(await server.reply(group), "expandable_blockquote") == [NILE.text]
        assert answers.asked == ["أين النيل؟"]

    async def test_mention_without_username_is_a_question(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A mention may carry the bot itself instead of its name."""
        group = server.group()
        mention = {"type": "text_mention", "offset": 0, "length": 4, "user": server.api.me}
        server.say(group, "دليل أين النيل؟", entities=[mention])
        await server.reply(group)
        assert answers.asked == ["دليل أين النيل؟"]

    async def test_answer_survives_the_questions_deletion(self, server: TelegramServer) -> None:
        """An answer is sent although the message it replies to is gone."""
        group = server.group()
        server.say(group, "/ask النيل")
        del group.messages[max(group.messages)]
        assert marked(await server.reply(group), "expandable_blockquote") == [NILE.text]


class TestEdits:
    @pytest.mark.parametrize("kind", ["private", "group"])
    async def test_edited_question_is_answered_in_the_place_of_the_answer(
        self, server: TelegramServer, answers: WordAnswers, kind: str
    ) -> None:
        """Also by a bot that was started anew in between; the buttons are the new answer's."""
        chat = server.private() if kind == "private" else server.group()
        async with bot_at(server, answers):
            server.say(chat, "/ask القهوة")
            question = max(chat.messages)
            reply = await server.reply(chat)
        async with bot_at(server, answers):
            server.edit(chat, question, "/ask النيل")
            await server.edited(1)
        assert answers.asked == ["القهوة", "النيل"]
        assert server.said(chat) == [reply]
        assert marked(reply, "expandable_blockquote") == [NILE.text]
        assert reply["reply_markup"]["inline_keyboard"][0][0]["url"] == NILE_LINK

    async def test_edit_to_no_question_is_told_there(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """And an edit of a question that was refused is answered."""
        chat = server.private()
        async with bot_at(server, answers):
            server.say(chat, "؟؟")
            question = max(chat.messages)
            reply = await server.reply(chat)
            server.edit(chat, question, "النيل")
            await server.edited(1)
            assert marked(reply, "expandable_blockquote") == [NILE.text]
            server.edit(chat, question, "…")
            await server.edited(2)
        assert reply["text"] == ARABIC("ask-empty")

    async def test_edit_after_the_answer_was_deleted_is_answered_below(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        chat = server.private()
        async with bot_at(server, answers):
            server.say(chat, "القهوة")
            question = max(chat.messages)
            del chat.messages[(await server.reply(chat))["message_id"]]
            chat.read = 0
            server.edit(chat, question, "النيل")
            assert marked(await server.reply(chat), "expandable_blockquote") == [NILE.text]

    async def test_edit_that_is_nothing_for_the_bot_is_left_alone(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Talk in a group stays talk, and a command is not carried out twice."""
        private, group = server.private(), server.group()
        async with bot_at(server, answers):
            for chat, text in ((group, "النيل"), (private, "/help"), (private, "/start")):
                server.edit(chat, server.message(chat, "…")["message_id"], text)
            for chat in (private, group):
                server.say(chat, "/ask القهوة")
                await server.reply(chat)
        assert answers.asked == ["القهوة", "القهوة"]


async def test_number_of_passages_is_a_setting(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """``passages_per_answer`` is how many passages a card shows, each with its number."""
    chat = server.private()
    async with bot_at(server, answers, passages_per_answer=2):
        server.say(chat, "النيل Samba القهوة")
        reply = await server.reply(chat)
    assert marked(reply, "expandable_blockquote") == [ARTICLES[0].text, ARTICLES[1].text]
    assert [[b["text"] for b in row] for row in reply["reply_markup"]["inline_keyboard"]] == [
        [ARABIC("source-number", number=1)],
        [ARABIC("around-number", number=1), ARABIC("around-number", number=2)],
        [ARABIC("why"), ARABIC("more")],
        ["👍", "👎"],
    ]
