"""Twenty layouts that resemble those of real sites: a story in, the bytes of a page out.

Each is written for these tests. What a page says of itself differs from layout to layout, so each
comes with what can be known from it: the truth that a reader is held against.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from tests.pages.stories import Story

MONTHS_LEVANT = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
]
MONTHS_GULF = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
MONTHS_MAGHREB = [
    "جانفي",
    "فيفري",
    "مارس",
    "أفريل",
    "ماي",
    "جوان",
    "جويلية",
    "أوت",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Truth:
    """What a reader should find. ``dated`` and ``titled`` are False where the page hides it."""

    url: str | None
    source: str | None
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    data: bytes
    truth: Truth


def paragraphs(story: Story, form: str = "<p>{}</p>") -> str:
    return "\n".join(form.format(escape(text)) for text in story.paragraphs)


def teasers(story: Story, form: str, count: int = 6) -> str:
    return "\n".join(
        form.format(title=escape(other.title), opening=escape(other.opening), number=number)
        for number, other in enumerate(story.others[:count], 1)
    )


def ld(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


def inside(story: Story, form: str, boxes: Mapping[int, str]) -> str:
    """The paragraphs, with ``boxes`` before those of the given numbers."""
    parts = []
    for number, text in enumerate(story.paragraphs):
        parts += [boxes[number]] if number in boxes else []
        parts.append(form.format(escape(text)))
    return "\n".join(parts)


def wordpress(story: Story) -> Page:
    """A news theme: related posts and a newsletter inside the body, sidebars, comments."""
    url = f"https://bustan.example/{story.day:%Y/%m/%d}/{story.slug}/"
    related = (
        '<div class="jeg_inner_related"><h3>مقالات ذات صلة</h3><ul>'
        + teasers(story, '<li><a href="/r{number}">{title}</a></li>', 3)
        + "</ul></div>"
    )
    letter = (
        '<div class="mailpoet_form"><p>اشترك في نشرتنا البريدية ليصلك كل جديد</p>'
        '<form><input type="email"><button>اشتراك</button></form></div>'
    )
    body = inside(story, "<p>{}</p>", {1: related, 3: letter})
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Article",
                "headline": story.title,
                "datePublished": f"{story.day}T21:40:00+03:00",
                "dateModified": "2026-01-02T10:00:00+03:00",
                "publisher": {"@id": "https://bustan.example/#organization"},
            },
            {"@type": "WebPage", "url": url, "name": f"{story.title} - البستان نيوز"},
            {
                "@type": "Organization",
                "@id": "https://bustan.example/#organization",
                "name": "البستان نيوز",
            },
            {
                "@type": "BreadcrumbList",
                "itemListElement": [{"@type": "ListItem", "name": "ثقافة"}],
            },
        ],
    }
    page = f"""<!DOCTYPE html><html dir="rtl" lang="ar"><head><meta charset="UTF-8">
