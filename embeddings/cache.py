"""Vectors by content: a text is encoded once per model, however often the index is built."""

import hashlib
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from embeddings.codec import Codes, TokenCodec
from embeddings.encoder import Encoder, Encoding, TokenEncoder, Vectors
from embeddings.errors import DalilError

_STORED: Final = np.float16
"""Of a coordinate below 1 it keeps three digits, which moves no cosine by more than 0.0002."""


class VectorCache:
    """Passage vectors, and packed token vectors, in one SQLite file under the hash of their text.

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
            "CREATE TABLE IF NOT EXISTS codecs"
            " (model TEXT PRIMARY KEY, centre BLOB NOT NULL, spread BLOB NOT NULL)"
        )
        self._vectors = _Table(self._database, "vectors", "vector")
        self._tokens = _Table(self._database, "tokens", "codes")
        self._codec = self._load_codec()
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

    @property
    def gives_tokens(self) -> bool:
        """Whether the model gives token vectors."""
        return isinstance(self._encoder, TokenEncoder)

    @property
    def codec(self) -> TokenCodec:
        """What the tokens are packed with: measured on the first that were encoded.

        Raises:
            ValueError: none was encoded yet.
        """
        if self._codec is None:
            raise ValueError("no tokens were encoded yet")
        return self._codec

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one vector a text, shape (len(texts), dim), encoding those not yet known."""
        keys = [self._key(text) for text in texts]
        found = self._vectors.load(keys)
        missing = _missing(keys, texts, found)
        if missing:
            made = _rows(missing, self._encoder.encode_passages(list(missing.values())))
            self.encoded += len(missing)
            found |= made
            with self._transaction():
                self._vectors.save(made)
        joined = b"".join(found[key] for key in keys)
        rows = np.frombuffer(joined, _STORED).reshape(len(texts), self._encoder.dim)
        return rows.astype(np.float32)

    def encode_tokens(self, texts: Sequence[str]) -> list[Codes]:
        """Return each text's tokens, packed; what is encoded leaves its vector here too.

        Raises:
            TypeError: the model gives no token vectors.
        """
        keys = [self._key(text) for text in texts]
        found = self._tokens.load(keys)
        missing = _missing(keys, texts, found)
        if missing:
            encodings = self._encode_tokens(list(missing.values()))
            with self._transaction():
                made = dict(zip(missing, self._packed(encodings), strict=True))
                self._tokens.save(made)
                self._vectors.save(_rows(missing, np.stack([each.vector for each in encodings])))
            found |= made
        width = self.codec.packed_width if keys else 0
        return [np.frombuffer(found[key], np.uint8).reshape(-1, width) for key in keys]

    def forget_unused(self) -> None:
        """Drop what this build did not ask for: texts gone, and other models' vectors."""
        self._vectors.forget_unused()
        self._tokens.forget_unused()

    def _encode_tokens(self, texts: Sequence[str]) -> list[Encoding]:
        if not isinstance(self._encoder, TokenEncoder):
            raise TypeError(f"the model {self._encoder.name} gives no token vectors")
        self.encoded += len(texts)
        return self._encoder.encode_passage_tokens(texts)

    def _packed(self, encodings: Sequence[Encoding]) -> list[bytes]:
        if self._codec is None:
            self._codec = TokenCodec.of(np.concatenate([each.tokens for each in encodings]))
            self._database.execute(
                "INSERT INTO codecs VALUES (?, ?, ?)",
                (
                    self._encoder.fingerprint,
                    self._codec.centre.tobytes(),
                    self._codec.spread.tobytes(),
                ),
            )
        return [self._codec.pack(each.tokens).tobytes() for each in encodings]

    def _load_codec(self) -> TokenCodec | None:
        row = self._database.execute(
            "SELECT centre, spread FROM codecs WHERE model = ?", (self._encoder.fingerprint,)
        ).fetchone()
        return TokenCodec(*(np.frombuffer(blob, np.float32) for blob in row)) if row else None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def _key(self, text: str) -> bytes:
        named = f"{self._encoder.fingerprint}\0{text}"
        return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Table:
    """Blobs by key; which of them this build asks for is noted beside it, and not kept."""

    def __init__(self, database: sqlite3.Connection, name: str, column: str) -> None:
        self._database = database
        # The names are the two above, never anyone's text.
        database.execute(
            f"CREATE TABLE IF NOT EXISTS {name}"
            f" (key BLOB PRIMARY KEY, {column} BLOB NOT NULL) WITHOUT ROWID"
        )
        # Up to version 0.1 a build wrote its number, and with it the whole blob, into each row.
        columns = {row[1] for row in database.execute(f"PRAGMA table_info({name})")}
        if "build" in columns:
            database.execute(f"ALTER TABLE {name} DROP COLUMN build")
        database.execute(f"CREATE TEMP TABLE asked_{name} (key BLOB PRIMARY KEY) WITHOUT ROWID")
        self._select = f"SELECT {column} FROM {name} WHERE key = ?"  # noqa: S608
        self._insert = f"INSERT OR IGNORE INTO {name} VALUES (?, ?)"  # noqa: S608
        self._note = f"INSERT OR IGNORE INTO asked_{name} VALUES (?)"  # noqa: S608
        self._delete = f"DELETE FROM {name} WHERE key NOT IN (SELECT key FROM asked_{name})"  # noqa: S608

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what is known of these, which the build asks for."""
        self._database.executemany(self._note, ((key,) for key in keys))
        rows = ((key, self._database.execute(self._select, (key,)).fetchone()) for key in keys)
        return {key: row[0] for key, row in rows if row}

    def save(self, blobs: Mapping[bytes, bytes]) -> None:
        self._database.executemany(self._insert, blobs.items())

    def forget_unused(self) -> None:
        self._database.execute(self._delete)


def _missing(
    keys: Sequence[bytes], texts: Sequence[str], found: Container[bytes]
) -> dict[bytes, str]:
    return {key: text for key, text in zip(keys, texts, strict=True) if key not in found}


def _rows(keys: Iterable[bytes], vectors: Vectors) -> dict[bytes, bytes]:
    stored = vectors.astype(_STORED)
    return {key: row.tobytes() for key, row in zip(keys, stored, strict=True)}
