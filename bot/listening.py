"""A small HTTP server on the bot's own event loop, for the webhook, health and metrics.

It answers one request a connection at a time and takes nothing large: a proxy stands before it
where the world can reach it.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import h11

from bot.addresses import Address
from bot.errors import ListenError

logger = logging.getLogger(__name__)

_LARGEST: Final = 1 << 20
"""Bytes of a request's body; an update takes some thousands."""
_PATIENCE: Final = 60.0
"""Seconds for the next request on a connection to come in whole."""
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for; the names of headers are in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """What they are answered."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Respond = Callable[[Request], Awaitable[Response]]


@asynccontextmanager
async def listening(where: Address, respond: Respond, setting: str) -> AsyncIterator[None]:
    """Answer requests at an address for as long as the context lasts.

    Raises:
        ListenError: nobody can listen there; the message names the ``setting``.
    """
    connections: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if task := asyncio.current_task():
            connections.add(task)
            task.add_done_callback(connections.discard)
        with suppress(OSError, asyncio.CancelledError):
            await _converse(reader, writer, respond)
        writer.close()

    server = await _start(where, serve, setting)
    try:
        yield
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        if where.port is None:
            with suppress(OSError):
                os.unlink(where.host)  # noqa: PTH108 - nothing to wait for


async def _start(
    where: Address,
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    setting: str,
) -> asyncio.Server:
    try:
        if where.port is not None:
            return await asyncio.start_server(serve, where.host, where.port)
        server = await asyncio.start_unix_server(serve, where.host)
        os.chmod(where.host, 0o660)  # noqa: PTH101 - whoever shares the group: the proxy
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        msg = f"cannot listen on {where} ({reason}): set {setting} to another address"
        raise ListenError(msg) from None
    return server


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, respond: Respond
) -> None:
    """Answer the requests of one connection until either side ends it."""
    connection = h11.Connection(h11.SERVER)
    while True:
        try:
            async with asyncio.timeout(_PATIENCE):
                request = await _request(connection, reader)
        except (h11.RemoteProtocolError, TimeoutError):
            return
        if request is None:
            return
        try:
            response = await respond(request)
        except Exception:
            logger.exception("a request for %s failed", request.path)
            response = Response(HTTPStatus.INTERNAL_SERVER_ERROR)
        _write(connection, writer, response)
        await writer.drain()
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    """Read one request; None where none comes any more.

    Raises:
        h11.RemoteProtocolError: what comes is no HTTP, or is too large.
    """
    head: h11.Request | None = None
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST:
                raise h11.RemoteProtocolError("too large")
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {name.decode(): value.decode("latin-1") for name, value in head.headers}
            path = head.target.decode("latin-1").partition("?")[0]
            return Request(head.method.decode(), path, headers, body)
        else:
            return None


def _write(connection: h11.Connection, writer: asyncio.StreamWriter, response: Response) -> None:
    headers = [
        ("Content-Type", response.kind),
        ("Content-Length", str(len(response.body))),
        *response.headers.items(),
    ]
    head = h11.Response(status_code=response.status, headers=headers)
    for event in (head, h11.Data(data=response.body), h11.EndOfMessage()):
        writer.write(connection.send(event) or b"")
