"""Which lines of a page are its furniture: what a site prints around every article.

A furniture line is short and made of one of the phrases below; the same words inside a sentence
are the author's. Phrases are compared folded, so that hamzas, diacritics and tatweel do not
matter.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from retrieval.arabic import fold

LONGEST = 160  # characters; a longer line is a paragraph, whatever its words
PROSE_WORDS = 24  # of 28,000 Arabic news headlines the longest had 21 words
_BLOCK_LINES = 20  # a list of related headlines is shorter; beyond it the doubt is the author's


def _phrases(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.strip().splitlines()))


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(fold(text), re.VERBOSE | re.DOTALL)


# Headings over a list of other articles, or of tags.
_LIST_HEADINGS = _phrases("""
مقالات ذات صلة
مقالات مرتبطة
مقالات متعلقة
مقالات مشابهة
مقالات أخرى
مواضيع ذات صلة
مواضيع متعلقة
مواضيع مشابهة
موضوعات ذات صلة
موضوعات متعلقة
أخبار ذات صلة
أخبار متعلقة
أخبار مشابهة
قصص ذات صلة
مواد ذات صلة
محتوى ذو صلة
ذات صلة
اقرأ أيضا
اقرئي أيضا
اقرؤوا أيضا
واقرأ أيضا
شاهد أيضا
طالع أيضا
تابع أيضا
قد يعجبك أيضا
ربما يعجبك أيضا
قد يهمك
قد يهمك أيضا
قد تهمك هذه المقالات
اخترنا لك
اخترنا لكم
الأكثر قراءة
الأكثر مشاهدة
المزيد من الأخبار
الوسوم
كلمات مفتاحية
الكلمات المفتاحية
الكلمات الدلالية
related posts
related articles
related topics
read also
read more
you may also like
you might also like
""")

_LONGEST_HEADING = 2 * max(map(len, _LIST_HEADINGS))  # with diacritics and marks around it

_WHOLE_LINES = _phrases("""
fbpx
advertisement
إعلان
إعلانات
إعلان ممول
اظهر المزيد
عرض المزيد
شاهد المزيد
اقرأ المزيد
قراءة المزيد
تحميل المزيد
show more
load more
زر الذهاب إلى الأعلى
الذهاب إلى الأعلى
العودة إلى الأعلى
العودة للأعلى
back to top
الصفحة الرئيسية
شارك
شاركها
شارك المقال
شارك المقالة
شارك الخبر
شارك الموضوع
شارك هذا المقال
شارك هذا الخبر
شارك هذا الموضوع
شارك على
شارك عبر
شارك مع أصدقائك
مشاركة
مشاركة المقال
مشاركة الخبر
مشاركة عبر البريد
مشاركة عبر البريد الإلكتروني
نسخ الرابط
تم نسخ الرابط
طباعة
share
share this
share this article
copy link
print
التعليقات
لا توجد تعليقات
لا يوجد تعليقات
لا تعليقات
اترك تعليقا
اترك تعليقك
اترك ردا
اترك رد
اترك تعليقا إلغاء الرد
اترك ردا إلغاء الرد
إلغاء الرد
أضف تعليق
أضف تعليقا
أضف تعليقك
اكتب تعليقا
اكتب تعليقك
أرسل تعليقا
لن يتم نشر عنوان بريدك الإلكتروني
لن يتم نشر بريدك الإلكتروني
الحقول الإلزامية مشار إليها بـ
لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ
البريد الإلكتروني
الموقع الإلكتروني
احفظ اسمي، بريدي الإلكتروني، والموقع الإلكتروني في هذا المتصفح لاستخدامها المرة المقبلة في تعليقي
leave a reply
leave a comment
post comment
""")

# Matched against the whole folded line; folded itself, so no escape in capitals.
_FORMS = _pattern(r"""
    # another article's headline behind its call
      (و?اقرأ|اقرئي|اقرؤوا|شاهد|طالع|تابع|للمزيد|لقراءة)\s(أيضا|المزيد|كذلك)\s?[:|»/…-].*
    | (للمزيد|مواضيع\sذات\sصلة|مقالات\sذات\sصلة|أخبار\sذات\sصلة)\s?[:|»-].*
    # tags
    | (الوسوم|وسوم|كلمات\sمفتاحية|الكلمات\sالمفتاحية|كلمات\sدلالية|الكلمات\sالدلالية|tags|keywords)
      \s?[:|].*
    # newsletters and channels
    | هل\sأعجبك\s(هذا\s)?(المحتوى|المقال|الموضوع|الخبر|التقرير)\b.*
    | (اشترك|اشتركي|اشتركوا|انضم|انضمي|انضموا|سجل|سجلي|سجلوا|تابعنا|تابعونا|تابعوا)\b.*
      (نشرتنا|النشرة\sالبريدية|النشرة\sالإخبارية|القائمة\sالبريدية|قائمتنا\sالبريدية
      |قناتنا|قنواتنا|صفحتنا|مجموعتنا|حسابنا|حساباتنا|(جوجل|غوغل|google)\s(نيوز|news))\b.*
    | (تابعنا|تابعونا)\s(على|عبر|في)\b.*
    # comments
    | \(?\d+\)?\s(تعليق|تعليقا|تعليقات)
    | (شاركنا|شاركونا)\s(ب?رأيك|ب?رأيكم|ب?آرائكم|آراءكم)\b.*
    # rights and disclaimers
    | (©|\(c\)|copyright)\s.*
    | (جميع|كافة|كل)\sالحقوق\sمحفوظة\b.*
    | حقوق\s(النشر|الطبع)(\sوالنشر)?\s(محفوظة\b.*|©.*)
    | all\srights\sreserved\b.*
    | (جميع\s|كل\s)?(المقالات|المواد|الآراء)\s(المنشورة|الواردة)\b.*\b(رأي|آراء|تعبر)\b.*
    # where and when on the site
    | (الصفحة\s)?الرئيسية\s?[/»>›|\\]\s?.*
    | (زمن|وقت|مدة)\sالقراءة\b.{0,25}
    | (أقل\sمن\s)?(دقيقة|دقيقة\sواحدة|دقيقتان|دقيقتين|\d+\s(دقيقة|دقائق))\s(قراءة|للقراءة)
