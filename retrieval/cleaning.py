"""Page furniture out, article in: title, body and source of a page as it was crawled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.arabic import fold
from retrieval.corpus.records import domain
from retrieval.furniture import is_furniture, is_list_heading, is_prose, list_end
from retrieval.types import Article

_HEAD_LINES = 4  # a page repeats its headline within its first lines
_TITLE_CHARACTERS = 140  # of 28,000 Arabic news headlines the longest had 124

_INVISIBLE = re.compile(
    "[\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH NO-BREAK SPACE}"
    "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"
    "\u202a-\u202e\u2066-\u2069"  # directional embeddings, overrides and isolates
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
# Inside a word they shape letters and join emoji; beside a space they are litter.
_STRAY_JOINERS = re.compile(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)")
_DASHES = "-\N{EN DASH}\N{EM DASH}"
_SEPARATOR = rf"(?:[{_DASHES}|»•·]|::)"
_SUFFIX = re.compile(rf"\s*{_SEPARATOR}\s+(?P<site>\S.*)")
_LAST_SUFFIX = re.compile(rf"(?P<head>.*\S)\s+(?P<mark>{_SEPARATOR})\s+(?P<site>\S.*)")
_BYLINE = re.compile(rf"(?P<name>\S.*?)\s+[{_DASHES}]\s+(?:\(.{{2,60}}\)|\w+(?:\s\w+){{0,2}})\s?:?")
_CREDIT = re.compile(r"المصدر\s?:\s?(?P<name>\w+(?:\s\w+){0,4})\.?")
_ARABIC = re.compile("[\N{ARABIC LETTER HAMZA}-\N{ARABIC LETTER YEH}]")
_INNER_STOP = re.compile(r"(?<!\.)\.\s")
_LATIN = re.compile(r"[a-z]{2}", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)

# The kind of publisher that a name begins with, and the words it may hold anywhere.
_OUTLET_KINDS = frozenset(
    fold("صحيفة جريدة وكالة موقع شبكة قناة مجلة مرصد إذاعة راديو تلفزيون منصة").split()
)
_OUTLET_WORDS = frozenset(
    fold(
        "نيوز نت برس بوست تايمز أونلاين اونلاين ميديا للأنباء الإخبارية الإخباري "
        "news press post times online media tv"
    ).split()
)
_NO_OUTLETS = frozenset(fold("وكالات الوكالات متابعات مواقع صحف رصد خاص").split())


@dataclass(frozen=True, slots=True)
class _Title:
    headline: str
    site: str = ""


def clean(article: Article) -> Article:
    """The article without what its site printed around it.

    Whitespace and invisible characters are made regular: one line a paragraph, single spaces.
    Where there is no title, a headline at the head of the text becomes it; a repeated title and
    a site's name behind it go. A missing source is filled in with the host of the article's
    address, or else where a dateline, a closing line or the title's suffix plainly names a
    publisher. All other characters stay the author's, and
    cleaning twice changes nothing more. The text may come out empty where a page held no article.
    """
    title = " ".join(_lines(article.title))
    article = replace(article, text="\n".join(_lines(article.text)), title=title)
    while (cleaned := _pass(article)) != article:
        article = cleaned
    return article


def names_source(line: str) -> bool:
    """Whether a line by itself says who published the article, as a dateline does."""
    return bool(_byline([line]) or _credit(["", line]))


def _lines(text: str) -> list[str]:
    visible = _INVISIBLE.sub("", text)
    if "\u200c" in visible or "\u200d" in visible:
        visible = _STRAY_JOINERS.sub("", visible)
    lines = (" ".join(line.split()) for line in visible.splitlines())
    return [line for line in lines if line]


def _pass(article: Article) -> Article:
    """What can be told from the page as it is; what goes may show what else is to go."""
    lines = _without_furniture(_without_lists(article.text.split("\n")))
    title = _title(article.title or _first_headline(lines), lines, article.source)
    if title.headline:
        lines = _without_repeats(lines, title.headline)
    named = article.source or domain(article.url)
    source = named or _byline(lines) or _credit(lines) or _outlet(title.site)
    return replace(article, text="\n".join(lines), title=title.headline, source=source)


def _without_lists(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if is_list_heading(lines[at]):
            at = list_end(lines, at + 1)
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _without_furniture(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not is_furniture(line)]


def _first_headline(lines: Sequence[str]) -> str:
    """The first line, where it can be a headline and a body follows."""
    if len(lines) < 2 or len(lines[0]) > _TITLE_CHARACTERS:
        return ""
    first = lines[0]
    goes_on = first.endswith((":", "\N{ARABIC COMMA}", "-")) or _INNER_STOP.search(first)
    return "" if goes_on or is_prose(first) or _byline(lines) else first


def _title(title: str, lines: Sequence[str], source: str | None) -> _Title:
    """The headline and the site's name behind it, if that is what stands there.

    The page itself is the best witness: it prints the headline again without the suffix.
    """
    for line in lines[:_HEAD_LINES]:
        suffix = _SUFFIX.fullmatch(title, len(line)) if title.startswith(line) else None
        if suffix:
            return _Title(line, suffix["site"])
    found = _LAST_SUFFIX.fullmatch(title)
    if found and _is_site(found["head"], found["mark"], found["site"], source):
        return _Title(found["head"], found["site"])
    return _Title(title)


def _is_site(head: str, mark: str, name: str, source: str | None) -> bool:
    head_words, words = len(head.split()), len(name.split())
    if head_words < 3 or words > 4:
        return False
    foreign = bool(_ARABIC.search(head) and _LATIN.search(name)) and not _ARABIC.search(name)
    return (
        bool(_outlet(name))
        or (source is not None and fold(name) == fold(source))
        or (head_words > 3 and (foreign or (mark == "|" and head_words > words)))
    )


def _without_repeats(lines: Sequence[str], headline: str) -> list[str]:
    head, body = lines[:_HEAD_LINES], lines[_HEAD_LINES:]
    kept = [line for line in head if not _repeats(line, headline)]
    return [*kept, *body] or list(lines[:1])


def _repeats(line: str, headline: str) -> bool:
    # No diacritics make a headline thrice as long; folding a whole paragraph is slow.
    if len(line) < 3 * len(headline) and fold(line) == fold(headline):
        return True
    return line.startswith(headline) and _SUFFIX.fullmatch(line, len(headline)) is not None


def _byline(lines: Sequence[str]) -> str | None:
    """The publisher in a dateline of its own: ``name – (author)`` or ``name – place``."""
    found = _BYLINE.fullmatch(lines[0]) if lines else None
    return _outlet(found["name"]) if found else None


def _credit(lines: Sequence[str]) -> str | None:
    """The publisher that a closing line names and nothing else."""
    if len(lines) < 2:
        return None
    last = lines[-1]
    if credited := _CREDIT.fullmatch(last):
        name = credited["name"]
        return None if fold(name) in _NO_OUTLETS else name
    kind = fold(last).split()[:1]  # a line of nothing but diacritics has none
    named = not _OUTLET_KINDS.isdisjoint(kind) and _outlet(last) and last[-1].isalpha()
    return last if named else None


def _outlet(name: str) -> str | None:
    """``name`` where it plainly is a publisher's."""
    words = fold(name).split()
    if not 1 <= len(words) <= 4:
        return None
    named = len(words) > 1 and (words[0] in _OUTLET_KINDS or not _OUTLET_WORDS.isdisjoint(words))
    return name if named or _DOMAIN.fullmatch(name) else None
