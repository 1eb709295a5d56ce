"""The manual in Arabic, which is the corpus that ships."""

from pathlib import Path

from retrieval.errors import CorpusError


def sample() -> Path:
    """Return the folder of the manual's articles.

    Raises:
        CorpusError: this installation came without them.
    """
    retrieval = Path(__file__).resolve().parents[1]
    # The wheel carries docs/ar as package data; a checkout has it where it is written.
    for folder in (retrieval / "sample", retrieval.parent / "docs" / "ar"):
        if folder.is_dir():
            return folder
    raise CorpusError("this installation came without the sample articles: name a PATH to build")
