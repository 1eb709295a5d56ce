"""Pages of the web into an archive that ``dalil build`` reads."""

from retrieval.fetching.addresses import Reach
from retrieval.fetching.crawl import fetch
from retrieval.fetching.options import Failure, FetchOptions, FetchReport

__all__ = ["Failure", "FetchOptions", "FetchReport", "Reach", "fetch"]
