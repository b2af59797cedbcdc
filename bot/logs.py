"""Logs: one line of JSON an event on stderr (readable when it is a terminal), ids and numbers only.

What is said while a job is tried or a request answered carries its ids.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

import structlog

_ID: Final = re.compile(r"[\w.:-]{1,64}", re.ASCII)


def ids(**found: Any) -> Mapping[str, str | int]:
    """Those of the values that look like ids: no words of anybody's get into the log by them."""
    return {name: value for name, value in found.items() if isinstance(value, int) or _is_id(value)}


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def configure_logs() -> None:
    """Sends our log and the libraries' warnings to stderr; stdout is for what a person asked for."""
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # The queue logs a failed job with its arguments and the error's text; bot/promises.py logs what may be said of it.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    # What fails through an outage is told once, by bot/outages.py, and not at every try to connect or look.
    for name in ("psycopg", "sqlalchemy.pool", "apscheduler"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
