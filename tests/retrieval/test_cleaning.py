"""Cleaning a page: the furniture goes, the article stays, and nothing is made up."""

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.cleaning import clean
from retrieval.corpus import BadRecord, read
from retrieval.types import Article

SHARED = Path(__file__).resolve().parents[2].parent / "shared"

TITLE = "سوق الواحة القديم يفتح أبوابه من جديد"
BODY = (
    "أعادت بلدية الواحة فتح السوق القديم بعد ترميم استمر ثلاث سنوات، بحضور عشرات الحرفيين.",
    "وقال أمين السوق إن «السقوف الخشبية» بقيت كما كانت، وإن المحالّ عادت إلى أصحابها.",
    "الحرفة والناس",
    "يضم السوق أربعين دكانا للنحاس والفخار والنسيج، ويزوره أهل القرى المجاورة كل خميس.",
)


def page(*lines: str) -> Article:
    """A page as a crawler leaves it: blank lines between the lines, no title."""
    return Article("p", "\n\n".join(lines))


def cleaned(*lines: str) -> tuple[str, list[str]]:
    article = clean(page(*lines))
    return article.title, article.text.split("\n")


def body_of(*lines: str) -> list[str]:
    """The text of an article that has its title already."""
    return clean(Article("p", "\n".join(lines), TITLE)).text.split("\n")


# Titles


@pytest.mark.parametrize(
    "head",
    [
        [TITLE],
        [TITLE, TITLE],
        ["fbpx", TITLE],
        [f"{TITLE} - صحيفة البستان", TITLE],
        [f"{TITLE} | أخبار البستان"],
        [f"{TITLE} – البستان نيوز"],
        [f"{TITLE} - Just Another Site!", TITLE],
        [f"{TITLE} - Just Another Site!"],
        [f"{TITLE} - ثقافة - البستان", TITLE],
        [TITLE, f"{TITLE} | البستان", TITLE],
        ["الرئيسية » ثقافة » أسواق", TITLE, "فيسبوك تويتر واتساب"],
    ],
)
def test_a_page_gives_its_headline_and_its_whole_body(head: list[str]) -> None:
    assert cleaned(*head, *BODY) == (TITLE, list(BODY))


@pytest.mark.parametrize(
    "title",
    [
        "لقاء ودي: الواحة تغلب ضيفتها 3 - 1",
        "فيديو - كيف عاد السوق القديم؟",
        "مباراة مرتقبة بين الجبل - والساحل",
        "أسرار المدن | حكاية بائع الورق الذي لم يغلق دكانه",
    ],
)
def test_a_dash_of_the_authors_is_no_suffix(title: str) -> None:
    assert clean(Article("p", "\n".join(BODY), title)).title == title


def test_a_given_title_is_kept_and_not_repeated() -> None:
    article = clean(Article("p", "\n".join([TITLE.replace("أ", "ا"), *BODY]), f"  {TITLE} "))
    assert (article.title, article.text) == (TITLE, "\n".join(BODY))


def test_a_body_is_not_taken_for_a_headline() -> None:
    assert cleaned(*BODY[:2]) == ("", list(BODY[:2]))
    assert cleaned(TITLE) == ("", [TITLE])
    assert cleaned("مرصد الواحة – الجبل", BODY[0]) == ("", ["مرصد الواحة – الجبل", BODY[0]])
    assert cleaned("وجاء في الرسالة:", BODY[0]) == ("", ["وجاء في الرسالة:", BODY[0]])


def test_a_title_inside_the_article_is_the_authors() -> None:
    assert body_of(*BODY, TITLE) == [*BODY, TITLE]


# Furniture


