"""Whom the bot answers."""

import hashlib
import secrets
import time
from typing import Final

from bot.settings import Settings
from bot.storage import Database

PREFIX: Final = "invited-"
"""How the payload of a link that is an invitation begins."""
_VALID: Final = 7 * 24 * 3600
"""Seconds."""


class Access:
    """Everybody; or those named in the settings, the administrators, and whoever was invited."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._open = settings.access == "open"
        self._named = frozenset(settings.allowed) | frozenset(settings.admins)

    def admits(self, person: int | None, chat: int | None) -> bool:
        """Whether somebody is answered in a chat."""
        if self._open or person in self._named or chat in self._named:
            return True
        return bool(self._database.rows("SELECT 1 FROM guests WHERE person = ?", person))

    def invite(self, places: int) -> str:
        """Return the payload of a link that lets so many people in, within a week.

        What is kept of it does not let anybody in.
        """
        payload = PREFIX + secrets.token_urlsafe(16)
        now = int(time.time())
        self._database.change("DELETE FROM invitations WHERE expires < ?", now)
        self._database.change(
            "INSERT INTO invitations VALUES (?, ?, ?)", _digest(payload), places, now + _VALID
        )
        return payload

    def accept(self, person: int, payload: str) -> bool:
        """Let somebody in who has an invitation with a place left."""
        with self._database.transaction():
            accepted = self._database.change(
                "UPDATE invitations SET places = places - 1 "
                "WHERE code = ? AND places > 0 AND expires >= ?",
                *(_digest(payload), int(time.time())),
            )
            if accepted:
                self._database.change("INSERT OR IGNORE INTO guests VALUES (?)", person)
        return bool(accepted)

    def guests(self) -> int:
        """Return how many people were let in by invitation."""
        ((count,),) = self._database.rows("SELECT count(*) FROM guests")
        return int(count)


def _digest(payload: str) -> str:
    return hashlib.sha256(payload.encode()).hexdigest()
