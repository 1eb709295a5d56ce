"""Article files in several formats -> articles; one reader a format."""

from retrieval.corpus.reading import STANDARD_INPUT, Survey, read
from retrieval.corpus.readings import Readings
from retrieval.corpus.records import BadRecord

__all__ = ["STANDARD_INPUT", "BadRecord", "Readings", "Survey", "read"]
