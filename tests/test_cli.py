"""The command line's own manners: mistakes, summaries, filters, and the objects it documents."""

import gc
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import cli
from embeddings import Encoder
from retrieval.build import build
from tests.corpora import ARTICLES, MAGAZINE, PAPER, write_corpus

MEASURES = {"ndcg@10", "mrr@10", "hit@1", "hit@5", "recall@100"}


@pytest.fixture(autouse=True)
def loaded(encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands run in a folder of their own, with the model that the tests have loaded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.load_encoder", lambda _: encoder)
    monkeypatch.setattr("retrieval.retriever.load_encoder", lambda _: encoder)
    monkeypatch.setattr("retrieval.verification.load_encoder", lambda _: encoder)
    monkeypatch.setattr("retrieval.verification._SAMPLE", 1)


@pytest.fixture
def index(encoder: Encoder, tmp_path: Path) -> Path:
    folder = tmp_path / "dalil-index"
    build([write_corpus(tmp_path / "corpus")], folder, encoder)
    return folder


class Ran:
    """What one command came to."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def dalil(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> "Command":
    return Command(monkeypatch, capfd)


class Command:
    """Runs ``dalil`` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, *arguments: str) -> Ran:
        self._monkeypatch.setattr("sys.argv", ["dalil", *arguments])
        self._capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else 0, *self._capfd.readouterr())


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["ask", "سؤال"], "dalil build"),
        (["info"], "dalil build"),
        (["build", "nowhere.txt"], "nowhere.txt"),
        (["ask"], "question"),
        (["ask", "سؤال", "--since", "yesterday"], "2017-03-31"),
        (["ask", "سؤال", "--until", "2017-13"], "2017-03-31"),
        (["ask", "سؤال", "--until", "2017-03-31-5"], "2017-03-31"),
        (["ask", "سؤال", "--since", "2018-01-01T10:00+02:00"], "2017-03-31"),
        (["ask", "سؤال", "--since", "2018", "--until", "2017"], "2018-01-01"),
        (["chat", "--since", "2018", "--until", "2017"], "2018-01-01"),
        (["ask", "سؤال", "-k", "0"], "-k"),
        (["eval", "nowhere.jsonl"], "nowhere.jsonl"),
        (["dance"], "dance"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(
    dalil: Command, arguments: list[str], word: str
) -> None:
    """What a user did wrong is told in one line on stderr that names it."""
    ran = dalil(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith("dalil: ")
    assert ran.err.count("\n") == 1
    assert word in ran.err


def test_a_bot_without_a_token_is_told_where_to_get_one(dalil: Command, index: Path) -> None:
    """``dalil bot`` needs a token, and names the setting and who gives it."""
    ran = dalil("bot", "--index", str(index))
    assert ran.status == 2
    assert "DALIL_TELEGRAM_TOKEN" in ran.err
    assert "@BotFather" in ran.err


def test_ask_shows_the_passage_marked_and_where_it_stands(dalil: Command, index: Path) -> None:
    """Without --json an answer is text: title, passage with marks, source and link."""
    ran = dalil("ask", "كم يبلغ ارتفاع منارة رأس السنديان؟", "-k", "1")
    assert ran.status == 0
    assert "منارة رأس السنديان" in ran.out
    assert "**" in ran.out
    assert "https://example.org/lighthouse" in ran.out
    assert str(index) not in ran.err


def test_ask_keeps_to_days_and_source(dalil: Command, index: Path) -> None:
    """A year means all its days, whichever end of the search it names."""
    assert index.is_dir()
    ran = dalil("ask", "ماذا حدث؟", "--json", "-k", "50", "--since", "2023", "--until", "2023")
    found = {hit["article_id"] for hit in json.loads(ran.out)["hits"]}
    dated = {article.id for article in ARTICLES if article.published}
    of_2023 = {
        article.id for article in ARTICLES if article.published and article.published.year == 2023
    }
    assert of_2023 < dated
    assert found == of_2023
    source = next(article.source for article in ARTICLES if article.source)
    ran = dalil("ask", "ماذا حدث؟", "--json", "-k", "50", "--source", source)
    assert {hit["source"] for hit in json.loads(ran.out)["hits"]} == {source}
    every = ("--source", PAPER, "--source", MAGAZINE)
    ran = dalil("ask", "ماذا حدث؟", "--json", "-k", "50", *every, "--not-source", PAPER)
    assert {hit["source"] for hit in json.loads(ran.out)["hits"]} == {MAGAZINE}


@pytest.mark.usefixtures("index")
def test_a_dated_search_tells_what_it_leaves_out(dalil: Command) -> None:
    undated = sum(article.published is None for article in ARTICLES)
    assert json.loads(dalil("ask", "ماذا حدث؟", "--json").out)["undated"] == 0
    ran = dalil("ask", "ماذا حدث؟", "--json", "--since", "2023")
    assert json.loads(ran.out)["undated"] == undated == 2
    assert dalil("ask", "ماذا حدث؟", "--until", "2023").out.startswith("تُرك مقالان")


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("command", [["ask", "سؤال"], ["chat"]])
@pytest.mark.parametrize("option", ["--source", "--not-source"])
def test_an_unknown_source_is_a_mistake_that_names_the_nearest(
    dalil: Command, command: list[str], option: str
) -> None:
    """A conversation does not begin with it."""
    ran = dalil(*command, option, "صحيفه المرفا")
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"'{PAPER}'" in ran.err


@pytest.mark.usefixtures("index")
def test_a_conversation_keeps_to_its_filters(
    dalil: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "كم يبلغ ارتفاع منارة رأس السنديان؟\n"
    for options, answered in (([], True), (["--not-source", PAPER], False)):
        monkeypatch.setattr("sys.stdin", io.StringIO(question))
        assert ("منارة رأس السنديان" in dalil("chat", *options).out) is answered


@pytest.mark.usefixtures("index")
def test_a_conversation_takes_typed_filters_within_its_own(
    dalil: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The article is of April 2023; what is typed may narrow the command's days, not widen them."""
    question = "كم يبلغ ارتفاع منارة رأس السنديان؟"
    for typed, options, answered in (
        ("منذ 2023", [], True),
        ("منذ 2023", ["--until", "2023-03"], False),
        ("since:2022", ["--since", "2024"], False),
        (f"المصدر: {PAPER}", ["--since", "2023"], True),
        (f"المصدر: {MAGAZINE}", [], False),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{question} {typed}\n"))
        ran = dalil("chat", *options)
        assert ("يبلغ ارتفاع المنارة" in ran.out, ran.status) == (answered, 0), (typed, options)


def test_ask_says_which_exact_words_stand_nowhere(dalil: Command, index: Path) -> None:
    """In words and as JSON; it is an answer, not a mistake."""
    assert index.is_dir()
    ran = dalil("ask", "هل زار «رأس الأفعى» أحد؟")
    assert ran.status == 0
    assert "«رأس الأفعى»" in ran.out
    told = json.loads(dalil("ask", "هل زار «رأس الأفعى» أحد؟", "--json").out)
    assert (told["found"], told["phrases"], told["missing"]) == (False, *[["رأس الأفعى"]] * 2)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("2024-03-31", date(2024, 3, 31), date(2024, 3, 31)),
    ],
)
def test_a_date_may_be_a_year_or_a_month(text: str, first: date, last: date) -> None:
    """``--since`` takes its first day, ``--until`` its last."""
    assert cli.first_day(text) == first
    assert cli.last_day(text) == last


def test_build_counts_what_it_did_and_names_bad_lines(dalil: Command, tmp_path: Path) -> None:
    """The summary counts; each bad line is named; --strict stops, and nothing is lost."""
    corpus = tmp_path / "mixed.jsonl"
    good = json.dumps({"id": "one", "text": "في القرية بئر قديمة يشرب منها الرعاة كل صباح."})
    corpus.write_text(f"{good}\n{{broken\n", encoding="utf-8")
    strict = dalil("build", str(corpus), "--strict")
    assert strict.status == 2
    assert "mixed.jsonl:2" in strict.err
    assert dalil("info").status == 2
    ran = dalil("build", str(corpus))
    assert ran.status == 0
    assert "mixed.jsonl:2" in ran.err
    assert "1 articles" in ran.err
    assert "1 bad" in ran.err
    before = json.loads(dalil("info", "--json").out)
    assert dalil("build", str(corpus), "--strict").status == 2
    assert json.loads(dalil("info", "--json").out) == before


def test_ctrl_c_in_a_build_is_one_line(
    dalil: Command, index: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that nothing is lost; what was published before is in use, and alone on the disk."""
    before = json.loads(dalil("info", "--json").out)

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(encoder, "encode_passages", interrupt)
    ran = dalil("build", "--rebuild")
    assert (ran.status, ran.out, ran.err.count("\n")) == (130, "", 1)
    assert "unchanged" in ran.err
    assert json.loads(dalil("info", "--json").out) == before
    assert not list(index.rglob("*.part"))


def test_build_tells_what_it_did_as_one_object(dalil: Command, tmp_path: Path) -> None:
    """On stdout, with the bad lines named on stderr and no other summary."""
    corpus = write_corpus(tmp_path / "corpus")
    dalil("build", str(corpus))
    write_corpus(corpus.parent, [*ARTICLES[1:], replace(ARTICLES[0], id="other")])
    with corpus.open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    ran = dalil("build", "--json")
    told = json.loads(ran.out)
    counts = ("read", "articles", "new", "changed", "unchanged", "gone", "skipped", "encoded")
    assert [told[name] for name in counts] == [12, 12, 1, 0, 11, 1, 0, 0]
    assert told["generation"] == json.loads(dalil("info", "--json").out)["generation"]
    (bad,) = told["bad"]
    assert (bad["file"], bad["line"]) == (str(corpus), len(ARTICLES) + 1)
    assert ran.err == f"dalil: {corpus}:{bad['line']}: {bad['reason']}\n"
    summary = dalil("build").err
    assert "0 new, 0 changed, 12 unchanged, 0 without text, 0 repeat another; 0 gone" in summary
    assert "1 bad records" in summary
    assert "(0 encoded now)" in summary


def test_build_again_reads_where_it_read_before(dalil: Command, tmp_path: Path) -> None:
    """Without PATH a build takes the corpus of the index, encoding only what is new."""
    corpus = write_corpus(tmp_path / "corpus")
    dalil("build", str(corpus))
    with corpus.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "new", "text": "وصل القطار الجديد إلى المحطة مساء."}) + "\n")
    ran = dalil("build")
    assert f"{len(ARTICLES) + 1} articles" in ran.err
    assert "(1 encoded now)" in ran.err


def test_build_without_anything_indexes_the_manual(dalil: Command) -> None:
    """In a new index the corpus is the manual that ships."""
    dalil("build")
    about = json.loads(dalil("info", "--json").out)
    assert about["counts"]["articles"] == 13
    assert about["sources"] == {"دليل المستخدم": 13}


def test_info_tells_what_the_index_holds(dalil: Command, index: Path) -> None:
    """Both forms name the generation, the counts and the model."""
    about = json.loads(dalil("info", "--json").out)
    assert about["counts"]["articles"] == len(ARTICLES)
    assert about["model"]["dim"] == 384
    assert about["search"] == {"kind": "exact", "recall_at_10": 1.0}
    shown = dalil("info", "--index", str(index)).out
    for fact in (about["generation"], about["model"]["name"], str(index), "exact, "):
        assert fact in shown


def test_info_counts_by_source_year_part_and_generation(
    dalil: Command, index: Path, encoder: Encoder, tmp_path: Path
) -> None:
    """And says what the last build did; a generation that cannot be read is no obstacle."""
    build([write_corpus(tmp_path / "less", ARTICLES[:5])], index, encoder)
    about = json.loads(dalil("info", "--json").out)
    assert sum(about["sources"].values()) == sum(about["years"].values()) == 5
    days = [article.published for article in ARTICLES[:5]]
    assert about["years"] == {
        str(year or ""): sum((day.year if day else None) == year for day in days)
        for year in {day.year if day else None for day in days}
    }
    assert sum(about["parts"].values()) == about["bytes"]
    assert about["build"]["encoded"] == 0
    assert [kept["current"] for kept in about["generations"]] == [True, False]
    assert [kept["counts"]["articles"] for kept in about["generations"]] == [5, len(ARTICLES)]
    before = index / "generations" / about["generations"][1]["generation"]
    (before / "manifest.json").write_text("?", encoding="utf-8")
    shown = dalil("info").out
    for fact in ("token vectors", "0 texts encoded", "(current)", f"{before.name}: the", "2024"):
        assert fact in shown


def test_verify_tells_what_is_wrong_and_rollback_leads_back(
    dalil: Command, index: Path, encoder: Encoder, tmp_path: Path
) -> None:
    """In words and as JSON; what is wrong is status 2, also where a question meets it."""
    sound = dalil("verify")
    assert sound.status == 0, sound.err
    assert "is sound" in sound.out
    published = build([write_corpus(tmp_path / "less", ARTICLES[:5])], index, encoder).published
    path = published.folder / "lexical" / "meta.json"
    path.write_text(path.read_text(encoding="utf-8").replace("title", "tilte"), encoding="utf-8")
    for arguments in (["verify"], ["verify", "--all"]):
        ran = dalil(*arguments)
        assert ran.status == 2
        assert "lexical/meta.json" in ran.out
        told = json.loads(dalil(*arguments, "--json").out)
        assert not told["sound"]
        assert [each["sound"] for each in told["generations"]] == [False, True][: len(arguments)]
        assert told["beside"] == []
    asked = dalil("ask", "منارة")
    assert (asked.status, asked.out) == (2, "")
    assert "dalil rollback" in asked.err
    back = json.loads(dalil("rollback", "--json").out)
    assert back["counts"]["articles"] == len(ARTICLES)
    assert dalil("ask", "منارة").status == 0
    assert back["generation"] in dalil("info").out
    none = dalil("rollback")
    assert (none.status, none.out, none.err.count("\n")) == (2, "", 1)
    assert dalil("build").status == 0
    assert f"{len(ARTICLES)} articles" in dalil("rollback").out


def test_verify_finds_damage_beside_the_generations(dalil: Command, index: Path) -> None:
    """In the cache of vectors, which a build would take them from, and in the calibration."""
    cache = index / "vectors.sqlite"
    whole = cache.read_bytes()
    cache.write_bytes(whole[:5000] + bytes(3000) + whole[8000:])
    ran = dalil("verify")
    assert ran.status == 2
    assert "vectors.sqlite" in ran.out
    assert "--rebuild" in ran.out
    cache.write_bytes(whole)
    assert dalil("verify").status == 0
    (index / "calibration.json").write_text("{}", encoding="utf-8")
    assert "dalil calibrate" in dalil("verify").out


def test_an_index_of_an_older_format_is_rebuilt_from_its_corpus(
    dalil: Command, index: Path
) -> None:
    """The message says so; no path is asked for, and nobody goes back to what cannot be read."""
    (folder,) = (index / "generations").iterdir()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["build"]
    manifest["format"] = 2
    manifest["files"] = {
        name: {"size": file["size"], "sha256": "0" * 64} for name, file in manifest["files"].items()
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "manifest.xxh3").unlink()
    for command in (["ask", "منارة"], ["info"], ["chat"]):
        ran = dalil(*command)
        assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert "version" in ran.err
        assert "run 'dalil build'" in ran.err
    assert dalil("verify").status == 2
    ran = dalil("build")
    assert ran.status == 0
    assert "(0 encoded now)" in ran.err
    assert dalil("ask", "منارة").status == 0
    assert dalil("verify").status == 0
    assert dalil("rollback").status == 2
    assert "version" in json.loads(dalil("info", "--json").out)["generations"][1]["problem"]


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Return a file of one question that the collection answers."""
    known = {"id": "1", "question": "كم ساعة جمع الساعاتي إلياس؟", "relevant": ["clocks"]}
    return write_lines(tmp_path / "asked.jsonl", known)


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    """Return a file of one question that the collection does not answer."""
    unknown = {"id": "2", "question": "Wer erfand den 3D-Druck?", "relevant": [], "language": "de"}
    return write_lines(tmp_path / "nothing.jsonl", unknown)


def write_lines(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.usefixtures("index")
def test_eval_is_one_object_with_the_documented_names(
    dalil: Command, asked: Path, nothing: Path
) -> None:
    """Each file has its measures, and abstention stands where a question has no answer."""
    report = json.loads(dalil("eval", "--json", str(asked)).out)
    assert set(report) == {"asked", "/found", "/reliability"}
    row = {"questions", "intervals", "sides", "fusion_behind", "found"}
    assert set(report["asked"]) == MEASURES | row
    assert report["asked"]["hit@1"] == 1
    assert set(report["asked"]["intervals"]) == MEASURES
    assert set(report["asked"]["sides"]) == {"dense", "lexical"}
    for side in report["asked"]["sides"].values():
        assert set(side) == MEASURES | {"intervals"}
    assert set(report["/reliability"]) == {"ece", "brier", "bins"}
    report = json.loads(dalil("eval", "--json", str(asked), str(nothing)).out)
    assert set(report["abstention"]) == {"auroc", "answered_wrongly@95"}
    assert set(report["/languages"]) == {"ar", "de"}
    table = dalil("eval", str(asked), str(nothing)).out
    assert "asked" in table
    assert "100.0" in table
    assert "AUROC" in table


@pytest.mark.usefixtures("index")
def test_eval_saves_a_run_and_compares_another_with_it(
    dalil: Command, asked: Path, nothing: Path, encoder: Encoder, tmp_path: Path
) -> None:
    """Two indexes, one without the article that answers: the question and its ranks are told."""
    run, files = str(tmp_path / "run.jsonl"), (str(asked), str(nothing))
    dalil("eval", "--save", run, *files)
    same = json.loads(dalil("eval", "--json", "--against", run, *files).out)["/against"]
    assert set(same) == {"index", "files"}
    assert [own["changed"] for own in same["files"].values()] == [[], []]
    left = [article for article in ARTICLES if article.id != "clocks"]
    build([write_corpus(tmp_path / "less", left)], tmp_path / "other", encoder)
    ran = dalil("eval", "--json", "--against", run, "--index", str(tmp_path / "other"), *files)
    compared = json.loads(ran.out)["/against"]["files"]["asked"]
    assert (compared["worse"], compared["difference"]["ndcg@10"]) == (1, -1)
    (change,) = compared["changed"]
    assert set(change) == {"id", "question", "gain", "rank", "found"}
    assert change["rank"] == [1, None]
    shown = dalil("eval", "--against", run, "--index", str(tmp_path / "other"), *files).out
    assert "1 → -" in shown
    assert "كم ساعة جمع الساعاتي إلياس؟" in shown


@pytest.mark.usefixtures("index")
def test_eval_tells_before_asking_what_it_could_not_do_after(
    dalil: Command, asked: Path, nothing: Path, tmp_path: Path
) -> None:
    """Each is one line; and the question file that was named by a slip stays as it was."""
    run, before = str(tmp_path / "run.jsonl"), asked.read_bytes()
    assert dalil("eval", str(asked), "--save", run).status == 0
    for arguments, word in (
        ([str(nothing), "--against", run], "did not ask"),
        ([str(asked), "--against", str(nothing)], "no saved run"),
        ([str(nothing), "--save", str(asked)], "no saved run"),
        ([str(asked), "--save", str(tmp_path / "nowhere" / "run")], "nowhere"),
        ([str(asked), "--plot", str(tmp_path / "plot.gif")], ".svg"),
        ([str(asked), str(asked)], "rename"),
    ):
        ran = dalil("eval", *arguments)
        assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert word in ran.err
    assert asked.read_bytes() == before


@pytest.mark.usefixtures("index")
def test_eval_draws_a_plot_beside_its_report(dalil: Command, asked: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra 'plots' is not installed")
    ran = dalil("eval", "--json", str(asked), "--plot", str(tmp_path / "plot.svg"))
    assert "asked" in json.loads(ran.out)
    assert "<svg" in (tmp_path / "plot.svg").read_text(encoding="utf-8")


def test_calibrate_writes_what_it_says(dalil: Command, index: Path, tmp_path: Path) -> None:
    """Too few questions change nothing."""
    lines = [
        {"id": f"{article.id}-{at}", "question": text, "relevant": [article.id]}
        for article in ARTICLES
        for at, text in enumerate([article.title, article.text[:50], article.text[50:110]])
        if text
    ]
    asked = tmp_path / "asked.jsonl"
    asked.write_text("\n".join(map(json.dumps, lines[:3])), encoding="utf-8")
    few = dalil("calibrate", str(asked))
    assert few.status == 2
    assert "at least 20" in few.err
    assert not (index / "calibration.json").exists()
    asked.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = dalil("calibrate", str(asked), "--json")
    assert done.status == 0, done.err
    written = json.loads((index / "calibration.json").read_text(encoding="utf-8"))
    assert written.pop("checksum")
    assert json.loads(done.out) == written
    assert set(written) == {"model", "fingerprint", "arabic", "others", "found_at", "unsure_at"}
    assert json.loads(dalil("ask", ARTICLES[1].title, "--json").out)["hits"]


@pytest.mark.parametrize("where", ["dalil-index", "nowhere"])
def test_what_a_question_loads_is_collected_no_more_and_the_rest_is(
    index: Path, dalil: Command, where: str
) -> None:
    """Also where the index cannot be opened."""
    gc.unfreeze()
    dalil("ask", "المصابيح", "--index", str(index.with_name(where)))
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    gc.unfreeze()
