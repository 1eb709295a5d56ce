"""``dalil ...``: a skin over the library. Each command parses, makes one call and prints."""

import json
import logging
import sys
from calendar import monthrange
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.progress import progress
from bot.settings import Settings
from embeddings import Encoder, load_encoder
from retrieval import generation
from retrieval.corpus.sample import sample
from retrieval.errors import DalilError
from retrieval.settings import IndexSettings, read_settings
from retrieval.types import Filters

if TYPE_CHECKING:
    from retrieval import Retriever

app = typer.Typer(
    name="dalil",
    help="Answers questions about Arabic articles with the articles' own passages.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

IndexOption = Annotated[
    Path | None,
    typer.Option("--index", help="The index's folder; by default DALIL_INDEX_DIR."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
CountOption = Annotated[
    int | None,
    typer.Option("-k", min=1, max=50, help="Passages; by default DALIL_PASSAGES_PER_ANSWER."),
]

_NAMED = 20
"""Bad records that are named at the end of a build; the others are counted."""
_BOTFATHER = (
    "No DALIL_TELEGRAM_TOKEN is set, so we talk here. For a token, send /newbot to @BotFather in "
    "Telegram and put what it gives you into .env as DALIL_TELEGRAM_TOKEN."
)


def main() -> None:
    """Run the command line; a user's mistake is one line on stderr and exit status 2."""
    try:
        status = app(standalone_mode=False)
    except (typer.TyperException, DalilError) as error:
        sys.exit(_fail(error))
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("dalil: interrupted; what was published before is unchanged", err=True)
        sys.exit(130)
    sys.exit(status or 0)


@app.command()
def build(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Article files and folders of them."),
    ] = None,
    *,
    index: IndexOption = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Encode every passage anew.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
) -> None:
    """Index articles. Without PATH, those indexed last or, in a new index, the manual's."""
    settings = read_settings(IndexSettings)
    folder = index or settings.index_dir
    _build(paths or _last_corpus(folder), folder, settings, rebuild=rebuild, strict=strict)


@app.command()
def info(*, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Say what the index holds and what made it."""
    settings = read_settings(IndexSettings)
    published = generation.current(index or settings.index_dir)
    about = published.manifest.model_dump(mode="json", exclude={"files"})
    about |= {"bytes": published.manifest.size, "sources": _sources(published)}
    if as_json:
        _print_json(about)
        return
    counts, model = published.manifest.counts, published.manifest.model
    typer.echo(f"index       {(index or settings.index_dir).absolute()}")
    typer.echo(f"generation  {published.manifest.generation} (format {published.manifest.format})")
    typer.echo(
        f"holds       {counts.articles:,} articles, {counts.passages:,} passages, "
        f"{counts.vectors:,} vectors, {published.manifest.size / 1e6:,.1f} MB"
    )
    typer.echo(f"model       {model.name} ({model.fingerprint}, {model.dim} dimensions)")
    typer.echo(f"built from  {', '.join(published.manifest.corpus)}")
    for source, count in list(about["sources"].items())[:10]:
        typer.echo(f"  {count:>9,}  {source or '(no source)'}")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    *,
    index: IndexOption = None,
    k: CountOption = None,
    since: Annotated[
        str | None, typer.Option(help="First day: 2017, 2017-03 or 2017-03-31.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Last day, in the same forms.")] = None,
    source: Annotated[str | None, typer.Option(help="Only articles of this source.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Answer one question."""
    filters = Filters(first_day(since), last_day(until), source)
    retriever = _retriever(index)
    answer = retriever.answer(question, _count(k), filters=filters)
    if as_json:
        _print_json(answer.to_dict())
    else:
        from bot.console import show  # noqa: PLC0415 - the catalogues are not needed for JSON

        show(answer)


@app.command()
def chat(*, index: IndexOption = None, k: CountOption = None) -> None:
    """Talk in the terminal; from a pipe, one question a line."""
    from bot import console  # noqa: PLC0415 - only here

    console.chat(_retriever(index), k=_count(k))


@app.command()
def bot(*, index: IndexOption = None) -> None:
    """Answer in Telegram until stopped."""
    from bot.app import run as run_bot  # noqa: PLC0415 - the Telegram library, only here

    settings = read_settings(Settings)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    run_bot(settings, _retriever(index))


@app.command()
def run(*, index: IndexOption = None) -> None:
    """Build the sample index if there is none; talk in Telegram with a token, here without."""
    settings = read_settings(IndexSettings)
    folder = index or settings.index_dir
    if not generation.is_published(folder):
        _build([sample()], folder, settings)
    if read_settings(Settings).telegram_token:
        bot(index=index)
    else:
        typer.echo(_BOTFATHER, err=True)
        chat(index=index)


@app.command(name="eval")
def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Questions, one JSON object a line.")
    ],
    *,
    index: IndexOption = None,
    save: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Keep what came of each question.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Compare with a run kept by --save.")
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw a reliability diagram: .svg or .png."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well the index answers questions whose answers are known."""
    from bot import report  # noqa: PLC0415 - only here
    from retrieval.evaluation import Report, asking, plot, questions, runs  # noqa: PLC0415

    asked = questions.read_files(files)
    before = runs.read_run(against, asked) if against else None
    # What may fail for a slip of the hand fails before minutes of asking.
    if save:
        runs.check_run_file(save)
    if picture:
        plot.check_plot(picture)
    retriever = _retriever(index)
    with progress() as show:
        run = asking.evaluate(retriever, asked, show)
    if save:
        runs.save_run(run, save)
    found = Report.of(run, before)
    if picture:
        plot.draw(found.reliability, picture)
    if as_json:
        _print_json(found.to_dict())
    else:
        report.show(found)


@app.command()
def calibrate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Questions, as for eval.")],
    *,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit how sure an answer must be, for the index's model, and keep it with the index."""
    from retrieval import calibration  # noqa: PLC0415 - only here
    from retrieval.evaluation.questions import read_files  # noqa: PLC0415

    asked = [question for own in read_files(files).values() for question in own]
    retriever = _retriever(index)
    with progress() as show:
        found = calibration.calibrate(retriever, asked, show)
    found.save(index or read_settings(IndexSettings).index_dir)
    if as_json:
        _print_json(found.model_dump(mode="json"))
    else:
        typer.echo(
            f"{found.model} is calibrated on {len(asked):,} questions: an answer from a confidence "
            f"of {found.found_at} on, unsure from {found.unsure_at} on"
        )


def _build(
    paths: list[Path],
    folder: Path,
    settings: IndexSettings,
    *,
    rebuild: bool = False,
    strict: bool = False,
) -> None:
    from retrieval.build import build as build_index  # noqa: PLC0415 - only here

    with progress() as show:
        report = build_index(
            paths,
            folder,
            load_encoder(settings.embedding_model),
            rebuild=rebuild,
            strict=strict,
            progress=show,
        )
    for record in report.bad[:_NAMED]:
        typer.echo(f"dalil: {record}", err=True)
    if len(report.bad) > _NAMED:
        typer.echo(f"dalil: and {len(report.bad) - _NAMED:,} more", err=True)
    left_out = sum(record.skipped for record in report.bad)
    took = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())
    typer.echo(
        f"{report.articles:,} articles, {report.passages:,} passages, {report.vectors:,} vectors "
        f"({report.encoded:,} encoded now); {len(report.bad):,} bad records "
        f"({left_out:,} left out), {report.skipped:,} articles without text, "
        f"{report.repeated:,} that repeat another; {took}",
        err=True,
    )


def _retriever(index: Path | None) -> "Retriever":
    from retrieval import Retriever  # noqa: PLC0415 - FAISS and tantivy, not for --help

    settings = read_settings(IndexSettings)
    encoder: Encoder | None = None
    folder = index or settings.index_dir
    if settings.embedding_model:
        generation.current(folder)  # says what is wrong before a model is loaded
        encoder = load_encoder(settings.embedding_model)
    return Retriever.open(folder, encoder)


def _last_corpus(folder: Path) -> list[Path]:
    if not generation.is_published(folder):
        return [sample()]
    paths = list(generation.last_corpus(folder))
    if not paths:
        raise typer.BadParameter("the index does not say what it was built from: name a PATH")
    return paths


def _sources(published: generation.Generation) -> dict[str, int]:
    from retrieval.store import Store  # noqa: PLC0415 - only here

    store = Store(published.folder / generation.STORE)
    return {source or "": count for source, count in store.sources()}


def _count(k: int | None) -> int:
    return k or read_settings(Settings).passages_per_answer


def first_day(text: str | None) -> date | None:
    """Return the first day of a year, a month or a day.

    Raises:
        BadParameter: the text is none of these.
    """
    return _days(text)[0] if text else None


def last_day(text: str | None) -> date | None:
    """Return the last day of a year, a month or a day.

    Raises:
        BadParameter: the text is none of these.
    """
    return _days(text)[1] if text else None


def _days(text: str) -> tuple[date, date]:
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            first = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        month = first.month if "%m" in form else 12
        end = first.replace(month=month, day=monthrange(first.year, month)[1])
        return first, first if "%d" in form else end
    raise typer.BadParameter(f"{text!r} is no date: write 2017, 2017-03 or 2017-03-31")


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def _fail(error: Exception) -> int:
    text = error.format_message() if isinstance(error, typer.TyperException) else str(error)
    typer.echo(f"dalil: {' '.join(text.split())}", err=True)
    return 2