<title>{escape(story.title)} - البستان نيوز</title>
<link rel="canonical" href="{url}"><meta property="og:title" content="{escape(story.title)} - البستان نيوز">
<meta property="og:site_name" content="البستان نيوز">{ld(graph)}
<style>.x{{color:red}}</style><script>window.dataLayer=[{{"text":"لا يقرأ"}}];</script></head>
<body class="single single-post"><header id="masthead"><ul id="menu-main"><li><a href="/">الرئيسية</a></li>
<li><a href="/p">سياسة</a></li><li><a href="/c">ثقافة</a></li><li><a href="/s">رياضة</a></li></ul>
<div class="ticker"><span>عاجل</span>{teasers(story, '<a href="/t{number}">{title}</a>', 4)}</div></header>
<div class="container"><main><article class="post hentry"><div class="breadcrumbs"><a href="/">الرئيسية</a> / <a href="/c">ثقافة</a></div>
<h1 class="entry-title">{escape(story.title)}</h1><div class="entry-meta"><span>كتبه</span> <a rel="author">سلمى الراوي</a>
<time class="entry-date published" datetime="{story.day}T21:40:00+03:00">{story.day}</time> <span>6 دقائق قراءة</span></div>
<div class="share-buttons"><a>فيسبوك</a><a>تويتر</a><a>واتساب</a></div>
<figure><img src="a.jpg" alt="صورة"><figcaption>من أرشيف البستان نيوز</figcaption></figure>
<div class="entry-content">{body}
<p><strong>اقرأ أيضا:</strong> <a href="/r9">{escape(story.others[0].title)}</a></p>
<div class="sharedaddy"><h3>شارك هذا الموضوع:</h3><ul><li>اضغط للمشاركة على فيسبوك (فتح في نافذة جديدة)</li><li>اضغط للمشاركة على تويتر (فتح في نافذة جديدة)</li></ul></div>
</div><div class="post-tags"><span>الوسوم</span><a rel="tag">تراث</a><a rel="tag">آثار</a><a rel="tag">سفر</a></div></article>
<nav class="post-navigation"><a rel="prev">المقال السابق: {escape(story.others[1].title)}</a><a rel="next">المقال التالي</a></nav>
<section id="comments" class="comments-area"><h2>3 تعليقات</h2><ol class="comment-list"><li><div class="comment-body"><cite>أبو سامر</cite>
<p>مقال جميل جدا ومفيد، أشكركم على هذا الجهد الكبير وأتمنى أن تكتبوا المزيد عن تاريخ المنطقة وأهلها.</p></div></li>
<li><div class="comment-body"><cite>هند</cite><p>زرت المكان قبل سنتين وكان مهملا، أفرحني أن أقرأ أنه عاد إلى الحياة من جديد.</p></div></li></ol>
<form><p>لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *</p></form></section></main>
<aside class="sidebar widget-area"><h3>الأكثر قراءة</h3>{teasers(story, "<div><h4><a>{title}</a></h4><p>{opening}</p></div>")}</aside></div>
<footer><p>جميع الحقوق محفوظة © البستان نيوز 2026</p><a href="#">زر الذهاب إلى الأعلى</a></footer></body></html>"""
    return Page(page.encode(), Truth(url, "البستان نيوز"))


def old_tables(story: Story) -> Page:
    """Nested tables and fonts of the nineties; paragraphs are set apart by two <br>."""
    day = f"{story.day.day} {MONTHS_LEVANT[story.day.month - 1]} {story.day.year}"
    menu = "".join(
        f'<tr><td bgcolor="#eeeeee"><a href="c{n}.html"><font size="2">{name}</font></a></td></tr>'
        for n, name in enumerate(
            ["الصفحة الأولى", "محليات", "اقتصاد", "رياضة", "منوعات", "اتصل بنا"]
        )
    )
    body = "<br><br>".join(escape(text) for text in story.paragraphs)
    page = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256">
<title>جريدة السهل :: {escape(story.title)}</title></head><body bgcolor="white" dir="rtl">
<table width="100%" border="0"><tr><td colspan="3"><img src="logo.gif"><marquee>{escape(story.others[0].title)} *** {escape(story.others[1].title)}</marquee></td></tr>
<tr><td width="120" valign="top"><table>{menu}</table></td><td valign="top"><table width="100%"><tr><td>
<font face="Arial" size="5"><b>{escape(story.title)}</b></font></td></tr><tr><td><font size="2" color="gray">{day}</font></td></tr>
<tr><td align="justify"><font face="Simplified Arabic" size="4">{body}</font></td></tr>
<tr><td><a href="javascript:print()">طباعة</a> | <a href="mail.php">أرسل إلى صديق</a></td></tr></table></td>
<td width="160" valign="top"><table>{teasers(story, '<tr><td><a href="{number}.html"><font size="2">{title}</font></a></td></tr>')}</table></td></tr>
<tr><td colspan="3" align="center"><font size="1">حقوق النشر محفوظة لجريدة السهل 2001 - 2009</font></td></tr></table></body></html>"""
    return Page(page.encode("cp1256"), Truth(None, "جريدة السهل"))


