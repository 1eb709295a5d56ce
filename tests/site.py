"""A web site on loopback that misbehaves on demand: a real HTTP server for tests of fetching.

``with Site() as site:`` serves in threads of its own, over TLS where it is given a context.
``site[path]`` is what a path answers: one ``Answer``, a list of them of which each is given once
and the last for good, or a function.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from threading import Lock, Thread
from typing import Self, TypeAlias

RSS = "application/rss+xml"
XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for."""

    path: str
    headers: Mapping[str, str]
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path answers.

    ``length`` is the Content-Length where it lies; ``before``: seconds of silence; ``pause``:
    seconds between two bytes; ``drop``: the connection ends at once; ``endless``: the body is
    sent over and over.
    """

    body: bytes = b""
    status: int = 200
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None
    before: float = 0.0
    pause: float = 0.0
    drop: bool = False
    endless: bool = False


Answers: TypeAlias = Answer | list[Answer] | Callable[[Request], Answer]


def page(text: str) -> Answer:
    """An article."""
    return Answer(f"<html><body><p>{text}</p></body></html>".encode())


def redirect(location: str, status: int = 302) -> Answer:
    """Go elsewhere."""
    return Answer(status=status, headers={"Location": location})


def rss(*links: str, more: str = "") -> Answer:
    """A feed with one entry a link, and a link to its next page."""
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    following = f'<atom:link rel="next" href="{more}"/>' if more else ""
    items = "".join(f"<item><title>x</title><link>{link}</link></item>" for link in links)
    channel = f"<channel>{following}{items}</channel>"
    return Answer(f'<rss version="2.0" {atom}>{channel}</rss>'.encode(), type=RSS)


def sitemap(*links: str, root: str = "urlset", changed: str = "") -> Answer:
    """A sitemap, or with ``root="sitemapindex"`` a sitemap of sitemaps."""
    entry = "url" if root == "urlset" else "sitemap"
    when = f"<lastmod>{changed}</lastmod>" if changed else ""
    entries = "".join(f"<{entry}><loc>{link}</loc>{when}</{entry}>" for link in links)
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return Answer(f'<{root} xmlns="{name}">{entries}</{root}>'.encode(), type=XML)


class Site:
    """One host."""

    def __init__(self, tls: SSLContext | None = None) -> None:
        self.scheme = "https" if tls else "http"
        self.requests: list[Request] = []
        self.lock = Lock()
        self._answers: dict[str, Answers] = {}
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.site = self
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __setitem__(self, path: str, answers: Answers) -> None:
        self._answers[path] = answers

    @property
    def port(self) -> int:
        return self._http.server_port

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"

    def asked(self, path: str | None = None) -> list[str]:
        """Return the paths that were asked for, in order: all but robots.txt, or the one."""
        paths = [request.path for request in self.requests]
        return [own for own in paths if own == path or (path is None and own != "/robots.txt")]

    def answer(self, request: Request) -> Answer:
        with self.lock:
            self.requests.append(request)
            answers = self._answers.get(request.path, Answer(status=404))
            if isinstance(answers, list):
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return answers(request) if callable(answers) else answers


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.site.answer(Request(self.path, headers, time.monotonic()))
        time.sleep(answer.before)
        if answer.drop:
            self.close_connection = True
            return
        self.send_response(answer.status)
        self._send_headers(answer)
        self._send_body(answer)

    def _send_headers(self, answer: Answer) -> None:
        length = len(answer.body) if answer.length is None else answer.length
        self.close_connection = answer.length is not None or answer.endless
        headers = {"Content-Type": answer.type, "Content-Length": str(length)}
        if answer.endless:
            del headers["Content-Length"]
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, answer: Answer) -> None:
        if answer.pause:
            for byte in answer.body:
                time.sleep(answer.pause)
                self.wfile.write(bytes([byte]))
            return
        self.wfile.write(answer.body)
        while answer.endless:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Keep the tests' output clean."""
