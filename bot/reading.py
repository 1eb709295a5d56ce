"""An article in the chat: what surrounds a passage, and page after page of it; pure."""

from collections.abc import Iterator

from telegram import MessageEntity

from bot.answers import article_name, published
from bot.bidi import MARKS, clean, directed, direction, isolate, one_line
from bot.buttons import Read, key_of
from bot.card import Card, LinkButton, PressButton, Row, shortened
from bot.links import web_link
from bot.rich_text import RichText, units, units_fit
from bot.texts import Texts
from retrieval.chunking import sentences
from retrieval.types import Article, Span

# Units. A paragraph may need a direction mark, so a page can grow by half; title and source follow.
PAGE = 2400
_TITLE, _SOURCE = 200, 80


def around(text: str, passage: Span, room: int = PAGE) -> Span:
    """Return whole sentences on both sides of a passage, evenly, as far as they fit in ``room``."""
    start = min(passage.start, len(text))
    window = Span(start, min(max(passage.end, start), len(text)))
    if units(text[slice(*window)]) >= room:
        return after(text, start, room)
    found = sentences(text)
    before = [s.start for s in found if s.end <= window.start]
    behind = [s.end for s in reversed(found) if s.start >= window.end]
    while before or behind:
        if before:
            window = _if_it_fits(text, window, Span(before.pop(), window.end), room, before)
        if behind:
            window = _if_it_fits(text, window, Span(window.start, behind.pop()), room, behind)
    return window


def after(text: str, start: int, room: int = PAGE) -> Span:
    """Return the sentences from ``start`` on that fit, or what fits of the first."""
    start = min(start, len(text))
    most = units_fit(text, start, room)
    ends = [s.end for s in sentences(text) if start < s.end <= most]
    if most == len(text) or not ends:
        return Span(start, most)
    return Span(start, ends[-1])


def before(text: str, end: int, room: int = PAGE) -> Span:
    """Return the sentences up to ``end`` that fit, or what fits of the last."""
    end = min(end, len(text))
    least = end
    while least and units(text[least - 1]) <= room:
        room -= units(text[least - 1])
        least -= 1
    starts = [s.start for s in sentences(text) if least <= s.start < end]
    return Span(starts[0] if least and starts else least, end)


def passage_card(article: Article, passage: Span, texts: Texts) -> Card:
    """Show a passage, quoted, in what surrounds it."""
    window = around(article.text, passage)
    start = min(max(passage.start, window.start), window.end)
    return _card(article, window, Span(start, min(max(passage.end, start), window.end)), texts)


def page_card(article: Article, window: Span, texts: Texts) -> Card:
    """Show a page of an article."""
    return _card(article, window, Span(window.end, window.end), texts)


def _card(article: Article, window: Span, passage: Span, texts: Texts) -> Card:
    text, message = article.text, RichText()
    message.add(MARKS[texts.direction])
    message.bold(isolate(shortened(article_name(article, texts), _TITLE)))
    _add(message, text[window.start : passage.start], "… " if window.start else "", "")
    start = message.length + 1
    _add(message, text[slice(*passage)], "", "")
    if message.length > start:
        message.mark(MessageEntity.BLOCKQUOTE, start)
    _add(message, text[passage.end : window.end], "", " …" if window.end < len(text) else "")
    _write_source(message, article, texts)
    rows = tuple(
        row for row in (_links(article, texts), tuple(_turns(article, window, texts))) if row
    )
    return Card(message.text, message.entities, rows, (article.id,))


def _add(message: RichText, part: str, start: str, end: str) -> None:
    content = clean(part).text
    if content:
        message.add("\n" + directed(f"{start}{content}{end}", direction(content)))


def _write_source(message: RichText, article: Article, texts: Texts) -> None:
    source = shortened(one_line(article.source or ""), _SOURCE)
    if line := " · ".join(map(isolate, filter(None, (source, published(article, texts))))):
        message.add("\n\n" + MARKS[texts.direction] + line)


def _links(article: Article, texts: Texts) -> Row:
    url = web_link(article.url)
    return (LinkButton(texts("open-source"), url),) if url else ()


def _turns(article: Article, window: Span, texts: Texts) -> Iterator[PressButton]:
    """The pages before and behind; where the source has an address, it is read there."""
    if web_link(article.url):
        return
    key = key_of(article.id)
    if article.text[: window.start].strip():
        yield PressButton(texts("page-back"), Read(key, window.start, back=True))
    if article.text[window.end :].strip():
        yield PressButton(texts("page-on"), Read(key, window.end, back=False))


def _if_it_fits(text: str, window: Span, larger: Span, room: int, further: list[int]) -> Span:
    if units(text[slice(*larger)]) <= room:
        return larger
    further.clear()
    return window
