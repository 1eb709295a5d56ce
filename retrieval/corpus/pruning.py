"""A web page's tree without its furniture: menus, boxes of other articles, share bars, comments."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from retrieval.corpus.metadata import text_of
from retrieval.furniture import is_list_heading

_TAGS = [
    "script",
    "style",
    "noscript",
    "iframe",
    "object",
    "embed",
    "svg",
    "canvas",
    "template",
    "dialog",
    "button",
    "select",
    "input",
    "textarea",
    "nav",
    "aside",
    "footer",
    "menu",
    "marquee",
    "figcaption",
    "audio",
    "video",
    "map",
    "area",
    "amp-ad",
    "amp-sidebar",
    "amp-social-share",
    "amp-embed",
    "amp-consent",
]
_ROLES = frozenset(
    ("navigation", "banner", "complementary", "contentinfo", "search", "dialog", "alert")
)
# Names of classes and ids, whole words between hyphens, underscores and humps.
_FURNITURE = re.compile(
    r"(?<![a-z])(?:"
    r"related\w*|recommend\w*|popular\w*|trending|most-?(?:read|viewed|popular)|latest|more-from"
    r"|read-?(?:more|also|next)|inline-(?:story|related)|also-?read|teasers?"
    r"|shar(?:e|ing)\w*|social\w*|addthis|sharedaddy|reactions?|claps|likes"
    r"|comments?|disqus|respond|replies"
    r"|sidebar|widgets?|breadcrumbs?|menu|nav(?:bar|igation)?|pager|pagination|topbar|masthead"
    r"|footer|bottom-?bar|sticky"
    r"|newsletter\w*|subscri\w+|mailpoet\w*|signup|paywall\w*|cta|cookies?|consent|gdpr|popup|modal"
    r"|ads?|advert\w*|sponsor\w*|promo\w*|dfp|taboola|outbrain"
    r"|tags?|keywords?|labels|categories|post-footer"
    r"|captions?(?:-text)?|photo-?credit|credits?|pull-?quotes?|byline|author-?(?:box|bio|info)"
    r"|ticker|breaking|tools?|toolbar|print|links|splash|loader|gallery-strip|meta|copyright"
    r")(?![a-z])"
)
# What stands around the text and says when and by whom; dates are read before it goes.
_DETAILS = re.compile(
    r"(?<![a-z])(?:(?:article|post|entry|news|story)-(?:info|meta|date|details)|date(?:-header)?"
    r"|dateline|timestamp|info|published|post-?author)(?![a-z])"
)
_LONGEST_DETAIL = 200
_COMMENTS = re.compile(r"(?<![a-z])comments?(?![a-z])")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BODY = (
    "descendant-or-self::*[self::h1 or @itemprop='articleBody' or contains(@class, 'entry-content')"
    " or contains(@class, 'post-body') or contains(@class, 'article-body')"
    " or contains(@class, 'article-content')]"
)
_NEVER = frozenset(("html", "body", "main"))
_HEADING_WORDS = 6
_LINKED = 0.7  # of a block's text; a paragraph with links has less


def prune(page: HtmlElement, title: str = "") -> None:
    """Take the furniture out of ``page``, in place."""
    for element in list(page.iter(*_TAGS)):
        _drop(element)
    whole = len(text_of(page))
    for element in list(_named_as_furniture(page)):
        if not _is_body(element, whole):
            _drop(element)
    for heading in list(_headings_of_lists(page)):
        _drop(_box(heading, whole))
    for element in list(_link_lists(page, whole)):
        _drop(element)
    _drop_next_articles(page, title)
    _unframe(page)


def prune_details(page: HtmlElement) -> None:
    """Take out, in place, what says when and by whom: once it has been read."""
    for element in list(page.iter("time", "address")):
        _drop(element)
    for element in list(_named(page, _DETAILS)):
        if len(text_of(element)) <= _LONGEST_DETAIL:
            _drop(element)


def _unframe(page: HtmlElement) -> None:
    """Make blocks of tables that lay out the page: they hold other tables or paragraphs."""
    for table in list(page.iter("table")):
        cells = [cell for cell in table.iter("td") if cell.find(".//br") is not None]
        if cells or table.find(".//table") is not None or table.find(".//p") is not None:
            for element in list(table.iter("table", "tbody", "tr", "td", "th")):
                element.tag = "div"


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()  # what follows the element stays


def _named_as_furniture(page: HtmlElement) -> Iterator[HtmlElement]:
    yield from _named(page, _FURNITURE)
    for element in page.xpath("//*[@role or @hidden]"):
        if element.get("role") in _ROLES or element.get("hidden") is not None:
            yield element


def _named(page: HtmlElement, names: re.Pattern[str]) -> Iterator[HtmlElement]:
    for element in page.xpath("//*[@class or @id]"):
        own = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag not in _NEVER and names.search(_HUMP.sub("-", own).lower()):
            yield element


def _link_lists(page: HtmlElement, whole: int) -> Iterator[HtmlElement]:
    """Blocks of nothing but links: menus, and lists of articles without a heading."""
    for element in page.iter("ul", "ol", "div", "table", "td", "tr", "p", "center", "section"):
        links = element.findall(".//a")
        if len(links) < 2:
            continue
        linked = sum(len(text_of(link)) for link in links)
        text = len(text_of(element))
        if linked >= _LINKED * text and text <= whole / 2 and not element.xpath(_BODY):
            yield element


def _is_body(element: HtmlElement, whole: int) -> bool:
    """Whether an element holds the article, whatever its name: a theme's wrappers have many."""
    if element.xpath(_BODY):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    return len(text_of(element)) > whole / 2 and not _COMMENTS.search(names)


def _headings_of_lists(page: HtmlElement) -> Iterator[HtmlElement]:
    for element in page.iter("h2", "h3", "h4", "h5", "h6", "div", "span", "strong", "b", "p"):
        # What has children is asked about through them.
        text = (element.text or "").strip()
        if text and len(text.split()) <= _HEADING_WORDS and is_list_heading(text_of(element)[:99]):
            yield element


def _box(heading: HtmlElement, whole: int) -> HtmlElement:
    """The widest element that opens with the heading and does not hold the article."""
    box, text = heading, text_of(heading)
    for parent in heading.iterancestors():
        inner = text_of(parent)
        if not inner.startswith(text) or len(inner) > whole / 2 or parent.xpath(_BODY):
            break
        box = parent
    return box


def _drop_next_articles(page: HtmlElement, title: str) -> None:
    """Where a page goes on to further articles, keep the one that bears the title, or the first."""
    articles = [
        article
        for article in page.iter("article")
        if not any(ancestor.tag == "article" for ancestor in article.iterancestors())
    ]
    if len(articles) < 2:
        return
    own = next((article for article in articles if title and title in text_of(article)), None)
    for article in articles:
        if own is not None and article is not own:
            _drop(article)
