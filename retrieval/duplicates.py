"""Near-identical texts: what one paper prints after another, with small edits."""

import re
from dataclasses import dataclass
from typing import Final, Self

from retrieval import arabic

_WIDTH: Final = 3
_CONTAINED: Final = 0.7
"""Of what it joins in the first ten hits of the headlines, 2 in 108 lose the words to mark; at 0.5,
7 in 167 (docs/retrieval.md)."""
_NUMBER: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of a text: its runs of three folded words, and its numbers."""

    shingles: frozenset[tuple[str, ...]]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Take a text's fingerprint; a text of fewer words is one run."""
        forms = arabic.forms(text)
        starts = range(max(1, len(forms) - _WIDTH + 1))
        shingles = frozenset(tuple(forms[at : at + _WIDTH]) for at in starts if forms)
        # Arabic writes a conjunction or a preposition together with the number behind it.
        return cls(shingles, frozenset(_NUMBER.findall(" ".join(forms))))

    def __or__(self, other: "Fingerprint") -> "Fingerprint":
        """Both texts together."""
        return Fingerprint(self.shingles | other.shingles, self.numbers | other.numbers)

    def repeats(self, other: "Fingerprint") -> bool:
        """Whether most of this text stands in the other, and every number of it.

        By the containment of Broder, "On the Resemblance and Containment of Documents" (1997):
        the share of this text's runs that the other has too. Reports that differ in their figures
        alone say different things. A text without a word repeats nothing.
        """
        common = len(self.shingles & other.shingles)
        return common >= _CONTAINED * len(self.shingles) > 0 and self.numbers <= other.numbers