def amp(story: Story) -> Page:
    """An AMP page: custom elements, advertisements between paragraphs."""
    url = f"https://www.wadi.example/culture/{story.slug}"
    news = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": url,
        "headline": story.title,
        "datePublished": f"{story.day}T06:00:00Z",
        "publisher": {"@type": "Organization", "name": "شبكة الوادي"},
    }
    advert = (
        '<div class="ad-wrapper"><span>إعلان</span><amp-ad width="300" type="x"></amp-ad></div>'
    )
    page = f"""<!doctype html><html ⚡ lang="ar" dir="rtl"><head><meta charset="utf-8"><script async src="https://cdn.example/v0.js"></script>
<title>{escape(story.title)}</title><link rel="canonical" href="{url}">{ld(news)}<style amp-custom>p{{margin:0}}</style></head><body>
<amp-sidebar id="menu"><ul><li>أخبار</li><li>اقتصاد</li><li>ثقافة</li></ul></amp-sidebar><header class="amp-header"><a>شبكة الوادي</a></header>
<article class="amp-wp-article"><header><h1>{escape(story.title)}</h1><div class="amp-wp-meta"><time datetime="{story.day}T06:00:00Z">قبل سنوات</time></div></header>
<amp-img src="x.jpg" width="800" height="400" alt="صورة من المكان"></amp-img>
<div class="amp-wp-article-content">{inside(story, "<p>{}</p>", {1: advert, 2: advert, 4: advert})}</div>
<amp-social-share type="twitter"></amp-social-share><footer class="amp-wp-article-footer"><div>التصنيفات: ثقافة</div><div>الوسوم: تراث، سياحة</div></footer></article>
<section class="related"><h3>قد يعجبك أيضا</h3>{teasers(story, '<a href="{number}"><h4>{title}</h4></a>')}</section>
<footer>© شبكة الوادي</footer></body></html>"""
    return Page(page.encode(), Truth(url, "شبكة الوادي"))


def infinite_scroll(story: Story) -> Page:
    """The next articles are already in the page, whole."""
    url = f"https://jabal.example/news/{story.slug}"
    more = teasers(
        story,
        '<article class="story" data-url="/news/next-{number}"><h2>{title}</h2><time>قبل يومين</time>'
        '<div class="story-text"><p>{opening}</p><p>{opening} {title}.</p></div></article>',
        3,
    )
    page = f"""<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{escape(story.title)} | جبل</title>
<meta property="og:url" content="{url}"><meta property="og:site_name" content="جبل"><meta property="og:title" content="{escape(story.title)}">
<meta property="article:published_time" content="{story.day}T12:00:00+02:00"></head><body><div id="app"><div class="topbar">جبل <a>القائمة</a></div>
<div class="feed"><article class="story" data-url="/news/{story.slug}"><h1>{escape(story.title)}</h1><time datetime="{story.day}">{story.day}</time>
<div class="story-text">{paragraphs(story)}</div><div class="reactions">أعجبني <b>12</b> لم يعجبني <b>3</b></div></article>
{more}</div><div class="loader">جاري التحميل...</div></div></body></html>"""
    return Page(page.encode(), Truth(url, "جبل"))


