"""Questions of every kind to the real model over a small corpus: always an Answer, and true."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import pytest

from embeddings import Encoder
from retrieval import Answer, Article, Filters, Retriever
from retrieval.build import build
from retrieval.errors import FilterError
from retrieval.types import Asked, Quote
from tests.corpora import ARTICLES, MAGAZINE, PAPER, SYNDICATED, write_corpus

BY_ID = {article.id: article for article in (*ARTICLES, *SYNDICATED)}


@pytest.fixture(scope="module")
def retriever(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("retriever")
    build([write_corpus(folder / "corpus")], folder / "index", encoder)
    opened = Retriever.open(folder / "index", encoder)
    yield opened
    opened.close()


def check(answer: Answer) -> None:
    """What every answer keeps to, whatever was asked."""
    assert 0 <= answer.confidence <= 1
    assert not (answer.found and not answer.hits)
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    ids = [article.id for hit in answer.hits for article in (hit.article, *hit.also)]
    assert len(set(ids)) == len(ids)
    for hit in answer.hits:
        assert hit.article == BY_ID[hit.passage.article_id]
        assert all(one.end <= other.start for one, other in pairwise(hit.matches))
        length = len(hit.passage.text)
        assert all(0 <= span.start < span.end <= length for span in hit.matches)
        assert hit.dense_rank or hit.lexical_rank
        quotes = [Quote(hit.passage, hit.highlights), *hit.more]
        for quote in quotes:
            check_quote(hit.article, quote)
        places = sorted((quote.passage.start, quote.passage.end) for quote in quotes)
        assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert all(one.score >= other.score for one, other in pairwise(answer.hits))
    assert json.loads(json.dumps(answer.to_dict()))["found"] is answer.found


def check_quote(article: Article, quote: Quote) -> None:
    passage = quote.passage
    assert article.text[passage.start : passage.end] == passage.text
    assert quote.highlights
    for span in quote.highlights:
        assert 0 <= span.start < span.end <= len(passage.text)
        marked = passage.text[slice(*span)]
        assert marked == marked.strip()
    assert all(one.end <= other.start for one, other in pairwise(quote.highlights))


def first(answer: Answer) -> str:
    return answer.hits[0].article.id


def ids(answer: Answer) -> set[str]:
    return {hit.article.id for hit in answer.hits}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("كم يبلغ ارتفاع منارة رأس السنديان؟", "lighthouse"),
        ("لماذا قل إنتاج العسل؟", "bees"),
        ("ما ثمن تذكرة القطار السريع؟", "railway"),
        ("من سجل هدف الفوز بالكأس؟", "football"),
        ("كيف يجفف التمر؟", "dates"),
        ("متى كان آخر ثوران للبركان؟", "volcano"),
        ("كَمْ سَاعَةً جَمَعَ إِلْيَاسُ مُرَاد؟", "clocks"),
        ("ﻛﻢ ﻛﺘﺎﺑﺎ ﺗﺤﻤﻞ ﺍﻟﻤﻜﺘﺒﺔ ﺍﻟﻤﺘﻨﻘﻠﺔ؟", "library"),
        ("لمادا اغلق الجصر الحجري امام السيارت", "bridge"),
        ("محطه تحليه مياة البحر فى خليج المرجان", "desalination"),
        ("خبز الشعيير في الفرن الطينى", "bread"),
        ("How tall is the lighthouse?", "lighthouse"),
        ("Why do beekeepers have less honey this season?", "bees"),
        ("desalination plant sea water coral", "desalination"),
    ],
)
def test_the_right_article_comes_first(retriever: Retriever, question: str, expected: str) -> None:
    """For Arabic questions, vocalised, in presentation forms and misspelt, and for English."""
    answer = retriever.answer(question)
    check(answer)
    assert first(answer) == expected


def test_of_two_championships_the_right_one_is_among_the_first_two(retriever: Retriever) -> None:
    """Across languages the model tells the sport less surely than that it was won."""
    answer = retriever.answer("Who won the youth chess championship?")
    assert "chess" in {hit.article.id for hit in answer.hits[:2]}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("كم يبلغ ارتفاع منارة رأس السنديان؟", "اثنين وأربعين مترا"),
        ("من صنع العدسة الأصلية للمنارة وفي أي مدينة؟", "مرسيليا"),
        ("كم ثمن تذكرة القطار بين نورة والمنصورية؟", "أربعين درهما"),
    ],
)
def test_the_deciding_words_are_among_those_marked(
    retriever: Retriever, question: str, words: str
) -> None:
    hit = retriever.answer(question).hits[0]
    assert words in "".join(hit.passage.text[slice(*span)] for span in hit.highlights)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("متى بُنيت منارة رأس السنديان؟", ["منارة", "رأس", "السنديان", "المنارة", "المنارة"]),
        ("Was the lens made in Marseille?", ["مرسيليا"]),
        ("أين «في كل صيف»؟ المنارات", ["منارة", "المنارة", "المنارة", "في", "كل", "صيف"]),
    ],
)
def test_words_of_the_question_are_marked_as_the_author_wrote_them(
    retriever: Retriever, question: str, words: list[str]
) -> None:
    """By letters, across scripts and in a phrase."""
    hit = retriever.answer(question).hits[0]
    assert hit.article.id == "lighthouse"
    assert [hit.passage.text[slice(*span)] for span in hit.matches] == words
    assert hit.to_dict()["matches"] == [list(span) for span in hit.matches]


def test_a_plain_question_is_answered(retriever: Retriever) -> None:
    answer = retriever.answer("متى بنيت منارة رأس السنديان؟")
    assert answer.found
    assert answer.language == "ar"
    assert answer.index.passages >= len(ARTICLES)
    assert answer.timings_ms.keys() >= {"encode", "dense", "lexical", "total"}


@pytest.mark.parametrize(
    "question",
    [
        "كيف أثبت برنامج تحرير الصور على الحاسوب؟",
        "ما أعراض نقص الحديد في الدم؟",
        "How do I reset my router password?",
        "qwzx vbnk",
    ],
)
def test_an_unrelated_question_is_not_answered(retriever: Retriever, question: str) -> None:
    """The nearest passages come all the same, with less confidence than an answer's."""
    answer = retriever.answer(question)
    check(answer)
    assert not answer.found
    assert answer.hits
    assert answer.confidence < retriever.answer("متى بنيت منارة رأس السنديان؟").confidence


