"""The calendar day in a date, in the forms that corpora and pages write dates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hijridate import Hijri

from retrieval.types import Dating, Origin

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
_RUNNING_FORMS = tuple(
    re.compile(rf"(?<![\d/.-]){form.pattern}")
    for form in (_YEAR_FIRST, _DAY_FIRST, _DAY_TWO_WORD_MONTH, _DAY_MONTH, _MONTH_DAY)
)
_IN_ADDRESS = re.compile(
    r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?=[/_-]|$)"
    r"|/(?P<y2>(?:19|20)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)(?=[/_-]|$)"
)
_VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_WITHOUT_VOWELS = str.maketrans("", "", f"\N{ARABIC TATWEEL}{_VOWELS}")

# Months by number: English, the Levant's, Egypt's and the Gulf's, the Maghreb's.
_MONTH_NAMES = (
    "jan january كانون_الثاني كانون_ثاني كانون_ثان يناير جانفي",
    "feb february شباط فبراير فيفري",
    "mar march آذار اذار أذار مارس",
    "apr april نيسان أبريل ابريل إبريل أفريل افريل",
    "may أيار ايار مايو ماي",
    "jun june حزيران يونيو يونيه جوان",
    "jul july تموز يوليو يوليه يوليوز جويلية",
    "aug august آب اب أغسطس اغسطس أوت اوت غشت",
    "sep sept september أيلول ايلول سبتمبر شتنبر",
    "oct october تشرين_الأول تشرين_الاول تشرين_أول تشرين_اول أكتوبر اكتوبر",
    "nov november تشرين_الثاني تشرين_ثاني تشرين_ثان نوفمبر نونبر",
    "dec december كانون_الأول كانون_الاول كانون_أول كانون_اول ديسمبر دجنبر",
)
_HIJRI_MONTH_NAMES = (
    "محرم المحرم",
    "صفر",
    "ربيع_الأول ربيع_الاول ربيع_أول ربيع_اول",
    "ربيع_الآخر ربيع_الاخر ربيع_الثاني ربيع_ثاني",
    "جمادى_الأولى جمادى_الاولى جمادى_الأول جمادى_الاول جمادي_الأولى جمادي_الاولى",
    "جمادى_الآخرة جمادى_الاخرة جمادى_الآخر جمادى_الثانية جمادى_الثاني جمادي_الثانية",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو_القعدة ذي_القعدة ذو_القعده ذي_القعده",
    "ذو_الحجة ذي_الحجة ذو_الحجه ذي_الحجه",
)


def _numbered(names: tuple[str, ...]) -> Mapping[str, int]:
    return {
        name.replace("_", " "): number
        for number, spellings in enumerate(names, 1)
        for name in spellings.split()
    }


MONTHS = _numbered(_MONTH_NAMES)
_HIJRI_MONTHS = _numbered(_HIJRI_MONTH_NAMES)
# The years that hijridate converts and that the press has lived through.
_HIJRI_YEARS = range(1343, 1501)

_UNITS = (  # days in a unit: one, two, several
    (0, r"ثاني\w*|دقيق\w*|دقائق|ساع\w*|second\w*|minute\w*|mins?|hours?"),
    (1, r"يومين|يومان|يوما?|أيام|ايام|days?"),
    (7, r"أسبوعين|أسبوعان|أسبوعا?|أسابيع|اسبوعين|اسبوعا?|اسابيع|weeks?"),
    (30, r"شهرين|شهران|شهرا?|أشهر|اشهر|شهور|months?"),
    (365, r"سنتين|سنتان|سنة|سنوات|عامين|عامان|عاما?|أعوام|years?"),
)
_DUALS = re.compile(r"(?:ين|ان)$")
_PLURALS = re.compile(r"أيام|ايام|days|أسابيع|اسابيع|weeks|أشهر|اشهر|شهور|months|سنوات|أعوام|years")
_AGO = re.compile(
    r"(?:منذ|قبل)\s+(?:(?P<n>\d{1,4})\s+)?(?P<unit>\w+)|(?P<n2>\d{1,4}|an?|one)\s+(?P<unit2>\w+)\s+ago",
    re.IGNORECASE,
)
_NEAR_DAYS: Mapping[str, int] = {"اليوم": 0, "today": 0, "أمس": 1, "امس": 1, "yesterday": 1}
_NEAR = re.compile(rf"(?<!\w)(?:{'|'.join(_NEAR_DAYS)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dated:
    """A calendar day, and how it is known."""

    day: date
    dating: Dating = Dating()  # noqa: RUF009 - frozen

    def by(self, origin: Origin) -> "Dated":
        """The same day, known from ``origin``."""
        return replace(self, dating=replace(self.dating, origin=origin))


def read_date(value: object) -> Dated | None:
    """The day that a field's value names: as :func:`parse_day`, or in the Hijri calendar."""
    if day := parse_day(value):
        return Dated(day)
    return _hijri(value) if isinstance(value, str) else None


