"""What the bot remembers: by person, forgettable, in a file that must be one."""

import sqlite3
from pathlib import Path

import pytest

from bot.buttons import key_of
from bot.errors import StorageError
from bot.memory import Memory


def test_it_lasts_until_it_is_forgotten(tmp_path: Path) -> None:
    """A person's language and answers; articles are nobody's and stay."""
    memory = Memory(tmp_path / "bot.sqlite")
    memory.keep_articles(["a.txt", "b.txt", "a.txt"])
    for person in (1, 2):
        memory.speak(person, "en")
        memory.speak(person, "fr")
        memory.keep_reply(chat=7, question=person, answer=10 + person, person=person)
    memory.close()
    memory = Memory(tmp_path / "bot.sqlite")
    memory.forget(1)
    assert (memory.language(1), memory.language(2)) == (None, "fr")
    assert (memory.reply(7, 1), memory.reply(7, 2)) == (None, 12)
    assert memory.article(key_of("b.txt")) == "b.txt"
    assert memory.article(key_of("c.txt")) is None
    memory.close()


def test_a_question_has_its_latest_answer(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "bot.sqlite")
    for answer in (5, 6):
        memory.keep_reply(chat=1, question=4, answer=answer, person=1)
    assert memory.reply(1, 4) == 6
    memory.close()


def test_no_word_is_kept(tmp_path: Path) -> None:
    """The tables hold ids and languages only."""
    Memory(tmp_path / "bot.sqlite").close()
    database = sqlite3.connect(tmp_path / "bot.sqlite")
    columns = database.execute(
        "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND c.type = 'TEXT'"
    ).fetchall()
    database.close()
    assert columns == [("articles", "key"), ("articles", "id"), ("languages", "language")]


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite").write_text("no database " * 100)
    with pytest.raises(StorageError, match="DALIL_BOT_DATA") as caught:
        Memory(tmp_path / "bot.sqlite")
    assert "\n" not in str(caught.value)