def test_questions_encoded_together_are_answered_as_alone(retriever: Retriever) -> None:
    """In their order, each with its own count and filters."""
    asked = [Asked("متى بنيت منارة رأس السنديان؟", 2), Asked("العسل", 1, Filters(sources=[PAPER]))]
    together = [search() for search in retriever.prepare(asked)]
    alone = [retriever.answer(each.question, each.k, filters=each.filters) for each in asked]
    assert [[hit.article.id for hit in answer.hits] for answer in together] == [
        [hit.article.id for hit in answer.hits] for answer in alone
    ]
    assert [len(answer.hits) for answer in together] == [2, 1]


def test_only_the_articles_named_answer(retriever: Retriever) -> None:
    """What is best among them comes first, and whether it answers is judged by it alone."""
    question = "متى بنيت منارة رأس السنديان؟"
    (search,) = retriever.prepare([Asked(question, 5, among={"bees", "railway"})])
    answer = search()
    assert {hit.article.id for hit in answer.hits} == {"bees", "railway"}
    assert not answer.found
    assert not retriever.prepare([Asked(question, 5, among=())])[0]().hits


def test_every_articles_id_is_told(retriever: Retriever) -> None:
    assert sorted(retriever.article_ids()) == sorted(article.id for article in ARTICLES)


@pytest.mark.parametrize("k", [1, 3, 5, 12, 1000])
def test_k_articles_come_where_there_are_as_many(retriever: Retriever, k: int) -> None:
    """And fewer are the beginning of more."""
    answer = retriever.answer("ماذا يحدث في البحر والجبل؟", k)
    check(answer)
    assert len(answer.hits) == min(k, len(ARTICLES))
    assert answer.hits == retriever.answer("ماذا يحدث في البحر والجبل؟", 12).hits[:k]


