"""An answer as one Telegram message: pure, and always within Telegram's rules."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageLimit

from bot.answers import (
    article_name,
    filters_line,
    further_sources,
    further_words,
    matching_words,
    nearest_articles,
    published,
    quoted,
    unknown_source,
)
from bot.bidi import (
    MARKS,
    Clean,
    Direction,
    clean,
    direction,
    isolate,
    misleading_starts,
    one_line,
    strip_controls,
)
from bot.buttons import Around, Drop, More, Press, Why, data_of, key_of, state_of
from bot.excerpt import Excerpt, excerpt
from bot.links import sentence_link, web_link
from bot.rich_text import RichText, units
from bot.texts import Texts
from bot.understood import Understood
from bot.votes import vote_row
from retrieval.errors import UnknownSourceError
from retrieval.types import Answer, Article, Hit, Span

MOST_HITS = 5

# Telegram shows at most a hundred entities and forgets the others without a word.
_ENTITIES = MessageLimit.MESSAGE_ENTITIES.value
# Title, quote, date, link and three further sources; the marks of the passage come on top.
_ENTITIES_PER_HIT = 7
_TITLE, _SOURCE, _FURTHER_SOURCE, _FURTHER_WORDS = 200, 80, 50, 300  # units
_NAMED = 5  # sources of a filter


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button under the message that opens a source."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PressButton:
    """A button under the message that asks the bot for something."""

    label: str
    press: Press


Button: TypeAlias = LinkButton | PressButton
Row: TypeAlias = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One message: its text, its entities in UTF-16 units, and its buttons in rows.

    ``articles`` are the ids of those that its buttons lead into, ``answer`` is the number under
    which it can be voted on.
    """

    text: str
    entities: tuple[MessageEntity, ...]
    rows: tuple[Row, ...] = ()
    articles: tuple[str, ...] = ()
    answer: int | None = None

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons as Telegram takes them."""
        rows = [tuple(map(_as_telegram_takes, row)) for row in self.rows]
        if self.answer is not None:
            rows.append(vote_row(self.answer))
        return InlineKeyboardMarkup(rows) if rows else None


def answer_card(
    answer: Answer,
    texts: Texts,
    *,
    limit: int = 3,
    first: int = 1,
    asked: Understood | None = None,
    nearest: bool = False,
    note: str = "",
) -> Card:
    """Show ``limit`` passages of ``answer`` (five at most), or say that it has none.

    Args:
        answer: with one hit more than are shown, where there are more.
        texts: the reader's language.
        limit: how many hits to show.
        first: the rank of the first.
        nearest: whether to show the passages where they are no answer.
        asked: what was understood of the question, by default no filters.
        note: what to say first.
    """
    asked = asked or Understood(answer.question, answer.question)
    hits = answer.hits[first - 1 :][: min(limit, MOST_HITS)]
    shown = _Shown(answer, hits, asked, texts)
    if hits and (answer.found or answer.unsure or nearest):
        return _found(shown, "\n\n".join(filter(None, (note, shown.heading()))))
    return _not_found(shown, note)


def hit_card(answer: Answer, hit: Hit, texts: Texts) -> Card:
    """Show one hit with its link only, for a message that the bot does not see again."""
    heading = texts("unsure") if answer.unsure else ""
    message = _fitted((hit,), heading, texts)
    link = _link(hit)
    rows = ((LinkButton(texts("open-source"), link),),) if link else ()
    return Card(message.text, message.entities, rows)


def unknown_source_card(error: UnknownSourceError, texts: Texts) -> Card:
    """Say that no article is of a source, and name those that may be meant."""
    source = shortened(one_line(error.source), _SOURCE)
    near = [shortened(one_line(name), _SOURCE) for name in error.near[:_NAMED]]
    said = unknown_source(source, near, texts)
    return Card(said, (), ((PressButton(texts("drop-filters"), Drop()),),))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of an answer a card shows."""

    answer: Answer
    hits: tuple[Hit, ...]
    asked: Understood
    texts: Texts

    @property
    def state(self) -> str:
        return state_of(self.answer.index.generation, self.asked.typed)

    def heading(self) -> str:
        """What is said above passages that may not be what was asked for."""
        answer, texts = self.answer, self.texts
        lines = (
            self.filters(),
            _missing(answer, texts) if answer.missing else "",
            texts("unsure") if answer.unsure or (answer.missing and answer.found) else "",
            "" if answer.found or answer.unsure else texts("nearest"),
            _undated(answer, texts),
        )
        return "\n".join(filter(None, lines))

    def filters(self) -> str:
        """What the question was understood to be limited to."""
        filters = self.asked.filters
        names = list(filters.sources)[:_NAMED]
        sources = tuple(shortened(one_line(name), _SOURCE) for name in names)
        return filters_line(replace(filters, sources=sources), self.texts)

    def rows(self) -> Iterator[Row]:
        """The buttons under the passages."""
        yield tuple(_link_buttons(self.hits, self.texts))
        yield tuple(_around_buttons(self.hits, self.texts))
        first, count = self.hits[0].rank, len(self.hits)
        why = Why(first, count, self.state, self.asked.dropped)
        yield PressButton(self.texts("why"), why), *self.more(first + count)
        yield tuple(self.drop())

    def more(self, rank: int) -> Iterator[PressButton]:
        """The button that brings further passages, if there are any."""
        if len(self.answer.hits) >= rank:
            yield PressButton(self.texts("more"), More(rank, self.state, self.asked.dropped))

    def drop(self) -> Iterator[PressButton]:
        """The button that asks without the filters, if there are any."""
        if self.asked.filters:
            yield PressButton(self.texts("drop-filters"), Drop())