def blogger(story: Story) -> Page:
    """A Blogger template: a date heading, one <div> of text with <br/>, labels, an archive."""
    url = f"https://daftar-altariq.blogspot.example/{story.day:%Y/%m}/{story.slug}.html"
    month = MONTHS_GULF[story.day.month - 1]
    archive = "".join(f"<li><a>{name} 2015 (7)</a></li>" for name in MONTHS_GULF)
    body = "<br /><br />".join(escape(text) for text in story.paragraphs)
    page = f"""<!DOCTYPE html><html dir='rtl' xmlns='http://www.w3.org/1999/xhtml' xmlns:b='http://www.google.com/2005/gml/b'><head>
<meta content='text/html; charset=UTF-8' http-equiv='Content-Type'/><meta content='blogger' name='generator'/>
<link href='{url}' rel='canonical'/><meta content='{url}' property='og:url'/><title>دفتر الطريق: {escape(story.title)}</title></head><body>
<div class='header-outer'><h1 class='title'>دفتر الطريق</h1><p class='description'><span>مدونة عن السفر والناس</span></p></div>
<div class='main-outer'><div class='widget Blog' id='Blog1'><div class='blog-posts hfeed'><div class='date-outer'>
<h2 class='date-header'><span>الثلاثاء، {story.day.day} {month} {story.day.year}</span></h2><div class='post hentry'><h3 class='post-title entry-title'>{escape(story.title)}</h3>
<div class='post-body entry-content' id='post-body-1'>{body}<div style='clear: both;'></div></div>
<div class='post-footer'><span class='post-author'>مرسلة بواسطة <span>سعيد</span></span> في <a title='permanent link'>9:14 ص</a>
<div class='post-labels'>التسميات: <a>سفر</a>, <a>مدن</a></div><div>إرسال بالبريد الإلكتروني كتابة مدونة حول هذه المشاركة المشاركة على X</div></div></div></div></div>
<div class='comments' id='comments'><h4>ليست هناك تعليقات:</h4><p>إرسال تعليق</p></div><div class='blog-pager'><a>رسالة أحدث</a> <a>رسالة أقدم</a> <a>الصفحة الرئيسية</a></div></div></div>
<div class='column-right-outer'><div class='widget PopularPosts'><h2>المشاركات الشائعة</h2>{teasers(story, "<div class='item-title'><a>{title}</a></div><div class='item-snippet'>{opening}</div>", 4)}</div>
<div class='widget BlogArchive'><h2>أرشيف المدونة الإلكترونية</h2><ul>{archive}</ul></div></div></body></html>"""
    return Page(page.encode(), Truth(url, "دفتر الطريق"))


def json_ld_only(story: Story) -> Page:
    """Drawn by a script in the browser: only the metadata hold the article."""
    url = f"https://marsad.example/a/{story.slug}"
    news = {
        "@context": "https://schema.org",
        "@type": ["ReportageNewsArticle"],
        "url": url,
        "headline": story.title,
        "articleBody": "\n\n".join(story.paragraphs),
        "datePublished": story.day.isoformat(),
        "publisher": {"@type": "NewsMediaOrganization", "name": "مرصد السهل"},
    }
    page = f"""<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{escape(story.title)}</title>{ld([news])}</head>
<body><div id="root"><div class="splash">جاري تحميل الصفحة، يرجى الانتظار قليلا</div></div><noscript>يحتاج هذا الموقع إلى تفعيل جافاسكربت حتى يعمل كما يجب.</noscript>
<script>window.__STATE__={json.dumps({"body": story.body})}</script></body></html>"""
    return Page(page.encode(), Truth(url, "مرصد السهل"))


def no_metadata(story: Story) -> Page:
    """A page written by hand, without a word about itself."""
    page = f"""<html><body><ul><li><a href=1>البداية</a><li><a href=2>من نحن</a><li><a href=3>الأرشيف</a></ul>
<h1>{escape(story.title)}</h1>{paragraphs(story, "<p>{}")}<hr><address>صفحة شخصية، آخر تعديل غير معروف</address></body></html>"""
    return Page(page.encode(), Truth(None, None, dated=False))


