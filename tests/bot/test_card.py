"""Cards: what an answer looks like, and that Telegram accepts whatever an article holds."""

from dataclasses import replace
from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import matching_words, quoted
from bot.bidi import MARKS, clean, isolate, strip_controls
from bot.buttons import Around, Why, key_of, state_of
from bot.card import Card, LinkButton, PressButton, answer_card
from bot.rich_text import units
from bot.texts import LANGUAGES, Texts, texts_in
from retrieval.types import Answer, Article, Dating, Hit, Passage, Quote, Span
from tests.bot.answers import ARTICLES, answer_with, hit_on, quote_of
from tests.telegram.rules import check_keyboard, check_text

ARABIC = texts_in("ar")
RLM = MARKS["rtl"]
NILE_LINK = f"https://example.org/nile#:~:text={quote('ينبع نهر النيل من بحيرة فكتوريا.')}"

# Words of both directions, digits, pairs of surrogates and halves of them, joiners, marks,
# direction controls, line ends, and what Telegram takes out of a text.
PIECES = (
    *(
        "كلمة ",
        "النيل. ",
        "ماذا؟ ",
        "word ",
        "Nile. ",
        "2024 ",
        "100% ",
        "\n",
        "\r\n",
        "\n\n",
        "\u2028",
    ),
    *(
        "🌍",
        "👩\u200d💻",
        "\ud83d",
        "\udc49",
        "بَ",
        "a\u030a",
        "\u0333",
        "\ufeff",
        "\ufffc",
        "\0",
        "\t",
    ),
    *("\x85", "\u061c", "\u200e", "\u200f\u200f", "\u202a", "\u202c", "\u202d", "\u202e", "\u2066"),
    *("\u2067", "\u2068", "\u2069", "\u200b", "\xa0", "  "),
)
ANY_TEXT = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=40).map("".join)
LONG_TEXT = st.builds(lambda text, times: text * times, ANY_TEXT, st.integers(1, 100))
URLS = (
    st.none()
    | st.sampled_from(
        ["https://example.org/ا", "http://localhost", "https://x.y:99999", "mailto:a@b.c", "//a.b"]
    )
    | st.builds("https://{}".format, ANY_TEXT)
)


@st.composite
def ranges(draw: st.DrawFn, length: int) -> tuple[Span, ...]:
    """Ranges of a text, ascending and apart."""
    bounds = sorted(draw(st.sets(st.integers(0, length), max_size=60)))
    return tuple(Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False))


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    text = draw(LONG_TEXT)
    marks, matches = (draw(ranges(len(text))) for _ in range(2))
    article = Article(
        id=draw(ANY_TEXT),
        text=text,
        title=draw(LONG_TEXT),
        url=draw(URLS),
        source=draw(st.none() | LONG_TEXT),
        published=draw(st.none() | st.dates()),
    )
    passage = Passage(article.id, 0, len(text), text)
    return Hit(1, 1.0, article, passage, marks, 1, None, matches)


quotes = st.builds(
    lambda text, marked: Quote(
        Passage("", 0, len(text), text), (Span(0, len(text)),) if marked else ()
    ),
    ANY_TEXT,
    st.booleans(),
)
named_articles = st.builds(
    Article,
    ANY_TEXT,
    st.just(""),
    title=ANY_TEXT,
    url=URLS,
    source=st.none() | ANY_TEXT,
)
full_hits = st.builds(
    replace,
    hits(),
    more=st.lists(quotes, max_size=3).map(tuple),
    also=st.lists(named_articles, max_size=5).map(tuple),
)
answers = st.builds(
    lambda shown, tier, missing, undated: answer_with(
        *shown,
        found=tier == "found",
        unsure=tier == "unsure",
        missing=() if tier == "found" else tuple(missing),
        undated=undated,
    ),
    st.lists(full_hits, max_size=7),
    st.sampled_from(["found", "found", "unsure", "not found"]),
    st.lists(LONG_TEXT, max_size=3),
    st.sampled_from([0, 1, 12_345_678]),
)
languages = st.sampled_from(LANGUAGES).map(texts_in)


