"""What every door asks of a retriever, and how it names what comes back."""

from collections.abc import Sequence
from typing import Protocol

from bot.bidi import one_line
from bot.texts import Texts
from retrieval.types import Answer, Article, Hit

_NEAREST = 3


class Answers(Protocol):
    """A retriever as the bot sees it; called from several threads at once."""

    def answer(self, question: str, k: int) -> Answer:
        """Answer ``question`` with at most ``k`` passages."""


def article_name(article: Article, texts: Texts) -> str:
    """What to call an article on one line: its title, else its id."""
    return one_line(article.title) or one_line(article.id) or texts("untitled")


def quoted(phrases: Sequence[str]) -> str:
    """The exact words that a question demands, on one line."""
    return " ".join(f"«{one_line(phrase)}»" for phrase in phrases)


def nearest_articles(hits: Sequence[Hit]) -> list[Article]:
    """The articles to name under a plain "the collection does not answer", each once."""
    return list({hit.article.id: hit.article for hit in hits}.values())[:_NEAREST]
