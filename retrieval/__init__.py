"""Articles to an index, and questions to answers."""

from retrieval.errors import DalilError
from retrieval.retriever import Retriever
from retrieval.types import Answer, Article, Filters, Hit, Passage, Span

__all__ = ["Answer", "Article", "DalilError", "Filters", "Hit", "Passage", "Retriever", "Span"]