@pytest.mark.parametrize("k", [0, -1])
def test_no_passages_cannot_be_asked_for(retriever: Retriever, k: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        retriever.answer("سؤال", k)


DATED = {article.id: article.published for article in ARTICLES if article.published}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(sources=[PAPER]), {a.id for a in ARTICLES if a.source == PAPER}),
        (Filters(sources=[PAPER, MAGAZINE]), {a.id for a in ARTICLES if a.source}),
        (Filters(not_sources={PAPER}), {a.id for a in ARTICLES if a.source != PAPER}),
        (Filters(not_sources=[PAPER, MAGAZINE]), {a.id for a in ARTICLES if not a.source}),
        (Filters(sources=[PAPER], not_sources=[PAPER]), set()),
        (Filters(since=date(2024, 1, 20)), {"railway", "football", "desalination", "bridge"}),
        (Filters(until=date(2023, 2, 1)), {"clocks", "library"}),
        (Filters(since=date(2023, 4, 12), until=date(2023, 7, 25)), {"lighthouse", "chess"}),
        (Filters(since=date(2024, 1, 1), sources=[MAGAZINE]), {"desalination"}),
        (Filters(since=date.min), DATED.keys()),
        (Filters(since=date(2030, 1, 1)), set()),
    ],
)
def test_filters_hold_for_every_hit(
    retriever: Retriever, filters: Filters, expected: set[str]
) -> None:
    """All that match are found, and an article without a date in no dated search."""
    answer = retriever.answer("كيف يقطف التمر ويخبز الخبز؟", 50, filters=filters)
    check(answer)
    assert ids(answer) == expected


def test_articles_and_sources_can_be_looked_up(retriever: Retriever) -> None:
    """An article by its id, whole; each source once, that with the most articles first."""
    hit = retriever.answer("المنارة").hits[0]
    assert retriever.article(hit.article.id) == hit.article
    assert retriever.article("unknown") is None
    assert retriever.sources()[0] == PAPER
    assert len(set(retriever.sources())) == len(retriever.sources()) > 1


def test_nothing_within_the_filters_is_no_answer(retriever: Retriever) -> None:
    answer = retriever.answer("متى بنيت المنارة؟", filters=Filters(since=date(2030, 1, 1)))
    assert (answer.found, answer.confidence, answer.hits) == (False, 0, ())


@pytest.mark.parametrize(
    ("filters", "undated"),
    [
        (None, 0),
        (Filters(sources=[PAPER]), 0),
        (Filters(since=date(2024, 1, 1)), 2),
        (Filters(until=date.min, not_sources=[PAPER]), 2),
        (Filters(since=date(2024, 1, 1), sources=[PAPER]), 0),
    ],
)
def test_a_dated_search_tells_how_many_articles_have_no_date(
    retriever: Retriever, filters: Filters | None, undated: int
) -> None:
    """Of those that it would have searched otherwise."""
    answer = retriever.answer("كيف يقطف التمر؟", filters=filters)
    assert answer.undated == answer.to_dict()["undated"] == undated


@pytest.mark.parametrize("question", ["متى بنيت المنارة؟", "", '"رأس السنديان"'])
def test_a_source_that_no_article_has_is_an_error(retriever: Retriever, question: str) -> None:
    """Whatever is asked, and excluded as well as demanded."""
    for filters in (Filters(sources=["المرفأ"]), Filters(not_sources=[PAPER, "المرفأ"])):
        with pytest.raises(FilterError, match=PAPER):
            retriever.answer(question, filters=filters)
        with pytest.raises(FilterError, match=PAPER):
            retriever.check(filters)


def test_eight_threads_get_the_answers_that_one_gets(retriever: Retriever) -> None:
    questions = [article.title for article in ARTICLES] * 2
    alone = [[hit.to_dict() for hit in retriever.answer(question).hits] for question in questions]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(retriever.answer, questions))
    assert [[hit.to_dict() for hit in answer.hits] for answer in together] == alone


