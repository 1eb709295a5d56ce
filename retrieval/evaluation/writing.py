"""Files that a run leaves: written aside, and put in their place by one rename."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import OutputError


def check_writable(path: Path) -> None:
    """Find out before long work whether a file can be written after it.

    Raises:
        OutputError: it cannot.
    """
    folder = path.resolve().parent
    if path.exists() and not path.is_file():
        raise OutputError(f"cannot write {path}: it is no file; name one")
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise OutputError(f"cannot write {path}: there is no folder {folder} to write to")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file to write aside; left without an error, it takes the place of ``path``.

    Raises:
        OutputError: it cannot be written.
    """
    target = path.resolve()
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield aside
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        aside.unlink(missing_ok=True)
