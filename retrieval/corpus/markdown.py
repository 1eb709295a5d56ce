"""Markdown with front matter: the marks go, the words and their order stay."""

from collections.abc import Iterator
from dataclasses import replace

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from retrieval.corpus.contents import whole
from retrieval.corpus.document import Document, Format, Record
from retrieval.corpus.encoding import decode
from retrieval.corpus.records import Draft, RecordError, draft_of

_FRONT_MATTER = YAMLHandler()
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_NULLS = frozenset({"null", "Null", "NULL", "~"})


def read(document: Document) -> Iterator[Record]:
    """The file's one article; a first-level heading at its head is its title."""
    try:
        page = decode(whole(document), document.charset)
        draft = _draft(page.text)
        yield replace(draft, notes=(*draft.notes, *page.notes))
    except yaml.MarkedYAMLError as error:
        # The mark counts from 0, at the line of the opening dashes.
        line = error.problem_mark.line + 1 if error.problem_mark else None
        yield document.bad(f"the front matter is not YAML: {error.problem}", line)
    except (RecordError, yaml.YAMLError) as error:
        yield document.bad(str(error))


def _draft(page: str) -> Draft:
    fields, body = _split(page.replace("\r\n", "\n").lstrip())
    root = SyntaxTreeNode(_MARKDOWN.parse(body))
    draft = draft_of({**fields, "text": "\n".join(_lines(root))})
    return replace(draft, title=draft.title or _heading(root))


def _split(page: str) -> tuple[dict[str, object], str]:
    if not _FRONT_MATTER.detect(page):
        return {}, page
    try:
        front, body = _FRONT_MATTER.split(page)
    except ValueError as error:
        raise RecordError("the front matter has no closing ---") from error
    # The base loader leaves values as written: 007 is an id, and a bad date no error of YAML's.
    fields = _FRONT_MATTER.load(front, Loader=yaml.BaseLoader)
    if not isinstance(fields, dict):
        raise RecordError("the front matter is not a list of `name: value` lines")
    kept = {str(name): value for name, value in fields.items() if value not in _NULLS}
    return kept, body


def _heading(root: SyntaxTreeNode) -> str:
    head = root.children[0] if root.children else None
    return " ".join(_lines(head)) if head and head.tag == "h1" else ""


def _lines(node: SyntaxTreeNode) -> Iterator[str]:
    match node.type:
        case "inline":
            yield from _words(node).split("\n")
        case "fence" | "code_block":
            yield from node.content.splitlines()
        case "tr":
            yield " | ".join(" ".join(_lines(cell)) for cell in node.children)
        case "bullet_list" | "ordered_list":
            yield from _items(node)
        case _:
            for child in node.children:
                yield from _lines(child)


def _items(items: SyntaxTreeNode) -> Iterator[str]:
    first = int(items.attrs.get("start", 1)) if items.type == "ordered_list" else None
    for position, item in enumerate(items.children):
        mark = "-" if first is None else f"{first + position}."
        lines = _lines(item)
        yield f"{mark} {next(lines, '')}"
        yield from lines


def _words(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image" | "html_inline":
            return ""
        case _:
            return "".join(map(_words, node.children))


FORMAT = Format(
    name="markdown",
    holds="Markdown with YAML front matter: one article",
    endings=(".md", ".markdown"),
    read=read,
)
