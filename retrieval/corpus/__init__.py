"""Article files in several formats -> articles; one reader a format."""

from retrieval.corpus.reading import read
from retrieval.corpus.records import BadRecord

__all__ = ["BadRecord", "read"]
