"""One question through every door."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from embeddings import Encoder
from retrieval import Answer, Retriever
from retrieval.build import build
from tests.corpora import ARTICLES, write_corpus
from tests.telegram.server import TelegramServer

QUESTION = "كم يبلغ ارتفاع منارة رأس السنديان؟"
DALIL = Path(sys.executable).with_name("dalil")


@pytest.fixture(scope="module")
def home(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a working directory with an index of the invented articles."""
    folder = tmp_path_factory.mktemp("home")
    build([write_corpus(folder / "corpus")], folder / "dalil-index", encoder)
    return folder


@pytest.fixture(scope="module")
def answer(home: Path, encoder: Encoder) -> Answer:
    """Return what the library answers."""
    return Retriever.open(home / "dalil-index", encoder).answer(QUESTION, 3)


def environment(**changes: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("DALIL_")}
    return own | {"NO_PROXY": "127.0.0.1"} | changes


@contextmanager
def bot_process(home: Path, server: TelegramServer) -> Iterator[subprocess.Popen[str]]:
    """``dalil bot`` as a process of its own, with the strict server as its Telegram."""
    settings = environment(DALIL_TELEGRAM_TOKEN=server.token, DALIL_TELEGRAM_API_URL=server.url)
    with subprocess.Popen(
        [DALIL, "bot"], cwd=home, env=settings, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_telegram_from_start_to_an_answer_with_a_link(home: Path, answer: Answer) -> None:
    """The bot's own process greets, answers with the library's passages and their links, stops."""
    with TelegramServer() as server, bot_process(home, server) as process:
        # A process of its own loads a model first.
        server.wait_until(lambda: bool(server.called("getUpdates")), "the bot", patience=120)
        chat = server.private()
        server.say(chat, "/start")
        greeting = server.wait_for_reply(chat)
        server.say(chat, QUESTION)
        reply = server.wait_for_reply(chat)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
    assert "دليل" in greeting["text"]
    text, entities = reply["text"].encode("utf-16-le"), reply["entities"]
    quoted = [
        text[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")
        for entity in entities
        if entity["type"] == "expandable_blockquote"
    ]
    assert quoted == [hit.passage.text for hit in answer.hits]
    links = [entity["url"] for entity in entities if entity["type"] == "text_link"]
    assert [link.partition("#:~:text=")[0] for link in links] == [
        hit.article.url for hit in answer.hits
    ]
    assert process.returncode == 0
    assert server.token not in log
    assert QUESTION not in log
    assert f"a question of {len(QUESTION)} characters" in log


def test_command_line_gives_the_librarys_answer(home: Path, answer: Answer) -> None:
    """``dalil ask --json`` is the library's answer, times aside, as one object on stdout."""
    asked = subprocess.run(
        [DALIL, "ask", "--json", "-k", "3", QUESTION],
        cwd=home,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    told, expected = json.loads(asked.stdout), answer.to_dict()
    assert set(told.pop("timings_ms")) == set(expected.pop("timings_ms"))
    assert told == expected


def test_a_running_conversation_takes_up_what_is_built_meanwhile(
    encoder: Encoder, tmp_path: Path
) -> None:
    """``dalil chat`` as a process of its own: asked again, it answers from the new index."""
    index, corpus = tmp_path / "dalil-index", tmp_path / "corpus"
    title, other = ARTICLES[0].title, "منارة في طرف الميناء"
    build([write_corpus(corpus, ARTICLES[:1])], index, encoder)
    with subprocess.Popen(
        [DALIL, "chat", "-k", "1"],
        cwd=tmp_path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        assert stdin
        assert stdout

        def first_title() -> str:
            time.sleep(0.1)  # people pause, and leave it the time to open what is new
            print(QUESTION, file=stdin, flush=True)
            first, *_ = iter(stdout.readline, "\n")  # an answer ends with an empty line
            return first.strip().removeprefix("1. ")

        assert first_title() == title
        build([write_corpus(corpus, [replace(ARTICLES[0], title=other)])], index, encoder)
        answers = (first_title() for _ in range(10_000))
        assert next(shown for shown in answers if shown != title) == other
        stdin.close()
        assert process.wait(30) == 0


def test_terminal_answers_each_line_and_ends_with_the_input(home: Path, answer: Answer) -> None:
    """``dalil run`` without a token takes a question a line, and says how to get a token."""
    talked = subprocess.run(
        [DALIL, "run"],
        cwd=home,
        env=environment(),
        input=f"{QUESTION}\n",
        capture_output=True,
        text=True,
        check=True,
    )
    first = answer.hits[0]
    start, end = first.highlights[0]
    assert first.passage.text[start:end].split("\n")[0] in talked.stdout
    assert str(first.article.url) in talked.stdout
    assert talked.stderr.count("@BotFather") == 1
