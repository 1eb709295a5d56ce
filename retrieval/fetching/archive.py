"""Pages on disk: one WARC file a page, put in its place in one step."""

import hashlib
import os
import re
from io import BytesIO
from pathlib import Path
from typing import Final

import httpx
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from retrieval.errors import FetchError
from retrieval.fetching.client import Reply
from retrieval.fetching.urls import host_of

_UNSAFE: Final = re.compile(r"[^a-z0-9.-]")
_OF_THE_WIRE: Final = frozenset(
    {"connection", "content-encoding", "content-length", "keep-alive", "set-cookie"}
    | {"transfer-encoding"}
)
"""Headers that say how the body travelled; it is kept decoded. Cookies are nobody's business."""


class Archive:
    """A folder of ``HOST/xx/DIGEST.warc.gz``, where the digest is of the page's address.

    A page that is fetched again takes the place of what it was, so a folder never holds two
    states of one page, and its file keeps its name. Nothing is ever half written under that name.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds(self, name: str) -> bool:
        """Whether the file that ``save`` named is still there."""
        return (self._folder / name).is_file()

    def save(self, reply: Reply) -> str:
        """Keep a reply; return its file, relative to the folder, with forward slashes.

        Raises:
            FetchError: the folder cannot be written.
        """
        name = _name(reply.url)
        path = self._folder / name
        aside = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                file.write(_packed(reply))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        except OSError as error:
            msg = f"cannot write to {self._folder} ({error.strerror}): see to it, then fetch again"
            raise FetchError(msg) from error
        return name


def _name(url: str) -> str:
    digest = hashlib.blake2b(url.encode(), digest_size=16).hexdigest()
    host = _UNSAFE.sub("_", host_of(url)).lstrip(".") or "_"
    return f"{host}/{digest[:2]}/{digest}.warc.gz"


def _packed(reply: Reply) -> bytes:
    content = _http(reply)
    record = WarcRecord()
    record.init_headers(WarcRecordType.response, content_length=len(content))
    record.headers["WARC-Target-URI"] = reply.url
    record.headers["Content-Type"] = "application/http; msgtype=response"
    record.record_date = reply.at
    record.set_bytes_content(content)
    packed = BytesIO()
    with GzipWriter(packed) as stream:
        record.write(stream, checksum_data=True)
        stream.finish()
        return packed.getvalue()


def _http(reply: Reply) -> bytes:
    headers = httpx.Headers(
        [(name, value) for name, value in reply.headers.raw if _kept(name)]
        + [(b"Content-Length", str(len(reply.body)).encode())]
    )
    lines = [b"HTTP/1.1 %d OK" % reply.status, *(b"%s: %s" % pair for pair in headers.raw)]
    return b"\r\n".join([*lines, b"", reply.body])


def _kept(name: bytes) -> bool:
    return name.decode("ascii", "replace").lower() not in _OF_THE_WIRE
