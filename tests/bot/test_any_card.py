"""Whatever articles and questions hold, Telegram takes every message made of them.

``pytest tests/bot/test_any_card.py --cards 20000`` tries many.
"""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bot.bidi import one_line
from bot.card import Card, answer_card, hit_card, unknown_source_card
from bot.reading import after, around, before, page_card, passage_card
from bot.reasons import why_card
from bot.rich_text import units
from bot.understood import Understood
from retrieval.errors import UnknownSourceError
from retrieval.types import Article, Dating, Filters, Span
from tests.bot.test_card import (
    ANY_TEXT,
    LONG_TEXT,
    URLS,
    accept,
    answers,
    full_hits,
    languages,
)

# Hypothesis remembers each example for as long as a run lasts: 300 KB a card, so 20,000 in one run
# are six gigabytes.
ROUND = 100

articles = st.builds(
    Article,
    ANY_TEXT,
    LONG_TEXT,
    title=ANY_TEXT,
    url=URLS,
    source=st.none() | ANY_TEXT,
    published=st.none() | st.dates(),
    dating=st.builds(Dating, approximate=st.booleans()),
)
early = st.none() | st.dates(date(1900, 1, 1), date(1999, 12, 31))
late = st.none() | st.dates(date(2000, 1, 1))
names = st.lists(LONG_TEXT.filter(one_line), max_size=9)
filters = st.builds(Filters, early, late, names)
questions = st.builds(Understood, ANY_TEXT, ANY_TEXT, filters, ANY_TEXT, st.booleans())
ranked = st.builds(
    lambda answer, ranks: replace(
        answer,
        hits=tuple(
            replace(hit, rank=rank, dense_rank=ranks.get(rank), lexical_rank=rank)
            for rank, hit in enumerate(answer.hits, 1)
        ),
        phrases=(*answer.missing, "كلمة"),
    ),
    answers,
    st.dictionaries(st.integers(1, 7), st.integers(1, 150)),
)


@st.composite
def reading_cards(draw: st.DrawFn) -> Card:
    article, texts = draw(articles), draw(languages)
    place = draw(st.integers(0, len(article.text) + 9))
    kind = draw(st.sampled_from(["around", "after", "before"]))
    if kind == "around":
        return passage_card(article, Span(place, place + draw(st.integers(0, 3000))), texts)
    window = (after if kind == "after" else before)(article.text, place)
    return page_card(article, window, texts)


answer_cards = st.builds(
    answer_card,
    ranked,
    languages,
    limit=st.integers(1, 9),
    first=st.integers(1, 5),
    asked=questions,
    nearest=st.booleans(),
    note=st.sampled_from(["", "ملاحظة", "A note."]),
)
why_cards = st.builds(
    lambda answer, texts: why_card(answer, answer.hits[:5], texts), ranked, languages
)
unknown_source_cards = st.builds(
    lambda name, near, texts: unknown_source_card(UnknownSourceError(name, near, ""), texts),
    LONG_TEXT,
    names,
    languages,
)
hit_cards = st.builds(hit_card, answers, full_hits, languages)


cards = st.one_of(
    answer_cards, answer_cards, hit_cards, reading_cards(), why_cards, unknown_source_cards
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(-(-metafunc.config.getoption("--cards") // ROUND)))


def test_telegram_accepts_it(number: int) -> None:
    """Within every limit, every entity in its place, and shown as it is sent."""
    check = given(cards)(accept)
    settings(max_examples=ROUND, suppress_health_check=list(HealthCheck))(check)
    (seed(number)(check) if number else check)()


@settings(deadline=None)
@given(LONG_TEXT, st.integers(0, 4000), st.integers(1, 3000))
def test_pages_go_on_where_the_last_ended(text: str, start: int, room: int) -> None:
    """No page is empty before the end, none is too long, and none skips a letter."""
    place = min(start, len(text))
    for _ in range(5):
        page = after(text, place, room + 1)
        assert page.start == place
        assert page.end > place or place == len(text)
        assert units(text[slice(*page)]) <= room + 1
        back = before(text, page.end, room + 1)
        assert back.end == page.end
        assert units(text[slice(*back)]) <= room + 1
        assert back.start < back.end or page.end == 0
        place = page.end


@settings(deadline=None)
@given(LONG_TEXT, st.integers(0, 4000), st.integers(0, 300))
def test_a_passage_stands_in_what_surrounds_it(text: str, start: int, length: int) -> None:
    """Where it fits into a page, all of it does."""
    passage = Span(min(start, len(text)), min(start + length, len(text)))
    window = around(text, passage, 700)
    assert window.start <= passage.start
    assert window.end >= passage.end
    assert units(text[slice(*window)]) <= 700
