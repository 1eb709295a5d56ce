"""The bot under load, as a process of its own, against the strict Bot API server.

    python -m benchmarks.load                  # both parts, about 15 minutes
    python -m benchmarks.load --part rates --questions 1000

``endurance``: so many questions through a server that answers 429, drops connections and replies,
delays, and delivers twice and out of order; meanwhile the bot is stopped once and killed once, and
the index is built anew three times. ``rates``: fair weather, at each number of questions a second.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from retrieval.corpus.sample import sample
from tests.telegram.crowd import Account, Crowd
from tests.telegram.server import TOKEN, TelegramServer
from tests.telegram.weather import FAIR, FOUL

_ROOT = Path(__file__).resolve().parents[1]
_DALIL = [sys.executable, "-c", "from bot.cli import main; main()"]
# In Arabic, where what stands in quotation marks is demanded: that tells the answers apart.
_TEXTS = (
    "كيف أضيف مقالاتي؟",
    "كيف أشغّل بوت تيليغرام؟",
    "ما معنى درجة الثقة؟",
    "هل تُحفظ أسئلتي؟",
    "كيف أختار نموذجًا آخر؟",
)


class Bot:
    """``dalil bot`` in a folder with an index of its own."""

    def __init__(self, home: Path, server: TelegramServer) -> None:
        self._home = home
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DALIL_")},
            "PYTHONPATH": str(_ROOT),
            "NO_PROXY": "127.0.0.1",
            "DALIL_TELEGRAM_TOKEN": TOKEN,
            "DALIL_TELEGRAM_API_URL": server.url,
            "DALIL_QUESTIONS_PER_MINUTE": "1000",
            "DALIL_WAITING_QUESTIONS": "10000",
        }
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None

    def build(self, number: int) -> None:
        """Publish an index of the manual and ``number`` articles more."""
        corpus = self._home / "corpus"
        shutil.copytree(sample(), corpus, dirs_exist_ok=True)
        for extra in range(number):
            text = f"خبر رقم {extra} عن المدينة القديمة وأسواقها في الصيف."
            (corpus / f"news-{extra}.txt").write_text(text, encoding="utf-8")
        self._run("build", str(corpus)).wait()

    def start(self) -> None:
        """Start, and wait until it fetches."""
        before = self._server.api.polls
        self._process = self._run("bot")
        self._server.wait_until(lambda: self._server.api.polls > before, "the bot", 300)

    def end(self, by: signal.Signals) -> None:
        """Stop or kill it, and wait until it has ended."""
        if self._process:
            self._process.send_signal(by)
            self._process.wait()

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._home / "log.txt").open("ab")
        return subprocess.Popen(  # noqa: S603 - our own command line
            [*_DALIL, *arguments], cwd=self._home, env=self._environment, stderr=log, stdout=log
        )


@contextmanager
def at_work() -> Iterator[tuple[TelegramServer, Bot]]:
    """A server, and a bot that runs."""
    with tempfile.TemporaryDirectory() as home, TelegramServer() as server:
        bot = Bot(Path(home), server)
        bot.build(0)
        bot.start()
        try:
            yield server, bot
        finally:
            bot.end(signal.SIGTERM)


def endurance(questions: int, chats: int, rate: float) -> None:
    """Ask in foul weather, with two restarts and three generations."""
    with at_work() as (server, bot):
        server.api.weather = FOUL
        crowd = Crowd(server, chats, _TEXTS)
        steps = {questions * step // 7: step for step in range(1, 6)}
        with ThreadPoolExecutor(1) as pool:
            for asked in crowd.ask(rate, questions):
                if asked in steps:
                    pool.submit(_disturb, steps[asked], bot, crowd)
        crowd.wait(60)
        account = crowd.account()
    print("| asked | answered | lost | twice | unheard | median s | 99 % s |")
    print("|---|---|---|---|---|---|---|")
    print(_row(account))


def _disturb(step: int, bot: Bot, crowd: Crowd) -> None:
    """Build an index at odd steps; stop the bot at the second, kill it at the fourth."""
    if step % 2:
        bot.build(step)
        return
    if step == 4:
        crowd.kills.append(time.monotonic())
    bot.end(signal.SIGKILL if step == 4 else signal.SIGTERM)
    bot.start()


def rates(questions: int, chats: int, wanted: list[float]) -> None:
    """Ask at several rates in fair weather."""
    print("| questions/s | asked | answered | lost | twice | unheard | median s | 99 % s |")
    print("|---|---|---|---|---|---|---|---|")
    for rate in wanted:
        with at_work() as (server, _):
            server.api.weather = FAIR
            crowd = Crowd(server, chats, _TEXTS)
            for _ in crowd.ask(rate, questions):
                pass
            crowd.wait(60)
            print(f"| {rate:g} {_row(crowd.account())}", flush=True)


def _row(account: Account) -> str:
    counts = account.asked, account.answered, account.lost, account.twice, account.unheard
    times = f"{account.median:.2f}", f"{account.slowest_of_a_hundred:.2f}"
    return f"| {' | '.join(map(str, [*counts, *times]))} |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the bot under load.")
    parser.add_argument("--part", choices=["endurance", "rates"], action="append")
    parser.add_argument("--questions", type=int, default=5000)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--rate", type=float, default=10, help="of the endurance part")
    parser.add_argument("--rates", type=float, nargs="+", default=[10, 20, 40])
    options = parser.parse_args()
    parts = options.part or ["endurance", "rates"]
    if "endurance" in parts:
        endurance(options.questions, options.chats, options.rate)
    if "rates" in parts:
        rates(min(options.questions, 1000), options.chats, options.rates)


if __name__ == "__main__":
    main()