@pytest.mark.parametrize(
    "line",
    [
        "fbpx",
        "اظهر المزيد",
        "أظهر المزيد »",
        "زر الذهاب إلى الأعلى",
        "إعلان",
        "هل أعجبك المحتوى وتود أن يصلك كل أسبوع؟",
        "انضم إلى قرائنا واشترك بنشرتنا البريدية.",
        "اشتركوا في نشرتنا الأسبوعية ليصلكم الجديد",
        "تابعونا على تلغرام",
        "تابعوا قناتنا على واتساب لآخر الأخبار",
        "فيسبوك تويتر واتساب تلغرام",
        "شارك: Facebook | Twitter | WhatsApp",
        "شارك هذا الموضوع:",
        "نسخ الرابط",
        "اقرأ أيضاً: نحّاسو الجبل يعرضون أعمالهم",
        "(شاهد أيضا: جولة في السوق)",
        "للمزيد - من هم حرفيو الواحة؟",
        "الوسوم: الواحة، السوق، النحاس",
        "كلمات مفتاحية: #ترميم #حرف",
        "اترك تعليقاً إلغاء الرد",
        "لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *",
        "3 تعليقات",
        "شاركنا رأيك في التعليقات",
        "© 2024 البستان",
        "جميع الحقوق محفوظة لموقع البستان 2024",
        "حقوق النشر محفوظة للبستان",
        "** جميع المقالات المنشورة تمثل رأي كتّابها فقط.",
        "دقيقة واحدة للقراءة",
        "--------------------",
    ],
)
def test_a_line_of_furniture_goes_wherever_it_stands(line: str) -> None:
    assert body_of(line, BODY[0], line, *BODY[1:], line) == list(BODY)


@pytest.mark.parametrize(
    "line",
    [
        "ويطلب الزائر من البائع أن يُظهر المزيد من القطع المخبأة في الداخل.",
        "كتب المعلّم على الباب: جميع الحقوق محفوظة لمن يعمل بيديه.",
        "أصدر النادي مقالات ذات صلة بالحرف القديمة في ثلاثة كتب.",
        "شارك في الافتتاح وفد من حرفيي الجبل",
        "تابع الحرفيون عملهم حتى المغرب",
        "اشترك عشرون نحاسا في صنع الباب الكبير",
        "اقرأ أيضا ما كتبه الرحالة عن السوق قبل مئة عام.",
        "فيسبوك وتويتر",
        "فيسبوك",
        "إعلان الاستقلال",
        "الوسوم التي يضعها النحاس على أوانيه تدل على صانعها.",
        "#سوق_الواحة يعود إلى الحياة",
        "قَالَ الشّيخُ: الصّـــبرُ مفتاحُ الفرج",
    ],
)
def test_the_same_words_in_prose_are_the_authors(line: str) -> None:
    assert body_of(BODY[0], line, *BODY[1:]) == [BODY[0], line, *BODY[1:]]


# Lists of other articles

OTHERS = (
    "حريق يأتي على مخزن للأخشاب شرق الواحة",
    "من يحمي أشجار النخيل، وما الثمن؟",
    'وزير الثقافة: "لن نبيع الأسواق القديمة".. والحرفيون يرحبون',
    "قافلة الملح تصل متأخرة أسبوعا",
)


@pytest.mark.parametrize("heading", ["مقالات ذات صلة", "اقرأ أيضاً:", "شاهد أيضا", "قد يهمك أيضا"])
def test_headlines_of_other_articles_go_with_their_heading(heading: str) -> None:
    assert body_of(*BODY, heading, *OTHERS) == list(BODY)
    assert body_of(*BODY, heading) == list(BODY)


def test_the_article_resumes_after_a_list_in_its_midst() -> None:
    assert body_of(*BODY[:2], "اقرأ أيضا", *OTHERS, *BODY[3:]) == [*BODY[:2], *BODY[3:]]
    unended = " ".join(["كلمة"] * 30)
    assert body_of(BODY[0], "اقرأ أيضا", *OTHERS, unended) == [BODY[0], unended]


def test_a_subheading_after_a_list_stays_with_its_paragraph() -> None:
    assert body_of(*BODY[:2], "مواضيع ذات صلة", *OTHERS, *BODY[2:]) == list(BODY)


