"""What a button under a card asks for, as the data that Telegram keeps with it: no person's words.

The question is not in the data: an answer quotes the message that holds it. So a button works
after a restart, and nothing is kept of what was asked.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields
from types import MappingProxyType
from typing import Any, TypeAlias

_APART = "."
_KEY, _STATE = 9, 4  # bytes: enough for millions of articles, and for one message's answers


@dataclass(frozen=True, slots=True)
class More:
    """The hits from ``rank`` on. ``state`` is that of the answer, see :func:`state_of`."""

    rank: int
    state: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for ``count`` hits from ``rank`` on."""

    rank: int
    count: int
    state: str
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """The same question without the filters that were understood in it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What surrounds ``text[start:end]`` of the article with this key."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Read:
    """A page of an article: it begins at ``place``, or ends there where it leads ``back``."""

    key: str
    place: int
    back: bool


@dataclass(frozen=True, slots=True)
class Speak:
    """The bot's texts in this language."""

    language: str


Press: TypeAlias = More | Why | Drop | Around | Read | Speak

_KINDS: Mapping[str, type[Press]] = MappingProxyType(
    {"m": More, "w": Why, "d": Drop, "a": Around, "r": Read, "l": Speak}
)
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}
_READERS: Mapping[Any, Callable[[str], object]] = {int: int, str: str, bool: "1".__eq__}


def data_of(press: Press) -> str:
    """Return a press as a button's data, 64 bytes at most."""
    values = (int(v) if isinstance(v, bool) else v for v in astuple(press))
    return _APART.join([_LETTERS[type(press)], *map(str, values)])


def press_in(data: str | None) -> Press | None:
    """Return what a button's data ask for; None where another version of the bot wrote them."""
    letter, *values = (data or "").split(_APART)
    kind = _KINDS.get(letter)
    if kind is None:
        return None
    make: Callable[..., Press] = kind
    try:
        pairs = zip(fields(kind), values, strict=True)
        return make(*(_READERS[field.type](value) for field, value in pairs))
    except ValueError:
        return None


def key_of(article_id: str) -> str:
    """Return the name of an article in buttons and links: 12 letters, the same in every build."""
    return _digest(article_id, _KEY)


def state_of(generation: str, question: str) -> str:
    """Return what an answer depends on, in short: where it is another, so is the answer."""
    return _digest(f"{generation}\0{question}", _STATE)


def _digest(text: str, size: int) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest[:size]).decode().rstrip("=")
