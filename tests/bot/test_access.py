"""Who is answered, how often, and what only administrators are told."""

import re

import pytest

from bot.limits import PersonLimits, Verdict
from bot.texts import texts_in
from tests.bot.answers import WordAnswers
from tests.bot.running import bot_at
from tests.telegram.server import TelegramServer

ARABIC = texts_in("ar")
PASSAGE = "ينبع نهر النيل"


class TestAccess:
    async def test_strangers_are_told_how_to_be_let_in(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Neither question, command, button nor group message of theirs is searched for."""
        chat, group = server.private(), server.group()
        refusal = ARABIC("not-admitted", person=str(chat.person.id))
        async with bot_at(server, answers, access="invited"):
            for said in ("النيل", "/start", "/watch النيل", "/start invited-no-such-invitation"):
                server.say(chat, said)
                assert (await server.reply(chat))["text"] == refusal
            card = server.message(chat, "a")
            assert await server.notice(server.press(chat, card, "v.1.1")) == refusal
            server.say(group, "بيننا")
            server.say(group, "/ask النيل")
            refused = ARABIC("not-admitted", person=str(group.person.id))
            assert (await server.reply(group))["text"] == refused
        assert answers.asked == []

    async def test_those_named_are_answered(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """People by their number, groups by theirs, and administrators."""
        person, group, admin = server.private(), server.group(), server.private()
        async with bot_at(
            server,
            answers,
            access="invited",
            allowed=f"{person.id}, {group.id}",
            admins=str(admin.id),
        ):
            for chat in (person, group, admin):
                server.say(chat, "/ask النيل")
                assert PASSAGE in (await server.reply(chat))["text"]

    async def test_an_invitation_lets_in_as_many_as_it_says(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Its link greets who is let in, for good; a third finds both places taken."""
        admin, first, second, third = (server.private() for _ in range(4))
        closed = {"access": "invited", "admins": str(admin.id)}
        async with bot_at(server, answers, **closed):
            server.say(admin, "/invite 2")
            text = (await server.reply(admin))["text"]
            found = re.search(
                rf"https://t\.me/{server.username}\?start=([A-Za-z0-9_-]{{1,64}})", text
            )
            assert found
            for chat in (first, second, third):
                server.say(chat, f"/start {found[1]}")
            for chat in (first, second):
                assert (await server.reply(chat))["text"] == ARABIC("about")
            refused = ARABIC("not-admitted", person=str(third.id))
            assert (await server.reply(third))["text"] == refused
        async with bot_at(server, answers, **closed):
            server.say(first, "النيل")
            assert PASSAGE in (await server.reply(first))["text"]


class TestLimits:
    async def test_strangers_cannot_make_the_bot_talk_without_end(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """The limit holds for them too: two refusals, one hint, and silence."""
        chat, guest = server.private(), server.private()
        closed = {"access": "invited", "allowed": str(guest.id), "questions_per_minute": 2}
        async with bot_at(server, answers, **closed):
            for _ in range(6):
                server.say(chat, "النيل")
            server.say(guest, "القهوة")
            await server.reply(guest)
        assert len(server.said(chat)) == 3

    async def test_a_person_over_the_limit_is_told_once(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """The others are answered; the person again when the minute is over."""
        busy, other = server.private(), server.private()
        async with bot_at(server, answers, questions_per_minute=2):
            for number in range(5):
                server.say(busy, f"النيل {number}", date=1_700_000_000 + number)
            server.say(other, "القهوة")
            await server.reply(other)
            server.say(busy, "النيل 9", date=1_700_000_061)
            replies = [(await server.reply(busy))["text"] for _ in range(4)]
        assert replies[2] == ARABIC("too-many-questions", most=2, wait=58)
        assert [PASSAGE in reply for reply in replies] == [True, True, False, True]
        assert len(server.said(busy)) == 4

    async def test_typing_on_and_on_brings_empty_lists(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Inline, three lists go with each question that one may ask; then none is searched for."""
        person = server.person()
        async with bot_at(server, answers, questions_per_minute=1):
            lists = [
                await server.inline_answer(server.ask_inline(person, f"النيل {number}"))
                for number in range(4)
            ]
        assert [len(each["results"]) for each in lists] == [1, 1, 1, 0]
        assert lists[3]["cache_time"] == 0
        assert len(answers.asked) == 3

    async def test_buttons_that_search_count_as_questions(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Over the limit, whoever presses one is told so; those that turn pages stay free."""
        chat, told = server.private(), ARABIC("too-many-questions", most=1, wait=60).split(".")[0]
        async with bot_at(server, answers, questions_per_minute=1):
            server.say(chat, "النيل")
            card = await server.reply(chat)
            rows = card["reply_markup"]["inline_keyboard"]
            data = {each["text"]: each.get("callback_data") for row in rows for each in row}
            why, around = data[ARABIC("why")], data[ARABIC("around")]
            assert await server.notice(server.press(chat, card, why)) == ""
            assert (await server.notice(server.press(chat, card, why))).startswith(told)
            assert await server.notice(server.press(chat, card, around)) == ""

    async def test_when_all_ask_at_once_the_last_are_put_off(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """A friendly sentence instead of an answer that would come too late."""
        chats = [server.private() for _ in range(3)]
        async with bot_at(server, answers, waiting_questions=1) as _:
            hold = answers.hold()
            server.say(chats[0], "النيل")
            await hold.reached()
            server.say(chats[1], "النيل")
            assert (await server.reply(chats[1]))["text"] == ARABIC("busy")
            hold.release()
            assert PASSAGE in (await server.reply(chats[0]))["text"]
            server.say(chats[2], "النيل")
            assert PASSAGE in (await server.reply(chats[2]))["text"]

    def test_the_window_slides(self) -> None:
        """Of any sixty seconds at most so many; only the first refusal of a row is told."""
        limits = PersonLimits(2)
        taken = [limits.take(7, at) for at in (0.0, 50.0, 55.0, 56.0, 60.0, 61.0)]
        assert [verdict.allowed for verdict in taken] == [True, True, False, False, True, False]
        assert taken[2] == Verdict(allowed=False, wait=5, first=True)
        assert [verdict.first for verdict in taken] == [False, False, True, False, False, True]
        assert limits.take(8, 61.0).allowed


async def test_forty_questions_of_one_do_not_delay_another(
    server: TelegramServer, answers: WordAnswers
) -> None:
    """Though they come later, another's question and a third one's are searched for at once."""
    busy, others = server.private(), [server.private() for _ in range(2)]
    async with bot_at(server, answers, questions_per_minute=200, concurrent_questions=1):
        hold = answers.hold()
        for number in range(40):
            server.say(busy, f"النيل {number}")
        for other in others:
            server.say(other, "القهوة")
        await hold.reached()
        hold.release()
        for other in others:
            await server.reply(other)
        assert len(server.said(busy)) < 20
    assert len(server.said(busy)) == 40
    assert [q for q in answers.asked if "النيل" in q] == [f"النيل {n}" for n in range(40)]


class TestAdministrators:
    @pytest.mark.parametrize("command", ["/stats", "/version", "/reload", "/invite"])
    async def test_others_know_no_such_command(
        self, server: TelegramServer, answers: WordAnswers, command: str
    ) -> None:
        """To everybody else it is a command like any that there is not."""
        chat = server.private()
        async with bot_at(server, answers, admins="999"):
            server.say(chat, command)
            assert (await server.reply(chat))["text"] == ARABIC("unknown-command")

    async def test_stats_count_what_happened(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        """Answers by kind, votes, watched questions."""
        admin, chat = server.private(), server.private()
        async with bot_at(server, answers, admins=str(admin.id)):
            for question in ("النيل", "القهوة", "xyzzy", "/watch Samba"):
                server.say(chat, question)
                reply = await server.reply(chat)
            await server.notice(server.press(chat, reply, "v.1.0"))
            server.say(admin, "/stats")
            said = (await server.reply(admin))["text"]
        counted = {"found": 2, "unsure": 0, "missed": 1, "failed": 0, "limited": 0, "waiting": 0}
        kept = {"good": 0, "bad": 1, "watches": 1, "guests": 0}
        assert said == ARABIC("stats", **counted, **kept)

    async def test_version_names_the_index(
        self, server: TelegramServer, answers: WordAnswers
    ) -> None:
        admin = server.private("en")
        async with bot_at(server, answers, admins=str(admin.id)):
            server.say(admin, "/version")
            said = (await server.reply(admin))["text"]
        assert "Index: \u20681\u2069" in said
        assert "Model: \u2068words\u2069" in said
