"""Where the bot listens: a port, or a socket in the file system."""

import re
from dataclasses import dataclass

_HOST_PORT = re.compile(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[\w.-]+)):(?P<port>\d{1,5})")


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port; or, without a port, the path of a Unix socket."""

    host: str
    port: int | None

    def __str__(self) -> str:
        return f"unix:{self.host}" if self.port is None else f"{self.host}:{self.port}"


def address(value: object) -> object:
    """Read ``HOST:PORT`` or ``unix:PATH``; anything that is no text is returned as it is.

    Raises:
        ValueError: it is neither.
    """
    if not isinstance(value, str):
        return value
    if value.startswith("unix:") and len(value) > len("unix:"):
        return Address(value.removeprefix("unix:"), None)
    match = _HOST_PORT.fullmatch(value)
    if match is None or int(match["port"]) > 65535:
        raise ValueError("this is neither HOST:PORT nor unix:PATH")
    return Address(match["six"] or match["host"], int(match["port"]))
