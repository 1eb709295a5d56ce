"""Which of a corpus's addresses Telegram takes as a link."""

import re
from urllib.parse import urlsplit

# Far above any real article's address; Telegram refuses a whole message over one link.
_LONGEST = 2048
_UNUSABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+\.?")


def web_link(url: str | None) -> str | None:
    """``url`` if it is a complete http(s) address that Telegram accepts, else None.

    Telegram wants a dot in the host (so no ``localhost``). An address with user information is
    left out too: it reads as another site than the one it opens.
    """
    if not url or len(url) > _LONGEST or _UNUSABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.port != 0
    except ValueError:  # brackets or a port that are none
        return None
    usable = usable and parts.scheme in {"http", "https"} and "@" not in parts.netloc
    return url if usable and _HOST.fullmatch(parts.hostname or "") else None
