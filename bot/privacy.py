"""What must not reach a log: the bot's token, and what people write."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_HIDDEN = "<token>"


@contextmanager
def token_hidden(token: str) -> Iterator[None]:
    """Keep ``token`` out of every log record made in this process while the context lasts.

    The addresses of all requests hold the token, and so do some of PTB's errors and its bot's
    ``repr``. Records are cleaned where they are made, before any handler sees them.
    """
    make = logging.getLogRecordFactory()

    def make_clean(
        *args: Any,  # noqa: ANN401 - handed on as they come
        **kwargs: Any,  # noqa: ANN401
    ) -> logging.LogRecord:
        return _without(token, make(*args, **kwargs))

    logging.setLogRecordFactory(make_clean)
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)


def quiet_libraries() -> None:
    """Silence the logs that name whole requests or whole messages."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.INFO)


def describe(error: BaseException, hidden: str) -> str:
    """The traceback of ``error`` without ``hidden``: what a person wrote."""
    text = "".join(traceback.format_exception(error)).rstrip()
    return text.replace(hidden, "<question>") if hidden else text


def _without(token: str, record: logging.LogRecord) -> logging.LogRecord:
    message = record.getMessage()
    if token in message:
        record.msg, record.args = message.replace(token, _HIDDEN), None
    if record.exc_info and record.exc_info[1]:
        text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        if token in text:
            record.exc_info, record.exc_text = None, text.replace(token, _HIDDEN)
    return record