def agency(story: Story) -> Page:
    """An agency's wire: a dateline, the date in words of the Levant, related news amid the text."""
    url = f"https://www.nahr.example/article?id={story.slug}"
    month = MONTHS_LEVANT[story.day.month - 1]
    related = f'<div class="inline-story"><span class="label">اقرأ أيضاً</span><a href="/1">{escape(story.others[0].title)}</a></div>'
    more = f'<p class="read-more-inline">شاهد أيضاً: <a href="/2">{escape(story.others[1].title)}</a></p>'
    page = f"""<!DOCTYPE html><html><head><meta charset=utf-8><title>{escape(story.title)} :: وكالة النهر للأنباء</title>
<meta property=og:url content="{url}"><meta name="twitter:title" content="{escape(story.title)}"></head><body>
<div class="top-nav"><a>الرئيسية</a><a>سوريا</a><a>العالم</a><a>اقتصاد</a></div><div class="page-wrap"><div class="col-main">
<h2 class="headline">{escape(story.title)}</h2><div class="info">نُشر في: {str(story.day.day).translate(_ARABIC_DIGITS)} {month} {str(story.day.year).translate(_ARABIC_DIGITS)} | 14:05</div>
<div class="tools"><a>تكبير الخط</a> <a>تصغير الخط</a> <a>طباعة</a></div><div class="text">{inside(story, "<p>{}</p>", {2: related, 4: more})}</div>
<div class="keywords">كلمات مفتاحية: <a>مدن</a> <a>تاريخ</a></div></div><div class="col-side"><div class="box"><h4>آخر الأخبار</h4>
{teasers(story, '<a class="item">{title}</a>')}</div></div></div><div class="bottom"><p>الآراء المنشورة تعبر عن رأي أصحابها ولا تعبر بالضرورة عن رأي الوكالة</p></div></body></html>"""
    return Page(page.encode(), Truth(url, "وكالة النهر للأنباء"))


def divs_only(story: Story) -> Page:
    """Generated class names, no paragraphs but <div>, the state of the script in the page."""
    url = f"https://saha.example/ar/{story.slug}"
    state = json.dumps({"props": {"pageProps": {"article": {"body": story.body}}}})
    page = f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charSet="utf-8"/><title>{escape(story.title)} – ساحة</title>
<meta property="og:title" content="{escape(story.title)}"/><meta property="og:url" content="{url}"/><meta property="og:site_name" content="ساحة"/>
<meta name="date" content="{story.day:%Y%m%d}"/></head><body><div id="__next"><div class="sc-a1b2 hKlmNo"><div class="sc-c3 dEfG"><a>ساحة</a><a>تسجيل الدخول</a></div>
<div class="sc-d4 iJkL"><div class="sc-e5 mNoP" role="heading" aria-level="1">{escape(story.title)}</div><div class="sc-e6 qRsT">بقلم ليلى النجار</div>
{paragraphs(story, '<div class="sc-f7 uVwX"><span>{}</span></div>')}</div><div class="sc-g8 yZaB">{teasers(story, '<div class="sc-h9"><a href="/ar/{number}"><div>{title}</div></a></div>')}</div></div></div>
<script id="__NEXT_DATA__" type="application/json">{state}</script></body></html>"""
    return Page(page.encode(), Truth(url, "ساحة"))


def forum_comments(story: Story) -> Page:
    """More comments than article, in the same plain markup."""
    url = f"https://diwan.example/{story.day:%Y/%m/%d}/{story.slug}.html"
    comments = teasers(
        story,
        '<div class="comment"><b>قارئ {number}</b><p>{opening}</p><p>أوافق على ما قيل هنا، وأضيف أن {opening}</p>'
        "<a>رد</a> <a>إبلاغ</a></div>",
    )
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(story.title)} | ديوان</title><meta property="og:site_name" content="ديوان">
<link rel="canonical" href="{url}"></head><body><div class="menu"><a>كتاب</a><a>قضايا</a></div><div class="post"><h1>{escape(story.title)}</h1>
<div class="body">{paragraphs(story)}</div></div><div class="comments"><h3>التعليقات (12)</h3>{comments}</div></body></html>"""
    return Page(page.encode(), Truth(url, "ديوان"))


