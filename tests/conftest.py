"""What many tests share: the real model, loaded once."""

import pytest

from embeddings import Encoder, load_encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """Return the model that comes with the install."""
    return load_encoder()