def find_date(text: str, seen: date | None = None) -> Dated | None:
    """The first day that running text names, or None.

    Days of the Hijri calendar are approximate: its months begin by sight of the moon. So are
    relative days ("two days ago"), which are counted back from ``seen``, the day on which the page
    was fetched, and are not read without it.
    """
    text = text.translate(_WITHOUT_VOWELS)
    found = _first(_running(text)) or _hijri(text)
    return found or (_relative(text, seen) if seen else None)


def date_in_address(url: str) -> Dated | None:
    """The day in an address's path, as in ``/2018/03/01/`` or ``/20180301/``."""
    found = _IN_ADDRESS.search(url)
    if not found:
        return None
    year, month, day = (found[name] or found[f"{name}2"] for name in "ymd")
    parsed = parse_day(f"{year}-{month}-{day}")
    return Dated(parsed, Dating("address")) if parsed else None


def _running(text: str) -> Iterator[tuple[int, Dated]]:
    for form in _RUNNING_FORMS:
        for found in form.finditer(text):
            if day := parse_day(found[0]):
                yield found.start(), Dated(day, Dating("text"))
                break


def _first(found: Iterator[tuple[int, Dated]]) -> Dated | None:
    return min(found, key=lambda place: place[0], default=(0, None))[1]


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


def _hijri(text: str) -> Dated | None:
    found = (
        _hijri_in(match.groupdict()) for form in _RUNNING_FORMS for match in form.finditer(text)
    )
    day = next(filter(None, found), None)
    return Dated(day, Dating("text", approximate=True)) if day else None


def _hijri_in(parts: Mapping[str, str]) -> date | None:
    year = int(parts["y"])
    name = " ".join(parts.get("month", "").split())
    month = int(parts["m"]) if "m" in parts else _HIJRI_MONTHS.get(name, 0)
    if year not in _HIJRI_YEARS or not month:
        return None
    try:
        converted = Hijri(year, month, int(parts["d"])).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(converted.year, converted.month, converted.day)


def _relative(text: str, seen: date) -> Dated | None:
    days = next(filter(lambda days: days is not None, map(_days_ago, _AGO.finditer(text))), None)
    if days is None and (near := _NEAR.search(text)):
        days = _NEAR_DAYS[near[0].lower()]
    if days is None:
        return None
    return Dated(seen - timedelta(days=days), Dating("text", approximate=True))


def _days_ago(found: re.Match[str]) -> int | None:
    unit = found["unit"] or found["unit2"]
    count = found["n"] or found["n2"] or ("2" if _DUALS.search(unit) else "1")
    length = next((days for days, names in _UNITS if re.fullmatch(names, unit, re.I)), None)
    uncounted = not (found["n"] or found["n2"]) and _PLURALS.fullmatch(unit)
    if length is None or uncounted:
        return None
    return length * (int(count) if count.isdigit() else 1)


def _since_epoch(number: float) -> date:
    # Thirteen digits are milliseconds until the year 2286, ten are seconds as long.
    seconds = number / 1000 if number >= 1e11 else number
    return _EPOCH + timedelta(seconds=seconds)
