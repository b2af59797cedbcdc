"""What a database server offers, for the doctor."""

from dataclasses import dataclass
from typing import Final

import psycopg

from storage.failures import translated
from storage.urls import CONNECT_TIMEOUT_S, libpq_url, normalised

_NEEDED: Final = ("vector", "pg_trgm", "unaccent")


@dataclass(frozen=True, slots=True)
class Checkup:
    """The server's version and which extensions we need and this database lacks."""

    version: str
    missing_extensions: tuple[str, ...]


def check_up(url: str) -> Checkup:
    """Looks at a database; raises DatabaseUnreachableError or SettingsError."""
    with translated(), psycopg.connect(libpq_url(normalised(url)), connect_timeout=CONNECT_TIMEOUT_S) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        rows = connection.execute("SELECT extname FROM pg_extension").fetchall()
    installed = {row[0] for row in rows}
    return Checkup(str(version[0]) if version else "?", tuple(name for name in _NEEDED if name not in installed))
