"""Articles to print into layouts: the project's own texts, under headlines as papers write them."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ARTICLES = Path(__file__).resolve().parents[1] / "articles"

_HEADLINES = """
البحيرات المالحة في الصحراء تجذب آلاف الزوار كل شتاء
باحثون يعيدون رسم خريطة المدينة القديمة بعد سنوات من الحفر
القلعة تفتح أبوابها من جديد بعد ترميم دام ثلاث سنوات
كيف حفظ أهل الواحة نظام الري الذي ورثوه عن أجدادهم؟
المتحف يستعيد خمسين قطعة خرجت من البلاد قبل نصف قرن
خبراء يحذرون من تآكل الأسوار: «الملح يأكل الحجر»
مهرجان الموسيقى الشعبية يعود بعد غياب ويستضيف مئة عازف
مكتبة المدينة ترقمن عشرين ألف مخطوط وتتيحها للجميع
سكة الحديد القديمة.. رحلة بين ثلاثة بلدان لم تكتمل
صيادو اللؤلؤ الأخيرون يروون حكايات البحر لأحفادهم
وزارة الثقافة: السوق المسقوف سيبقى للمشاة وحدهم
اكتشاف نقش نادر يغير ما نعرفه عن تجارة البخور
الجامع الكبير يستقبل زواره بعد إصلاح مئذنته المائلة
لماذا هجر السكان قراهم الجبلية وكيف عاد بعضهم إليها؟
رواية جديدة تستعيد حياة المدينة في القرن الماضي
تسجيل القهوة في قائمة التراث: طقس يجمع العائلات
مباراة النهائي تملأ الساحات وتعيد الفرح إلى الأحياء
السد العالي بعد نصف قرن: أرقام عن الماء والكهرباء
العمارة الطينية تعود إلى الواجهة مع ارتفاع الحرارة
قناة الملاحة تسجل أعلى إيراد في تاريخها هذا العام
""".strip().splitlines()


@dataclass(frozen=True, slots=True)
class Story:
    """What a page is to say, and what stands around it."""

    title: str
    paragraphs: tuple[str, ...]
    day: date
    slug: str
    others: tuple["Teaser", ...]

    @property
    def body(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Teaser:
    """Another article of the site, as lists of articles show it."""

    title: str
    opening: str


def story(number: int) -> Story:
    """One of twenty; each has the paragraphs of three articles, and six others beside it."""
    texts = [_body(path) for path in sorted(ARTICLES.glob("*.md"))]
    own = [texts[(3 * number + at) % len(texts)] for at in range(3)]
    rest = [texts[(3 * number + 3 + at) % len(texts)] for at in range(6)]
    headlines = [_HEADLINES[(number + at) % len(_HEADLINES)] for at in range(7)]
    return Story(
        title=headlines[0],
        paragraphs=tuple(paragraph for text in own for paragraph in text),
        day=date(2016, 1, 5) + timedelta(days=137 * number),
        slug=f"story-{number:03}",
        others=tuple(
            Teaser(title, text[0]) for title, text in zip(headlines[1:], rest, strict=True)
        ),
    )


def _body(path: Path) -> list[str]:
    _, _, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return [paragraph for paragraph in body.split("\n") if paragraph.strip()]
