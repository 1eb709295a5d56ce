"""What many tests share: the real model, loaded once."""

import pytest
from hypothesis import HealthCheck, settings

from embeddings import Encoder, load_encoder

# No test asserts times: this machine may have other work.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """Return the model that comes with the install."""
    import torch  # noqa: PLC0415 - most tests need neither the model nor its seconds

    # Beside another job, two threads wait for each other far longer than they work.
    torch.set_num_threads(1)
    return load_encoder()
