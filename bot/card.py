"""An answer as one Telegram message: pure, and always within Telegram's rules."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageLimit

from bot.answers import article_name, nearest_articles, quoted
from bot.bidi import MARKS, Direction, clean, direction, isolate, misleading_starts, one_line
from bot.excerpt import Excerpt, excerpt
from bot.links import web_link
from bot.rich_text import RichText, units
from bot.texts import Texts
from retrieval.types import Answer, Article, Hit, Span

MOST_HITS = 5

# Telegram shows at most a hundred entities and forgets the others without a word.
_ENTITIES = MessageLimit.MESSAGE_ENTITIES.value
_ENTITIES_PER_HIT = 4  # title, quote, date and link; the marks of the passage come on top
_TITLE, _SOURCE = 200, 80  # units


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button under the message that opens a source."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message: its text, its entities in UTF-16 units, and its buttons in one row."""

    text: str
    entities: tuple[MessageEntity, ...]
    buttons: tuple[LinkButton, ...] = ()

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons as Telegram takes them."""
        row = [InlineKeyboardButton(button.label, url=button.url) for button in self.buttons]
        return InlineKeyboardMarkup([row]) if row else None


def answer_card(answer: Answer, texts: Texts, *, limit: int = 3) -> Card:
    """Show ``answer`` with its first ``limit`` passages (five at most), or say it has none."""
    if answer.found and answer.hits:
        return _found(answer.hits[: min(limit, MOST_HITS)], texts)
    if answer.phrases and not answer.hits:
        return _not_held(answer.phrases, texts)
    return _not_found(answer.hits, texts)


def _found(hits: Sequence[Hit], texts: Texts) -> Card:
    passages = [_Passage.of(hit, len(hits)) for hit in hits]
    frame = _compose(hits, [Excerpt("", ())] * len(hits), texts).length
    rooms = _share(MessageLimit.MAX_TEXT_LENGTH - frame, [passage.units for passage in passages])
    cuts = [passage.cut(room) for passage, room in zip(passages, rooms, strict=True)]
    message = _compose(hits, cuts, texts)
    return Card(message.text, message.entities, _buttons(hits, texts))


def _not_held(phrases: Sequence[str], texts: Texts) -> Card:
    message = RichText()
    message.bold(texts("not-held", phrases=_shorten(quoted(phrases), _TITLE)))
    message.add("\n" + texts("not-held-advice"))
    return Card(message.text, message.entities)


def _not_found(hits: Sequence[Hit], texts: Texts) -> Card:
    message = RichText()
    message.bold(texts("not-found"))
    message.add("\n" + texts("not-found-advice"))
    nearest = nearest_articles(hits)
    if nearest:
        message.add("\n\n" + texts("nearest"))
    for article in nearest:
        message.add("\n" + MARKS[texts.direction] + "• ")
        title = isolate(_shorten(article_name(article, texts), _TITLE))
        if url := web_link(article.url):
            message.link(title, url)
        else:
            message.add(title)
    return Card(message.text, message.entities)


def _compose(hits: Sequence[Hit], passages: Sequence[Excerpt], texts: Texts) -> RichText:
    message = RichText()
    for number, (hit, passage) in enumerate(zip(hits, passages, strict=True), start=1):
        message.add("\n\n" if number > 1 else "")
        message.add(MARKS[texts.direction] + (f"{number}. " if len(hits) > 1 else ""))
        message.bold(isolate(_shorten(article_name(hit.article, texts), _TITLE)))
        message.add("\n")
        _write_quote(message, passage)
        message.add("\n" + MARKS[texts.direction])
        _write_source(message, hit.article, texts)
    return message


def _write_quote(message: RichText, passage: Excerpt) -> None:
    quote, done = message.length, 0
    for start, end in passage.marks:
        message.add(passage.text[done:start])
        if passage.text[start:end].strip():  # Telegram drops entities of nothing but blanks
            message.bold(passage.text[start:end])
        else:
            message.add(passage.text[start:end])
        done = end
    message.add(passage.text[done:])
    message.mark(MessageEntity.EXPANDABLE_BLOCKQUOTE, quote)


def _write_source(message: RichText, article: Article, texts: Texts) -> None:
    """Say who published it, when, and where it stands."""
    if source := _shorten(one_line(article.source or ""), _SOURCE):
        message.add(isolate(source) + " · ")
    if article.published:
        message.day(isolate(texts("published", day=article.published)), article.published)
        message.add(" · ")
    if url := web_link(article.url):
        message.link(texts("open-source"), url)
    else:
        message.add(texts("no-link"))


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
    direction: Direction

    @classmethod
    def of(cls, hit: Hit, hits: int) -> "_Passage":
        cleaned = clean(hit.passage.text)
        most = _ENTITIES // hits - _ENTITIES_PER_HIT
        marks = tuple(cleaned.span(span) for span in hit.highlights[:most])
        directed = _directed(Excerpt(cleaned.text, marks), direction(cleaned.text))
        return cls(directed.text, directed.marks, direction(cleaned.text))

    @property
    def units(self) -> int:
        """The room it takes when nothing is cut."""
        return units(self.text)

    def cut(self, room: int) -> Excerpt:
        """The passage in ``room`` units."""
        if self.units <= room:
            return Excerpt(self.text, self.marks)
        # Cut in the middle of a paragraph, it may need one more mark in front.
        return _directed(excerpt(self.text, self.marks, room - 1), self.direction)


def _directed(passage: Excerpt, wanted: Direction) -> Excerpt:
    """``passage`` with a direction mark in front of every paragraph that needs one."""
    starts = misleading_starts(passage.text, wanted)
    ends = (0, *starts), (*starts, len(passage.text))
    paragraphs = [passage.text[start:end] for start, end in zip(*ends, strict=True)]
    marks = (
        Span(a + bisect_right(starts, a), b + bisect_left(starts, b)) for a, b in passage.marks
    )
    return Excerpt(MARKS[wanted].join(paragraphs), tuple(marks))