def _as_telegram_takes(button: Button) -> InlineKeyboardButton:
    if isinstance(button, LinkButton):
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=data_of(button.press))


def _missing(answer: Answer, texts: Texts) -> str:
    return texts("not-held", phrases=shortened(quoted(answer.missing, texts), _TITLE))


def _undated(answer: Answer, texts: Texts) -> str:
    return texts("undated", count=answer.undated) if answer.undated else ""


def _found(shown: _Shown, heading: str) -> Card:
    message = _fitted(shown.hits, heading, shown.texts)
    rows = tuple(row for row in shown.rows() if row)
    ids = tuple(hit.article.id for hit in shown.hits)
    return Card(message.text, message.entities, rows, ids)


def _fitted(hits: Sequence[Hit], heading: str, texts: Texts) -> RichText:
    passages = [_Passage.of(hit, len(hits)) for hit in hits]
    frame = _compose(hits, [Excerpt("", ())] * len(hits), heading, texts).length
    rooms = _share(MessageLimit.MAX_TEXT_LENGTH - frame, [passage.units for passage in passages])
    cuts = [passage.cut(room) for passage, room in zip(passages, rooms, strict=True)]
    left = MessageLimit.MAX_TEXT_LENGTH - frame - sum(units(cut.text) for cut in cuts)
    return _compose(hits, _with_more(hits, cuts, left), heading, texts)


def _not_found(shown: _Shown, note: str) -> Card:
    answer, texts = shown.answer, shown.texts
    message = RichText()
    message.add(f"{note}\n\n" if note else "")
    message.bold(_missing(answer, texts) if answer.missing else texts("not-found"))
    if shown.asked.filters:
        message.add("\n" + shown.filters())
        message.add("\n" + texts("not-found-filtered"))
    else:
        message.add("\n" + texts("not-held-advice" if answer.missing else "not-found-advice"))
    message.add(f"\n{_undated(answer, texts)}" if answer.undated else "")
    nearest = nearest_articles(answer.hits)
    if nearest:
        message.add("\n\n" + texts("nearest"))
    for article in nearest:
        message.add("\n" + MARKS[texts.direction] + "• ")
        _write_name(message, shortened(article_name(article, texts), _TITLE), article.url)
    rows = (tuple(shown.drop()), tuple(_show_nearest(shown)))
    return Card(message.text, message.entities, tuple(row for row in rows if row))


def _show_nearest(shown: _Shown) -> Iterator[PressButton]:
    for button in shown.more(1):
        yield PressButton(shown.texts("show-nearest"), button.press)


def _with_more(hits: Sequence[Hit], passages: Sequence[Excerpt], room: int) -> list[Excerpt]:
    """Add to each passage the deciding words of its article's further ones, as far as they fit."""
    extended = []
    for hit, passage in zip(hits, passages, strict=True):
        text = passage.text
        for words in further_words(hit):
            paragraph = Excerpt(f"… {shortened(words, _FURTHER_WORDS)}", ())
            longer = f"{text}\n{_directed(paragraph, direction(words)).text}".lstrip("\n")
            if (taken := units(longer) - units(text)) <= room:
                text, room = longer, room - taken
        extended.append(Excerpt(text, passage.marks, passage.words))
    return extended


def _compose(
    hits: Sequence[Hit], passages: Sequence[Excerpt], heading: str, texts: Texts
) -> RichText:
    message = RichText()
    message.add(heading)
    message.mark(MessageEntity.ITALIC, 0)
    message.add("\n\n" if heading else "")
    numbered = len(hits) > 1 or hits[0].rank > 1
    for at, (hit, passage) in enumerate(zip(hits, passages, strict=True)):
        message.add("\n\n" if at else "")
        message.add(MARKS[texts.direction] + (f"{hit.rank}. " if numbered else ""))
        message.bold(isolate(shortened(article_name(hit.article, texts), _TITLE)))
        message.add("\n")
        _write_quote(message, passage)
        message.add("\n" + MARKS[texts.direction])
        _write_source(message, hit.article, _link(hit), texts)
        _write_further_sources(message, hit, texts)
    return message


def _write_quote(message: RichText, passage: Excerpt) -> None:
    quote, done = message.length, 0
    for mark in passage.marks:
        message.add(passage.text[done : mark.start])
        _write_mark(message, passage, mark)
        done = mark.end
    message.add(passage.text[done:])
    message.mark(MessageEntity.EXPANDABLE_BLOCKQUOTE, quote)


