"""Updates as Telegram delivers them by itself: over HTTP, with a secret."""

import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from telegram import Update
from telegram.ext import ExtBot

from bot.inbox import Inbox
from bot.listening import Request, Respond, Response, listening
from bot.reaching import reach
from bot.settings import Settings

logger = logging.getLogger(__name__)

_HEADER: Final = "x-telegram-bot-api-secret-token"
_SETTING: Final = "DALIL_WEBHOOK_LISTEN"


def secret_of(token: str) -> str:
    """Return what Telegram must show with each update: the same at every start, and no token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


@asynccontextmanager
async def delivered(
    bot: ExtBot[Any], inbox: Inbox, settings: Settings, kinds: list[str]
) -> AsyncIterator[None]:
    """Have updates of these kinds delivered for as long as the context lasts.

    Telegram keeps what comes afterwards, and delivers it at the next start.

    Raises:
        ListenError: nobody can listen where the settings say.
        TelegramError: Telegram does not take the address.
    """
    url = settings.webhook_url or ""
    respond = _receiver(bot, inbox, urlsplit(url).path or "/")
    async with listening(settings.webhook_listen, respond, _SETTING):
        await reach(
            partial(bot.set_webhook, url, secret_token=secret_of(bot.token), allowed_updates=kinds)
        )
        logger.info("updates are delivered to %s", settings.webhook_listen)
        yield


def _receiver(bot: ExtBot[Any], inbox: Inbox, path: str) -> Respond:
    secret = secret_of(bot.token).encode()

    async def receive(request: Request) -> Response:
        shown = request.headers.get(_HEADER, "").encode()
        if request.path != path or request.method != "POST":
            return Response(HTTPStatus.NOT_FOUND)
        if not hmac.compare_digest(shown, secret):
            logger.warning("something was delivered without the secret")
            return Response(HTTPStatus.FORBIDDEN)
        try:
            update = Update.de_json(json.loads(request.body), bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return Response(HTTPStatus.BAD_REQUEST)
        await inbox.put(update)  # only now, that it is on disk, does Telegram hear that it came
        return Response(HTTPStatus.OK)

    return receive