def test_a_question_alone_is_ranked_as_in_a_batch(retriever: Retriever) -> None:
    """``rank`` with a vector of ``encode`` is what ``answer`` shows."""
    searcher = retriever.searcher
    queries = [searcher.query(text) for text in ("متى بنيت المنارة؟", "men faz bel ka2s?")]
    for query, encoding in zip(queries, searcher.encode(queries), strict=True):
        ranking = searcher.rank(query, encoding)
        found = list(dict.fromkeys(searcher.articles_of(ranking.candidates.passages.tolist())))
        assert found[0] == first(retriever.answer(query.asked))
        assert sorted(found) == sorted(article.id for article in ARTICLES)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("«رأس السنديان»", {"lighthouse"}),
        ('كم يبلغ ارتفاع منارة "رأس السنديان"؟', {"lighthouse"}),
        ('"رَاسِ السِّنديان"', {"lighthouse"}),
        ("“حشرة الفاروا”", {"bees"}),
        ("What did the paper say about „حشرة الفاروا“?", {"bees"}),
        ('"قطار سريع بين نورة والمنصورية"', {"railway"}),
        ('"وادي الزعفران" "حشرة الفاروا"', {"bees"}),
        ('"في كل"', {"lighthouse", "library"}),
        ("«مياه البحر» تحلية", {"desalination"}),
    ],
)
def test_what_is_quoted_every_hit_holds(
    retriever: Retriever, question: str, expected: set[str]
) -> None:
    """Whichever side brings it, in whatever language the rest is asked."""
    answer = retriever.answer(question, 50)
    check(answer)
    assert ids(answer) == expected
    assert answer.found


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ('كم يبلغ ارتفاع "السنديان رأس"؟', ("السنديان رأس",)),
        ('"رأس السنديانة"', ("رأس السنديانة",)),
        ('"فرن الطين يخبز"', ("فرن الطين يخبز",)),
        ('"رأس السنديان" «حشرة الفاروا»', ("رأس السنديان", "حشرة الفاروا")),
        ('Who is "إلياس الزعفران"?', ("إلياس الزعفران",)),
    ],
)
def test_what_is_quoted_and_stands_nowhere_is_not_found(
    retriever: Retriever, question: str, quoted: tuple[str, ...]
) -> None:
    """In another order, by the stem, from title into text, in two articles: only what is near."""
    answer = retriever.answer(question)
    check(answer)
    assert not answer.found
    assert answer.hits
    assert answer.phrases == answer.missing == quoted
    assert answer.to_dict()["missing"] == list(quoted)


def test_of_several_phrases_those_that_stand_somewhere_still_hold(retriever: Retriever) -> None:
    answer = retriever.answer('"رأس السنديان" «رأس الأفعى»', 50)
    assert ids(answer) == {"lighthouse"}
    assert answer.missing == ("رأس الأفعى",)
    assert not answer.found


def test_a_question_in_another_language_may_quote_its_own_words(retriever: Retriever) -> None:
    """They stand translated in the articles: marks around them demand nothing."""
    answer = retriever.answer('How tall is the "lighthouse"?')
    assert first(answer) == "lighthouse"
    assert answer.phrases == answer.missing == ()


def test_filters_and_phrases_hold_together(retriever: Retriever) -> None:
    question = '"في كل"'
    assert ids(retriever.answer(question, filters=Filters(sources=[PAPER]))) == {"lighthouse"}
    assert ids(retriever.answer(question, filters=Filters(until=date(2000, 1, 1)))) == set()


def test_marks_that_quote_nothing_change_nothing(retriever: Retriever) -> None:
    """A question in marks as a whole, and a mark without a partner, demand no word."""
    for question in ('"متى بنيت منارة رأس السنديان؟"', 'متى بنيت "منارة رأس السنديان؟'):
        answer = retriever.answer(question, 50)
        assert len(answer.hits) == len(ARTICLES)
        assert answer.phrases == ()


def test_a_question_of_quoted_words_alone_is_surely_answered(retriever: Retriever) -> None:
    """What holds them is what was asked for; beside other words it is weighed as ever."""
    assert retriever.answer('"الجير"').missing == ("الجير",)
    assert retriever.answer('"أبو نبيل"').confidence == 1
    assert retriever.answer('هل باع "أبو نبيل" سيارته؟').confidence < 1


@pytest.mark.parametrize(
    "question",
    ["", " \n\t", "؟", "…!", "😀🎉👩‍👩‍👧", "\ud800", "\x00\x07\x1b", "\u200f\u202e", "َُِ", "ـــ"],
)
def test_a_question_without_a_letter_or_digit_finds_nothing(
    retriever: Retriever, question: str
) -> None:
    answer = retriever.answer(question)
    check(answer)
    assert (answer.found, answer.hits, answer.question) == (False, (), question)


FLOOD = "ماذا فعلت السيول في قرية العيون؟"
COPIES = {"flood", "flood-edited", "flood-bare", "flood-again"}


