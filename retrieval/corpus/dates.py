"""The calendar day in a date, in the forms that corpora write dates."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

FIRST_YEAR = 1900

_EPOCH = date(1970, 1, 1)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?P<d>\d{1,2})([-/.])(?P<m>\d{1,2})\2(?P<y>\d{4})(?!\d)")
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:T|$)")
_NUMBER = re.compile(r"\d{9,13}(?:\.\d+)?")
_DAY_NAME = re.compile(r"^[^\W\d]+[،,]?\s+")
_DAY_MONTH = re.compile(
    r"(?P<d>\d{1,2})\s+(?P<month>[^\W\d]+)\.?(?:\s*/\s*[^\W\d]+(?:\s+[^\W\d]+)?)?[،,]?\s+(?P<y>\d{4})(?!\d)"
)
_DAY_TWO_WORD_MONTH = re.compile(
    r"(?P<d>\d{1,2})\s+(?P<month>[^\W\d]+\s+[^\W\d]+)(?:\s*/\s*[^\W\d]+)?[،,]?\s+(?P<y>\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(
    r"(?P<month>[^\W\d]+)\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?[،,]?\s+(?P<y>\d{4})(?!\d)"
)
_FORMS = (_YEAR_FIRST, _COMPACT, _DAY_FIRST, _DAY_MONTH, _DAY_TWO_WORD_MONTH, _MONTH_DAY)

# Months by number: English, the Levant's, Egypt's and the Gulf's, the Maghreb's.
_MONTH_NAMES = (
    "jan january كانون_الثاني يناير جانفي",
    "feb february شباط فبراير فيفري",
    "mar march آذار اذار مارس",
    "apr april نيسان أبريل ابريل إبريل أفريل",
    "may أيار ايار مايو ماي",
    "jun june حزيران يونيو يونيه جوان",
    "jul july تموز يوليو يوليه جويلية",
    "aug august آب اب أغسطس اغسطس أوت غشت",
    "sep sept september أيلول ايلول سبتمبر شتنبر",
    "oct october تشرين_الأول تشرين_الاول أكتوبر اكتوبر",
    "nov november تشرين_الثاني نوفمبر نونبر",
    "dec december كانون_الأول كانون_الاول ديسمبر دجنبر",
)
MONTHS: Mapping[str, int] = {
    name.replace("_", " "): number
    for number, names in enumerate(_MONTH_NAMES, 1)
    for name in names.split()
}


def parse_day(value: object) -> date | None:
    """The calendar day of ``value`` as its source wrote it, or None where there is none to read.

    Reads ISO 8601 with or without time and zone (the day is the writer's, not UTC's),
    ``YYYY/MM/DD``, ``DD/MM/YYYY``, ``YYYYMMDD``, RFC 2822, English and Arabic month names, and
    seconds or milliseconds since 1970 (in UTC). A year or a month alone is no day, and a day
    outside 1900 to the end of next year is a mistake.
    """
    day = _day(value)
    last_year = datetime.now(UTC).year + 1
    return day if day and FIRST_YEAR <= day.year <= last_year else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _written(str(value) if isinstance(value, int) else f"{value:.0f}")
    return _written(value.strip()) if isinstance(value, str) else None


def _written(text: str) -> date | None:
    if _NUMBER.fullmatch(text):
        return _since_epoch(float(text))
    tail = _DAY_NAME.sub("", text, count=1)  # "Mon, 14 May 2018"
    tried = ((part, form) for part in (text, tail) for form in _FORMS)
    return next((day for part, form in tried if (day := _in_form(part, form))), None)


def _in_form(text: str, form: re.Pattern[str]) -> date | None:
    found = form.match(text)
    if not found:
        return None
    parts = found.groupdict()
    month = parts.get("m") or MONTHS.get(" ".join(parts["month"].lower().split()), 0)
    try:
        return date(int(parts["y"]), int(month), int(parts["d"]))
    except ValueError:
        return None


def _since_epoch(number: float) -> date:
    # Thirteen digits are milliseconds until the year 2286, ten are seconds as long.
    seconds = number / 1000 if number >= 1e11 else number
    return _EPOCH + timedelta(seconds=seconds)
