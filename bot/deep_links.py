"""Links that open the bot's private chat at a question or an article: ``t.me/bot?start=...``.

Telegram lets 64 characters of ``A-Za-z0-9_-`` pass. The first says what follows, in base64 for
addresses: ``q`` a question in UTF-8, ``w`` one in Windows-1256, in which an Arabic letter takes one
byte and not two, ``a`` an article's key.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from bot.buttons import key_of

_LONGEST = 64
_ENCODINGS = {"w": "cp1256", "q": "utf-8"}
_ARTICLE = "a"


def question_payload(question: str) -> str | None:
    """Return the payload of a link that asks ``question``; None where that is too long for one."""
    payloads = (_payload(kind, question, name) for kind, name in _ENCODINGS.items())
    return next((payload for payload in payloads if payload), None)


def article_link(bot: str, article_id: str) -> str:
    """Return a link that opens an article in the chat of the bot with this name."""
    return f"https://t.me/{bot.removeprefix('@')}?start={_ARTICLE}{key_of(article_id)}"


def linked_question(payload: str) -> str:
    """Return the question in a payload; nothing where there is none."""
    encoding = _ENCODINGS.get(payload[:1])
    if encoding is None:
        return ""
    try:
        return urlsafe_b64decode(payload[1:] + "=" * (-len(payload[1:]) % 4)).decode(encoding)
    except ValueError:  # neither base64 nor that encoding
        return ""


def linked_article(payload: str) -> str | None:
    """Return the article's key in a payload."""
    return payload[1:] if payload.startswith(_ARTICLE) else None


def _payload(kind: str, question: str, encoding: str) -> str | None:
    try:
        payload = kind + urlsafe_b64encode(question.encode(encoding)).decode().rstrip("=")
    except UnicodeEncodeError:
        return None
    return payload if len(payload) <= _LONGEST else None