""")

_ENDS = re.compile(r"^(?:(?!\(c\)|\(\d)[^\w©])+|[\W_]+$")
_WORD = re.compile(r"[\w-]+")
_RULE = re.compile(r"[\s\-_=*~.•×·—–|]+")
_SENTENCE_END = re.compile(r"(?<![.…])\.[\"'”»’)\]]*$")

_SHARE_VERBS = frozenset(fold("شارك مشاركة طباعة نسخ share print copy").split())
_NETWORKS = frozenset(
    fold(
        "فيسبوك فايسبوك تويتر إكس واتساب واتسآب تلغرام تيليغرام تيليجرام تلجرام لينكدإن لينكد "
        "بينتيريست بنترست انستغرام انستجرام ماسنجر مسنجر فايبر ريديت "
        "facebook twitter x whatsapp telegram linkedin pinterest instagram messenger viber reddit"
    ).split()
)
_SHARE_FILLERS = frozenset(
    fold("عبر على البريد بريد الإلكتروني إلكتروني الرابط رابط email e-mail link on via").split()
)
_SHARE_WORDS = _SHARE_VERBS | _NETWORKS | _SHARE_FILLERS


@lru_cache(maxsize=4096)
def is_furniture(line: str) -> bool:
    """Whether the site wrote this line by itself, whatever stands around it."""
    if len(line) > LONGEST:
        return False
    if _RULE.fullmatch(line):
        return True
    phrase = _phrase(line)
    return phrase in _WHOLE_LINES or _FORMS.fullmatch(phrase) is not None or _is_share_bar(phrase)


def is_list_heading(line: str) -> bool:
    """Whether the line heads a list of other articles."""
    return len(line) <= _LONGEST_HEADING and _phrase(line) in _LIST_HEADINGS


def list_end(lines: Sequence[str], start: int) -> int:
    """Where the article resumes after a list of headlines that begins at ``start``.

    It resumes with prose: a line too long for a headline, or one that closes as a sentence does.
    A line of up to three words right before that is the subheading of that prose.
    """
    limit = min(len(lines), start + _BLOCK_LINES)
    end = next((at for at in range(start, limit) if is_prose(lines[at])), limit)
    leads_prose = start < end < len(lines) and is_prose(lines[end])
    return end - 1 if leads_prose and len(lines[end - 1].split()) <= 3 else end


def is_prose(line: str) -> bool:
    """Whether the line is a paragraph rather than a headline."""
    words = len(line.split())
    return words > PROSE_WORDS or (words > 3 and _SENTENCE_END.search(line) is not None)


@lru_cache(maxsize=4096)
def _phrase(line: str) -> str:
    return _ENDS.sub("", fold(line))


def _is_share_bar(phrase: str) -> bool:
    words = _WORD.findall(phrase)
    return (
        len(words) > 1
        and _SHARE_WORDS.issuperset(words)
        and not _NETWORKS.isdisjoint(words)
        and not _SHARE_FILLERS.issuperset(words)
    )
