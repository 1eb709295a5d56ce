"""The one way to the retriever: gathered, fair, and honest about failures."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from bot.search import Search
from retrieval.types import Answer, Asked
from tests.bot.answers import WordAnswers


class HeldAnswers(WordAnswers):
    """Encodes the first question only once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = threading.Event()

    def prepare(self, asked: Sequence[Asked]) -> list[Callable[[], Answer]]:
        if not self.together:
            self.let.wait(20)
        return super().prepare(asked)


async def test_questions_that_wait_are_encoded_together() -> None:
    """While one is encoded the others gather, sixteen at most; each gets its own answer."""
    answers = HeldAnswers()
    search = Search(answers, threads=2)
    asked = [f"سؤال {number}" for number in range(20)]
    tasks = [asyncio.create_task(search(Asked(question, 1))) for question in asked]
    await asyncio.sleep(0)
    assert search.waiting == 20
    answers.let.set()
    assert [answer.question for answer in await asyncio.gather(*tasks)] == asked
    assert sum(answers.together) == 20
    assert max(answers.together) == 16
    assert search.waiting == 0


async def test_a_failure_is_its_askers_alone() -> None:
    """One search that fails leaves the others, encoded with it, their answers."""
    answers = WordAnswers()

    def fail(question: str) -> None:
        if "عطل" in question:
            raise RuntimeError(question)

    answers.before = fail
    search = Search(answers, threads=2)
    outcomes = await asyncio.gather(
        *(search(Asked(question, 1)) for question in ("النيل", "عطل", "القهوة")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Answer, RuntimeError, Answer]


async def test_a_failed_encoding_is_told_to_all_it_was_for() -> None:
    """And the next question is not harmed by it."""

    class Failing(WordAnswers):
        def prepare(self, asked: Sequence[Asked]) -> list[Callable[[], Answer]]:
            if asked[0].k == 2:
                raise RuntimeError("no memory")
            return super().prepare(asked)

    search = Search(Failing(), threads=1)
    with pytest.raises(RuntimeError, match="no memory"):
        await search(Asked("النيل", 2))
    assert (await search(Asked("النيل", 1))).found
