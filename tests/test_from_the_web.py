"""From a page of the web to an answer in Telegram, and again when the page changes."""

import asyncio
from pathlib import Path

import pytest

from bot import cli
from embeddings import Encoder
from retrieval import Retriever
from tests.bot.running import bot_at
from tests.site import Answer, Site, page, sitemap
from tests.telegram.server import TelegramServer

QUESTION = "متى يُفتح جسر وادي السرو أمام السيارات؟"
SPRING, AUTUMN = "في الثالث من نيسان المقبل", "في التاسع من تشرين الأول المقبل"
AROUND = (
    "استغرق بناء الجسر سنتين، وبلغت كلفته أربعة ملايين دينار، وعمل فيه مئتا عامل من أهل المنطقة.",
    "ويصل الجسر بين ضفتي الوادي، فيختصر الطريق إلى السوق من ساعة إلى عشر دقائق.",
)


def bridge(day: str) -> Answer:
    """A page of the site that says when the bridge will be opened."""
    news = f"قال رئيس البلدية إن جسر وادي السرو سيُفتح أمام السيارات {day}."
    body = "".join(f"<p>{paragraph}</p>" for paragraph in (news, *AROUND))
    head = '<title>جسر وادي السرو</title><meta property="og:site_name" content="أخبار الوادي">'
    menu = "<nav><a href='/'>الرئيسية</a> <a href='/sport'>رياضة</a></nav>"
    return Answer(
        f"<html><head>{head}</head><body>{menu}<article><h1>جسر وادي السرو</h1>{body}</article>"
        "<footer>جميع الحقوق محفوظة</footer></body></html>".encode()
    )


@pytest.fixture(autouse=True)
def loaded(encoder: Encoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Commands run in a folder of their own, with the model that the tests have loaded."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.cli.load_encoder", lambda _: encoder)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def dalil(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", ["dalil", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0


async def test_a_bot_answers_from_a_page_and_anew_when_the_page_has_changed(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``dalil fetch``, ``dalil build`` and again; the bot runs on, and takes up the new text."""

    async def refresh() -> None:
        quick = ("--delay", "0", "--allow-private", "127.0.0.1/32")
        await asyncio.to_thread(dalil, monkeypatch, "fetch", site.url("/sitemap.xml"), *quick)
        await asyncio.to_thread(dalil, monkeypatch, "build", "dalil-archive")

    with Site() as site, TelegramServer() as server:
        site["/sitemap.xml"] = sitemap("/bridge", "/other")
        site["/bridge"], site["/other"] = bridge(SPRING), page(" ".join(AROUND[:1] * 3))
        await refresh()
        retriever = Retriever.open("dalil-index", encoder)
        async with bot_at(server, retriever):
            chat = server.private()
            server.say(chat, QUESTION)
            first = await server.reply(chat)
            site["/sitemap.xml"] = sitemap("/bridge", changed="2999-01-01")
            site["/bridge"] = bridge(AUTUMN)
            before = retriever.info.generation
            await refresh()
            async with asyncio.timeout(30):
                while retriever.info.generation == before:  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.05)
            server.say(chat, QUESTION)
            second = await server.reply(chat)
        retriever.close()
    for reply, told, other in ((first, SPRING, AUTUMN), (second, AUTUMN, SPRING)):
        assert told in reply["text"]
        assert other not in reply["text"]
        assert "أخبار الوادي" in reply["text"]
        assert "الرئيسية" not in reply["text"]
        links = [entity["url"] for entity in reply["entities"] if entity["type"] == "text_link"]
        assert links[0].startswith(site.url("/bridge#:~:text="))