def covered(card: Card, kind: str) -> list[str]:
    """The stretches of a card that carry entities of one kind."""
    encoded = card.text.encode("utf-16-le")
    return [
        encoded[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")
        for e in card.entities
        if e.type == kind
    ]


def accept(card: Card) -> None:
    check_text(card.text, [entity.to_dict() for entity in card.entities])
    if card.keyboard:
        check_keyboard(card.keyboard.to_dict())


class TestAnyAnswer:
    @settings(max_examples=200, deadline=None)
    @given(answers, languages, st.integers(1, 9))
    def test_telegram_accepts_it(self, answer: Answer, texts: Texts, limit: int) -> None:
        """Whatever articles hold, the card is within every rule and sent as it is."""
        accept(answer_card(answer, texts, limit=limit))

    @settings(deadline=None)
    @given(answers, languages)
    def test_directions_cannot_leak(self, answer: Answer, texts: Texts) -> None:
        """On every line each isolate is closed, and content brings no control of its own."""
        card = answer_card(answer, texts)
        for line in card.text.split("\n"):
            depth = 0
            for char in line:
                depth += (char == "\u2068") - (char == "\u2069")
                assert depth in {0, 1}
            assert depth == 0
        kept = {isolate("")[0], isolate("")[1], *MARKS.values()}
        assert {char for char in card.text if strip_controls(char) == ""} <= kept

    @settings(deadline=None)
    @given(hits().filter(lambda hit: 0 < len(hit.passage.text) < 3000))
    def test_passage_and_marks_are_the_articles(self, hit: Hit) -> None:
        """A passage that fits is quoted whole, and what is bold in it is what was highlighted."""
        content = clean(hit.passage.text)
        card = answer_card(answer_with(hit), ARABIC)
        quoted = [strip_controls(text) for text in covered(card, "expandable_blockquote")]
        assert quoted == ([content.text] if content.text else [])
        marked = [content.text[slice(*content.span(span))] for span in hit.highlights]
        bold = [strip_controls(text) for text in covered(card, "bold")[1:]]
        assert bold == [text for text in marked if text.strip()]

    @settings(deadline=None)
    @given(hits().filter(lambda hit: 0 < len(hit.passage.text) < 3000))
    def test_what_is_underlined_is_the_words_that_match(self, hit: Hit) -> None:
        """Those within what is bold, in their order, as far as entities go."""
        content = clean(hit.passage.text)
        words = [content.text[slice(*content.span(span))] for span in matching_words(hit)]
        underlined = [
            strip_controls(text)
            for text in covered(answer_card(answer_with(hit), ARABIC), "underline")
        ]
        expected = [text for text in words if text.strip()]
        assert underlined == expected[: len(underlined)]
        assert len(underlined) == len(expected) or len(hit.highlights) + len(words) > 90

    @pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9])
    @pytest.mark.parametrize("line", ["كلمة وأخرى\n", "🌍 كلمة\n", "word\n100%\n", "م" * 50])
    def test_overfull_answer_is_accepted(self, count: int, line: str) -> None:
        """The longest names, most marks and most paragraphs there can be still make one card."""
        text = line * 600
        marks = tuple(Span(3 * i, 3 * i + 2) for i in range(200))
        article = Article(
            "", text, "عنوان 🌍 " * 99, "https://a.b", "مصدر " * 99, date(2000, 9, 20)
        )
        hit = replace(hit_on(article, marks=marks), matches=(Span(0, 1), Span(3, 4), Span(6, 8)))
        others = tuple(replace(article, source=f"{n} {article.source}") for n in range(5))
        hit = replace(hit, more=(Quote(hit.passage, marks),) * 3, also=others)
        whole = replace(hit, highlights=(Span(0, len(text)),), matches=marks)
        accept(answer_card(answer_with(*[whole] * count), ARABIC, limit=9))
        card = answer_card(answer_with(*[hit] * count), ARABIC, limit=9)
        accept(card)
        assert units(card.text) > 4000
        assert len(covered(card, "text_link")) == 4 * min(count, 5)
        assert len(covered(card, "expandable_blockquote")) == min(count, 5)


