"""The bot's settings, read from the environment and from ``.env``."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.addresses import Address, address

_TOKEN = re.compile(r"[0-9]+:[\w-]+", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)


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


def _webhook(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("this is not an https address, and Telegram delivers to no other")
    return url


def _numbers(value: object) -> object:
    """Split what stands in the environment."""
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise ValueError("this is not a list of numbers with commas between them")
    return tuple(map(int, parts))


Listen = Annotated[Address, NoDecode, BeforeValidator(address)]
Ids = Annotated[tuple[int, ...], NoDecode, BeforeValidator(_numbers)]


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
        default=4, ge=1, le=64, description="How many searches run at the same time."
    )
    bot_data: Path = Field(
        default=Path("dalil-bot.sqlite"),
        description="File of what the bot keeps: feedback, saved questions, who is admitted.",
    )
    access: Literal["open", "invited"] = Field(
        default="open",
        description="Whom the bot answers: everybody (open), or whom you name or invite (invited).",
    )
    allowed: Ids = Field(
        default=(),
        description="Telegram's numbers of people and groups it answers in any case, with commas.",
    )
    admins: Ids = Field(
        default=(),
        description="Telegram's numbers of those who may use /stats, /version, /reload, /invite.",
    )
    questions_per_minute: int = Field(
        default=20, ge=1, le=1000, description="Questions answered to one person in a minute."
    )
    waiting_questions: int = Field(
        default=500,
        ge=1,
        le=10_000,
        description="Questions of all people that may wait at a time before new ones are put off.",
    )
    watches_per_person: int = Field(
        default=10, ge=0, le=30, description="Saved questions that one person may have."
    )
    webhook_url: Annotated[str, AfterValidator(_webhook)] | None = Field(
        default=None,
        description="Public https address for Telegram to deliver to; without it the bot polls.",
    )
    webhook_listen: Listen = Field(
        default=Address("127.0.0.1", 8443),
        description="Where the webhook is served: HOST:PORT, or unix:PATH for a socket.",
    )
    metrics_listen: Listen | None = Field(
        default=None,
        description="Where /health and /metrics are served: HOST:PORT, or unix:PATH.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How the log is written: text, or json for one object a line."
    )
    log_questions: bool = Field(
        default=False, description="Write what people ask into the log; otherwise only its length."
    )
