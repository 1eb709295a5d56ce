"""A bot in a process of its own whose searches never end: ``python -m tests.bot.stuck URL``."""

import sys
import threading

from bot.app import run
from bot.settings import Settings
from tests.bot.answers import WordAnswers
from tests.telegram.server import TOKEN


def stay(_: str) -> None:
    threading.Event().wait()


def main() -> None:
    answers = WordAnswers()
    answers.before = stay
    settings = {"telegram_token": TOKEN, "telegram_api_url": sys.argv[1]}
    run(Settings.model_validate(settings), answers)


if __name__ == "__main__":
    main()