class TestFound:
    def test_card_in_full(self) -> None:
        """Title, passage, source, day and link, each where it belongs, in one known card."""
        card = answer_card(answer_with(hit_on(ARTICLES[0])), ARABIC)
        assert card.text == (
            f"{RLM}\u2068نهر النيل\u2069\n{ARTICLES[0].text}\n"
            f"{RLM}\u2068موسوعة الأنهار\u2069 · \u20683 مايو 2024\u2069 · فتح المصدر"
        )
        assert [(e.type, e.offset, e.length) for e in card.entities] == [
            ("bold", 1, 11),
            ("expandable_blockquote", 13, 76),
            ("bold", 13, 32),
            ("date_time", 110, 13),
            ("text_link", 126, 10),
        ]
        state = state_of("1", "سؤال")
        assert card.rows == (
            (LinkButton("فتح المصدر", NILE_LINK),),
            (PressButton("ما حول المقطع", Around(key_of("nile"), 0, 76)),),
            (PressButton("لماذا هذا؟", Why(1, 1, state)),),
        )
        assert [e.url for e in card.entities if e.url] == [NILE_LINK]

    def test_articles_left_out_for_want_of_a_date_are_counted_above_the_passages(self) -> None:
        hit = hit_on(ARTICLES[0])
        for texts in (ARABIC, texts_in("en")):
            every, dated = (answer_card(answer_with(hit, undated=n), texts).text for n in (0, 3))
            assert dated == f"{texts('undated', count=3)}\n\n{every}"
        unsure = answer_card(answer_with(hit, found=False, unsure=True, undated=3), ARABIC)
        assert unsure.text.startswith(f"{ARABIC('unsure')}\n{ARABIC('undated', count=3)}\n\n")

    def test_an_article_says_when_it_was_published_or_that_it_does_not_tell(self) -> None:
        dated, bare = (
            answer_card(answer_with(hit_on(a)), texts_in("en")).text for a in ARTICLES[:2]
        )
        assert "May 3, 2024" in dated
        assert "No date" not in dated
        assert "\u2068Linux Today\u2069 · No date · " in bare

    def test_an_approximate_day_is_said_to_be_so_and_left_to_no_calendar(self) -> None:
        """Telegram would put the reader's own form of the day in the place of the words."""
        article = replace(ARTICLES[0], dating=Dating("text", approximate=True))
        card = answer_card(answer_with(hit_on(article)), texts_in("en"))
        accept(card)
        assert "about \u2068May 3, 2024\u2069" in card.text
        assert covered(card, "date_time") == []

    def test_unsure_is_said_above_the_passages(self) -> None:
        """In plain words and in italics; all else is as in an answer."""
        for texts in (ARABIC, texts_in("en")):
            sure = answer_card(answer_with(hit_on(ARTICLES[0])), texts)
            unsure = answer_card(answer_with(hit_on(ARTICLES[0]), found=False, unsure=True), texts)
            heading = f"{texts('unsure')}\n\n"
            assert unsure.text == heading + sure.text
            italic, *others = unsure.entities
            assert (italic.type, italic.length) == ("italic", units(texts("unsure")))
            moved = [(e.type, e.offset - units(heading), e.length) for e in others]
            assert moved == [(e.type, e.offset, e.length) for e in sure.entities]
            assert unsure.rows == sure.rows

    def test_words_of_the_question_are_underlined_in_the_deciding_window(self) -> None:
        """Neighbours in one stroke, with their marks; outside the window nothing."""
        article = Article("w", "والنِّيلُ الأزرقُ طويل، والنيل نهر. والنيل بعيد.")
        words = ("والنِّيلُ", "الأزرقُ", "والنيل", "والنيل")
        at, matches = 0, []
        for word in words:
            at = article.text.index(word, at)
            matches.append(Span(at, at := at + len(word)))
        hit = replace(hit_on(article), matches=tuple(matches))
        card = answer_card(answer_with(hit), ARABIC)
        accept(card)
        assert covered(card, "underline") == ["والنِّيلُ الأزرقُ", "والنيل"]
        assert covered(card, "bold")[1] == "والنِّيلُ الأزرقُ طويل، والنيل نهر."

    def test_a_mark_of_direction_alone_is_not_underlined(self) -> None:
        """Blanks before a paragraph that was told its direction are still nothing to lay over."""
        text = "كلمة وأخرى\n\n word"
        marks, matches = (Span(0, len(text)),), (Span(10, 13),)
        hit = replace(hit_on(Article("w", text), marks=marks), matches=matches)
        assert covered(answer_card(answer_with(hit), ARABIC), "underline") == []

    def test_words_stay_underlined_in_a_passage_that_is_cut(self) -> None:
        sentence = "هذه جملة طويلة من مقال طويل جدًّا عن أنهار العالم. "
        text = sentence * 200 + "Nile: ينبع النيل هنا. " + sentence * 200
        window = Span(text.index("Nile"), text.index("هنا.") + 4)
        word = Span(text.index("النيل"), text.index("النيل") + 5)
        hit = replace(hit_on(Article("cut", text), marks=(window,)), matches=(word,))
        card = answer_card(answer_with(hit), ARABIC)
        accept(card)
        assert covered(card, "underline") == ["النيل"]
        assert covered(card, "bold")[1] == "Nile: ينبع النيل هنا."

    def test_day_is_the_articles_day(self) -> None:
        """The date's instant falls on the same day from Honolulu to Auckland in summer."""
        card = answer_card(answer_with(hit_on(ARTICLES[0])), ARABIC)
        instant = next(e.unix_time for e in card.entities if e.type == "date_time")
        assert instant is not None
        for hours in (-10, 0, 13):
            assert (instant.timestamp() + hours * 3600) // 86400 == date(2024, 5, 3).toordinal() - (
                date(1970, 1, 1).toordinal()
            )

    @pytest.mark.parametrize("day", [date(1890, 1, 1), date(1970, 1, 1), date(2100, 1, 1)])
    def test_day_out_of_telegrams_range_is_text(self, day: date) -> None:
        """A day Telegram has no instant for is written out."""
        hit = hit_on(replace(ARTICLES[0], published=day))
        card = answer_card(answer_with(hit), ARABIC)
        assert covered(card, "date_time") == []
        assert str(day.year) in card.text

    def test_offsets_count_utf_16(self) -> None:
        """A mark behind an emoji begins two units after it."""
        hit = hit_on(Article("e", "🌍🌍 القهوة", title="🌍"), marks=(Span(3, 9),))
        card = answer_card(answer_with(hit), ARABIC)
        assert covered(card, "bold")[1] == "القهوة"
        assert [e.offset for e in card.entities if e.type == "bold"] == [1, 6 + 5]

    def test_latin_word_does_not_turn_an_arabic_paragraph(self) -> None:
        """Each paragraph of an Arabic passage is right to left, whatever it begins with."""
        text = "Google أعلنت عن منتج جديد\n2024 عام جديد\n100%\nوهذا آخر الخبر"
        card = answer_card(answer_with(hit_on(Article("g", text), marks=())), ARABIC)
        assert covered(card, "expandable_blockquote") == [
            f"{RLM}Google أعلنت عن منتج جديد\n2024 عام جديد\n{RLM}100%\nوهذا آخر الخبر"
        ]

    def test_english_passage_stays_left_to_right(self) -> None:
        """An English paragraph that begins with an Arabic word is told its direction."""
        text = "دليل is the name of this bot"
        card = answer_card(answer_with(hit_on(Article("d", text), marks=())), ARABIC)
        assert covered(card, "expandable_blockquote") == [MARKS["ltr"] + text]

    def test_stray_controls_move_no_highlight(self) -> None:
        """Controls inside and around a highlight are gone, and the same words are marked."""
        hit = hit_on(Article("c", "\u202eقبل \u2067النـ\u200fيل\u2069 بعد"), marks=(Span(5, 13),))
        card = answer_card(answer_with(hit), ARABIC)
        assert covered(card, "bold")[1] == "النـيل"
        assert covered(card, "expandable_blockquote") == ["قبل النـيل بعد"]

    def test_several_hits_are_numbered_and_share_the_room(self) -> None:
        """Short passages stay whole; the long one is cut, keeps its mark, and fills the card."""
        sentence = "هذه جملة طويلة من مقال طويل جدًّا عن أنهار العالم. "
        long = Article("long", sentence * 200 + "الجواب هنا. " + sentence * 200)
        at = long.text.index("الجواب هنا.")
        answer = answer_with(
            hit_on(ARTICLES[0]), hit_on(long, 2, (Span(at, at + 11),)), hit_on(ARTICLES[1], 3)
        )
        card = answer_card(answer, ARABIC)
        quotes = covered(card, "expandable_blockquote")
        assert [quotes[0], quotes[2]] == [ARTICLES[0].text, ARTICLES[1].text]
        assert quotes[1].startswith("… هذه جملة")
        assert quotes[1].endswith("العالم. …")
        assert "الجواب هنا." in covered(card, "bold")
        assert 3900 < len(card.text) <= 4096
        assert [f"{RLM}{n}. " in card.text for n in (1, 2, 3, 4)] == [True, True, True, False]
        assert [[button.label for button in row] for row in card.rows] == [
            ["المصدر \u20681\u2069"],
            [f"ما حول \u2068{number}\u2069" for number in (1, 2, 3)],
            ["لماذا هذا؟"],
        ]

    def test_article_without_title_goes_by_its_id(self) -> None:
        """A card always names its article."""
        card = answer_card(answer_with(hit_on(Article("001_page.txt", "نص"), marks=())), ARABIC)
        assert covered(card, "bold") == [isolate("001_page.txt")]

    def test_further_sources_stand_in_the_source_line(self) -> None:
        """By their papers, each once, else by their titles; linked where they have a link."""
        nile, samba, coffee = ARTICLES
        again = replace(nile, id="again", title="النيل من منبعه", url="https://example.org/again")
        also = (samba, again, coffee, nile, nile)
        card = answer_card(answer_with(replace(hit_on(nile), also=also)), ARABIC)
        accept(card)
        assert card.text.endswith(
            " · فتح المصدر · ومثله في: \u2068Linux Today\u2069 · \u2068النيل من منبعه\u2069"
            " · \u2068القهوة\u2069 · ومقالان آخران"
        )
        assert covered(card, "text_link") == ["فتح المصدر", "\u2068النيل من منبعه\u2069"]

    def test_further_sources_of_an_article_without_anything(self) -> None:
        """No source, date or link on either side: names alone."""
        bare = Article("001_page.txt", "نص")
        also = (replace(bare, id="002_page.txt"), replace(bare, id="003_page.txt", source="المرفأ"))
        card = answer_card(answer_with(replace(hit_on(bare, marks=()), also=also)), ARABIC)
        accept(card)
        assert card.text.endswith(
            f"\n{RLM}بلا تاريخ · لا رابط لهذا المصدر · ومثله في: "
            "\u2068002_page.txt\u2069 · \u2068المرفأ\u2069"
        )

    def test_deciding_words_of_further_passages_end_the_quote(self) -> None:
        """Folded away with it, on a line each, and nothing of them in bold."""
        nile, samba, _ = ARTICLES
        more = (quote_of(nile, "ويصب في البحر المتوسط."), quote_of(samba, "Samba إصدارًا جديدًا."))
        card = answer_card(answer_with(replace(hit_on(nile), more=more)), ARABIC)
        accept(card)
        assert covered(card, "expandable_blockquote") == [
            f"{nile.text}\n… ويصب في البحر المتوسط.\n{RLM}… Samba إصدارًا جديدًا."
        ]
        assert covered(card, "bold")[1:] == ["ينبع نهر النيل من بحيرة فكتوريا."]

    def test_further_passages_take_only_room_that_is_left(self) -> None:
        """Every hit's own passage is whole before another's further words stand anywhere."""
        sentence = "هذه جملة طويلة من مقال طويل جدًّا عن أنهار العالم. "
        long = Article("long", sentence * 24, title="أنهار")
        more = tuple(quote_of(long, sentence.strip()) for _ in range(3))
        hits = [replace(hit_on(long, rank), more=more) for rank in (1, 2, 3)]
        card = answer_card(answer_with(*hits), ARABIC)
        accept(card)
        quotes = covered(card, "expandable_blockquote")
        assert all(quote.startswith(long.text.strip()) for quote in quotes)
        assert [quote.count("\n… ") for quote in quotes] == [3, 2, 0]


