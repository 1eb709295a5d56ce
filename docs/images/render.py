"""Draw the README's picture: real questions, the real answers' cards, in a real browser.

    python docs/images/render.py --index dalil-index     # needs Chromium and an Arabic font

Writes conversation.png beside this file.
"""

import argparse
import html
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from telegram import MessageEntity

from bot.card import Card, answer_card
from bot.texts import texts_in
from retrieval import Retriever

QUESTIONS: Final = (
    "كيف أحصل على رمز البوت من BotFather؟",
    "هل يعمل دليل من دون إنترنت؟",
    "ما عاصمة اليابان؟",
)
TAGS: Final = {
    MessageEntity.BOLD: "b",
    MessageEntity.ITALIC: "i",
    MessageEntity.UNDERLINE: "u",
    MessageEntity.TEXT_LINK: "a",
    MessageEntity.EXPANDABLE_BLOCKQUOTE: "blockquote",
    MessageEntity.DATE_TIME: "time",
}
PAGE: Final = """<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px; width: 572px; background: #d5e3d0;
  font: 16px/1.65 "Noto Sans Arabic UI", "Noto Sans Arabic", "Noto Sans", sans-serif; }}
.message {{ width: fit-content; max-width: 500px; padding: 8px 14px; border-radius: 14px;
  margin-bottom: 12px; white-space: pre-wrap; unicode-bidi: plaintext; color: #111;
  box-shadow: 0 1px 1px #0002; }}
.asked {{ background: #effdde; margin-right: auto; }}
.told {{ background: #fff; }}
blockquote {{ margin: 4px 0; padding: 6px 12px; border-right: 3px solid #3390ec;
  background: #3390ec14; border-radius: 6px; unicode-bidi: plaintext; }}
a {{ color: #1a73d0; }} time {{ color: #1a73d0; }}
.row {{ display: flex; gap: 6px; }}
.button {{ background: #0000001f; border-radius: 8px; padding: 4px 40px; color: #fff;
  text-align: center; width: fit-content; margin-bottom: 12px; }}
</style>{messages}</html>"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the README's picture.")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--chromium", default="chromium")
    options = parser.parse_args()
    retriever = Retriever.open(options.index)
    messages = [part for question in QUESTIONS for part in conversation(retriever, question)]
    page = PAGE.format(messages="".join(messages))
    screenshot(page, Path(__file__).with_name("conversation.png"), options.chromium)


def conversation(retriever: Retriever, question: str) -> Iterator[str]:
    """Yield a question and its card as messages."""
    yield f'<div class="message asked">{html.escape(question)}</div>'
    card = answer_card(retriever.answer(question, k=2), texts_in("ar"), limit=1)
    yield f'<div class="message told">{as_html(card)}</div>'
    for row in card.rows:
        buttons = "".join(f'<div class="button">{html.escape(b.label)}</div>' for b in row)
        yield f'<div class="row">{buttons}</div>'


def as_html(card: Card) -> str:
    """Return a card's text with its entities as tags; offsets count UTF-16 units."""
    units = card.text.encode("utf-16-le")
    opened: dict[int, str] = {}
    closed: dict[int, str] = {}
    for entity in sorted(card.entities, key=lambda entity: -entity.length):
        tag = TAGS[entity.type]
        start, end = entity.offset, entity.offset + entity.length
        opened[start] = opened.get(start, "") + f"<{tag}>"
        closed[end] = f"</{tag}>" + closed.get(end, "")
    places = sorted({0, len(units) // 2, *opened, *closed})
    parts = []
    for start, end in zip(places, [*places[1:], places[-1]], strict=True):
        text = units[2 * start : 2 * end].decode("utf-16-le")
        parts += [closed.get(start, ""), opened.get(start, ""), html.escape(text)]
    return "".join(parts)


def screenshot(page: str, picture: Path, chromium: str) -> None:
    """Let the browser lay the page out and write what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")
        command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--disable-background-networking", f"--user-data-dir={folder}/profile"]
        command += ["--window-size=620,1080", f"--screenshot={picture}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own page


if __name__ == "__main__":
    main()
