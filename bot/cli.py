"""``dalil ...``: a skin over the library. Each command parses, makes one call and prints."""

import gc
import json
import sys
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.logs import start_logging
from bot.progress import progress
from bot.settings import Settings
from embeddings import Encoder, load_encoder
from retrieval import generation
from retrieval.errors import DalilError, FetchError
from retrieval.settings import IndexSettings, read_settings
from retrieval.types import Filters

if TYPE_CHECKING:
    from retrieval import Retriever
    from retrieval.build import BuildReport
    from retrieval.corpus import BadRecord

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
SinceOption = Annotated[
    str | None, typer.Option(metavar="D", help="First day: 2017, 2017-03 or 2017-03-31.")
]
UntilOption = Annotated[str | None, typer.Option(metavar="D", help="Last day, in the same forms.")]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(metavar="S", help="Only articles of this source; may be given several times."),
]
NotSourceOption = Annotated[
    list[str] | None,
    typer.Option(metavar="S", help="No articles of this source; may be given several times."),
]

_INTERRUPTED = 130
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
        status = _INTERRUPTED
    if status == _INTERRUPTED:  # which is also what Typer makes of Ctrl-C in a command
        typer.echo("dalil: interrupted; what was published before is unchanged", err=True)
    sys.exit(status or 0)