def gallery(story: Story) -> Page:
    """Pictures with captions between the paragraphs, and the photographers' names."""
    url = f"https://majalla.example/features/{story.slug}"
    picture = '<figure class="photo"><img src="p.jpg"><figcaption>منظر عام من المكان <span class="credit">تصوير: كريم المصور</span></figcaption></figure>'
    caption = '<div class="wp-caption"><img src="q.jpg"><p class="wp-caption-text">زوار في الموقع (أرشيف)</p></div>'
    body = inside(story, "<p>{}</p>", {1: picture, 2: caption, 4: picture})
    page = f"""<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{escape(story.title)}</title><meta property="og:site_name" content="مجلة الساحل">
<meta property="og:url" content="{url}"><meta property="og:title" content="{escape(story.title)}"><meta itemprop="datePublished" content="{story.day}"></head><body>
<header><nav><a>الغلاف</a><a>تحقيقات</a></nav></header><main><h1>{escape(story.title)}</h1><div class="byline">نص: منى الكاتبة</div><div class="feature-text">{body}</div>
<div class="gallery-strip"><span>1/12</span><p>اضغط على الصورة لعرضها بالحجم الكامل</p></div></main><footer>مجلة الساحل</footer></body></html>"""
    return Page(page.encode(), Truth(url, "مجلة الساحل"))


def drupal(story: Story) -> Page:
    """Drupal's nested fields, with full teasers of other nodes below."""
    url = f"https://markaz.example/node/{story.slug}"
    page = f"""<!DOCTYPE html><html lang="ar" dir="rtl" prefix="dc: http://purl.org/dc/terms/"><head><meta charset="utf-8"/><title>{escape(story.title)} | مركز الدراسات</title>
<link rel="canonical" href="{url}"/><meta name="dcterms.date" content="{story.day}"/><meta name="Generator" content="Drupal 9"/><meta property="og:site_name" content="مركز الدراسات"/></head><body class="node-type-article">
<div class="region region-header"><a>تجاوز إلى المحتوى الرئيسي</a></div><div class="region region-content"><div class="breadcrumb">أنت هنا: الرئيسية » دراسات</div>
<h1 class="page-header">{escape(story.title)}</h1><article class="node node--type-article"><div class="field field--name-field-author"><div class="field__label">الكاتب</div><div class="field__item">عمر الباحث</div></div>
<div class="field field--name-body"><div class="field__items"><div class="field__item even">{paragraphs(story)}</div></div></div>
<div class="links inline"><ul><li>للطباعة</li><li>إضافة تعليق جديد</li><li>1200 مشاهدة</li></ul></div></article>
<div class="view view-related"><h2>اقرأ في الموقع</h2>{teasers(story, '<div class="views-row"><article class="node node-teaser"><h3>{title}</h3><p>{opening}</p><a>اقرأ المزيد</a></article></div>', 4)}</div></div></body></html>"""
    return Page(page.encode(), Truth(url, "مركز الدراسات"))


def joomla(story: Story) -> Page:
    """Joomla: details in a definition list, the date in Maghrebi months, other titles below."""
    url = f"https://atlas.example/index.php/{story.slug}"
    day = f"{story.day.day} {MONTHS_MAGHREB[story.day.month - 1]} {story.day.year}"
    page = f"""<!DOCTYPE html><html xml:lang="ar-aa" dir="rtl"><head><base href="{url}"/><meta charset="utf-8"/><title>{escape(story.title)} - جريدة الأطلس</title></head><body>
<div id="top"><ul class="menu"><li>الحدث</li><li>الوطني</li><li>الجهوي</li></ul></div><div class="item-page"><h2 itemprop="name">{escape(story.title)}</h2>
<dl class="article-info"><dt>التفاصيل</dt><dd class="createdby">كتب بواسطة: ياسين</dd><dd class="published">نشر بتاريخ: {day}</dd><dd class="hits">الزيارات: 841</dd></dl>
<div itemprop="articleBody">{paragraphs(story)}</div><ul class="pager"><li>السابق</li><li>التالي</li></ul></div>
<div class="moduletable"><h3>المزيد في هذا القسم</h3><ul>{teasers(story, "<li><a>{title}</a></li>")}</ul></div></body></html>"""
    return Page(page.encode(), Truth(url, "جريدة الأطلس"))


