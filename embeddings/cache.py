"""Vectors by content: a text is encoded once per model, however often the index is built."""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from embeddings.encoder import Encoder, Vectors
from embeddings.errors import DalilError

_STORED: Final = np.float16
"""Of a coordinate below 1 it keeps three digits, which moves no cosine by more than 0.0002."""


class VectorCache:
    """Passage vectors in one SQLite file, each under the hash of its model and text.

    What is encoded is committed call by call, so a build that is killed loses one call's work at
    most. A vector is returned as it is stored, whether it was found or just encoded: a build that
    went on gives the very index of one that was never interrupted.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._database = sqlite3.connect(path, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.DatabaseError as error:
            msg = f"cannot read {path} ({error}): run 'dalil build --rebuild' to make it anew"
            raise DalilError(msg) from error
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS vectors"
            " (key BLOB PRIMARY KEY, vector BLOB NOT NULL, build INTEGER NOT NULL) WITHOUT ROWID"
        )
        (latest,) = self._database.execute("SELECT max(build) FROM vectors").fetchone()
        self._build = (latest or 0) + 1
        self.encoded = 0
        """Texts that were not found and went through the model."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (len(texts), dim), encoding those not yet known."""
        keys = [self._key(text) for text in texts]
        found = self._load(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if missing:
            vectors = self._encoder.encode_passages(list(missing.values())).astype(_STORED)
            found |= {key: row.tobytes() for key, row in zip(missing, vectors, strict=True)}
            self.encoded += len(missing)
        self._save(found)
        joined = b"".join(found[key] for key in keys)
        rows = np.frombuffer(joined, _STORED).reshape(len(texts), self._encoder.dim)
        return rows.astype(np.float32)

    def forget_unused(self) -> None:
        """Drop what this build did not ask for: texts gone, and other models' vectors."""
        self._database.execute("DELETE FROM vectors WHERE build < ?", (self._build,))

    def _load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        statement = "SELECT vector FROM vectors WHERE key = ?"
        rows = ((key, self._database.execute(statement, (key,)).fetchone()) for key in keys)
        return {key: row[0] for key, row in rows if row}

    def _save(self, vectors: dict[bytes, bytes]) -> None:
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO vectors VALUES (?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET build = excluded.build",
            [(key, vector, self._build) for key, vector in vectors.items()],
        )
        self._database.execute("COMMIT")

    def _key(self, text: str) -> bytes:
        named = f"{self._encoder.fingerprint}\0{text}"
        return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).digest()
