"""An answer as one Telegram message: pure, and always within Telegram's rules."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageLimit

from bot.answers import (
    article_name,
    further_sources,
    further_words,
    matching_words,
    nearest_articles,
    quoted,
)
from bot.bidi import MARKS, Clean, Direction, clean, direction, isolate, misleading_starts, one_line
from bot.excerpt import Excerpt, excerpt
from bot.links import web_link
from bot.rich_text import RichText, units
from bot.texts import Texts
from bot.votes import vote_row
from retrieval.types import Answer, Article, Hit, Span

MOST_HITS = 5

# Telegram shows at most a hundred entities and forgets the others without a word.
_ENTITIES = MessageLimit.MESSAGE_ENTITIES.value
# Title, quote, date, link and three further sources; the marks of the passage come on top.
_ENTITIES_PER_HIT = 7
_TITLE, _SOURCE, _FURTHER_SOURCE, _FURTHER_WORDS = 200, 80, 50, 300  # units


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button under the message that opens a source."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message: its text, its entities in UTF-16 units, and its buttons in one row.

    ``answer`` is the number under which it can be voted on.
    """

    text: str
    entities: tuple[MessageEntity, ...]
    buttons: tuple[LinkButton, ...] = ()
    answer: int | None = None

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons as Telegram takes them."""
        links = [InlineKeyboardButton(button.label, url=button.url) for button in self.buttons]
        votes = () if self.answer is None else vote_row(self.answer)
        rows = [row for row in (links, votes) if row]
        return InlineKeyboardMarkup(rows) if rows else None


def answer_card(answer: Answer, texts: Texts, *, limit: int = 3, note: str = "") -> Card:
    """Show ``answer`` with its first ``limit`` passages (five at most), or say it has none.

    ``note`` stands above the passages.
    """
    if (answer.found or answer.unsure) and answer.hits:
        heading = "\n".join(filter(None, (note, _heading(answer, texts))))
        return _found(answer.hits[: min(limit, MOST_HITS)], heading, texts)
    return _not_found(answer, texts)


def _heading(answer: Answer, texts: Texts) -> str:
    """What is said above passages that may not be, or not be all, that was asked for."""
    lines = [_missing(answer, texts)] if answer.missing else []
    if answer.missing or answer.unsure:
        lines.append(texts("unsure"))
    return "\n".join([*lines, *_undated(answer, texts)])


def _undated(answer: Answer, texts: Texts) -> list[str]:
    return [texts("undated", count=answer.undated)] if answer.undated else []


def _missing(answer: Answer, texts: Texts) -> str:
    return texts("not-held", phrases=_shorten(quoted(answer.missing), _TITLE))


def _found(hits: Sequence[Hit], heading: str, texts: Texts) -> Card:
    passages = [_Passage.of(hit, len(hits)) for hit in hits]
    frame = _compose(hits, [Excerpt("", ())] * len(hits), heading, texts).length
    rooms = _share(MessageLimit.MAX_TEXT_LENGTH - frame, [passage.units for passage in passages])
    cuts = [passage.cut(room) for passage, room in zip(passages, rooms, strict=True)]
    left = MessageLimit.MAX_TEXT_LENGTH - frame - sum(units(cut.text) for cut in cuts)
    message = _compose(hits, _with_more(hits, cuts, left), heading, texts)
    return Card(message.text, message.entities, _buttons(hits, texts))


def _not_found(answer: Answer, texts: Texts) -> Card:
    message = RichText()
    message.bold(_missing(answer, texts) if answer.missing else texts("not-found"))
    advice = texts("not-held-advice" if answer.missing else "not-found-advice")
    message.add("".join(f"\n{line}" for line in [advice, *_undated(answer, texts)]))
    nearest = nearest_articles(answer.hits)
    if nearest:
        message.add("\n\n" + texts("nearest"))
    for article in nearest:
        message.add("\n" + MARKS[texts.direction] + "• ")
        _write_name(message, _shorten(article_name(article, texts), _TITLE), article.url)
    return Card(message.text, message.entities)


def _with_more(hits: Sequence[Hit], passages: Sequence[Excerpt], room: int) -> list[Excerpt]:
    """Add to each passage the deciding words of its article's further ones, as far as they fit."""
    extended = []
    for hit, passage in zip(hits, passages, strict=True):
        text = passage.text
        for words in further_words(hit):
            paragraph = Excerpt(f"… {_shorten(words, _FURTHER_WORDS)}", ())
            longer = f"{text}\n{_directed(paragraph, direction(words)).text}".lstrip("\n")
            if (taken := units(longer) - units(text)) <= room:
                text, room = longer, room - taken
        extended.append(Excerpt(text, passage.marks, passage.words))
    return extended


def _compose(
    hits: Sequence[Hit], passages: Sequence[Excerpt], heading: str, texts: Texts
) -> RichText:
    message = RichText()
    message.add(f"{heading}\n\n" if heading else "")
    for number, (hit, passage) in enumerate(zip(hits, passages, strict=True), start=1):
        message.add("\n\n" if number > 1 else "")
        message.add(MARKS[texts.direction] + (f"{number}. " if len(hits) > 1 else ""))
        message.bold(isolate(_shorten(article_name(hit.article, texts), _TITLE)))
        message.add("\n")
        _write_quote(message, passage)
        message.add("\n" + MARKS[texts.direction])
        _write_source(message, hit.article, texts)
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
    if text.strip():  # Telegram drops entities of nothing but blanks
        message.mark(style, start)


def _write_source(message: RichText, article: Article, texts: Texts) -> None:
    """Say who published it, when, and where it stands."""
    if source := _shorten(one_line(article.source or ""), _SOURCE):
        message.add(isolate(source) + " · ")
    if article.published:
        message.day(isolate(texts("published", day=article.published)), article.published)
    else:
        message.add(texts("no-date"))
    message.add(" · ")
    if url := web_link(article.url):
        message.link(texts("open-source"), url)
    else:
        message.add(texts("no-link"))


def _write_further_sources(message: RichText, hit: Hit, texts: Texts) -> None:
    """Say where else the same stands."""
    sources = further_sources(hit, texts)
    for number, source in enumerate(sources):
        message.add(" · " + ("" if number else texts("also") + " "))
        _write_name(message, _shorten(source.name, _FURTHER_SOURCE), source.url)
    if others := len(hit.also) - len(sources):
        message.add(" · " + texts("also-others", count=others))


def _write_name(message: RichText, name: str, address: str | None) -> None:
    if url := web_link(address):
        message.link(isolate(name), url)
    else:
        message.add(isolate(name))


def _buttons(hits: Sequence[Hit], texts: Texts) -> tuple[LinkButton, ...]:
    links = [(number, web_link(hit.article.url)) for number, hit in enumerate(hits, start=1)]
    if len(hits) == 1:
        return tuple(LinkButton(texts("open-source"), url) for _, url in links if url)
    return tuple(LinkButton(texts("source-number", number=n), url) for n, url in links if url)


def _shorten(line: str, room: int) -> str:
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
        most = _ENTITIES // hits - _ENTITIES_PER_HIT
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
