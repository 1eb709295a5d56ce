"""The report of `dalil inspect` in a terminal."""

import typer

from retrieval.inspection import Inspection


def show(found: Inspection) -> None:
    """Print one article: what is known of it, what went and why, and its passages."""
    article = found.article
    about = "about " if article.dating.approximate else ""
    day = f"{about}{article.published} (from the {article.dating.origin})"
    typer.echo(f"id         {article.id}")
    typer.echo(f"title      {article.title or '(none)'}")
    typer.echo(f"source     {article.source or '(none)'}")
    typer.echo(f"published  {day if article.published else '(none)'}")
    typer.echo(f"url        {article.url or '(none)'}")
    for gone in found.removed:
        typer.echo(f"- {gone.text}\n    {gone.reason}")
    for number, passage in enumerate(found.passages, 1):
        typer.echo(f"\n[{number}]\n{passage}")
    typer.echo("")
