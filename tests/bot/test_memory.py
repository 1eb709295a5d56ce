"""What the bot remembers for its buttons: by person, and forgettable."""

from pathlib import Path

from bot.buttons import key_of
from bot.memory import Memory
from bot.storage import Database

PATH = Path("bot.sqlite")


def test_it_lasts_until_it_is_forgotten() -> None:
    """A person's language and answers; articles are nobody's and stay."""
    with Database.open(PATH) as database:
        memory = Memory(database)
        memory.keep_articles(["a.txt", "b.txt", "a.txt"])
        for person in (1, 2):
            memory.speak(person, "en")
            memory.speak(person, "fr")
            memory.keep_reply(chat=7, question=person, answer=10 + person, person=person)
    with Database.open(PATH) as database:
        memory = Memory(database)
        memory.forget(1)
        assert (memory.language(1), memory.language(2)) == (None, "fr")
        assert (memory.reply(7, 1), memory.reply(7, 2)) == (None, 12)
        assert memory.article(key_of("b.txt")) == "b.txt"
        assert memory.article(key_of("c.txt")) is None


def test_a_question_has_its_latest_answer() -> None:
    with Database.open(PATH) as database:
        memory = Memory(database)
        for answer in (5, 6):
            memory.keep_reply(chat=1, question=4, answer=answer, person=1)
        assert memory.reply(1, 4) == 6


def test_no_word_is_kept() -> None:
    """Its tables hold ids and languages only."""
    with Database.open(PATH) as database:
        columns = database.rows(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE "
            "t.name IN ('articles', 'languages', 'replies') AND c.type = 'TEXT'"
        )
    assert columns == [("articles", "key"), ("articles", "id"), ("languages", "language")]
