"""Settings of the index and its model, read at the entry points only."""

from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import SettingsError

_Settings = TypeVar("_Settings", bound=BaseSettings)


class IndexSettings(BaseSettings):
    """From the environment and ``.env``; a blank value means the default."""

    model_config = SettingsConfigDict(
        env_prefix="DALIL_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",  # the bot's settings stand in the same file
        frozen=True,
    )

    index_dir: Path = Field(
        default=Path("dalil-index"), description="Folder of the index, made by dalil build."
    )
    embedding_model: str | None = Field(
        default=None,
        description="A sentence-transformers folder or Hub name; by default the bundled model.",
    )


def read_settings(kind: type[_Settings]) -> _Settings:
    """Read one kind of settings from the environment and ``.env``.

    Raises:
        SettingsError: a value is not usable; the message names the variable, never its value.
    """
    try:
        return kind()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = f"DALIL_{first['loc'][0]}".upper()
        msg = f"{name}: {first['msg'].removeprefix('Value error, ')}"
        raise SettingsError(msg) from None
