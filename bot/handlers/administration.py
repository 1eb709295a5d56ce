"""Commands of those who run the bot."""

from importlib.metadata import version

from telegram import Update

from bot.context import Context
from bot.handlers.conversation import message_of, say, texts_of

_MOST_PLACES = 1000


async def show_stats(update: Update, context: Context) -> None:
    """Say what the bot has done since it started, and what it keeps."""
    services = context.services
    questions = services.metrics.questions()
    good, bad = services.feedback.counts()
    await say(
        message_of(update),
        texts_of(update, context)(
            "stats",
            found=questions.get("found", 0),
            unsure=questions.get("unsure", 0),
            missed=questions.get("not_found", 0),
            failed=questions.get("failed", 0),
            limited=sum(questions.get(name, 0) for name in ("limited", "busy", "refused")),
            waiting=services.search.waiting,
            good=good,
            bad=bad,
            watches=services.watches.count(),
            guests=services.access.guests(),
        ),
    )


async def show_version(update: Update, context: Context) -> None:
    """Say which Dalil this is, and what it answers from."""
    info = context.services.search.answers.info
    said = texts_of(update, context)(
        "version",
        version=version("dalil"),
        generation=info.generation,
        model=info.model,
        passages=info.passages,
    )
    await say(message_of(update), said)


async def look(update: Update, context: Context) -> None:
    """Look for a new index now, and tell those who wait for new passages."""
    before = context.services.search.answers.info.generation
    told = await context.services.watcher.look()
    info = context.services.search.answers.info
    texts = texts_of(update, context)
    if info.generation == before and not told:
        await say(message_of(update), texts("nothing-new", generation=before))
    else:
        await say(message_of(update), texts("reloaded", generation=info.generation, told=told))


async def invite(update: Update, context: Context) -> None:
    """Make a link that lets people in: as many as the command says, by default one."""
    asked = (context.args or ["1"])[0]
    places = min(int(asked), _MOST_PLACES) if asked.isdecimal() and int(asked) else 1
    payload = context.services.access.invite(places)
    link = f"https://t.me/{context.bot.username}?start={payload}"
    await say(message_of(update), texts_of(update, context)("invitation", link=link, places=places))
