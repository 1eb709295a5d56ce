"""The same conversation in a terminal, and one question a line where there is no terminal."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.answers import (
    Answers,
    article_name,
    filters_line,
    further_sources,
    further_words,
    matching_words,
    nearest_articles,
    published,
    quoted,
    unknown_source,
)
from bot.bidi import clean, one_line, strip_controls
from bot.texts import MessageId, Texts, texts_in
from bot.understood import understand
from retrieval.errors import FilterError, UnknownSourceError
from retrieval.types import Answer, Article, Filters, Hit

_HELP = "/help"
_TITLE, _MARKED, _WORD, _QUIET = "bold cyan", "bold black on yellow", "underline", "dim"
_MARK = "**"  # around the marked words where there are no colours


def chat(
    retriever: Answers, *, k: int = 3, stdin: TextIO | None = None, stdout: TextIO | None = None
) -> None:
    """Answer questions until the input ends or is interrupted.

    In a terminal it prompts; from a pipe or a file it reads one question a line. Where ``stdout``
    is no terminal, the output is plain text.
    """
    source = stdin or sys.stdin
    terminal = _Terminal(texts_in("ar"), stdout or sys.stdout)
    with suppress(KeyboardInterrupt, EOFError):
        prompt = source is sys.stdin and source.isatty()
        for line in _prompted(terminal) if prompt else source:
            question = one_line(line)
            if question == _HELP:
                terminal.say("console-help")
            elif question:
                asked = understand(question, datetime.now().astimezone().date(), retriever.sources)
                terminal.limit(asked.filters)
                try:
                    terminal.show(retriever.answer(asked.text, k=k, filters=asked.filters))
                except UnknownSourceError as error:
                    terminal.name_sources(error)
                except FilterError as error:
                    terminal.refuse(error)


def show(answer: Answer, *, stdout: TextIO | None = None) -> None:
    """Print one answer, as ``chat`` does."""
    _Terminal(texts_in("ar"), stdout or sys.stdout).show(answer)


class _Terminal:
    """Writes answers for people: in colour where ``stdout`` is a terminal, else plain."""

    def __init__(self, texts: Texts, stdout: TextIO) -> None:
        self.texts = texts
        # Rich wraps at the terminal's width; a file or a pipe has none.
        self._console = Console(file=stdout, highlight=False, soft_wrap=not stdout.isatty())
        self._plain = not self._console.is_terminal

    def say(self, message: MessageId) -> None:
        """Print one of the bot's own messages."""
        self._print(Text(self.texts(message)))

    def ask(self) -> str:
        """Prompt for a line.

        Raises:
            EOFError: the input ended.

        """
        prompt = self.texts("console-prompt")
        return self._console.input(Text(f"\n{prompt}: ", _TITLE))

    def limit(self, filters: Filters) -> None:
        """Print what a question was understood to be limited to."""
        if line := filters_line(filters, self.texts):
            self._print(Text(line, _QUIET))

    def name_sources(self, error: UnknownSourceError) -> None:
        """Print that no article is of a source, and which may be meant."""
        near = [one_line(name) for name in error.near]
        self._print(Text(unknown_source(one_line(error.source), near, self.texts), "bold"))

    def refuse(self, error: FilterError) -> None:
        """Print why nothing can be searched."""
        self._print(Text(one_line(str(error)), "bold"))

    def show(self, answer: Answer) -> None:
        """Print an answer, or say that there is none and what comes nearest."""
        if answer.missing:
            self._print(
                Text(self.texts("not-held", phrases=quoted(answer.missing, self.texts)), "bold")
            )
        if answer.undated:
            self._print(Text(self.texts("undated", count=answer.undated), _QUIET))
        if (answer.found or answer.unsure) and answer.hits:
            if answer.unsure:
                self.say("unsure")
            for hit in answer.hits:
                self._print(self._passage(hit))
        else:
            self._not_found(answer)

    def _not_found(self, answer: Answer) -> None:
        if answer.missing:
            self.say("not-held-advice")
        else:
            self._print(Text(self.texts("not-found"), "bold"))
            self.say("not-found-advice")
        nearest = nearest_articles(answer.hits)
        if nearest:
            self.say("nearest")
        for article in nearest:
            self._print(Text(f"• {article_name(article, self.texts)}", _QUIET))
        self._print(Text())

    def _passage(self, hit: Hit) -> Text:
        title = Text(f"{hit.rank}. {article_name(hit.article, self.texts)}", _TITLE)
        more = [Text(f"… {words}", _QUIET) for words in further_words(hit)]
        sources = [Text(line, _QUIET) for line in (self._source(hit.article), self._also(hit))]
        lines = [title, self._marked(hit), *more, *filter(None, sources), Text()]
        return Text("\n").join(lines)

    def _marked(self, hit: Hit) -> Text:
        content, passage, done = clean(hit.passage.text), Text(), 0
        mark = _MARK if self._plain else ""
        for start, end in map(content.span, hit.highlights):
            passage.append(content.text[done:start])
            passage.append(f"{mark}{content.text[start:end]}{mark}", _MARKED)
            done = end
        passage.append(content.text[done:])
        if not self._plain:
            for word in matching_words(hit):
                passage.stylize(_WORD, *content.span(word))
        return passage

    def _source(self, article: Article) -> str:
        parts = [one_line(article.source or "")]
        parts.append(published(article, self.texts) or self.texts("no-date"))
        parts.append(one_line(article.url or "") or self.texts("no-link"))
        return " · ".join(part for part in parts if part)

    def _also(self, hit: Hit) -> str:
        sources = further_sources(hit, self.texts)
        parts = [" ".join(filter(None, (s.name, one_line(s.url or "")))) for s in sources]
        if others := len(hit.also) - len(sources):
            parts.append(self.texts("also-others", count=others))
        return self.texts("also") + " " + " · ".join(parts) if parts else ""

    def _print(self, text: Text) -> None:
        # Isolates serve a terminal that arranges directions; in a file they are only noise.
        self._console.print(Text(strip_controls(text.plain)) if self._plain else text)


def _prompted(terminal: _Terminal) -> Iterator[str]:
    """Lines typed at a prompt, with history and line editing where the system has them."""
    with suppress(ImportError):  # not on Windows
        import readline  # noqa: F401, PLC0415 - importing it is what switches it on
    terminal.say("console-start")
    while True:
        yield terminal.ask()
