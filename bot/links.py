"""Which of a corpus's addresses Telegram takes as a link."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from bot.bidi import clean

# Far above any real article's address; Telegram refuses a whole message over one link.
_LONGEST = 2048
_UNUSABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FILE = re.compile(r"\.(?:pdf|txt|md|json|xml|csv|docx?|epub|zip|gz)$", re.IGNORECASE)
_WORDS = 4  # at either end of a sentence: enough to be found, short enough for an address
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+\.?")


def web_link(url: str | None) -> str | None:
    """``url`` if it is a complete http(s) address that Telegram accepts, else None.

    Telegram wants a dot in the host (so no ``localhost``). An address with user information is
    left out too: it reads as another site than the one it opens.
    """
    if not url or len(url) > _LONGEST or _UNUSABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.port != 0
    except ValueError:  # brackets or a port that are none
        return None
    usable = usable and parts.scheme in {"http", "https"} and "@" not in parts.netloc
    return url if usable and _HOST.fullmatch(parts.hostname or "") else None


def sentence_link(url: str | None, marked: Sequence[str]) -> str | None:
    """``url`` so that a browser opens it at the first of the ``marked`` words, where it is a page.

    By a text fragment (https://wicg.github.io/scroll-to-text-fragment/): the words that begin the
    sentence and those that end it. A browser that does not find them, or knows no such fragments,
    opens the page at its top.
    """
    link = web_link(url)
    fragment = _fragment(marked[0]) if marked else ""
    if link is None or not fragment or _FILE.search(urlsplit(link).path):
        return link
    separator = ":~:text=" if "#" in link else "#:~:text="
    return web_link(f"{link}{separator}{fragment}") or link


def _fragment(sentence: str) -> str:
    """A sentence's ends: of one line each, as neither may reach over a paragraph's end."""
    lines = [line.split() for line in clean(sentence).text.split("\n") if line.strip()]
    if len(lines) == 1 and len(lines[0]) <= 2 * _WORDS:
        return _quoted(lines[0])
    return f"{_quoted(lines[0][:_WORDS])},{_quoted(lines[-1][-_WORDS:])}" if lines else ""


def _quoted(words: Sequence[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")  # a dash has a meaning of its own
