"""A web page's tree without its furniture: menus, boxes of other articles, share bars, comments."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from retrieval.corpus.metadata import text_of
from retrieval.corpus.records import Removed
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
_WORDLESS = frozenset(("script", "style", "template", "svg"))
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


def prune(page: HtmlElement) -> list[Removed]:
    """Take the furniture out of ``page``, in place; return what went and had words."""
    gone = [_drop(element, f"<{element.tag}>") for element in list(page.iter(*_TAGS))]
    whole = len(text_of(page))
    gone += [
        _drop(element, f"a block called {_names(element)!r}")
        for element in list(_named_as_furniture(page))
        if not _is_body(element, whole)
    ]
    for heading in list(_headings_of_lists(page)):
        text = text_of(heading)
        gone.append(_drop(_box(heading, whole), f"a list under {text!r}"))
    gone += [_drop(element, "nothing but links") for element in list(_link_lists(page, whole))]
    gone += [_drop(article, "a further article") for article in _next_articles(page)]
    _unframe(page)
    return [removed for removed in gone if removed.text]


def prune_details(page: HtmlElement) -> list[Removed]:
    """Take out, in place, what says when and by whom: once it has been read."""
    gone = [_drop(element, f"<{element.tag}>") for element in list(page.iter("time", "address"))]
    gone += [
        _drop(element, f"a block called {_names(element)!r}")
        for element in list(_named(page, _DETAILS))
        if len(text_of(element)) <= _LONGEST_DETAIL
    ]
    return [removed for removed in gone if removed.text]


def _unframe(page: HtmlElement) -> None:
    """Make blocks of tables that lay out the page: they hold other tables or paragraphs."""
    for table in list(page.iter("table")):
        cells = [cell for cell in table.iter("td") if cell.find(".//br") is not None]
        if cells or table.find(".//table") is not None or table.find(".//p") is not None:
            for element in list(table.iter("table", "tbody", "tr", "td", "th")):
                element.tag = "div"


def _drop(element: HtmlElement, reason: str) -> Removed:
    words = "" if element.tag in _WORDLESS or element.getparent() is None else text_of(element)
    if element.getparent() is not None:
        element.drop_tree()  # what follows the element stays
    return Removed(words, reason)


def _names(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}".strip()


def _named_as_furniture(page: HtmlElement) -> Iterator[HtmlElement]:
    yield from _named(page, _FURNITURE)
    for element in page.xpath("//*[@role or @hidden]"):
        if element.get("role") in _ROLES or element.get("hidden") is not None:
            yield element


def _named(page: HtmlElement, names: re.Pattern[str]) -> Iterator[HtmlElement]:
    for element in page.xpath("//*[@class or @id]"):
        own = _HUMP.sub("-", _names(element)).lower()
        if element.tag not in _NEVER and names.search(own):
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
    names = _names(element).lower()
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


def _next_articles(page: HtmlElement) -> list[HtmlElement]:
    """Where a page goes on to further articles: all but the one with the headline."""
    articles = [
        article
        for article in page.iter("article")
        if not any(ancestor.tag == "article" for ancestor in article.iterancestors())
    ]
    own = next((article for article in articles if article.find(".//h1") is not None), None)
    return [] if own is None else [article for article in articles if article is not own]
