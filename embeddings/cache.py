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
    went on gives the very index of one that was never interrupted. What cannot be written is an
    ``OSError``.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._path = path
        self._database = sqlite3.connect(path, isolation_level=None)
        with self._telling():
            self._database.execute("PRAGMA journal_mode = WAL")
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
        with self._telling():
            found = self._vectors.load(keys)
        missing = _missing(keys, texts, found)
        if missing:
            found |= _rows(missing, self._encoder.encode_passages(list(missing.values())))
            self.encoded += len(missing)
        with self._telling(), self._transaction():
            self._vectors.save(found)
        joined = b"".join(found[key] for key in keys)
        rows = np.frombuffer(joined, _STORED).reshape(len(texts), self._encoder.dim)
        return rows.astype(np.float32)

    def encode_tokens(self, texts: Sequence[str]) -> list[Codes]:
        """Return each text's tokens, packed; what is encoded leaves its vector here too.

        Raises:
            TypeError: the model gives no token vectors.
        """
        keys = [self._key(text) for text in texts]
        with self._telling():
            found = self._tokens.load(keys)
        missing = _missing(keys, texts, found)
        vectors: dict[bytes, bytes] = {}
        with self._telling(), self._transaction():
            if missing:
                encodings = self._encode_tokens(list(missing.values()))
                found |= zip(missing, self._packed(encodings), strict=True)
                vectors = _rows(missing, np.stack([each.vector for each in encodings]))
            self._tokens.save(found)
            self._vectors.save(vectors)
        width = self.codec.packed_width if keys else 0
        return [np.frombuffer(found[key], np.uint8).reshape(-1, width) for key in keys]

    def forget_unused(self) -> None:
        """Drop what this build did not ask for: texts gone, and other models' vectors."""
        with self._telling():
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
        try:
            self._database.execute("BEGIN")
            yield
            self._database.execute("COMMIT")
        finally:
            # A full disk ends a transaction by itself.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Say what is wrong with the file, and what to do."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(f"{self._path.name}: {error}") from error
        except sqlite3.DatabaseError as error:
            msg = f"cannot read {self._path} ({error}): run 'dalil build --rebuild' to make it anew"
            raise DalilError(msg) from error

    def _key(self, text: str) -> bytes:
        named = f"{self._encoder.fingerprint}\0{text}"
        return hashlib.blake2b(named.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Table:
    """Blobs by key, each with the number of the build that last asked for it."""

    def __init__(self, database: sqlite3.Connection, name: str, column: str) -> None:
        self._database = database
        database.execute(
            f"CREATE TABLE IF NOT EXISTS {name}"
            f" (key BLOB PRIMARY KEY, {column} BLOB NOT NULL, build INTEGER NOT NULL) WITHOUT ROWID"
        )
        self._name = name
        # The names are the two above, never anyone's text.
        self._select = f"SELECT {column} FROM {name} WHERE key = ?"  # noqa: S608
        self._insert = (
            f"INSERT INTO {name} VALUES (?, ?, ?)"  # noqa: S608
            " ON CONFLICT (key) DO UPDATE SET build = excluded.build"
        )
        self._delete = f"DELETE FROM {name} WHERE build < ?"  # noqa: S608
        (latest,) = database.execute(f"SELECT max(build) FROM {name}").fetchone()  # noqa: S608
        self._build = (latest or 0) + 1

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        rows = ((key, self._database.execute(self._select, (key,)).fetchone()) for key in keys)
        return {key: row[0] for key, row in rows if row}

    def save(self, blobs: Mapping[bytes, bytes]) -> None:
        rows = [(key, blob, self._build) for key, blob in blobs.items()]
        self._database.executemany(self._insert, rows)

    def forget_unused(self) -> None:
        self._database.execute(self._delete, (self._build,))


def _missing(
    keys: Sequence[bytes], texts: Sequence[str], found: Container[bytes]
) -> dict[bytes, str]:
    return {key: text for key, text in zip(keys, texts, strict=True) if key not in found}


def _rows(keys: Iterable[bytes], vectors: Vectors) -> dict[bytes, bytes]:
    stored = vectors.astype(_STORED)
    return {key: row.tobytes() for key, row in zip(keys, stored, strict=True)}
