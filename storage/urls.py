"""Database URLs as people write them, made into the one form the drivers read."""

from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from persona.errors import SettingsError

CONNECT_TIMEOUT_S: Final = 5
_NAMES: Final = ("postgres", "postgresql", "postgresql+psycopg")


def normalised(url: str) -> URL:
    """The URL with the driver named; raises SettingsError, without the URL in it, when it isn't PostgreSQL's."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.drivername not in _NAMES:
        raise SettingsError(
            "DATABASE_URL is not a PostgreSQL URL. It reads postgresql://user:password@host:5432/database."
        )
    return parsed.set(drivername="postgresql+psycopg")


def with_options(url: URL, **settings: str) -> URL:
    """The URL with run-time settings for each of its sessions, added to those it has."""
    given = url.query.get("options", "")
    options = " ".join(
        [given if isinstance(given, str) else " ".join(given), *(f"-c {k}={v}" for k, v in settings.items())]
    )
    return url.update_query_dict({"options": options.strip()})


def libpq_url(url: URL) -> str:
    """The URL as libpq and psycopg read it, password included."""
    address, mark, query = url.set(drivername="postgresql").render_as_string(hide_password=False).partition("?")
    # SQLAlchemy writes a space as a plus there, libpq reads only %20 as one.
    return address + mark + query.replace("+", "%20")
