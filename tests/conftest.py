"""What many tests share: the real model, loaded once."""

import os

import pytest
from hypothesis import HealthCheck, settings

from embeddings import Encoder, load_encoder

# No test asserts times: this machine may have other work. New examples are sought at the desk; CI
# tries the same ones each time, so that a change fails only for what it changed.
settings.register_profile(
    "dalil",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("dalil")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=8, help="how many builds are killed")
    parser.addoption("--cards", type=int, default=100, help="how many cards are tried")


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """Return the model that comes with the install."""
    import torch  # noqa: PLC0415 - most tests need neither the model nor its seconds

    # Beside another job, two threads wait for each other far longer than they work.
    torch.set_num_threads(1)
    return load_encoder()
