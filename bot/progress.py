"""How far long work has come, on stderr; quiet where that is no terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from retrieval import types


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.completed / task.finished_time if task.finished_time else task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


@contextmanager
def progress() -> Iterator[types.Progress]:
    """Show one bar a stage for as long as the context lasts: count, rate and time left."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate()
    left = TimeRemainingColumn(elapsed_when_finished=True)
    with Progress(*columns, left, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
