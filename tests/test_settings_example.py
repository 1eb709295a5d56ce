"""``.env.example`` against the settings that exist."""

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic_settings import BaseSettings

from bot.settings import Settings
from retrieval.settings import IndexSettings

EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"
KINDS: tuple[type[BaseSettings], ...] = (IndexSettings, Settings)


def test_the_example_names_every_setting_and_no_other() -> None:
    """Each setting stands in the example, blank, under its name in the environment."""
    names = {f"DALIL_{name}".upper() for kind in KINDS for name in kind.model_fields}
    assert dotenv_values(EXAMPLE) == dict.fromkeys(sorted(names), "")


def test_the_example_describes_each_setting_in_its_own_words() -> None:
    """The comment above each name begins with the setting's description, and tells its default."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for kind in KINDS:
        for name, field in kind.model_fields.items():
            block = next(part for part in text.split("\n\n") if f"DALIL_{name.upper()}=" in part)
            assert (field.description or "").rstrip(".") in block, name
            if field.default not in {None, ()}:
                shown = str(field.default).lower()
                assert f"Default: {shown}\n" in block.lower().replace("default:", "Default:"), name


def test_a_copied_example_means_the_defaults(tmp_path: Path) -> None:
    """Blank values in a copied file are the same as no file."""
    copied = tmp_path / ".env"
    copied.write_bytes(EXAMPLE.read_bytes())
    for kind in KINDS:
        assert kind(_env_file=copied) == kind(_env_file=None)


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yaml", "docs/running.md"])
def test_no_other_file_names_a_setting_that_there_is_not(path: str) -> None:
    """What a container is given, and what the manual says of a service."""
    text = (EXAMPLE.parent / path).read_text(encoding="utf-8")
    known = {f"DALIL_{name}".upper() for kind in KINDS for name in kind.model_fields}
    named = set(re.findall(r"DALIL_[A-Z_]+", text))
    assert named
    assert named <= known
