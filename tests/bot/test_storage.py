"""The bot's file: one writer, versioned, and a clear line where it cannot be used."""

import sqlite3
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.storage import Database

PATH = Path("bot.sqlite")


def test_a_change_outlasts_the_process() -> None:
    """What was changed is there for another connection although the first was never closed."""
    writer = Database.open(PATH)
    writer.change("INSERT INTO updates VALUES (1, 2, NULL, 0)")
    with Database.read(PATH) as reader:
        assert reader.rows("SELECT id, arrived FROM updates") == [(1, 2)]
    writer.close()


def test_a_broken_transaction_leaves_nothing() -> None:
    """All of its changes are made, or none."""
    with Database.open(PATH) as database:
        rows = iter([(1, 2), (1, 3)])
        with pytest.raises(sqlite3.IntegrityError):
            database.change_many("INSERT INTO updates VALUES (?, ?, NULL, 0)", rows)
        assert database.rows("SELECT * FROM updates") == []


def test_the_file_is_for_its_owner_alone() -> None:
    with Database.open(PATH):
        assert PATH.stat().st_mode & 0o077 == 0


def test_a_second_bot_is_refused() -> None:
    """One file has one writer; the error names the file and the setting."""
    with (
        Database.open(PATH),
        pytest.raises(StorageError, match=r"another bot uses bot\.sqlite.*DALIL_BOT_DATA"),
    ):
        Database.open(PATH)
    Database.open(PATH).close()


def test_a_newer_versions_file_is_refused() -> None:
    """What a newer version wrote is not touched."""
    Database.open(PATH).close()
    sqlite3.connect(PATH).execute("PRAGMA user_version = 999")
    with pytest.raises(StorageError, match="newer version"):
        Database.open(PATH)


@pytest.mark.parametrize("content", [b"no database" * 200, None])
def test_an_unusable_file_is_one_line(content: bytes | None) -> None:
    """Neither another kind of file nor a folder is taken for the bot's."""
    if content is None:
        PATH.mkdir()
    else:
        PATH.write_bytes(content)
    with pytest.raises(StorageError, match=r"cannot use the bot's data in bot\.sqlite") as caught:
        Database.open(PATH)
    assert "\n" not in str(caught.value)


def test_reading_what_is_not_there_makes_nothing() -> None:
    with pytest.raises(StorageError, match="a bot makes it"):
        Database.read(PATH)
    assert not PATH.exists()
