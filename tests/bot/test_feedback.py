"""Votes: one a person, the question kept only where they agreed, and a question file from it."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.feedback import Feedback, Vote, export_votes, votes_in
from bot.storage import Database
from bot.texts import texts_in
from retrieval.evaluation.questions import read_questions
from tests.bot.answers import ARTICLES, WordAnswers, answer_with, hit_on
from tests.bot.running import bot_at
from tests.bot.test_inbox import everything
from tests.telegram.api import Chat, User
from tests.telegram.server import TelegramServer

ARABIC = texts_in("ar")
QUESTION = "أين ينبع نهر النيل؟"


def votes() -> list[Vote]:
    with Database.read(Path("dalil-bot.sqlite")) as database:
        return list(votes_in(database))


def button(message: dict[str, object], label: str) -> str:
    """The data of the button with this label."""
    markup = message["reply_markup"]
    assert isinstance(markup, dict)
    (data,) = [
        each["callback_data"]
        for row in markup["inline_keyboard"]
        for each in row
        if each["text"] == label
    ]
    return str(data)


async def press(
    server: TelegramServer, chat: Chat, message: dict[str, object], label: str, who: User | None
) -> str:
    return await server.notice(server.press(chat, message, button(message, label), author=who))


@pytest.mark.usefixtures("bot")
class TestVotes:
    async def test_a_vote_counts_once_and_may_change(self, server: TelegramServer) -> None:
        """Pressing again or the other button leaves one vote; nothing is kept of the question."""
        chat = server.private()
        server.say(chat, QUESTION)
        card = await server.reply(chat)
        for label in ("👍", "👍", "👎"):
            assert await press(server, chat, card, label, None) == ARABIC("vote-taken")
        (vote,) = votes()
        assert (vote.good, vote.question, vote.articles) == (False, None, ("nile",))
        assert not vote.is_exportable

    async def test_the_question_is_kept_once_the_person_agreed(
        self, server: TelegramServer
    ) -> None:
        """The bot asks once; after a yes this question and later ones are kept with the vote."""
        chat = server.private()
        server.say(chat, QUESTION)
        card = await server.reply(chat)
        await press(server, chat, card, "👍", None)
        asked = await server.reply(chat)
        assert asked["text"] == ARABIC("consent-asked")
        await press(server, chat, asked, ARABIC("consent-yes"), None)
        server.say(chat, "موطن القهوة")
        await press(server, chat, await server.reply(chat), "👍", None)
        assert [vote.question for vote in votes()] == [QUESTION, "موطن القهوة"]
        assert len(server.said(chat)) == 3

    async def test_who_refuses_is_not_asked_again(self, server: TelegramServer) -> None:
        """And nothing is kept of this question or the next."""
        chat = server.private()
        for question in (QUESTION, "القهوة"):
            server.say(chat, question)
            await press(server, chat, await server.reply(chat), "👎", None)
            if question == QUESTION:
                asked = await server.reply(chat)
                said = await press(server, chat, asked, ARABIC("consent-no"), None)
                assert said == ARABIC("consent-none")
        assert [vote.question for vote in votes()] == [None, None]
        assert len(server.said(chat)) == 3

    async def test_consent_taken_back_removes_what_was_kept(self, server: TelegramServer) -> None:
        """By /privacy; not a word of the question stays on disk."""
        chat = server.private()
        server.say(chat, QUESTION)
        await press(server, chat, await server.reply(chat), "👍", None)
        await press(server, chat, await server.reply(chat), ARABIC("consent-yes"), None)
        assert "ينبع".encode() in everything()
        server.say(chat, "/privacy")
        said = await server.reply(chat)
        assert ARABIC("privacy-consented") in said["text"]
        await press(server, chat, said, ARABIC("consent-no"), None)
        assert [vote.question for vote in votes()] == [None]
        assert "ينبع".encode() not in everything()

    async def test_in_a_group_everybody_votes_and_only_the_askers_words_are_theirs(
        self, server: TelegramServer
    ) -> None:
        """Another member's consent does not keep the asker's question; nobody is asked there."""
        group = server.group()
        member = server.person()
        server.say(group, f"/ask {QUESTION}")
        card = await server.reply(group)
        for who in (member, group.person):
            await press(server, group, card, "👍", who)
        assert [vote.question for vote in votes()] == [None, None]
        assert len(server.said(group)) == 1

    async def test_an_answer_that_is_gone_is_said_so(self, server: TelegramServer) -> None:
        """A button of an answer that was forgotten, or of no bot's making."""
        chat = server.private()
        server.say(chat, QUESTION)
        card = await server.reply(chat)
        gone = await server.notice(server.press(chat, card, "v.99.1"))
        assert gone == ARABIC("vote-too-late")
        broken = await server.notice(server.press(chat, card, "v.99.1.7"))
        assert broken == ARABIC("press-unknown")

    async def test_forget_leaves_nothing_of_a_person(self, server: TelegramServer) -> None:
        """/forget deletes votes and watched questions, says how many, and harms nobody else."""
        chat, other = server.private(), server.private()
        for who in (chat, other):
            server.say(who, QUESTION)
            await press(server, who, await server.reply(who), "👍", None)
            await press(server, who, await server.reply(who), ARABIC("consent-yes"), None)
        server.say(chat, "/watch أسعار اللوز")
        await server.reply(chat)
        server.say(chat, "/forget")
        said = await server.reply(chat)
        assert said["text"] == ARABIC("forgotten", votes=1, watches=1)
        assert [vote.question for vote in votes()] == [QUESTION]
        assert "اللوز".encode() not in everything()
        with Database.read(Path("dalil-bot.sqlite")) as database:
            people = database.rows("SELECT person FROM answers UNION SELECT person FROM consents")
        assert people == [(other.person.id,)]


