"""Which characters of a passage to mark: the window that answers, and the words that match."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from retrieval import arabic, chunking, phonetic
from retrieval.arabic import Word
from retrieval.language import ARABIC, language
from retrieval.phrases import Phrase, phrases
from retrieval.types import Span

_ALIKE: Final = 0.5
"""Share of 4-grams from which two stems are taken for one word. Of words of development questions
with words of their articles, judged by hand, 5 pairs in 80 from here to 0.6 were strangers, but 14
in 80 from 0.4 to here.
"""
_PARTICLES: Final = ("وف", "بلك")
"""Letters that are words of their own, written with the next: at most one of each."""
_ALEF: Final = "\N{ARABIC LETTER ALEF}"


def decisive(passage: str, window: int) -> tuple[Span, ...]:
    """Return the range of a passage's ``window``-th window, the one that answers."""
    found = chunking.windows(passage)
    return (found[window],) if found else ()


def matches(question: str, passage: str) -> tuple[Span, ...]:
    """Return where words of a question stand in a passage, ascending and apart.

    Each range is a whole word as its author wrote it, with particles, vowel marks and endings.
    Content words match by their stems, by most of the stems' 4-grams, or, from another script, by
    their consonants; numbers match as they are; of a quoted phrase all words match, together.
    """
    words = list(arabic.words(passage))
    wanted = _Wanted.of(question)
    content = (word for word in words if word.form not in arabic.STOP_WORDS)
    found = {word.span for word in content if wanted.holds(word.form)}
    for phrase in phrases(question):
        found.update(_standing(phrase, words))
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a question's content words are known by."""

    readings: frozenset[str]
    grams: tuple[frozenset[str], ...]
    every_gram: frozenset[str]
    skeletons: frozenset[str]

    @classmethod
    def of(cls, question: str) -> "_Wanted":
        content = [word.form for word in arabic.asked_words(question)]
        forms = dict.fromkeys(content[: arabic.QUESTION_WORDS])
        by_letters = [form for form in forms if language(form) == ARABIC]
        by_sound = [form for form in forms if language(form) != ARABIC]
        grams = tuple(map(_grams, by_letters))
        return cls(
            frozenset(reading for form in forms for reading in _readings(form)),
            grams,
            frozenset().union(*grams),
            frozenset(found for form in by_sound for found in phonetic.of_word(form)),
        )

    def holds(self, form: str) -> bool:
        """Whether a word of a passage matches one of the question's."""
        return (
            not self.readings.isdisjoint(_readings(form))
            or (bool(self.skeletons) and not self.skeletons.isdisjoint(phonetic.of_word(form)))
            or self._resembles(_grams(form))
        )

    def _resembles(self, grams: frozenset[str]) -> bool:
        """Whether most of a word's 4-grams are those of a word of the question."""
        return not self.every_gram.isdisjoint(grams) and any(
            _alike(own, grams) for own in self.grams
        )


@lru_cache(maxsize=1 << 16)
def _readings(form: str) -> frozenset[str]:
    """Return a folded word's stem, and those of what light10 leaves on words.

    That is particles in front, and behind the alef of the accusative or, as in Lebanese, a second
    ending.
    """
    bare = [form]
    for particles in _PARTICLES:
        rest = bare[-1][1:]
        if bare[-1][0] in particles and (len(rest) > 2 or rest.isdecimal()):
            bare.append(rest)
    bare += [each.removesuffix(_ALEF) for each in bare if len(each) > 3]
    stems = [arabic.stem(each) for each in bare]
    stems += [arabic.stem(each) for each in stems]
    # A stem of two letters is sure only of the word as it stands.
    return frozenset([arabic.stem(form), *bare, *(each for each in stems if len(each) > 2)])


@lru_cache(maxsize=1 << 16)
def _grams(form: str) -> frozenset[str]:
    return frozenset(arabic.terms(arabic.stem(form)).grams)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Compare two words by Dice's coefficient of their 4-grams."""
    return 2 * len(one & other) >= _ALIKE * (len(one) + len(other))


def _standing(phrase: Phrase, words: Sequence[Word]) -> Iterator[Span]:
    """Yield the places of a phrase's words, wherever they stand together."""
    count = len(phrase.forms)
    forms = [word.form for word in words]
    for start in range(len(words) - count + 1):
        if tuple(forms[start : start + count]) == phrase.forms:
            yield from (word.span for word in words[start : start + count])
