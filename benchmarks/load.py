"""The bot under load, as a process of its own, against the strict Bot API server.

    python -m benchmarks.load                         # both parts, about 15 minutes
    python -m benchmarks.load --part endurance --questions 700
    python -m benchmarks.load --part rates --index dalil-index --rates 10 20 30 40

``endurance``: so many questions through a server that answers 429, drops connections and replies,
delays, and delivers twice and out of order; meanwhile the bot is stopped once and killed once, and
the index is built anew three times. ``rates``: fair weather, at each number of questions a second;
where the answers a second fall behind them, the bot is saturated. One table comes at the end. The
exit status is 1 where a question was lost, or answered twice for no reason.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
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
_PATIENCE = 120.0
"""Seconds without any answer after which the questions that are left count as lost."""
_END = 300.0
"""Seconds that the bot may take to start, or to answer all it has and end."""
_COLUMNS = (
    *("part", "questions/s", "asked", "answered", "lost", "twice", "unheard"),
    *("answers/s", "median s", "99 % s", "generations"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a part: the account of its crowd, and how many generations answered it."""

    part: str
    rate: float
    account: Account
    generations: int

    def row(self) -> str:
        """Return it as a row of the table."""
        account = self.account
        cells = [self.part, f"{self.rate:g}", account.asked, account.answered, account.lost]
        cells += [account.twice, account.unheard, f"{account.rate:.1f}", f"{account.median:.2f}"]
        cells += [f"{account.slowest_of_a_hundred:.2f}", self.generations]
        return _line(cells)


class Bot:
    """``dalil bot`` in a folder, with an index of its own or one that is there."""

    def __init__(self, home: Path, server: TelegramServer, index: Path | None) -> None:
        home.mkdir(parents=True)
        self._home, self._server = home, server
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DALIL_")},
            "PYTHONPATH": str(_ROOT),
            "NO_PROXY": "127.0.0.1",
            "DALIL_INDEX_DIR": str(index.resolve() if index else home / "index"),
            "DALIL_LOG_FORMAT": "json",
            "DALIL_TELEGRAM_TOKEN": TOKEN,
            "DALIL_TELEGRAM_API_URL": server.url,
            "DALIL_QUESTIONS_PER_MINUTE": "1000",
            "DALIL_WAITING_QUESTIONS": "10000",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def build(self, number: int) -> None:
        """Publish an index of the manual and ``number`` articles more."""
        corpus = self._home / "corpus"
        shutil.copytree(sample(), corpus, dirs_exist_ok=True)
        for extra in range(number):
            text = f"خبر رقم {extra} عن المدينة القديمة وأسواقها في الصيف."
            (corpus / f"news-{extra}.txt").write_text(text, encoding="utf-8")
        if self._run("build", str(corpus)).wait():
            raise RuntimeError(f"the index was not built: see {self._home / 'build.log'}")

    def start(self) -> None:
        """Start, and wait until it fetches."""
        before = self._server.api.polls
        self._process = self._run("bot")
        self._server.wait_until(lambda: self._server.api.polls > before, "the bot", _END)

    def end(self, by: signal.Signals) -> None:
        """Stop or kill it, and wait until it has ended."""
        if self._process:
            self._process.send_signal(by)
            self._process.wait(_END)

    def generations(self) -> int:
        """Return how many generations of the index answered something, by the bot's log."""
        log = (self._home / "bot.log").read_text(encoding="utf-8")
        return len(set(re.findall(r'"generation": ("[^"]+")', log)))

    def _run(self, command: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._home / f"{command}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own command line
                [*_DALIL, command, *arguments],
                cwd=self._home,
                env=self._environment,
                stderr=log,
                stdout=log,
            )


@contextmanager
def at_work(home: Path, index: Path | None = None) -> Iterator[tuple[TelegramServer, Bot]]:
    """A server, and a bot that runs in a folder; it indexes the manual where no index is given."""
    with TelegramServer() as server:
        bot = Bot(home, server, index)
        if index is None:
            bot.build(0)
        bot.start()
        try:
            yield server, bot
        finally:
            bot.end(signal.SIGTERM)


def endurance(home: Path, questions: int, chats: int, rate: float) -> Outcome:
    """Ask in foul weather, with two restarts and three generations."""
    with (
        at_work(home / "endurance") as (server, bot),
        ThreadPoolExecutor(1) as builds,  # a slow one does not put a restart off
        ThreadPoolExecutor(1) as restarts,
    ):
        server.api.weather = FOUL
        crowd = Crowd(server, chats, _TEXTS)
        plan = (
            partial(builds.submit, _renew, bot, crowd, 1),
            partial(restarts.submit, _restart, bot, crowd, signal.SIGTERM),
            partial(builds.submit, _renew, bot, crowd, 2),
            partial(restarts.submit, _restart, bot, crowd, signal.SIGKILL),
            partial(builds.submit, _renew, bot, crowd, 3),
        )
        at = {questions * place // 7: begin for place, begin in enumerate(plan, 1)}
        begun = [at[asked]() for asked in crowd.ask(rate, questions) if asked in at]
        for disturbance in begun:
            disturbance.result()
        crowd.wait(_PATIENCE)
    return Outcome("endurance", rate, crowd.account(), bot.generations())


def _renew(bot: Bot, crowd: Crowd, number: int) -> None:
    bot.build(number)
    _tell(f"the index was built anew after {crowd.asked} questions")


def _restart(bot: Bot, crowd: Crowd, by: signal.Signals) -> None:
    bot.end(by)
    if by == signal.SIGKILL:
        crowd.note_kill()
    _tell(f"the bot was ended by {by.name} after {crowd.asked} questions")
    bot.start()


def at_rate(home: Path, questions: int, chats: int, rate: float, index: Path | None) -> Outcome:
    """Ask so many questions a second in fair weather."""
    with at_work(home / f"rate-{rate:g}", index) as (server, bot):
        server.api.weather = FAIR
        crowd = Crowd(server, chats, _TEXTS)
        for _ in crowd.ask(rate, questions):
            pass
        crowd.wait(_PATIENCE)
    return Outcome("rates", rate, crowd.account(), bot.generations())


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _outcomes(options: argparse.Namespace, home: Path) -> Iterator[Outcome]:
    parts = options.part or ["endurance", "rates"]
    if "endurance" in parts:
        yield endurance(home, options.questions, options.chats, options.rate)
    for rate in options.rates if "rates" in parts else ():
        asked = min(options.questions, 1000)
        yield at_rate(home, asked, options.chats, rate, options.index)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the bot under load.")
    parser.add_argument("--part", choices=["endurance", "rates"], action="append")
    parser.add_argument("--questions", type=int, default=5000, help="1000 at most at each rate")
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--rate", type=float, default=10, help="of the endurance part")
    parser.add_argument("--rates", type=float, nargs="+", default=[10, 20, 40])
    parser.add_argument(
        "--index", type=Path, help="ready index for the rates (default: the manual)"
    )
    parser.add_argument("--folder", type=Path, help="where the bots' files and logs are kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        outcomes = []
        for outcome in _outcomes(options, options.folder or Path(spare)):
            _tell(outcome.row())
            outcomes.append(outcome)
    print(_line(_COLUMNS), _line(["---"] * len(_COLUMNS)), sep="\n")
    print(*(outcome.row() for outcome in outcomes), sep="\n")
    if any(outcome.account.lost or outcome.account.twice for outcome in outcomes):
        sys.exit(1)


if __name__ == "__main__":
    main()