def test_votes_are_listed_as_lines_and_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``dalil feedback``: one vote a line, or one object; without any data a line that says so."""
    with Database.open(Path("dalil-bot.sqlite")) as database:
        feedback = Feedback(database)
        number = feedback.keep_answer(5, answer_with(hit_on(ARTICLES[0])))
        feedback.decide(5, given=True)
        feedback.vote(number, 5, good=True)
        feedback.keep_question(number, 5, QUESTION)
        day = str(database.rows("SELECT day FROM answers")[0][0])
    for arguments in ([], ["--json"], ["--export", "mine.jsonl"]):
        monkeypatch.setattr("sys.argv", ["dalil", "feedback", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
    out, err = capsys.readouterr()
    line, written = out.splitlines()
    assert line == f"+ {day} 0.90 {QUESTION}: nile"
    assert json.loads(written)["votes"][0]["question"] == QUESTION
    assert err.splitlines() == ["1 good votes, 0 bad ones", "1 questions in mine.jsonl"]
    monkeypatch.setenv("DALIL_BOT_DATA", "elsewhere.sqlite")
    with pytest.raises(SystemExit) as failed:
        main()
    assert failed.value.code == 2
    assert "DALIL_BOT_DATA" in capsys.readouterr().err


async def test_buttons_work_after_a_restart(server: TelegramServer, answers: WordAnswers) -> None:
    """The card finds its answer, and the question in the message that it quotes."""
    chat = server.private()
    async with bot_at(server, answers):
        server.say(chat, QUESTION)
        card = await server.reply(chat)
    async with bot_at(server, answers):
        await press(server, chat, card, "👍", None)
        await press(server, chat, await server.reply(chat), ARABIC("consent-yes"), None)
    assert [(vote.good, vote.question) for vote in votes()] == [(True, QUESTION)]


async def test_a_good_vote_is_a_question_that_eval_reads(
    server: TelegramServer, answers: WordAnswers, tmp_path: Path
) -> None:
    """A found answer names its best article; one rightly not found names none."""
    chat = server.private()
    async with bot_at(server, answers):
        for question in (QUESTION, "xyzzy"):
            server.say(chat, question)
            await press(server, chat, await server.reply(chat), "👍", None)
            if question == QUESTION:
                await press(server, chat, await server.reply(chat), ARABIC("consent-yes"), None)
    path = tmp_path / "feedback.jsonl"
    assert export_votes(votes(), path) == 2
    read = read_questions(path)
    assert [(q.text, q.relevant) for q in read] == [(QUESTION, {"nile"}), ("xyzzy", frozenset())]