def test_a_poem_after_a_list_is_not_lost() -> None:
    poem = [f"بيت رقم {number} من قصيدة الراعي" for number in range(60)]
    assert body_of(BODY[0], "شاهد أيضا", *poem)[-40:] == poem[-40:]


# Sources


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("البستان نيوز – (هدى الراعي)", "البستان نيوز"),
        ("مرصد الواحة – الجبل", "مرصد الواحة"),
        ("وكالة السهل - القرية الكبيرة:", "وكالة السهل"),
        ("الجبل – البستان نيوز", None),
        ("النحاس – الفخار", None),
        ("البستان نيوز", None),
    ],
)
def test_a_dateline_names_the_source_and_stays(line: str, source: str | None) -> None:
    article = clean(page(TITLE, line, *BODY))
    assert article.source == source
    assert article.text == "\n".join([line, *BODY])


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("صحيفة البستان اليومية", "صحيفة البستان اليومية"),
        ("المصدر: دفتر الطريق", "دفتر الطريق"),
        ("المصدر: وكالات", None),
        ("صحيفة البستان نشرت الخبر كاملا أمس", None),
        ("صحيفة", None),
    ],
)
def test_a_closing_line_names_the_source_and_stays(line: str, source: str | None) -> None:
    article = clean(page(TITLE, *BODY, line))
    assert article.source == source
    assert article.text == "\n".join([*BODY, line])


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        ("صحيفة البستان", "صحيفة البستان"),
        ("bustan.example", "bustan.example"),
        ("البستان", None),
        ("It's Always Sunny!", None),
    ],
)
def test_a_suffix_becomes_the_source_only_where_it_names_a_publisher(
    suffix: str, source: str | None
) -> None:
    article = clean(page(f"{TITLE} - {suffix}", TITLE, *BODY))
    assert (article.title, article.source) == (TITLE, source)


def test_a_given_source_is_never_replaced() -> None:
    text = "\n".join(["البستان نيوز – الجبل", *BODY, "صحيفة السهل"])
    assert clean(Article("p", text, TITLE, source="دفتر")).source == "دفتر"


# Characters


def test_whitespace_becomes_regular_and_letters_stay() -> None:
    first = "\ufeffقـــال\u00a0\u00a0 «مَرحَبًا»\u200b \t#أهلا_بكم\u200f\r\n \u2003\r\n"
    assert body_of(first + "\u202bثانيا\u202c\x00\u2028ثالثا") == [
        "قـــال «مَرحَبًا» #أهلا_بكم",
        "ثانيا",
        "ثالثا",
    ]


def test_joiners_stay_where_they_shape_and_go_where_they_do_not() -> None:
    assert body_of("می\u200cخواهم \u200cثم\u200d 👩\u200d🌾 هنا") == [
        "می\u200cخواهم ثم 👩\u200d🌾 هنا"
    ]


# Properties

_LINES = st.sampled_from(
    [
        *BODY, *OTHERS, TITLE, f"{TITLE} - صحيفة البستان", f"{TITLE} | Bustan", "fbpx",
        "مقالات ذات صلة", "اقرأ أيضا: خبر", "فيسبوك تويتر", "البستان نيوز – الجبل",
        "صحيفة البستان", "البستان", "---", "", "الحرفة - البستان نيوز - صحيفة السهل",
    ]
)  # fmt: skip
_TEXTS = st.one_of(
    st.lists(_LINES, max_size=12).map("\n".join),
    st.text(max_size=80),
    st.text(alphabet="اب. -|–؟:\n\u200c\u200d\u00a0\u0640\u064b", max_size=60),
)
_ARTICLES = st.builds(
    Article, st.just("p"), _TEXTS, st.one_of(st.just(""), _LINES, _TEXTS),
    source=st.sampled_from([None, "البستان", "صحيفة البستان"]),
)  # fmt: skip


@given(_ARTICLES)
def test_cleaning_twice_changes_nothing_more(article: Article) -> None:
    once = clean(article)
    assert clean(once) == once


