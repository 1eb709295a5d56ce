"""Telegram reached at the start, although the connection breaks."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from telegram.error import BadRequest, NetworkError, TimedOut

logger = logging.getLogger(__name__)

WAITS: Final = (0.2, 1.0, 2.0)
"""Seconds before each further try."""


async def reach(call: Callable[[], Awaitable[object]]) -> None:
    """Make a call that the bot cannot begin without, again where the connection breaks.

    Raises:
        TelegramError: Telegram refuses it, does not answer in time, or cannot be reached.
    """
    for seconds in WAITS:
        try:
            await call()
        except (BadRequest, TimedOut):  # it was reached, or so long a wait is telling enough
            raise
        except NetworkError as error:
            logger.info("Telegram was not reached, trying again in %.1f s: %s", seconds, error)
        else:
            return
        await asyncio.sleep(seconds)
    await call()