def iso_8859_6(story: Story) -> Page:
    """An old server page in ISO-8859-6 that declares nothing."""
    text = story.title, *story.paragraphs
    plain = [part.encode("iso8859-6", "ignore").decode("iso8859-6") for part in text]
    body = "".join(f"<p align=right>{part}</p>" for part in plain[1:])
    page = f"""<HTML><HEAD><TITLE>{plain[0]}</TITLE></HEAD><BODY DIR=RTL><CENTER><A HREF=/>الصفحة الرئيسية</A> - <A HREF=/a>الأرشيف</A></CENTER>
<H2>{plain[0]}</H2>{body}<HR><CENTER><SMALL>صممت هذه الصفحة سنة 1998</SMALL></CENTER></BODY></HTML>"""
    return Page(page.encode("iso8859-6", "ignore"), Truth(None, None, dated=False))


def essay(story: Story) -> Page:
    """A site of essays: sections, pull quotes that repeat the text, calls to follow."""
    url = f"https://maqal.example/@reem/{story.slug}"
    quote = f'<aside class="pullquote">{escape(story.paragraphs[1].split("،")[0])}</aside>'
    call = '<div class="cta"><p>هل أعجبك هذا المقال؟ تابعنا على تلغرام</p><button>متابعة</button></div>'
    page = f"""<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{escape(story.title)} | مقال</title><meta property="og:site_name" content="مقال">
<meta property="og:url" content="{url}"><meta property="og:title" content="{escape(story.title)}"><meta property="article:published_time" content="{story.day}T00:30:00+03:00"></head><body>
<div role="banner"><a>مقال</a><button>اكتب</button></div><main role="main"><section><h1>{escape(story.title)}</h1><div class="meta"><span>ريم</span> · <span>4 دقائق للقراءة</span></div></section>
<section class="content">{inside(story, "<p>{}</p>", {2: quote, 4: call})}</section><div class="claps"><button>👏 58</button><span>شارك</span></div></main>
<div class="more-from"><h2>المزيد من ريم</h2>{teasers(story, "<div><h3>{title}</h3><p>{opening}</p></div>", 3)}</div></body></html>"""
    return Page(page.encode(), Truth(url, "مقال"))


def microdata(story: Story) -> Page:
    """Microdata, a consent banner and a call to pay before and inside the text."""
    url = f"https://alyawm.example/articles/{story.slug}"
    wall = '<div class="paywall-prompt"><p>اشترك الآن بدولار واحد في الشهر واقرأ كل مقالات الصحيفة دون إعلانات مزعجة.</p></div>'
    page = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(story.title)}</title></head><body>
<div class="cookie-consent"><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا. باستمرارك في التصفح فإنك توافق على سياسة الخصوصية وشروط الاستخدام.</p><button>موافق</button></div>
<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="mainEntityOfPage" content="{url}"><h1 itemprop="headline">{escape(story.title)}</h1>
<time itemprop="datePublished" datetime="{story.day}T10:00+0300">{story.day:%d/%m/%Y}</time><span itemprop="publisher" itemscope itemtype="https://schema.org/Organization"><meta itemprop="name" content="صحيفة اليوم التالي"></span>
<div itemprop="articleBody">{inside(story, "<p>{}</p>", {3: wall})}</div></div><div class="trending"><h3>الأكثر مشاهدة</h3>{teasers(story, "<p><a>{title}</a></p>")}</div></body></html>"""
    return Page(page.encode(), Truth(url, "صحيفة اليوم التالي"))


def wrong_charset(story: Story) -> Page:
    """UTF-8 that says it is Windows-1256, as after a move to a new server."""
    url = f"https://www.manara.example/show/{story.slug}"
    page = f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html><head>
<meta http-equiv="Content-Type" content="text/html; charset=windows-1256"/><title>موقع المنارة | {escape(story.title)}</title><link rel="canonical" href="{url}"/></head><body>
<div id="wrapper"><div id="header"><h1><a>موقع المنارة</a></h1></div><div id="content"><h2 class="news-title">{escape(story.title)}</h2>
<div class="news-date">تاريخ النشر: {story.day:%Y-%m-%d}</div><div class="news-text">{paragraphs(story, "<p><span style='font-size:16px'>{}</span></p>")}</div>
<div class="share">شارك الخبر: فيسبوك تويتر واتساب</div></div><div id="sidebar"><h3>أخبار متعلقة</h3>{teasers(story, "<p>{title}</p>")}</div></div></body></html>"""
    return Page(page.encode(), Truth(url, "موقع المنارة"))


