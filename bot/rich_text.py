"""Text with entities, offsets counted the way Telegram counts: in UTF-16 code units."""

from datetime import UTC, date, datetime, time

from telegram import MessageEntity
from telegram.constants import MessageEntityDateTimeFormats

# A day has to become an instant, and the reader's clock makes a day of it again: at 10:30 UTC
# the calendar shows the same day from UTC-10:30 (Hawaii) to UTC+13:29 (New Zealand in summer).
_SAME_DAY_NEARLY_EVERYWHERE = time(10, 30, tzinfo=UTC)
# Telegram's instants are positive 32-bit seconds.
_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2038, 1, 18)


def units(text: str) -> int:
    """Length of ``text`` in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def units_fit(text: str, start: int, room: int) -> int:
    """The largest ``end`` such that ``text[start:end]`` takes at most ``room`` units."""
    end = start
    while end < len(text) and room >= (width := 2 if text[end] > "\uffff" else 1):
        room -= width
        end += 1
    return end


class RichText:
    """A message in the making: text is appended, entities are laid over what was appended."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._entities: list[MessageEntity] = []
        self.length = 0

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    @property
    def entities(self) -> tuple[MessageEntity, ...]:
        """The entities so far, ascending, an outer one before those inside it."""
        return tuple(sorted(self._entities, key=_outer_first))

    def add(self, text: str) -> None:
        """Append plain text."""
        self._parts.append(text)
        self.length += units(text)

    def mark(
        self, kind: str, start: int, *, url: str | None = None, instant: datetime | None = None
    ) -> None:
        """Lay an entity from offset ``start``, in units, to the present end."""
        if length := self.length - start:
            look = MessageEntityDateTimeFormats.LONG_DATE if instant else None
            self._entities.append(
                MessageEntity(
                    kind, start, length, url=url, unix_time=instant, date_time_format=look
                )
            )

    def bold(self, text: str) -> None:
        """Append bold text."""
        start = self.length
        self.add(text)
        self.mark(MessageEntity.BOLD, start)

    def link(self, text: str, url: str) -> None:
        """Append text that opens ``url``."""
        start = self.length
        self.add(text)
        self.mark(MessageEntity.TEXT_LINK, start, url=url)

    def day(self, text: str, day: date) -> None:
        """Append a date that Telegram shows in the reader's own locale, ``text`` elsewhere."""
        start = self.length
        self.add(text)
        if _FIRST_DAY <= day <= _LAST_DAY:
            instant = datetime.combine(day, _SAME_DAY_NEARLY_EVERYWHERE)
            self.mark(MessageEntity.DATE_TIME, start, instant=instant)


def _outer_first(entity: MessageEntity) -> tuple[int, int, bool]:
    quote = entity.type == MessageEntity.EXPANDABLE_BLOCKQUOTE  # contains styles, not they it
    return entity.offset, -entity.length, not quote
