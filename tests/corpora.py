"""Invented Arabic articles, and how they become a corpus on disk."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from retrieval.types import Article

PAPER = "صحيفة المرفأ"
MAGAZINE = "مجلة الواحة"

ARTICLES = (
    Article(
        "lighthouse",
        "يعود بناء منارة رأس السنديان إلى عام 1874، حين تكررت حوادث غرق السفن قرب الصخور. "
        "يبلغ ارتفاع المنارة اثنين وأربعين مترا، وكان حارسها يصعد مئتي درجة كل مساء ليشعل "
        "الفانوس بزيت الزيتون.\nتوقفت المنارة عن العمل عشرين سنة، ثم رممها أهالي البلدة وحولوها "
        "إلى متحف صغير يروي حكايات البحارة. يزورها اليوم نحو ثلاثة آلاف سائح في كل صيف، ويمكنهم "
        "مشاهدة العدسة الأصلية التي صنعت في مرسيليا.",
        title="منارة رأس السنديان",
        url="https://example.org/lighthouse",
        source=PAPER,
        published=date(2023, 4, 12),
    ),
    Article(
        "bees",
        "حذر مربو النحل في وادي الزعفران من تراجع إنتاج العسل إلى النصف هذا الموسم. وقال المربي "
        "حسان العطار إن الجفاف قلل الأزهار البرية التي يتغذى عليها النحل في الربيع. وأضاف أن بعض "
        "الخلايا هلكت بسبب حشرة الفاروا. ويطالب المربون بزراعة أشجار السدر حول القرى لأنها تزهر "
        "في الخريف وتقاوم العطش.",
        title="العسل يتراجع في وادي الزعفران",
        url="https://example.org/bees",
        source=PAPER,
        published=date(2023, 9, 3),
    ),
    Article(
        "railway",
        "افتتح أمس خط القطار السريع بين مدينتي نورة والمنصورية بعد ست سنوات من الأشغال. تقطع "
        "القطارات المسافة في خمسين دقيقة بدلا من ثلاث ساعات، ويبلغ ثمن التذكرة أربعين درهما. "
        "وتعمل القاطرات بالكهرباء وحدها، وستنقل ثمانية ملايين مسافر في السنة.",
        title="قطار سريع بين نورة والمنصورية",
        url="https://example.org/railway",
        source=PAPER,
        published=date(2024, 1, 20),
    ),
    Article(
        "clocks",
        "جمع الساعاتي إلياس مراد في دكانه القديم أكثر من ستمئة ساعة، أقدمها ساعة رملية من القرن "
        "السابع عشر. بدأ هوايته وهو في العاشرة حين أهداه جده ساعة جيب فضية لا تزال تعمل. ويرفض "
        "إلياس بيع أي قطعة، لكنه يصلح ساعات الجيران مجانا يوم الجمعة.",
        title="ستمئة ساعة في دكان واحد",
        url="https://example.org/clocks",
        source=MAGAZINE,
        published=date(2022, 11, 7),
    ),
    Article(
        "football",
        "فاز نادي صقور الجبل بكأس الاتحاد بعد تغلبه على نادي الميناء بثلاثة أهداف مقابل هدفين. "
        "سجل المهاجم طارق البدري هدف الفوز في الدقيقة الأخيرة من الوقت الإضافي. وقال المدرب إن "
        "اللاعبين الشبان تعلموا من هزيمة العام الماضي، وأهدى الكأس إلى الجمهور.",
        title="صقور الجبل أبطال الكأس",
        url="https://example.org/football",
        source=PAPER,
        published=date(2024, 5, 30),
    ),
    Article(
        "desalination",
        "تبدأ محطة تحلية مياه البحر في خليج المرجان عملها الشهر القادم، وتنتج مئة ألف متر مكعب "
        "من ماء الشرب في اليوم. تستخدم المحطة أغشية التناضح العكسي وتأخذ ثلث طاقتها من ألواح "
        "شمسية. ويخشى الصيادون أن يضر الماء المالح العائد إلى البحر بالشعاب المرجانية والأسماك.",
        title="محطة جديدة لتحلية مياه البحر",
        url="https://example.org/desalination",
        source=MAGAZINE,
        published=date(2024, 3, 14),
    ),
    Article(
        "library",
        "عادت المكتبة المتنقلة إلى قرى السهل على ظهر شاحنة زرقاء تحمل ألفي كتاب. تقف الشاحنة "
        "في كل قرية يوما واحدا في الأسبوع، ويستعير الأطفال القصص المصورة أكثر من غيرها. أسست "
        "المشروع المعلمة سلمى الخطيب بتبرعات من قراء لا تعرفهم.",
        title="مكتبة على عجلات",
        url="https://example.org/library",
        source=MAGAZINE,
        published=date(2023, 2, 1),
    ),
    Article(
        "dates",
        "تحتاج النخلة إلى خمس سنوات قبل أن تثمر، ويبدأ قطاف التمر في أواخر الصيف. يتسلق "
        "المزارعون الجذوع بحبال من الليف ويقطعون العذوق بمناجل صغيرة. وتجفف الثمار تحت الشمس "
        "أسبوعا ثم تحفظ في جرار من الفخار.",
        title="كيف يقطف التمر",
    ),
    Article(
        "bridge",
        "قررت البلدية إغلاق الجسر الحجري أمام السيارات بعد أن اكتشف المهندسون شقوقا في دعامته "
        "الوسطى. سيبقى الجسر مفتوحا للمشاة والدراجات طوال أشغال الترميم التي تستمر عشرة أشهر. "
        "بني الجسر قبل ثلاثة قرون بالحجر الجيري والكلس من غير حديد.",
        title="إغلاق الجسر الحجري",
        url="https://example.org/bridge",
        source=PAPER,
        published=date(2024, 2, 29),
    ),
    Article(
        "volcano",
        "سجل المرصد الجيولوجي مئة هزة خفيفة حول بركان أم الرماد خلال أسبوع. وأوضحت عالمة "
        "البراكين هدى المغربي أن الصهارة تتحرك على عمق تسعة كيلومترات، ولا خطر من ثوران قريب. "
        "كان آخر ثوران للبركان قبل أربعمئة عام وغطى رماده الحقول.",
        title="هزات حول بركان أم الرماد",
        url="https://example.org/volcano",
        source=MAGAZINE,
        published=date(2023, 12, 18),
    ),
    Article(
        "chess",
        "أحرزت الطالبة ريم الشامي، وعمرها أربعة عشر عاما، لقب بطولة الشطرنج للناشئين دون أن "
        "تخسر مباراة. تتدرب ريم ساعتين كل يوم مع أخيها الأكبر، وتحفظ مئات الافتتاحيات. وتحلم "
        "بلقب أستاذة دولية قبل أن تنهي المدرسة.",
        title="ريم بطلة الشطرنج",
        url="https://example.org/chess",
        source=MAGAZINE,
        published=date(2023, 7, 25),
    ),
    Article(
        "bread",
        "يخبز الفران أبو نبيل خبز الشعير في فرن طيني منذ نصف قرن. يعجن الدقيق بالماء والملح "
        "والخميرة البلدية، ويترك العجين ليلة كاملة ليتخمر ببطء. ويقول إن سر الطعم في حطب "
        "الزيتون، لا في الوصفة.",
        title="خبز الشعير من فرن الطين",
    ),
)


def write_corpus(folder: Path, articles: Sequence[Article] = ARTICLES) -> Path:
    """Write the articles as one JSON Lines file, in place of what was there; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "articles.jsonl"
    lines = [json.dumps(_record(article), ensure_ascii=False) for article in articles]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _record(article: Article) -> dict[str, str | None]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
    }