def _write_mark(message: RichText, passage: Excerpt, mark: Span) -> None:
    """Write a marked range in bold, with the words in it underlined."""
    bold, done = message.length, mark.start
    for start, end in passage.words:
        if mark.start <= start and end <= mark.end:
            message.add(passage.text[done:start])
            underlined, done = message.length, end
            message.add(passage.text[start:end])
            _lay(message, MessageEntity.UNDERLINE, underlined, passage.text[start:end])
    message.add(passage.text[done : mark.end])
    _lay(message, MessageEntity.BOLD, bold, passage.text[slice(*mark)])


def _lay(message: RichText, style: str, start: int, text: str) -> None:
    if strip_controls(text).strip():  # Telegram drops entities of nothing but blanks
        message.mark(style, start)


def _write_source(message: RichText, article: Article, url: str | None, texts: Texts) -> None:
    """Say who published it, when, and where it stands."""
    if source := shortened(one_line(article.source or ""), _SOURCE):
        message.add(isolate(source) + " · ")
    day = published(article, texts)
    if article.published and not article.dating.approximate:
        message.day(isolate(day), article.published)
    else:
        message.add(isolate(day) if day else texts("no-date"))
    message.add(" · ")
    if url:
        message.link(texts("open-source"), url)
    else:
        message.add(texts("no-link"))


def _write_further_sources(message: RichText, hit: Hit, texts: Texts) -> None:
    """Say where else the same stands."""
    sources = further_sources(hit, texts)
    for number, source in enumerate(sources):
        message.add(" · " + ("" if number else texts("also") + " "))
        _write_name(message, shortened(source.name, _FURTHER_SOURCE), source.url)
    if others := len(hit.also) - len(sources):
        message.add(" · " + texts("also-others", count=others))


def _write_name(message: RichText, name: str, address: str | None) -> None:
    if url := web_link(address):
        message.link(isolate(name), url)
    else:
        message.add(isolate(name))


def _link_buttons(hits: Sequence[Hit], texts: Texts) -> Iterator[LinkButton]:
    for hit in hits:
        label = texts("open-source") if len(hits) == 1 else texts("source-number", number=hit.rank)
        if url := _link(hit):
            yield LinkButton(label, url)


def _around_buttons(hits: Sequence[Hit], texts: Texts) -> Iterator[PressButton]:
    for hit in hits:
        label = texts("around") if len(hits) == 1 else texts("around-number", number=hit.rank)
        passage = hit.passage
        yield PressButton(label, Around(key_of(hit.article.id), passage.start, passage.end))


def _link(hit: Hit) -> str | None:
    """The article's address, at the deciding words where its page can be opened there."""
    return sentence_link(hit.article.url, [hit.passage.text[slice(*m)] for m in hit.highlights])


def shortened(line: str, room: int) -> str:
    """``line`` cut to ``room`` units."""
    return excerpt(line, (), room).text


def _share(room: int, wants: Sequence[int]) -> list[int]:
    """Divide ``room``: nobody gets more than wanted, and what one leaves the others share."""
    shares = [0] * len(wants)
    order = sorted(range(len(wants)), key=lambda index: wants[index])
    for waiting, index in zip(range(len(wants), 0, -1), order, strict=True):
        shares[index] = min(wants[index], room // waiting)
        room -= shares[index]
    return shares


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage without its controls, each paragraph in the passage's direction."""

    text: str
    marks: tuple[Span, ...]
    words: tuple[Span, ...]
    direction: Direction

    @classmethod
    def of(cls, hit: Hit, hits: int) -> "_Passage":
        cleaned = clean(hit.passage.text)
        most = (_ENTITIES - 1) // hits - _ENTITIES_PER_HIT  # one is the heading's
        marks = _left(cleaned, hit.highlights[:most])
        words = _left(cleaned, matching_words(hit)[: most - len(marks)])
        directed = _directed(Excerpt(cleaned.text, marks, words), direction(cleaned.text))
        return cls(directed.text, directed.marks, directed.words, direction(cleaned.text))

    @property
    def units(self) -> int:
        """The room it takes when nothing is cut."""
        return units(self.text)

    def cut(self, room: int) -> Excerpt:
        """The passage in ``room`` units."""
        if self.units <= room:
            return Excerpt(self.text, self.marks, self.words)
        # Cut in the middle of a paragraph, it may need one more mark in front.
        cut = excerpt(self.text, self.marks, room - 1, self.words)
        return _directed(cut, self.direction)


def _left(cleaned: Clean, spans: Sequence[Span]) -> tuple[Span, ...]:
    """``spans`` in the cleaned text, but those of which nothing is left."""
    return tuple(span for span in map(cleaned.span, spans) if span.start < span.end)


def _directed(passage: Excerpt, wanted: Direction) -> Excerpt:
    """``passage`` with a direction mark in front of every paragraph that needs one."""
    starts = misleading_starts(passage.text, wanted)
    ends = (0, *starts), (*starts, len(passage.text))
    paragraphs = [passage.text[start:end] for start, end in zip(*ends, strict=True)]

    def moved(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(
            Span(a + bisect_right(starts, a), b + bisect_left(starts, b)) for a, b in spans
        )

    return Excerpt(MARKS[wanted].join(paragraphs), moved(passage.marks), moved(passage.words))