@pytest.fixture(scope="module")
def syndicated(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("syndicated")
    corpus = write_corpus(folder / "corpus", (*ARTICLES, *SYNDICATED))
    build([corpus], folder / "index", encoder)
    opened = Retriever.open(folder / "index", encoder)
    yield opened
    opened.close()


def test_one_report_in_several_papers_is_one_hit(syndicated: Retriever) -> None:
    """Small edits, another title, none, or a second id: the best-ranked is the hit's article.

    The others follow, oldest first, the undated last.
    """
    answer = syndicated.answer(FLOOD, 3)
    check(answer)
    reported = [hit for hit in answer.hits if hit.article.id in COPIES]
    assert len(reported) == 1
    best, *others = reported[0].article.id, *(article.id for article in reported[0].also)
    assert {best, *others} == COPIES
    oldest_first = ("flood", "flood-again", "flood-edited", "flood-bare")
    assert others == [name for name in oldest_first if name != best]
    searcher = syndicated.searcher
    query = searcher.query(FLOOD)
    ranked = searcher.rank(query, searcher.encode([query])[0]).candidates.passages.tolist()
    assert best == next(name for name in searcher.articles_of(ranked) if name in COPIES)


def test_the_same_report_with_another_figure_is_another_hit(syndicated: Retriever) -> None:
    ids_shown = ids(syndicated.answer(FLOOD, 2))
    assert "flood-before" in ids_shown
    assert ids_shown & COPIES


@pytest.mark.parametrize("k", [1, 2, 5, 14, 1000])
def test_k_hits_come_where_there_are_as_many_different_ones(syndicated: Retriever, k: int) -> None:
    """Copies take no place: of eighteen articles fifteen say something of their own."""
    answer = syndicated.answer(FLOOD, k)
    check(answer)
    assert len(answer.hits) == min(k, len(ARTICLES) + len(SYNDICATED) - len(COPIES) + 1)


def test_a_copy_within_the_filter_is_a_hit_of_its_own(syndicated: Retriever) -> None:
    answer = syndicated.answer(FLOOD, filters=Filters(sources=[MAGAZINE]))
    check(answer)
    assert first(answer) == "flood-edited"
    assert answer.hits[0].also == ()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Asked(FLOOD, filters=Filters(sources=[PAPER])), {"flood", "flood-again"}),
        (Asked(FLOOD, filters=Filters(not_sources=[PAPER])), {"flood-edited", "flood-bare"}),
        (Asked(FLOOD, filters=Filters(since=date(2024, 11, 6))), {"flood-edited"}),
        (Asked(FLOOD, among={"flood", "flood-bare"}), {"flood", "flood-bare"}),
    ],
)
def test_a_story_is_told_by_articles_that_may_answer(
    syndicated: Retriever, asked: Asked, told: set[str]
) -> None:
    (search,) = syndicated.prepare([asked])
    answer = search()
    check(answer)
    (hit,) = (hit for hit in answer.hits if hit.article.id in COPIES)
    assert {hit.article.id, *(article.id for article in hit.also)} == told


def test_further_passages_of_an_article_are_in_its_hit(syndicated: Retriever) -> None:
    """Best first, each with its own words marked."""
    answer = syndicated.answer("متى أغلق منجم الملح في جبل الرخام ومتى افتتح للزوار؟", 3)
    check(answer)
    hit = answer.hits[0]
    assert hit.article.id == "salt"
    assert hit.more
    assert {quote.passage.article_id for quote in hit.more} == {"salt"}
    told = hit.to_dict()
    assert told["more"] == [
        {
            "passage": quote.passage.text,
            "language": "ar",
            "start": quote.passage.start,
            "end": quote.passage.end,
            "highlights": [list(span) for span in quote.highlights],
        }
        for quote in hit.more
    ]


def test_a_hit_tells_its_further_sources(syndicated: Retriever) -> None:
    """As JSON, each with what is known of it."""
    (told,) = (hit for hit in syndicated.answer(FLOOD).to_dict()["hits"] if hit["also"])
    about = {told["article_id"]: None} | {also["article_id"]: also for also in told["also"]}
    assert about.keys() == COPIES
    unknown = ("url", "source", "published", "dating")
    bare = {"article_id": "flood-bare", "title": ""} | dict.fromkeys(unknown)
    assert about["flood-bare"] in (None, bare)
    assert all(also.keys() == bare.keys() for also in told["also"])


def test_the_ranking_keeps_every_copy(syndicated: Retriever) -> None:
    """What is measured is the search, not what is shown of it."""
    searcher = syndicated.searcher
    query = searcher.query(FLOOD)
    ranking = searcher.rank(query, searcher.encode([query])[0])
    found = set(searcher.articles_of(ranking.candidates.passages.tolist()))
    assert found == BY_ID.keys()
