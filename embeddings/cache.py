"""Vectors by content: a text is encoded once per model, however often the index is built."""

import hashlib
import sqlite3
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import xxhash

from embeddings.codec import Codes, TokenCodec
from embeddings.encoder import Encoder, Encoding, TokenEncoder, Vectors
from embeddings.errors import DalilError

_STORED: Final = np.float16
"""Of a coordinate below 1 it keeps three digits, which moves no cosine by more than 0.0002."""

_BLOBS: Final = {"vectors": "vector", "tokens": "codes", "codecs": "centre, spread"}
"""What has checksums, by table."""


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
            _add_checksums(self._database, "codecs")
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
    def known_codec(self) -> TokenCodec | None:
        """What the tokens are packed with; None until the first are encoded."""
        return self._codec

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
            made = _rows(missing, self._encoder.encode_passages(list(missing.values())))
            self.encoded += len(missing)
            with self._telling(), self._transaction():
                self._vectors.save(made)
            found |= made
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
        if missing:
            encodings = self._encode_tokens(list(missing.values()))
            with self._telling(), self._transaction():
                made = dict(zip(missing, self._packed(encodings), strict=True))
                self._tokens.save(made)
                self._vectors.save(_rows(missing, np.stack([each.vector for each in encodings])))
            found |= made
        width = self.codec.packed_width if keys else 0
        return [np.frombuffer(found[key], np.uint8).reshape(-1, width) for key in keys]

    def forget(self, texts: Iterable[str]) -> None:
        """Drop what is known of some texts, but for those that this build asked for."""
        keys = [self._key(text) for text in texts]
        with self._telling(), self._transaction():
            self._vectors.forget(keys)
            self._tokens.forget(keys)

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
            arrays = self._codec.centre.tobytes(), self._codec.spread.tobytes()
            self._database.execute(
                "INSERT INTO codecs VALUES (?, ?, ?, ?)",
                (self._encoder.fingerprint, *arrays, _checksum(*arrays)),
            )
        return [self._codec.pack(each.tokens).tobytes() for each in encodings]

    def _load_codec(self) -> TokenCodec | None:
        row = self._database.execute(
            "SELECT centre, spread, checksum FROM codecs WHERE model = ?",
            (self._encoder.fingerprint,),
        ).fetchone()
        if not row:
            return None
        *arrays, checksum = row
        if not _is_whole(checksum, *arrays):
            raise sqlite3.DatabaseError("what its tokens are packed with is damaged")
        return TokenCodec(*(np.frombuffer(blob, np.float32) for blob in arrays))

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
    """Blobs by key; which of them this build asks for is noted beside it, and not kept.

    A blob that does not have its checksum counts as missing, and makes room for another.
    """

    def __init__(self, database: sqlite3.Connection, name: str, column: str) -> None:
        self._database = database
        # The names are the two above, never anyone's text.
        database.execute(
            f"CREATE TABLE IF NOT EXISTS {name}"
            f" (key BLOB PRIMARY KEY, {column} BLOB NOT NULL) WITHOUT ROWID"
        )
        # Up to version 0.1 a build wrote its number, and with it the whole blob, into each row.
        if "build" in _columns(database, name):
            database.execute(f"ALTER TABLE {name} DROP COLUMN build")
        _add_checksums(database, name)
        database.execute(f"CREATE TEMP TABLE asked_{name} (key BLOB PRIMARY KEY) WITHOUT ROWID")
        self._select = f"SELECT checksum, {column} FROM {name} WHERE key = ?"  # noqa: S608
        self._remove = f"DELETE FROM {name} WHERE key = ?"  # noqa: S608
        self._insert = f"INSERT OR IGNORE INTO {name} VALUES (?, ?, ?)"  # noqa: S608
        self._note = f"INSERT OR IGNORE INTO asked_{name} VALUES (?)"  # noqa: S608
        self._delete = f"DELETE FROM {name} WHERE key NOT IN (SELECT key FROM asked_{name})"  # noqa: S608
        self._remove_unasked = f"{self._delete} AND key = ?"

    def load(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return what is known of these, which the build asks for."""
        self._database.executemany(self._note, ((key,) for key in keys))
        found = {}
        for key in keys:
            row = self._database.execute(self._select, (key,)).fetchone()
            if row and _is_whole(*row):
                found[key] = row[1]
            elif row:
                self._database.execute(self._remove, (key,))
        return found

    def save(self, blobs: Mapping[bytes, bytes]) -> None:
        rows = [(key, blob, _checksum(blob)) for key, blob in blobs.items()]
        self._database.executemany(self._insert, rows)

    def forget(self, keys: Iterable[bytes]) -> None:
        self._database.executemany(self._remove_unasked, ((key,) for key in keys))

    def forget_unused(self) -> None:
        self._database.execute(self._delete)


def remove(path: Path) -> None:
    """Remove the file of a cache, and what a build that was killed left beside it."""
    for each in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{each}").unlink(missing_ok=True)


def problems(path: Path) -> list[str]:
    """Return what is wrong with the file of a cache, if there is one, without writing to it."""
    if not path.is_file():
        return []
    # Without a log beside it nobody writes it, and it may lie where nobody can.
    logged = path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro" if logged else "mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)) as database:
            database.create_function("is_whole", -1, _is_whole, deterministic=True)
            return list(_problems(database))
    except sqlite3.Error as error:
        # With its log it opens only where there is room: what a build reads is checked then.
        cannot_open = logged and isinstance(error, sqlite3.OperationalError)
        return [] if cannot_open else [str(error)]


def _problems(database: sqlite3.Connection) -> Iterator[str]:
    yield from (line for (line,) in database.execute("PRAGMA integrity_check") if line != "ok")
    for name, columns in _BLOBS.items():
        if _has_checksums(database, name):
            (damaged,) = database.execute(
                f"SELECT count(*) FROM {name} WHERE NOT is_whole(checksum, {columns})"  # noqa: S608
            ).fetchone()
            if damaged:
                yield f"{damaged:,} {name} are not as they were written"


def _add_checksums(database: sqlite3.Connection, table: str) -> None:
    """Add what the tables of version 0.1 lack; their rows have none."""
    if not _has_checksums(database, table):
        database.execute(f"ALTER TABLE {table} ADD COLUMN checksum BLOB")


def _has_checksums(database: sqlite3.Connection, table: str) -> bool:
    return "checksum" in _columns(database, table)


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in database.execute(f"PRAGMA table_info({table})")}


def _checksum(*blobs: bytes) -> bytes:
    return xxhash.xxh3_64_digest(b"".join(blobs))


def _is_whole(checksum: bytes | None, *blobs: bytes) -> bool:
    return checksum is None or checksum == _checksum(*blobs)


def _missing(
    keys: Sequence[bytes], texts: Sequence[str], found: Container[bytes]
) -> dict[bytes, str]:
    return {key: text for key, text in zip(keys, texts, strict=True) if key not in found}


def _rows(keys: Iterable[bytes], vectors: Vectors) -> dict[bytes, bytes]:
    stored = vectors.astype(_STORED)
    return {key: row.tobytes() for key, row in zip(keys, stored, strict=True)}
