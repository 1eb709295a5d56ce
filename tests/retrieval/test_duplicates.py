"""When one text repeats another: small edits do not hide it, another figure or name forbids it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.duplicates import Fingerprint

REPORT = (
    "أعلنت بلدية المرفأ يوم الأحد أن الجسر الجديد فوق نهر السرو سيفتح أمام السيارات في الربيع "
    "المقبل، بعد ثلاث سنوات من العمل المتواصل. وقال رئيس البلدية إن الجسر يختصر الطريق إلى "
    "المستشفى وإلى السوق القديم، وإن الحافلات ستعبره مجانا في الشهر الأول."
)
WORDS = st.lists(st.sampled_from("ابتثجحخد"), min_size=3, max_size=30)


def repeats(one: str, other: str) -> bool:
    return Fingerprint.of(one).repeats(Fingerprint.of(other))


def retells(one: str, other: str) -> bool:
    return Fingerprint.of(one).retells(Fingerprint.of(other))


@pytest.mark.parametrize(
    "copy",
    [
        REPORT,
        REPORT.replace("،", "").replace(".", " -"),
        REPORT.replace("أ", "ا").replace("ة", "ه").replace("مجانا", "مَجَّـانًا"),
        f"المرفأ (وكالات) {REPORT}",
        REPORT.replace("يوم الأحد", "أمس").replace("وقال رئيس البلدية", "وأضاف رئيسها"),
        REPORT[: REPORT.index(".")],
    ],
    ids=["whole", "punctuation", "spelling", "dateline", "small edits", "shortened"],
)
def test_a_copy_repeats_the_report(copy: str) -> None:
    """However an editor spells, shortens or begins it."""
    assert repeats(copy, REPORT)


@pytest.mark.parametrize(
    "other",
    [
        "انخفض منسوب نهر السرو هذا الصيف، فتوقفت قوارب الصيد أسبوعين. وقال الصيادون إن المطر قليل.",
        (
            "أعلنت بلدية المرفأ يوم الأحد أن الجسر الجديد سيفتح. وانتقد التجار "
            "في السوق القديم الموعد، لأن أشغال الطريق أبعدت عنهم الزبائن، وطالبوا بتعويض."
        ),
    ],
    ids=["another subject", "the same news told anew"],
)
def test_another_report_does_not(other: str) -> None:
    assert not repeats(other, REPORT)


def test_a_longer_report_does_not_repeat_the_shorter_one_in_it() -> None:
    """It says more; the shorter one says nothing that it does not."""
    longer = f"{REPORT} وكان الجسر القديم قد أغلق بعد السيول، {'ثم تأخر البناء مرتين ' * 3}بلا سبب."
    longer += " ويعترض سكان الضفة الشرقية على مرور الشاحنات ليلا قرب بيوتهم ومدارس أبنائهم."
    assert repeats(REPORT, longer)
    assert not repeats(longer, REPORT)


def test_reports_that_differ_in_a_figure_say_different_things() -> None:
    """Month after month the same sentence, with another number; the digits' script is no matter."""
    march = "قال الجهاز المركزي للإحصاء إن أسعار المستهلكين في المدن ارتفعت 13 في المئة خلال الشهر."
    assert not repeats(march.replace("13", "11"), march)
    assert not repeats(march.replace("13", "بـ11"), march.replace("13", "بـ13"))
    assert repeats(march.replace("13", "١٣"), march)
    assert repeats(march.replace(" 13 في المئة", ""), march)


@pytest.mark.parametrize(("words", "repeated"), [(11, True), (10, False)])
def test_the_bound_is_seven_runs_in_ten(words: int, *, repeated: bool) -> None:
    """One word more in the middle has three runs of its own: of ten, or of nine."""
    text = [chr(ord("a") + at) * 3 for at in range(words)]
    changed = [*text[:5], "other", *text[5:]]
    assert repeats(" ".join(changed), " ".join(text)) is repeated


@pytest.mark.parametrize(
    ("said", "corrected"),
    [("البلدية", "المحافظة"), ("ثلاث", "أربع"), ("السوق القديم", "الميناء"), ("الربيع", "الشتاء")],
)
def test_a_report_with_another_name_says_something_else(said: str, corrected: str) -> None:
    """Alone, however often the name comes; where an editor changed more, it is a wording."""
    correction = REPORT.replace(said, corrected)
    assert not repeats(correction, REPORT)
    assert not retells(correction, REPORT)


def test_another_word_is_wording_where_the_wording_is_edited() -> None:
    """But no figure ever is."""
    edited = REPORT.replace("المتواصل", "").replace("إلى السوق", "السوق")
    assert repeats(edited.replace("مجانا", "بلا أجر"), REPORT)
    assert retells(edited.replace("مجانا", "بلا أجر"), REPORT)
    assert not repeats(edited.replace("ثلاث", "أربع"), REPORT)
    assert not retells(edited.replace("ثلاث", "أربع"), REPORT)


@pytest.mark.parametrize(
    "copy",
    [
        f"المرفأ (وكالات) - {REPORT}",
        f"المرفأ – {REPORT}",
        f"{REPORT} (رويترز)",
        REPORT.replace("وقال", "وأضاف"),
        REPORT.replace("ثلاث", "3"),
    ],
    ids=["dateline", "place", "signature", "verb", "figure"],
)
def test_an_edited_article_retells_it(copy: str) -> None:
    assert retells(copy, REPORT)
    assert retells(REPORT, copy)


def test_an_article_with_another_paragraph_retells_it() -> None:
    """In the place of one; a paragraph more is news, unless another paper may have cut it."""
    other = (
        "ويذكر أن الفيضان غمر الضفة الشرقية مرتين في الشتاء الماضي، فتعطلت المدارس أسبوعا كاملا "
        "وتوقفت القوارب عن نقل التلاميذ."
    )
    own = (
        "وحضر الافتتاح صيادون قدامى تحدثوا عن العبارة الخشبية التي حملت أهل القرى جيلين قبل أن "
        "تبنى الدعامات الأولى."
    )
    article = f"{REPORT}\n{own}\n{REPORT[::-1]}"
    exchanged = article.replace(own, other)
    longer = f"{article}\n{other}"
    assert retells(exchanged, article)
    assert not retells(longer, article)
    assert not retells(article, longer)
    assert Fingerprint.of(article).retells(Fingerprint.of(longer), cut=True)


@pytest.mark.parametrize("text", ["", " \n", "…؟!", "\N{ARABIC FATHA}"])
def test_a_text_without_a_word_repeats_nothing(text: str) -> None:
    assert not repeats(text, text)
    assert not repeats(text, REPORT)
    assert not repeats(REPORT, text)


def test_a_text_of_one_word_repeats_itself_alone() -> None:
    assert repeats("الجسر", "الجسر")
    assert not repeats("الجسر", "النهر")


@given(WORDS, WORDS, WORDS)
def test_a_piece_repeats_whatever_holds_it(
    before: list[str], piece: list[str], after: list[str]
) -> None:
    """And two texts together hold what either holds."""
    whole = " ".join(before + piece + after)
    assert repeats(" ".join(piece), whole)
    both = Fingerprint.of(" ".join(before)) | Fingerprint.of(" ".join(piece))
    assert Fingerprint.of(" ".join(piece)).repeats(both)
