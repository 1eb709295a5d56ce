"""The filters that people write into a question: ``منذ 2017``, ``آخر شهر``, ``source:BBC``; pure.

Days are days of publication. What stands in quotation marks is demanded word for word and holds no
filter. Where nothing but filters is written, they are the question.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, NamedTuple

from retrieval.arabic import fold
from retrieval.corpus.dates import MONTHS
from retrieval.types import Filters, Span


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it was meant.

    ``typed`` is all of it, ``text`` what to search for, within ``filters``. ``plain`` is what to
    search for where somebody says that no filter was meant.
    """

    typed: str
    text: str
    filters: Filters = field(default_factory=Filters)
    plain: str = ""
    dropped: bool = False

    def without_filters(self) -> "Understood":
        """Return the same question, not limited to anything."""
        return replace(self, text=self.plain, filters=Filters(), dropped=True)


class _Word(NamedTuple):
    form: str
    start: int
    end: int


class _Days(NamedTuple):
    first: date
    last: date
    end: int
    """The number of the word behind."""


class _Found(NamedTuple):
    filters: Filters
    end: int
    operator: bool
    """Whether it is written as one, ``since:2017``, and can mean nothing else."""


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


_WORD: Final = re.compile(r'"[^"]*"|«[^»]*»|“[^”]*”|[^\s:،,؛;?؟!()"«»“”]+:?')
_QUOTED: Final = frozenset('"«“')
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)"
_NUMERIC: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)",
        rf"(?P<d>\d\d?)[-/](?P<m>\d\d?)[-/]{_YEAR}",
        rf"{_YEAR}[-/](?P<m>\d\d?)",
        rf"{_YEAR}م?",
    )
)
_MONTHS: Final = {" ".join(map(fold, name.split())): month for name, month in MONTHS.items()}
_BEFORE_DATES: Final = _folded("عام العام سنة شهر يوم أول year early")

_SINCE: Final = _folded("منذ since")
_FROM: Final = _folded("من from between")
_TO: Final = _folded("إلى الى حتى to until till and - – —")
_LAST: Final = _folded("آخر last past")
_SINCE_IS: Final = _folded("since: from: منذ: من: depuis: seit:")
_UNTIL_IS: Final = _folded("until: till: to: حتى: إلى: bis:")
_SOURCE_IS: Final = _folded("source: المصدر: مصدر: quelle: kaynak:")

_DAY, _WEEK, _MONTH, _WHOLE_YEAR = "day", "week", "month", "year"
_UNITS: Final[Mapping[str, str]] = {
    form: unit
    for unit, forms in (
        (_DAY, "يوم يومين يوما أيام days"),
        (_WEEK, "أسبوع أسبوعين أسبوعا أسابيع week weeks"),
        (_MONTH, "شهر شهرين شهرا أشهر شهور month months"),
        (_WHOLE_YEAR, "سنة سنتين سنوات سنين عام عامين عاما أعوام year years"),
    )
    for form in _folded(forms)
}
_TWO: Final = _folded("يومين أسبوعين شهرين سنتين عامين")
_NUMBERS: Final[Mapping[str, int]] = {
    form: number
    for number, forms in (
        (2, "two"),
        (3, "ثلاث ثلاثة three"),
        (4, "أربع أربعة four"),
        (5, "خمس خمسة five"),
        (6, "ست ستة six"),
        (7, "سبع سبعة seven"),
        (8, "ثماني ثمانية eight"),
        (9, "تسع تسعة nine"),
        (10, "عشر عشرة ten"),
    )
    for form in _folded(forms)
}
_MOST: Final = 1000  # of any unit


def understand(question: str, today: date, sources: Callable[[], Sequence[str]]) -> Understood:
    """Tell a question's filters from what it asks.

    Args:
        question: as it was typed, on one line.
        today: the day it was written, which ``آخر شهر`` counts back from.
        sources: gives the names of the collection's sources; called only where one is named.
    """
    words = [_Word(_form(m.group()), *m.span()) for m in _WORD.finditer(question)]
    found = list(_filters(words, question, today, sources))
    spans = [Span(words[at].start, words[each.end - 1].end) for at, each in found]
    text = _without(question, spans)
    if not any(char.isalnum() for char in text):
        return Understood(question, question, plain=question)
    filters = Filters()
    for _, each in found:
        filters = _both(filters, each.filters)
    pairs = zip(found, spans, strict=True)
    plain = _without(question, [span for (_, each), span in pairs if each.operator])
    return Understood(question, text, filters, plain)


def _filters(
    words: Sequence[_Word], question: str, today: date, sources: Callable[[], Sequence[str]]
) -> Iterator[tuple[int, _Found]]:
    at = 0
    while at < len(words):
        found = (
            _dated(words, at) or _recent(words, at, today) or _source(words, at, question, sources)
        )
        if found:
            yield at, found
        at = found.end if found else at + 1


