"""The lexical side: BM25 over light stems and character 4-grams, in tantivy."""

import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Final, NamedTuple, Self

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import FieldType, Occur, Query

from retrieval import arabic, phonetic
from retrieval.language import ARABIC, language
from retrieval.links import link
from retrieval.phrases import Phrase
from retrieval.transliteration import Reading, romanised, spellings
from retrieval.types import Article, Candidate, Filters

_WEIGHTS: Final = {"body": 1.0, "title": 0.2, "sound": 1.0}
_READINGS: Final = 5
"""Arabic words that a word in other letters is searched by."""
_LIKELY: Final = 2.0
"""How much a reading may cost above the best."""
_COMMONNESS: Final = 0.2
"""How much a word's frequency, as a logarithm, speaks for it against the cost of its spelling."""
_NAME, _WORD = 0.6, 0.12
"""Weights of what a capitalised word and another may be read as in Arabic."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("sound", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("published", indexed=True, fast=True)
    return builder.build()


class LexicalWriter:
    """Fills a new lexical index, which can be opened once the context was left without an error.

    What cannot be written is an ``OSError``.

    Args:
        folder: to be made.
        before: the folder of the generation that is added to; it is left as it is.
    """

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        folder.mkdir()
        if before:
            _take_over(before, folder)
        self._index = tantivy.Index(_schema(), str(folder))
        # One thread: one segment, and the same scores from every build of the same corpus.
        self._writer = self._index.writer(heap_size=256_000_000, num_threads=1)

    def add(self, passage: int, article: Article, text: str) -> None:
        """Add one passage of an article under its number."""
        title, body = _indexed(article.title), _indexed(text)
        fields: dict[str, list[object]] = {
            "passage": [passage],
            "body": [body.terms],
            "title": [title.terms],
            "sound": [f"{title.sounds} {body.sounds}"],
            # tantivy leaves a gap between two values of a field: no phrase reaches over it.
            "exact": [title.exact, body.exact],
        }
        if article.source:
            fields["source"] = [article.source]
        if article.published:
            fields["published"] = [article.published.toordinal()]
        document = tantivy.Document.from_dict(fields, self._index.schema)
        with _writing():
            self._writer.add_document(document)

    def remove(self, passages: Sequence[int]) -> None:
        """Take out passages of the generation before, by their numbers."""
        if passages:
            among = Query.term_set_query(self._index.schema, "passage", list(passages))
            with _writing():
                self._writer.delete_documents_by_query(among)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            with _writing():
                if kind is None:
                    self._writer.commit()
                else:
                    self._writer.rollback()
        finally:
            # Until its threads have ended, they write into the folder.
            self._writer.wait_merging_threads()


class LexicalIndex:
    """Searches a finished lexical index; safe from several threads."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        # Of a method it would hold the index, and so keep it until the garbage is collected.
        self.readings = lru_cache(maxsize=1 << 14)(partial(_readings, self._searcher))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what a :class:`LexicalWriter` wrote, also where nothing can be written."""
        try:
            return cls(tantivy.Index.open(str(folder)))
        except ValueError:
            # tantivy locks a folder by a file in it.
            with TemporaryDirectory(prefix="dalil-") as linked:
                for path in folder.resolve().iterdir():
                    if path.suffix != ".lock":
                        (Path(linked) / path.name).symlink_to(path)
                return cls(tantivy.Index.open(linked))

    @property
    def count(self) -> int:
        """How many passages the index holds."""
        return self._searcher.num_docs

    def search(
        self,
        question: str,
        limit: int,
        filters: Filters | None = None,
        phrases: Sequence[Phrase] = (),
    ) -> list[Candidate]:
        """Return the best passages by BM25, best first, each with a term of the question.

        Only such as are within the filters and hold all the phrases.
        """
        query = self._query(question)
        limits = [*self._filtered(filters or Filters()), *map(self._held, phrases)]
        return self._run(_limited(query, limits), limit) if query else []

    def holds(self, phrases: Sequence[Phrase]) -> bool:
        """Whether any passage holds all of some phrases."""
        return bool(self._run(_all_of(map(self._held, phrases)), 1))

    def holding(self, phrases: Sequence[Phrase]) -> NDArray[np.int64]:
        """Return the numbers of the passages that hold all of some phrases, ascending.

        Each stands in the passage or in its article's title, word for word as folded.
        """
        found = self._run(_all_of(map(self._held, phrases)), self.count)
        return np.array(sorted(candidate.passage for candidate in found), np.int64)

    def score(self, question: str, passages: Sequence[int]) -> dict[int, float]:
        """Return the BM25 of those among ``passages`` that hold a term of the question."""
        query = self._query(question)
        if not query or not passages:
            return {}
        among = Query.term_set_query(self._schema, "passage", list(passages))
        found = self._run(_limited(query, [among]), len(passages))
        return {candidate.passage: candidate.score for candidate in found}

    def near(self, words: Iterable[Sequence[Reading]], limit: int) -> list[int]:
        """Return the numbers of the passages that hold most of some words, each in some reading."""
        wanted = [(Occur.Should, self._any_of(readings, 1.0)) for readings in words]
        return [found.passage for found in self._run(Query.boolean_query(wanted), limit)]

    def frequency(self, stem: str) -> int:
        """In how many passages a stem stands."""
        return self._searcher.doc_freq("body", stem)

    def _query(self, question: str) -> Query | None:
        words = list(islice(arabic.asked_words(question), arabic.QUESTION_WORDS))
        names = {word.form for word in words if question[word.span.start].isupper()}
        # The first word of a sentence is capitalised for its place.
        told = any(word.form in names for word in words[1:])
        all_by_letters = _by_letters(question)
        wanted: list[tuple[Occur, Query]] = []
        for form in dict.fromkeys(word.form for word in words):
            by_letters = all_by_letters or _by_letters(form)
            wanted += self._by_letters(form) if by_letters else self._by_sound(form)
            if readings := self.readings(form):
                weight = _WORD if told and form not in names else _NAME
                wanted.append((Occur.Should, self._any_of(readings, weight)))
        return Query.boolean_query(wanted) if wanted else None

    def _by_letters(self, form: str) -> Iterator[tuple[Occur, Query]]:
        """Yield what an Arabic word is searched by."""
        for term in _of_word(form):
            yield Occur.Should, self._term("body", term)
            yield Occur.Should, self._term("title", term)
        # It stands nowhere: perhaps it is a name that the articles write in another way.
        if not self.frequency(arabic.stem(form)) and not _occurrences(self._searcher, form):
            yield from self._sounds(form)

    def _by_sound(self, form: str) -> Iterator[tuple[Occur, Query]]:
        """Yield what a word in other letters is searched by, besides its readings.

        Its pieces stand only in other foreign words: whole, it may be a name.
        """
        yield Occur.Should, self._term("body", arabic.terms(form).stem)
        yield from self._sounds(form)

    def _sounds(self, form: str) -> Iterator[tuple[Occur, Query]]:
        for skeleton in phonetic.of_word(form):
            yield Occur.Should, self._term("sound", skeleton)

    def _any_of(self, readings: Iterable[Reading], weight: float) -> Query:
        """Score by the best of some readings."""
        return Query.disjunction_max_query(
            [
                Query.boost_query(self._stem_and_grams(form), weight * math.sqrt(likely))
                for form, likely in readings
            ]
        )

    def _stem_and_grams(self, form: str) -> Query:
        terms = _of_word(arabic.fold(form))
        return Query.boolean_query([(Occur.Should, self._term("body", term)) for term in terms])

    def _term(self, field: str, term: str) -> Query:
        query = Query.term_query(self._schema, field, term, index_option="freq")
        return Query.boost_query(query, _WEIGHTS[field])

    def _held(self, phrase: Phrase) -> Query:
        """Return what finds the passages that hold a phrase."""
        if len(phrase.forms) == 1:
            return Query.term_query(self._schema, "exact", phrase.forms[0])
        return Query.phrase_query(self._schema, "exact", list(phrase.forms))

    def _filtered(self, filters: Filters) -> Iterator[Query]:
        if filters.sources:
            yield Query.term_set_query(self._schema, "source", list(filters.sources))
        if filters.not_sources:
            unwanted = Query.term_set_query(self._schema, "source", list(filters.not_sources))
            every = Occur.Must, Query.all_query()
            yield Query.boolean_query([every, (Occur.MustNot, unwanted)])
        if filters.dated:
            low, high = filters.since or date.min, filters.until or date.max
            bounds = low.toordinal(), high.toordinal()
            yield Query.range_query(self._schema, "published", FieldType.Integer, *bounds)

    def _run(self, query: Query, limit: int) -> list[Candidate]:
        hits = self._searcher.search(query, limit, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [
            Candidate(int(number), float(score))
            for number, (score, _) in zip(numbers, hits, strict=True)
            if number is not None
        ]


def _readings(searcher: tantivy.Searcher, word: str) -> tuple[Reading, ...]:
    """Return what a word in other letters may be in Arabic, the likeliest first."""
    if _by_letters(word):
        return ()
    found = []
    for spelling in spellings(romanised(word)):
        form = arabic.fold(spelling.form)
        if common := _occurrences(searcher, form):
            found.append((spelling.cost - _COMMONNESS * math.log(1 + common), spelling.form))
    best = sorted(found)[:_READINGS]
    return tuple(
        Reading(form, math.exp(best[0][0] - cost))
        for cost, form in best
        if cost < best[0][0] + _LIKELY
    )


def _occurrences(searcher: tantivy.Searcher, form: str) -> int:
    """In how many passages a folded word stands, with its article or without."""
    bare = form.removeprefix(arabic.ARTICLE)
    return sum(searcher.doc_freq("exact", each) for each in (bare, arabic.ARTICLE + bare))


def _take_over(before: Path, folder: Path) -> None:
    """Bring a finished index into another folder; what tantivy writes once, it may share."""
    for path in before.iterdir():
        if path.suffix == ".json":
            shutil.copyfile(path, folder / path.name)
        elif path.suffix != ".lock":
            link(path, folder / path.name)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except ValueError as error:  # tantivy has no other
        raise OSError(str(error)) from error


def _by_letters(text: str) -> bool:
    """Whether a text shares its letters, or at least its digits, with the articles."""
    return language(text) in (ARABIC, "und")


def _limited(query: Query, limits: Iterable[Query]) -> Query:
    """Narrow a query down; what limits it changes no score."""
    return _all_of([query, *(Query.const_score_query(limit, 0.0) for limit in limits)])


def _all_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


class _Indexed(NamedTuple):
    """What is indexed of a text, each between blanks."""

    exact: str
    terms: str
    sounds: str


def _indexed(text: str) -> _Indexed:
    forms = arabic.forms(text)
    told = [of_form for form in forms if (of_form := _of_form(form))]
    return _Indexed(
        " ".join(forms),
        " ".join(terms for terms, _ in told),
        " ".join(sounds for _, sounds in told if sounds),
    )


@lru_cache(maxsize=1 << 16)
def _of_form(form: str) -> tuple[str, str] | None:
    """Return the terms and the sounds of a folded word; None of a stop word."""
    if form in arabic.STOP_WORDS:
        return None
    return " ".join(_of_word(form)), " ".join(phonetic.of_word(form))


def _of_word(form: str) -> tuple[str, ...]:
    terms = arabic.terms(form)
    return (terms.stem, *terms.grams)
