"""How the log is written: lines for people, or one JSON object a line for programs."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Writes time, level, logger, message, and the fields that the record was given."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        about: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        about |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info and record.exc_info[1]:
            about["error"] = "".join(traceback.format_exception(record.exc_info[1]))
        elif record.exc_text:
            about["error"] = record.exc_text
        return json.dumps(about, ensure_ascii=False, default=str)


def start_logging(form: Literal["text", "json"]) -> None:
    """Write the log to stderr."""
    handler = logging.StreamHandler()
    text = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if form == "json" else text)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
