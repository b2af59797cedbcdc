"""Links to a contact's record in the CRM, by the workspace's pattern: written on cards, recognised in messages."""

import re
from typing import Final
from urllib.parse import quote, unquote

_ID: Final = "{id}"
_HOST: Final = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?/", re.IGNORECASE)
_LONGEST: Final = 500
_AFTER: Final = r"/?(?:[?#].*)?"


def check_pattern(pattern: str) -> str:
    """The pattern itself; raises ValueError in words unless it is a web address with one {id} after the host."""
    host = _HOST.match(pattern)
    if len(pattern) > _LONGEST or host is None or pattern.count(_ID) != 1 or any(c.isspace() for c in pattern):
        raise ValueError(
            "it is a web address with {id} where the contact's id stands: https://crm.example/contacts/{id}"
        )
    return pattern


def record_link(pattern: str | None, contact_id: str) -> str | None:
    """The address of a contact's record, the id percent-encoded; None without a pattern."""
    return pattern.replace(_ID, quote(contact_id, safe="")) if pattern else None


def contact_id_in(url: str, pattern: str | None) -> str | None:
    """The contact's id that a link of the pattern holds; whatever follows as a query or fragment doesn't matter."""
    if not pattern:
        return None
    before, after = pattern.split(_ID)
    found = re.fullmatch(rf"(?i:{re.escape(before)})([^/?#&\s]{{1,300}}){re.escape(after)}{_AFTER}", url)
    return unquote(found[1]) if found else None
