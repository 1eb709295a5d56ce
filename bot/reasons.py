"""Why an answer shows what it shows, in plain words; pure."""

from collections.abc import Iterator, Sequence

from bot.answers import article_name, quoted
from bot.bidi import MARKS, isolate, one_line
from bot.card import Card, shortened
from bot.rich_text import RichText
from bot.texts import Texts
from retrieval.types import Answer, Hit

_TITLE, _WORDS = 200, 300  # units


def why_card(answer: Answer, hits: Sequence[Hit], texts: Texts) -> Card:
    """Say how sure the answer is, and what speaks for each of these hits of it."""
    message = RichText()
    message.add(_how_sure(answer, texts))
    for hit in hits:
        message.add("\n\n" + MARKS[texts.direction] + f"{hit.rank}. ")
        message.bold(isolate(shortened(article_name(hit.article, texts), _TITLE)))
        for reason in _reasons(answer, hit, texts):
            message.add("\n" + MARKS[texts.direction] + "• " + reason)
    return Card(message.text, message.entities)


def _how_sure(answer: Answer, texts: Texts) -> str:
    # Nobody is certain of a text: 1.0 only says that the demanded words stand there.
    percent = min(99, max(1, round(answer.confidence * 100)))
    return texts("why-sure" if answer.found else "why-unsure", percent=percent)


def _reasons(answer: Answer, hit: Hit, texts: Texts) -> Iterator[str]:
    if held := [phrase for phrase in answer.phrases if phrase not in answer.missing]:
        yield texts("why-exact", phrases=shortened(quoted(held, texts), _WORDS))
    words = list(dict.fromkeys(one_line(hit.passage.text[start:end]) for start, end in hit.matches))
    if words:
        yield texts("why-words", words=shortened(texts("comma").join(words), _WORDS))
    else:
        yield texts("why-no-words")
    if hit.dense_rank:
        yield texts("why-meaning", rank=hit.dense_rank, passages=answer.index.passages)
    else:
        yield texts("why-no-meaning")
    if hit.lexical_rank:
        yield texts("why-spelling", rank=hit.lexical_rank)
