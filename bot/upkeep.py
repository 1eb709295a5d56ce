"""What an index holds, and what is wrong with it, in a terminal."""

from collections.abc import Iterator
from typing import Final

import typer

from bot.bidi import one_line, strip_controls
from retrieval import generation
from retrieval.generation import Summary
from retrieval.inventory import Inventory, Kept
from retrieval.verification import IndexVerification

_SOURCES: Final = 10
"""Sources that are shown; the JSON has them all."""
_PARTS: Final = {
    generation.STORE: "texts",
    generation.DENSE: "vectors",
    generation.LATE: "token vectors",
    generation.LEXICAL: "words",
    generation.READINGS: "notes of what was read",
}


def show_inventory(found: Inventory) -> None:
    """Print what an index holds."""
    for name, value in _about(found):
        typer.echo(f"{name:<11} {strip_controls(one_line(value))}")
    for source, count in list(found.sources.items())[:_SOURCES]:
        typer.echo(f"  {count:>9,}  {strip_controls(one_line(source)) or '(no source)'}")


def show_verification(found: IndexVerification) -> None:
    """Print what is wrong with an index, or that nothing is."""
    for each in found.generations:
        if each.sound:
            typer.echo(
                f"{each.generation} is sound: {each.checked / 1e6:,.1f} MB read, "
                f"{each.sampled:,} passages encoded again and found"
            )
        for problem in each.problems:
            typer.echo(f"{each.generation} is not sound: {problem}")
    for problem in found.beside:
        typer.echo(problem)


def _about(found: Inventory) -> Iterator[tuple[str, str]]:
    told = found.manifest
    counts, model = told.counts, told.model
    yield "index", str(found.index)
    yield "generation", f"{told.generation} (format {told.format})"
    yield (
        "holds",
        f"{counts.articles:,} articles, {counts.passages:,} passages, {counts.vectors:,} vectors",
    )
    sizes = (f"{_PARTS.get(part, part)} {_size(size)}" for part, size in told.parts.items())
    yield "on disk", f"{_size(told.size)}: {', '.join(sizes)}"
    yield "model", f"{model.name} ({model.fingerprint}, {model.dim} dimensions)"
    yield "search", f"{told.search.kind}, recall@10 {told.search.recall_at_10:.3f} of exact search"
    yield "built from", ", ".join(told.corpus)
    yield "last build", _build(told.build)
    for kept in found.kept:
        yield "kept", _kept(kept)
    years = (f"{year or 'without a date'} {count:,}" for year, count in found.years.items())
    yield "years", ", ".join(years)


def _build(did: Summary) -> str:
    took = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in did.seconds.items())
    return (
        f"{did.new:,} new, {did.changed:,} changed, {did.unchanged:,} unchanged, "
        f"{did.gone:,} gone, {did.skipped:,} without text, "
        f"{did.repeated:,} repeat another, {did.bad:,} bad records, "
        f"{did.encoded:,} texts encoded; {took}"
    )


def _kept(kept: Kept) -> str:
    name = f"{kept.name}{' (current)' if kept.current else ''}"
    if not kept.manifest:
        return f"{name}: {kept.problem}"
    return f"{name}: {kept.manifest.counts.articles:,} articles, {_size(kept.manifest.size)}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
