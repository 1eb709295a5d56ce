"""Telegram's side of a webhook: delivers each update until it is taken, in order, with the secret.

The public address is https; a test says where the proxy behind it would lead.
"""

import http.client
import json
import socket
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from tests.telegram.api import BotApi


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a public address leads to: a host and a port, or without one a socket's path."""

    host: str
    port: int | None = None

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """Post a body; return the status, 0 where nobody answers."""
        plain = http.client.HTTPConnection(self.host, self.port, timeout=10)
        connection = plain if self.port else _SocketConnection(self.host, timeout=10)
        try:
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()


class Deliverer:
    """Delivers for as long as the context lasts."""

    def __init__(self, api: BotApi, proxy: Proxy) -> None:
        self._api, self._proxy, self._end = api, proxy, Event()
        self._thread = Thread(target=self._deliver)
        self.statuses: list[int] = []

    def __enter__(self) -> "Deliverer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _deliver(self) -> None:
        while not self._end.wait(0.02):
            webhook, updates = self._api.to_deliver()
            for update in updates if webhook else ():
                self._try(webhook, update)

    def _try(self, webhook: dict[str, Any], update: dict[str, Any]) -> None:
        headers = {
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": webhook.get("secret_token", ""),
        }
        path = urlsplit(webhook["url"]).path or "/"
        status = self._proxy.post(path, json.dumps(update).encode(), headers)
        self.statuses.append(status)
        if status == http.client.OK:
            self._api.forget(update["update_id"])
