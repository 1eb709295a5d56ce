"""Draw the manual's pictures: real questions, the real answers' cards, in a real browser.

    python docs/images/render.py --index dalil-index     # needs Chromium and an Arabic font

The index is of the sample. Each picture is written beside this file for light and for dark pages.
"""

import argparse
import html
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from telegram import MessageEntity

from bot.card import Card, answer_card
from bot.reasons import why_card
from bot.texts import texts_in
from bot.understood import understand
from retrieval import Retriever

TEXTS: Final = texts_in("ar")
EXPLAINED: Final = "كيف أحصل على رمز البوت من BotFather؟"
PICTURES: Final[Mapping[str, Sequence[str]]] = {
    "conversation": (EXPLAINED, "ما عاصمة اليابان؟"),
    "filters": ("كيف أحصر البحث في سنة؟ منذ 2025",),
}
TAGS: Final = {
    MessageEntity.BOLD: "b",
    MessageEntity.ITALIC: "i",
    MessageEntity.UNDERLINE: "u",
    MessageEntity.TEXT_LINK: "a",
    MessageEntity.BLOCKQUOTE: "blockquote",
    MessageEntity.EXPANDABLE_BLOCKQUOTE: "blockquote",
    MessageEntity.DATE_TIME: "time",
}
THEMES: Final[Mapping[str, str]] = {
    "light": "--page: #d5e3d0; --asked: #effdde; --told: #fff; --text: #111; --link: #1a73d0; "
    "--quote: #3390ec14; --button: #4a6b4a; --label: #fff",
    "dark": "--page: #0e1621; --asked: #2b5278; --told: #182533; --text: #f2f4f5; --link: #6ab3f3; "
    "--quote: #6ab3f31f; --button: #22303f; --label: #f2f4f5",
}
WIDTH: Final = 620
SCALE: Final = 1.5
"""Pixels of the picture for one of the page, for screens that have more."""
PAGE: Final = """<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><style>
:root {{ {theme} }}
body {{ margin: 0; padding: 24px 24px 12px; background: var(--page); color: var(--text);
  font: 16px/1.65 "Noto Sans Arabic UI", "Noto Sans Arabic", "Noto Sans", sans-serif; }}
.message {{ width: fit-content; max-width: 500px; padding: 8px 14px; border-radius: 14px;
  margin-bottom: 12px; white-space: pre-wrap; unicode-bidi: plaintext;
  box-shadow: 0 1px 1px #0002; }}
.asked {{ background: var(--asked); margin-right: auto; }}
.told {{ background: var(--told); }}
.told:has(+ .keys) {{ margin-bottom: 4px; }}
blockquote {{ margin: 4px 0; padding: 6px 12px; border-right: 3px solid var(--link);
  background: var(--quote); border-radius: 6px; unicode-bidi: plaintext; }}
u {{ text-underline-offset: 5px; }}
a, time {{ color: var(--link); text-decoration: none; }}
.keys {{ width: 528px; margin-bottom: 12px; display: grid; gap: 4px; }}
.row {{ display: flex; gap: 4px; }}
.button {{ flex: 1; background: var(--button); color: var(--label); border-radius: 8px;
  padding: 4px; text-align: center; font-size: 15px; }}
</style>{messages}<script>
document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);
</script></html>"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the manual's pictures.")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--chromium", default="chromium")
    options = parser.parse_args()
    retriever = Retriever.open(options.index)
    for name, questions in PICTURES.items():
        messages = [part for question in questions for part in conversation(retriever, question)]
        for theme, colours in THEMES.items():
            page = PAGE.format(theme=colours, messages="".join(messages))
            picture = Path(__file__).with_name(f"{name}-{theme}.png")
            screenshot(page, picture, options.chromium)


def conversation(retriever: Retriever, question: str) -> Iterator[str]:
    """Yield a question and what the bot shows as messages; of the first also why."""
    yield f'<div class="message asked">{html.escape(question)}</div>'
    asked = understand(question, datetime.now(UTC).date(), retriever.sources)
    answer = retriever.answer(asked.text, k=2, filters=asked.filters)
    yield from as_messages(replace(answer_card(answer, TEXTS, limit=1, asked=asked), answer=1))
    if question == EXPLAINED:
        yield from as_messages(why_card(answer, answer.hits[:1], TEXTS))


def as_messages(card: Card) -> Iterator[str]:
    """Yield a card as a message, and its buttons."""
    yield f'<div class="message told">{as_html(card)}</div>'
    if card.keyboard:
        yield '<div class="keys">'
        for row in card.keyboard.inline_keyboard:
            buttons = "".join(f'<div class="button">{html.escape(b.text)}</div>' for b in row)
            yield f'<div class="row">{buttons}</div>'
        yield "</div>"


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
    """Let the browser lay the page out, and write what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(page, encoding="utf-8")

        def browse(height: int, *options: str) -> str:
            command = [chromium, "--headless", "--no-sandbox", "--disable-gpu"]
            command += ["--hide-scrollbars", "--disable-background-networking"]
            command += [f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{height}"]
            command += [f"--force-device-scale-factor={SCALE}", *options, source.as_uri()]
            done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our page
            return done.stdout.decode()

        height = re.search(r'data-height="(\d+)"', browse(1000, "--dump-dom"))
        if height is None:
            raise RuntimeError("the browser did not lay the page out")
        browse(int(height[1]), f"--screenshot={picture}")


if __name__ == "__main__":
    main()