def _dated(words: Sequence[_Word], at: int) -> _Found | None:
    """Read ``since:2017``, ``until:2018``, ``منذ 2017`` and ``من 2016 إلى 2018``."""
    form = words[at].form
    first = _days(words, at + 1)
    if not first:
        return None
    if form in _UNTIL_IS:
        return _Found(Filters(until=first.last), first.end, operator=True)
    if form in _SINCE_IS:
        return _Found(Filters(since=first.first), first.end, operator=True)
    if form not in _SINCE | _FROM:
        return None
    last = _days(words, first.end + 1) if _is(words, first.end, _TO) else None
    if last:
        earliest, latest = min(first.first, last.first), max(first.last, last.last)
        return _Found(Filters(earliest, latest), last.end, operator=False)
    return _Found(Filters(since=first.first), first.end, operator=False) if form in _SINCE else None


def _recent(words: Sequence[_Word], at: int, today: date) -> _Found | None:
    """Read ``آخر شهر`` and ``last 3 months``."""
    if words[at].form not in _LAST or at + 1 == len(words):
        return None
    number = _number(words[at + 1].form)
    unit_at = at + 1 + bool(number)
    form = words[unit_at].form if unit_at < len(words) else ""
    unit, count = _UNITS.get(form), number or (2 if form in _TWO else 1)
    # The last day of something is more often asked for than what was published since yesterday.
    if unit is None or (unit == _DAY and count == 1):
        return None
    return _Found(Filters(since=_ago(today, unit, count)), unit_at + 1, operator=False)


def _source(
    words: Sequence[_Word], at: int, question: str, sources: Callable[[], Sequence[str]]
) -> _Found | None:
    """Read ``المصدر: BBC``: a source's name, words in quotation marks, or one word."""
    if words[at].form not in _SOURCE_IS or at + 1 == len(words):
        return None
    known = {tuple(map(fold, name.split())): name for name in sources()}
    rest = [word.form for word in words[at + 1 :]]
    named = [name for name in known if tuple(rest[: len(name)]) == name]
    if named:
        longest = max(named, key=len)
        return _Found(Filters(sources=(known[longest],)), at + 1 + len(longest), operator=True)
    word = words[at + 1]
    written = question[word.start : word.end].strip('"«»“”')
    return _Found(Filters(sources=(_meant(written, known),)), at + 2, operator=True)


def _meant(written: str, known: Mapping[tuple[str, ...], str]) -> str:
    """Return the one source that a part of its name means, else what was written."""
    parts = tuple(map(fold, written.split()))
    meant = [name for words, name in known.items() if set(parts) <= set(words)]
    return known.get(parts) or (meant[0] if len(meant) == 1 and parts else written)


def _days(words: Sequence[_Word], at: int) -> _Days | None:
    """Read a year, a month of a year or a day from word ``at`` on."""
    if _is(words, at, _BEFORE_DATES):
        at += 1
    if at >= len(words):
        return None
    for form in _NUMERIC:
        if match := form.fullmatch(words[at].form):
            parts = match.groupdict()
            return _period(int(parts["y"]), parts.get("m"), parts.get("d"), at + 1)
    day = words[at].form if re.fullmatch(r"\d\d?", words[at].form) else None
    return _named_month(words, at + bool(day), day)


def _named_month(words: Sequence[_Word], at: int, day: str | None) -> _Days | None:
    for length in (2, 1):
        name = " ".join(word.form for word in words[at : at + length])
        month = _MONTHS.get(name if length == 2 or not name.isascii() else name[:3])
        if month and at + length < len(words):
            year = _NUMERIC[-1].fullmatch(words[at + length].form)
            return _period(int(year["y"]), str(month), day, at + length + 1) if year else None
    return None


def _period(year: int, month: str | None, day: str | None, end: int) -> _Days | None:
    first, last = int(month or 1), int(month or 12)
    try:
        return _Days(
            date(year, first, int(day or 1)),
            date(year, last, int(day or monthrange(year, last)[1])),
            end,
        )
    except ValueError:  # no such day
        return None


def _ago(today: date, unit: str, count: int) -> date:
    if unit in {_DAY, _WEEK}:
        return today - timedelta(days=count * (1 if unit == _DAY else 7))
    months = today.year * 12 + today.month - 1 - count * (1 if unit == _MONTH else 12)
    year, month = max(1, months // 12), months % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _number(form: str) -> int | None:
    number = int(form) if re.fullmatch(r"\d{1,4}", form) else _NUMBERS.get(form, 0)
    return number if 0 < number <= _MOST else None


def _is(words: Sequence[_Word], at: int, forms: frozenset[str]) -> bool:
    return at < len(words) and words[at].form in forms


def _form(written: str) -> str:
    # What stands in quotation marks is no word of a filter.
    return "" if written[0] in _QUOTED else fold(written.rstrip(".…"))


def _both(one: Filters, other: Filters) -> Filters:
    """Return the filters of both, in order; of two days of a kind the later, and all sources."""
    since, until = other.since or one.since, other.until or one.until
    if since and until and until < since:
        since, until = until, since
    return Filters(since, until, tuple(dict.fromkeys((*one.sources, *other.sources))))


def _without(text: str, spans: Sequence[Span]) -> str:
    kept, done = [], 0
    for start, end in spans:
        kept.append(text[done:start])
        done = end
    return " ".join("".join([*kept, text[done:]]).split())
