"""What is encoded of an article: each passage under the title, and its windows."""

from retrieval import chunking
from retrieval.types import Article, Passage


def embedded(article: Article, text: str) -> str:
    """Return what is encoded for a passage."""
    return f"{article.title}\n{text}" if article.title else text


def embedded_texts(article: Article, passage: Passage) -> list[str]:
    """Return what is encoded of a passage: itself, then its windows if it has several."""
    spans = chunking.windows(passage.text)
    windows = [passage.text[start:end] for start, end in spans] if len(spans) > 1 else []
    return [embedded(article, passage.text), *windows]
