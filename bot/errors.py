"""What can keep the bot from running; each message is one sentence that says what to do."""

from retrieval.errors import DalilError


class TokenRefusedError(DalilError):
    """Telegram does not know the bot's token, or no longer accepts it."""


class TelegramUnreachableError(DalilError):
    """The Bot API server does not answer, or answers what no bot can work with."""


class StorageError(DalilError):
    """The file that holds what the bot keeps cannot be used."""
