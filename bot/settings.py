"""The bot's settings, read from the environment and from ``.env``."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_TOKEN = re.compile(r"[0-9]+:[\w-]+", re.ASCII)


def _bot_token(token: SecretStr) -> SecretStr:
    stripped = token.get_secret_value().strip()
    if not _TOKEN.fullmatch(stripped):
        raise ValueError(
            "this is not a bot token; copy it from @BotFather (digits, colon, letters)"
        )
    return SecretStr(stripped)


def _server_root(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("this is not an http(s) address")
    return url.rstrip("/")


class Settings(BaseSettings):
    """What the bot needs to run; every name begins with ``DALIL_`` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="DALIL_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    telegram_token: Annotated[SecretStr, AfterValidator(_bot_token)] | None = Field(
        default=None, description="The bot's token, as @BotFather gives it."
    )
    telegram_api_url: Annotated[str, AfterValidator(_server_root)] = Field(
        default="https://api.telegram.org",
        description="Root of the Bot API server; methods live under /bot<token>/.",
    )
    passages_per_answer: int = Field(
        default=3, ge=1, le=5, description="How many passages one answer shows."
    )
    question_limit: int = Field(
        default=500, ge=20, le=4096, description="The longest question taken, in characters."
    )
    concurrent_questions: int = Field(
        default=4, ge=1, le=64, description="How many chats are answered at the same time."
    )
    bot_data: Path = Field(
        default=Path("dalil-bot.sqlite"), description="The file of what the bot remembers."
    )
    log_questions: bool = Field(
        default=False, description="Write what people ask into the log; otherwise only its length."
    )