def saved(story: Story) -> Page:
    """Saved from a browser: its comment holds the address; lists and headings in the text."""
    url = f"http://www.qalam.example/{story.day:%Y}/{story.day.month}/{story.day.day}/{story.slug}"
    first, second, *rest = story.paragraphs
    listed = "".join(f"<li>{escape(text)}</li>" for text in rest[:2])
    tail = "".join(f"<p>{escape(text)}</p>" for text in rest[2:])
    page = f"""<!DOCTYPE html>
<!-- saved from url=({len(url):04}){url} -->
<html lang="ar"><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><title>{escape(story.title)} - قلم</title><meta name="application-name" content="قلم"></head><body>
<div class="breaking"><strong>عاجل</strong>{teasers(story, "<span>{title}</span>", 3)}</div><iframe src="./a_files/ads.html"></iframe>
<div id="main"><div class="article-header"><h1>{escape(story.title)}</h1></div><div id="article-body"><p>{escape(first)}</p><p>{escape(second)}</p><ul>{listed}</ul>{tail}</div>
<div class="subscribe-box">اشترك في القائمة البريدية</div><div class="most-read"><h3>الأكثر قراءة</h3><ol>{teasers(story, "<li><a>{title}</a></li>")}</ol></div></div></body></html>"""
    return Page(page.encode(), Truth(url, "قلم"))


def print_version(story: Story) -> Page:
    """The printer's page: one paragraph of text, lines broken by <br>, the address at the foot."""
    body = "<br/>\n".join(f"&nbsp;&nbsp;{escape(text)}" for text in story.paragraphs)
    page = f"""<html dir="rtl"><head><meta charset="utf-8"><title>{escape(story.title)}</title><meta name="robots" content="noindex"><meta name="pubdate" content="{story.day:%d-%m-%Y}"></head>
<body onload="window.print()"><h3>{escape(story.title)}</h3><p class="text">{body}</p><p class="foot">جميع الحقوق محفوظة</p></body></html>"""
    return Page(page.encode("utf-16"), Truth(None, None))


def mobile(story: Story) -> Page:
    """A mobile page: the text in pieces that open on a tap, a floating bar, links after it."""
    url = f"https://m.khabar.example/{story.day:%Y%m%d}/{story.slug}"
    page = f"""<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{escape(story.title)}</title><meta property="og:url" content="{url}">
<meta property="og:site_name" content="خبر"><meta property="og:title" content="{escape(story.title)}"></head><body><div class="sticky-bar"><a>تطبيق خبر: حمّله مجانا</a></div>
<div class="headline"><h1>{escape(story.title)}</h1></div><section class="article-content">{paragraphs(story, '<div class="chunk"><p dir="rtl">{}</p></div>')}
<button>عرض المزيد</button></section><ul class="links">{teasers(story, "<li><a href='#'>{title}</a></li>")}</ul></body></html>"""
    return Page(page.encode(), Truth(url, "خبر"))


LAYOUTS: tuple[Callable[[Story], Page], ...] = (
    wordpress,
    old_tables,
    amp,
    infinite_scroll,
    blogger,
    json_ld_only,
    no_metadata,
    agency,
    divs_only,
    forum_comments,
    gallery,
    drupal,
    joomla,
    iso_8859_6,
    essay,
    microdata,
    wrong_charset,
    saved,
    print_version,
    mobile,
)