@app.command()
def build(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Article files, folders of them, or - (a pipe)."),
    ] = None,
    *,
    index: IndexOption = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read and encode everything anew.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad record.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Index articles. Without PATH, those indexed last or, in a new index, the manual's."""
    settings = read_settings(IndexSettings)
    folder = index or settings.index_dir
    paths = paths or _last_corpus(folder)
    report = _build(paths, folder, settings, rebuild=rebuild, strict=strict)
    if as_json:
        _print_json(report.to_dict())
    else:
        _summarise(report)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that build would read.")],
    *,
    corpus: Annotated[
        list[Path] | None,
        typer.Option("--corpus", metavar="PATH", help="The archive to learn furniture from."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what of a file would be indexed, what would not and why, and the passages."""
    from bot.inspection import show  # noqa: PLC0415 - only here
    from retrieval.inspection import inspect as inspect_file  # noqa: PLC0415

    bad: list[BadRecord] = []
    encoder = load_encoder(read_settings(IndexSettings).embedding_model)
    found = inspect_file(file, encoder, bad, corpus or [])
    if as_json:
        articles = [article.to_dict() for article in found]
        _print_json({"articles": articles, "bad": [str(record) for record in bad]})
        return
    for article in found:
        show(article)
    for record in bad:
        typer.echo(f"dalil: {record}", err=True)


@app.command()
def formats(*, as_json: JsonOption = False) -> None:
    """List the kinds of files that build reads."""
    from retrieval.corpus.formats import FORMATS  # noqa: PLC0415 - brings the readers' libraries

    if as_json:
        about = [
            {"name": known.name, "endings": list(known.endings), "holds": known.holds}
            for known in FORMATS
        ]
        _print_json({"formats": about})
        return
    for known in FORMATS:
        endings = " ".join(known.endings) or "by its content"
        typer.echo(f"{known.name:<9} {known.holds}\n{'':<9} {endings}")


@app.command()
def fetch(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGET...",
            help="Addresses of feeds, sitemaps and pages, and files of addresses.",
        ),
    ],
    *,
    archive: Annotated[
        Path, typer.Option("--archive", metavar="DIR", help="Where pages are kept, as WARC files.")
    ] = Path("dalil-archive"),
    every: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Fetch and build again and again: 30m, 6h, 1d."),
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, help="Seconds between two requests to one host, at least.")
    ] = 1.0,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds of silence after which a request has failed.")
    ] = 30.0,
    retries: Annotated[int, typer.Option(min=0, help="Attempts after a failed one.")] = 3,
    max_size: Annotated[float, typer.Option(min=0.001, help="Megabytes of a page, at most.")] = 10,
    limit: Annotated[int, typer.Option(min=1, help="Requests of one run, at most.")] = 100_000,
    refresh: Annotated[
        str, typer.Option(metavar="TIME", help="When a page that is still named is asked for anew.")
    ] = "30d",
    contact: Annotated[
        str | None, typer.Option(help="An address for whoever runs a site, in the User-Agent.")
    ] = None,
    allow_private: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="A private network that may be reached: 10.0.0.0/8."),
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch pages of the web into an archive that build reads."""
    from bot import fetching  # noqa: PLC0415 - an HTTP client, only here
    from retrieval.fetching import FetchOptions, FetchReport, Reach  # noqa: PLC0415
    from retrieval.fetching import fetch as fetch_into  # noqa: PLC0415

    options = FetchOptions(
        delay=delay,
        timeout=timeout,
        retries=retries,
        largest=int(max_size * 1e6),
        most=limit,
        refresh=fetching.seconds(refresh),
        contact=contact,
        reach=Reach.of(allow_private or ()),
    )

    def once() -> FetchReport:
        with progress() as show:
            report = fetch_into(targets, archive, options, show)
        fetching.show(report)
        if as_json:
            _print_json(report.to_dict())
        return report

    settings = read_settings(IndexSettings)
    folder = index or settings.index_dir

    @cache  # the model stays loaded from round to round
    def encoder() -> Encoder:
        return load_encoder(settings.embedding_model)

    def again() -> None:
        _summarise(_build(_corpus_with(archive, folder), folder, settings, encoder=encoder()))

    if every:
        fetching.keep_fresh(once, again, fetching.seconds(every))
    elif once().came_to_nothing:
        raise FetchError("nothing could be fetched: the lines above say why")


@app.command()
def info(*, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Say what the index holds and what made it."""
    from bot.upkeep import show_inventory  # noqa: PLC0415 - only here
    from retrieval.inventory import inventory  # noqa: PLC0415 - only here

    found = inventory(index or read_settings(IndexSettings).index_dir)
    if as_json:
        _print_json(found.to_dict())
    else:
        show_inventory(found)


@app.command()
def verify(
    *,
    index: IndexOption = None,
    every: Annotated[bool, typer.Option("--all", help="All generations that are kept.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Read the whole index, and tell whether it is as it was written."""
    from bot.upkeep import show_verification  # noqa: PLC0415 - only here
    from retrieval.verification import verify_index  # noqa: PLC0415 - only here

    settings = read_settings(IndexSettings)
    encoder = load_encoder(settings.embedding_model) if settings.embedding_model else None
    with progress() as show:
        found = verify_index(index or settings.index_dir, encoder, every=every, progress=show)
    if as_json:
        _print_json(found.to_dict())
    else:
        show_verification(found)
    return 0 if found.sound else 2


@app.command()
def rollback(*, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Go back to the generation before the current one."""
    told = generation.rollback(index or read_settings(IndexSettings).index_dir).manifest
    if as_json:
        fields = {"generation", "created", "counts"}
        _print_json(told.model_dump(mode="json", include=fields))
        return
    typer.echo(
        f"{told.generation} is current now: {told.counts.articles:,} articles, built on "
        f"{told.created:%Y-%m-%d at %H:%M} UTC"
    )


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in any language.")],
    *,
    index: IndexOption = None,
    k: CountOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    not_source: NotSourceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer one question."""
    filters = _filters(since, until, source, not_source)
    retriever = _retriever(index)
    answer = retriever.answer(question, _count(k), filters=filters)
    if as_json:
        _print_json(answer.to_dict())
    else:
        from bot.console import show  # noqa: PLC0415 - the catalogues are not needed for JSON

        show(answer)


@app.command()
def chat(
    *,
    index: IndexOption = None,
    k: CountOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    not_source: NotSourceOption = None,
) -> None:
    """Talk in the terminal; from a pipe, one question a line."""
    from bot import console  # noqa: PLC0415 - only here
    from bot.answers import Limited  # noqa: PLC0415 - only here

    filters = _filters(since, until, source, not_source)
    retriever = _retriever(index)
    retriever.check(filters)
    console.chat(Limited(retriever, filters), k=_count(k))


@app.command()
def bot(*, index: IndexOption = None) -> None:
    """Answer in Telegram until stopped."""
    from bot.app import run as run_bot  # noqa: PLC0415 - the Telegram library, only here

    settings = read_settings(Settings)
    start_logging(settings.log_format)
    run_bot(settings, _retriever(index))


@app.command()
def feedback(
    *,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a question file for eval from the good votes."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List what people think of the bot's answers."""
    from bot.feedback import export_votes, votes_in  # noqa: PLC0415 - only here
    from bot.storage import Database  # noqa: PLC0415

    with Database.read(read_settings(Settings).bot_data) as database:
        votes = list(votes_in(database))
    if export:
        typer.echo(f"{export_votes(votes, export):,} questions in {export}", err=True)
    elif as_json:
        _print_json({"votes": [vote.to_dict() for vote in votes]})
    else:
        for vote in votes:
            typer.echo(vote.line)
        good = sum(vote.good for vote in votes)
        typer.echo(f"{good:,} good votes, {len(votes) - good:,} bad ones", err=True)


@app.command()
def run(*, index: IndexOption = None) -> None:
    """Build the sample index if there is none; talk in Telegram with a token, here without."""
    settings = read_settings(IndexSettings)
    folder = index or settings.index_dir
    if not generation.is_published(folder):
        _summarise(_build([_sample()], folder, settings))
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
    encoder: Encoder | None = None,
) -> "BuildReport":
    from retrieval.build import build as build_index  # noqa: PLC0415 - only here

    with progress() as show:
        report = build_index(
            paths,
            folder,
            encoder or load_encoder(settings.embedding_model),
            rebuild=rebuild,
            strict=strict,
            progress=show,
        )
    for record in report.bad[:_NAMED]:
        typer.echo(f"dalil: {record}", err=True)
    if len(report.bad) > _NAMED:
        typer.echo(f"dalil: and {len(report.bad) - _NAMED:,} more", err=True)
    return report


def _summarise(report: "BuildReport") -> None:
    changes = report.changes
    left_out = sum(record.skipped for record in report.bad)
    took = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())
    typer.echo(
        f"read {report.read:,} articles: {changes.new:,} new, {changes.changed:,} changed, "
        f"{changes.unchanged:,} unchanged, {report.skipped:,} without text, "
        f"{report.repeated:,} repeat another; {changes.gone:,} gone; "
        f"{len(report.bad):,} bad records ({left_out:,} left out)",
        err=True,
    )
    typer.echo(
        f"{report.articles:,} articles, {report.passages:,} passages, {report.vectors:,} vectors "
        f"({report.encoded:,} encoded now); {took}",
        err=True,
    )


def _retriever(index: Path | None) -> "Retriever":
    from retrieval import Retriever  # noqa: PLC0415 - FAISS and tantivy, not for --help

    settings = read_settings(IndexSettings)
    encoder: Encoder | None = None
    folder = index or settings.index_dir
    with _kept_to_the_end():
        if settings.embedding_model:
            generation.current(folder)  # says what is wrong before a model is loaded
            encoder = load_encoder(settings.embedding_model)
        return Retriever.open(folder, encoder)


@contextmanager
def _kept_to_the_end() -> Iterator[None]:
    """Look for no garbage in what is loaded here: a seventh of the time to a first answer."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _last_corpus(folder: Path) -> list[Path]:
    if not generation.is_published(folder):
        return [_sample()]
    paths = list(generation.last_corpus(folder))
    if not paths:
        raise typer.BadParameter("the index does not say what it was built from: name a PATH")
    return paths


def _sample() -> Path:
    from retrieval.corpus.sample import sample  # noqa: PLC0415 - brings the readers

    return sample()


def _corpus_with(archive: Path, folder: Path) -> list[Path]:
    """Return what an index was built from, and the archive; the sample gives way to it."""
    last = list(generation.last_corpus(folder)) if generation.is_published(folder) else []
    kept = [path for path in last if path != _sample()]
    own = archive.absolute()
    return kept if any(own.is_relative_to(path) for path in kept) else [*kept, own]


def _count(k: int | None) -> int:
    return k or read_settings(Settings).passages_per_answer


def _filters(
    since: str | None,
    until: str | None,
    sources: list[str] | None,
    not_sources: list[str] | None,
) -> Filters:
    return Filters(first_day(since), last_day(until), sources or (), not_sources or ())


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