@given(_ARTICLES)
def test_no_character_is_made_up(article: Article) -> None:
    out = clean(article)
    before = Counter("".join(f"{article.title} {article.text}".split()))
    after = Counter("".join(f"{out.title} {out.text}".split()))
    assert after <= before
    assert "\n\n" not in out.text
    assert out.text == "\n".join(" ".join(line.split()) for line in out.text.split("\n"))


@given(st.lists(_LINES, max_size=15))
def test_lines_of_a_titled_article_are_only_left_out(lines: list[str]) -> None:
    left = iter(lines)
    assert all(line in left for line in body_of(*lines) if line)


@given(_ARTICLES)
@example(Article("p", "سطر أول\n\u0300", "عنوان"))  # a closing line that folds to nothing
def test_only_title_text_and_source_are_touched(article: Article) -> None:
    out = clean(article)
    assert (out.id, out.url, out.published) == (article.id, article.url, article.published)
    assert article.source is None or out.source == article.source


# The real pages

_PAGES = {
    "000_5e75ea7246f27376.txt": (
        "0e64dbb06ca087b6",
        "7189133b7c179d19",
        10,
        2598,
        "d0f2c22b86da6f21",
    ),
    "001_d26bbcf6f9e4b4c1.txt": (
        "661ad8149e0ab32f",
        "93c901d4722a177e",
        9,
        2532,
        "69cb6284b2cb5f9f",
    ),
    "002_86ced10227b96f15.txt": ("cd312380ed2a62ac", None, 13, 2517, "33bcb972a3bfbe89"),
    "003_4e3d15a02d7a4506.txt": (
        "27b7238bb3cf4d4e",
        "beb7858c3df450a8",
        25,
        4939,
        "8d0eac48a7742f7b",
    ),
    "004_848d51e5e84e87d4.txt": (
        "0de01cc57dc54478",
        "7189133b7c179d19",
        13,
        2691,
        "8faed40ed9a4d5f3",
    ),
}


def refuse(bad: BadRecord) -> None:
    pytest.fail(str(bad))


def digest(text: str | None) -> str | None:
    return text and hashlib.sha256(text.encode()).hexdigest()[:16]


@pytest.fixture(scope="module")
def pages() -> list[Article]:
    if not (SHARED / "corpus").is_dir():
        pytest.skip("the crawled pages are not shipped with the source")
    return [clean(article) for article in read([SHARED / "corpus"], on_bad=refuse)]


def test_real_pages_keep_headline_source_and_whole_body(pages: list[Article]) -> None:
    """Hashes of what was read and checked by eye, line by line."""
    found = {
        article.id: (
            digest(article.title),
            digest(article.source),
            article.text.count("\n") + 1,
            len(article.text),
            digest(article.text),
        )
        for article in pages
    }
    assert found == _PAGES


def test_no_furniture_of_the_real_pages_is_left(pages: list[Article]) -> None:
    phrases = ("fbpx", "اظهر المزيد", "زر الذهاب", "ذات صلة", "هل أعجبك", "البريدية", "Over 9000")
    for article in pages:
        assert not [phrase for phrase in phrases if phrase in f"{article.title}\n{article.text}"]
        assert article.title not in article.text


def test_headlines_under_a_real_list_are_gone(pages: list[Article]) -> None:
    raw = {article.id: article.text for article in read([SHARED / "corpus"], on_bad=refuse)}
    listed = {
        article.id: [line for line in raw[article.id].partition("ذات صلة")[2].split("\n") if line]
        for article in pages
    }
    assert sum(map(len, listed.values())) == 13
    for article in pages:
        assert not [line for line in listed[article.id] if line in article.text]


def test_the_address_names_the_source_before_a_dateline_does() -> None:
    dated = page(TITLE, "البستان نيوز – الجبل", *BODY)
    assert clean(replace(dated, url="https://www.sahl.example/1")).source == "sahl.example"
    assert clean(replace(dated, url="https://[broken")).source == "البستان نيوز"
