"""Whether the bot is well, and its figures, for programs on the same machine."""

import json
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST

from bot.listening import Request, Response
from bot.metrics import Metrics
from bot.search import Search

_PATIENCE: Final = 120.0
"""Seconds without a word from Telegram after which the bot is not well; a request for updates
stays open for thirty."""


@dataclass
class Heartbeat:
    """When Telegram last answered."""

    delivered: bool = False
    """Whether Telegram comes by itself, so that its silence says nothing."""
    last: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """Note that Telegram answered."""
        self.last = time.monotonic()

    @property
    def silence(self) -> float:
        """Seconds since then."""
        return 0.0 if self.delivered else time.monotonic() - self.last


class Monitor:
    """Answers ``/health`` and ``/metrics``."""

    def __init__(self, search: Search, metrics: Metrics, heartbeat: Heartbeat) -> None:
        self._search, self._metrics, self._heartbeat = search, metrics, heartbeat

    async def respond(self, request: Request) -> Response:
        """Answer a request; that it is answered says that the event loop is not stuck."""
        if request.method not in {"GET", "HEAD"}:
            return Response(HTTPStatus.METHOD_NOT_ALLOWED)
        if request.path == "/metrics":
            return Response(HTTPStatus.OK, self._metrics.exposed(), CONTENT_TYPE_LATEST)
        if request.path == "/health":
            return self._health()
        return Response(HTTPStatus.NOT_FOUND)

    def _health(self) -> Response:
        silence = self._heartbeat.silence
        well = silence < _PATIENCE
        about = {
            "status": "ok" if well else "telegram is silent",
            "silence_s": round(silence),
            "generation": self._search.answers.info.generation,
            "waiting": self._search.waiting,
        }
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(status, json.dumps(about).encode(), "application/json")
