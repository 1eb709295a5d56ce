"""Excerpts: where a passage is cut, and what always stays in it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.excerpt import excerpt
from bot.rich_text import units
from retrieval.types import Span

TEXTS = st.text(st.sampled_from("اب cd.؟ \n🌍\u064e"), min_size=1, max_size=120)


def test_whole_text_where_it_fits() -> None:
    """A text of exactly the room is left alone, surrogate pairs counted twice."""
    assert excerpt("🌍ab", (Span(0, 1),), 4).text == "🌍ab"
    assert excerpt("🌍ab", (Span(0, 1),), 4).marks == (Span(0, 1),)


def test_cut_at_a_sentence_end() -> None:
    """The last sentence that fits ends the excerpt."""
    text = "هذه الجملة الأولى. وهذه الجملة الثانية. وهذه الثالثة."
    assert excerpt(text, (), 42).text == "هذه الجملة الأولى. وهذه الجملة الثانية. …"


def test_cut_at_a_word_end() -> None:
    """Where no sentence ends in the latter half, a word does."""
    assert excerpt("نعم. ثم كلام طويل بلا وقف", (), 20).text == "نعم. ثم كلام طويل …"


def test_far_mark_moves_the_window() -> None:
    """The excerpt begins with a sentence a little before the mark, and goes on behind it."""
    text = "جملة أولى. جملة ثانية. جملة ثالثة. جملة رابعة. جملة فيها الجواب. جملة سادسة. جملة."
    at = text.index("الجواب")
    cut = excerpt(text, (Span(at, at + 6),), 60)
    assert cut.text == "… جملة رابعة. جملة فيها الجواب. جملة سادسة. جملة."
    assert [cut.text[a:b] for a, b in cut.marks] == ["الجواب"]


def test_word_longer_than_the_room() -> None:
    """A text without blanks is cut anyway, not inside a letter and its vowel sign."""
    assert excerpt("بَ" * 30, (), 7).text == "بَبَ …"


@given(TEXTS, st.data(), st.integers(8, 60))
def test_every_excerpt(text: str, data: st.DataObject, room: int) -> None:
    """It fits, is a stretch of the text, and keeps the first mark as far as it goes."""
    bounds = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=6)))
    marks = [Span(a, b) for a, b in zip(bounds[::2], bounds[1::2], strict=False)]
    cut = excerpt(text, marks, room)
    assert units(cut.text) <= room
    assert cut.text.removeprefix("… ").removesuffix(" …") in text
    shown, wanted = cut.marks[0], marks[0]
    first, whole = cut.text[shown.start : shown.end], text[wanted.start : wanted.end]
    assert whole.startswith(first)
    assert first == whole or units(whole) > room - 4
