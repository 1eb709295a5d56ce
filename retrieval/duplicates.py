"""When one text repeats another: small edits do not hide it, another figure or name forbids it."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import regex

from retrieval import arabic
from retrieval.paraphrase import Difference, difference

_WIDTH: Final = 3
_CONTAINED: Final = 0.7
"""Of what it joins in the first ten hits of the headlines, 2 in 108 lose the words to mark; at 0.5,
7 in 167 (docs/retrieval.md)."""
_PARAGRAPH: Final = 15
"""Words of the shortest paragraph that brings news."""

_NUMBER: Final = regex.compile("[0-9]+")
# Of a place and an agency before the first sentence, a dash behind them.
_DATELINE: Final = regex.compile(r"\A[^\n.!؟؛]{2,70}?(?:\s|\)\s?)[-–—]+\s")

_Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is compared of a text: its folded words but a dateline's, and its runs of three."""

    words: _Run
    runs: frozenset[_Run]

    @classmethod
    def of(cls, text: str) -> Self:
        """Take a text's fingerprint; a text of fewer words is one run."""
        words = tuple(arabic.forms(_DATELINE.sub("", text)))
        return cls(words, frozenset(_runs(words)))

    def __or__(self, other: "Fingerprint") -> "Fingerprint":
        """Both texts together."""
        return Fingerprint(self.words + other.words, self.runs | other.runs)

    def repeats(self, other: "Fingerprint") -> bool:
        """Whether most of this text stands in the other, and every number of it.

        By the containment of Broder, "On the Resemblance and Containment of Documents" (1997):
        the share of this text's runs that the other has too. Reports that differ in their figures
        or in a name alone say different things. A text without a word repeats nothing.
        """
        numbered = _numbers(self) <= _numbers(other)
        return numbered and _within(self, other) and not self.contradicts(other)

    def retells(self, other: "Fingerprint", *, cut: bool = False) -> bool:
        """Whether the two are one article, edited: most of each stands in the other.

        Paragraphs may have been exchanged; no figure or name may. Nor may one text have a
        paragraph where the other has none, for it brings news, unless either may be ``cut``.
        """
        alike = _within(self, other) and _within(other, self)
        if not alike or self.contradicts(other):
            return False
        return cut or not (_adds(self, other) or _adds(other, self))

    def contradicts(self, other: "Fingerprint") -> bool:
        """Whether the two say different things at one place: between the same runs, or at an end.

        A figure always; other words only where the wording is mostly left as it is. Where that
        is edited too, they are more likely an editor's than a correction.
        """
        kinds = Counter(difference(*pair) for pair in _exchanged(self, other))
        content, wording = kinds[Difference.CONTENT], kinds[Difference.WORDING]
        return kinds[Difference.FIGURE] > 0 or content > wording


class _Gap(NamedTuple):
    """The runs before and behind a place; none at a text's beginning and end."""

    before: _Run
    behind: _Run


def _runs(words: _Run) -> list[_Run]:
    """Return the runs of a text in order."""
    return [words[at : at + _WIDTH] for at in range(max(1, len(words) - _WIDTH + 1)) if words]


def _once(text: Fingerprint) -> frozenset[_Run]:
    return frozenset(run for run, count in Counter(_runs(text.words)).items() if count == 1)


def _within(text: Fingerprint, other: Fingerprint) -> bool:
    return len(text.runs & other.runs) >= _CONTAINED * len(text.runs) > 0


def _numbers(text: Fingerprint) -> frozenset[str]:
    # Arabic writes a conjunction or a preposition together with the number behind it.
    return frozenset(_NUMBER.findall(" ".join(text.words)))


def _adds(text: Fingerprint, other: Fingerprint) -> bool:
    """Whether a paragraph of one text stands where the other has none, or a much shorter one."""
    theirs = _gaps(other, text)
    return any(
        len(words) >= max(_PARAGRAPH, 2 * len(theirs.get(gap, ())))
        for gap, words in _gaps(text, other).items()
    )


def _exchanged(one: Fingerprint, other: Fingerprint) -> set[tuple[_Run, _Run]]:
    """Return the different words that two texts have in one place, each pair once.

    What only one of them has at its beginning or end is the paper's, such as a signature.
    """
    ours, theirs = _gaps(one, other), _gaps(other, one)
    return {
        (ours[gap], theirs[gap])
        for gap in ours.keys() & theirs.keys()
        if ours[gap] != theirs[gap] and (all(gap) or all((ours[gap], theirs[gap])))
    }


def _gaps(text: Fingerprint, other: Fingerprint) -> dict[_Gap, _Run]:
    """Return what stands between neighbouring runs that both have, be it nothing.

    Only runs that each has once tell a place (as in Bram Cohen's patience diff).
    """
    once = _once(text) & _once(other)
    gaps: dict[_Gap, _Run] = {}
    before: _Run = ()
    end = 0
    for at, run in enumerate(_runs(text.words)):
        if run in once:
            if at >= end:
                gaps[_Gap(before, run)] = text.words[end:at]
            before, end = run, at + _WIDTH
    gaps[_Gap(before, ())] = text.words[end:]
    return gaps
