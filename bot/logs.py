"""Logs: one line of JSON an event on stderr (readable when it is a terminal), ids and numbers only."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Sends our log and the libraries' warnings to stderr; stdout is for what a person asked for."""
    renderer = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
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