class TestNotFound:
    def test_articles_left_out_for_want_of_a_date_are_counted(self) -> None:
        text = answer_card(answer_with(found=False, undated=12), ARABIC).text
        said = [ARABIC("not-found"), ARABIC("not-found-advice"), ARABIC("undated", count=12)]
        assert text.splitlines() == said

    def test_says_so_and_names_the_nearest_once(self) -> None:
        """No passage, no button; each near article once, linked where it has a link."""
        answer = answer_with(
            *(hit_on(article, 1) for article in (ARTICLES[0], ARTICLES[0], ARTICLES[2])),
            found=False,
        )
        card = answer_card(answer, ARABIC)
        assert card.text == (
            f"{ARABIC('not-found')}\n{ARABIC('not-found-advice')}\n\n{ARABIC('nearest')}\n"
            f"{RLM}• \u2068نهر النيل\u2069\n{RLM}• \u2068القهوة\u2069"
        )
        assert covered(card, "bold") == [ARABIC("not-found")]
        assert covered(card, "text_link") == ["\u2068نهر النيل\u2069"]
        assert [[button.label for button in row] for row in card.rows] == [["اعرض أقرب المقاطع"]]

    @pytest.mark.parametrize("texts", [*map(texts_in, LANGUAGES)])
    def test_exact_words_that_stand_nowhere_are_named(self, texts: Texts) -> None:
        """Whatever they hold, they are on one line, isolated and short enough for a card."""
        phrases = ("سهل\n\u202eممتنع", "b\ud800", "كلمة " * 2000)
        card = answer_card(answer_with(found=False, missing=phrases), texts)
        accept(card)
        (bold,) = covered(card, "bold")
        assert "\u2068" + quoted(("سهل ممتنع", "b\ufffd"), texts) in bold
        assert bold.endswith("…\u2069")
        assert card.text == f"{bold}\n{texts('not-held-advice')}"

    def test_passages_without_the_exact_words_are_shown_as_such(self) -> None:
        """Above them stands which words are missing, and that they may not answer."""
        answer = answer_with(hit_on(ARTICLES[0]), found=False, unsure=True, missing=("سهل",))
        missing = ARABIC("not-held", phrases="«سهل»")
        text = answer_card(answer, ARABIC).text
        assert text.startswith(f"{missing}\n{ARABIC('unsure')}\n\n")
        assert ARTICLES[0].text in text

    def test_exact_words_that_stand_somewhere_are_not_said_to_be_missing(self) -> None:
        """Where passages hold them and yet do not answer, it is the usual not found."""
        answer = answer_with(hit_on(ARTICLES[0]), found=False, phrases=("النيل",))
        assert answer_card(answer, ARABIC).text.startswith(ARABIC("not-found"))

    def test_empty_collection(self) -> None:
        """With nothing near there is nothing more to say."""
        card = answer_card(answer_with(found=False), ARABIC)
        assert card.text == f"{ARABIC('not-found')}\n{ARABIC('not-found-advice')}"
