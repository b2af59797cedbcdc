"""Title and company of a contact: from the CRM's record, or read from the signature of their own newest mail."""

import re
from datetime import datetime
from typing import Final

from persona.hygiene import unquoted
from persona.lexicon import fold
from persona.model import Contact, Direction, History, Interaction, Kind, Role

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TITLE: Final = re.compile(
    r"\b(?:manager|director|head of|vp|svp|evp|vice president|president|chief|officer|c[efotm]o|cio|ciso|lead|leader|"
    r"engineer|founder|owner|partner|superintendent|supervisor|coordinator|administrator|buyer|purchas\w+|procurement|"
    r"analyst|consultant|architect|controller|accountant|specialist|planner|secretary|principal|dean|librarian|nurse|"
    r"leiter\w*|geschäftsführer\w*|einkäufer\w*|referent\w*|sachbearbeiter\w*|vorstand\w*|bereichsleit\w*|prokurist\w*|"
    r"direct(?:eur|rice)|responsable|chef(?:fe)? d\w*|gérante?|acheteu\w+|président\w*|jef[ea] de|directora?|gerente|"
    r"encargad[oa]|coordinador\w*|responsabile|diret(?:tore|trice|tora?|ora?)|gestora?|inkoper|inkoopster)\b",
    re.IGNORECASE,
)
_CONTACT_LINE: Final = re.compile(
    r"@|www\.|https?:|\d{3}[\d\s()./-]{3,}|^\s*(?:tel|phone|mobile|cell|fax|o|m|t)\b[ .:]", re.I
)
_PARTS: Final = re.compile(r"\s*[|•·/]\s*|,\s+|\s+(?:at|bei|chez|en)\s+|\s+[–—-]\s+")
_MAX_LINE: Final = 90
_REACH: Final = 4


def infer_role(history: History) -> Role:
    """The CRM's title and company, confirmed; without a title, what the newest signature says, not confirmed.

    A signature counts only in mail the contact wrote, outside quoted and forwarded parts, below their own name.
    `source` is "CRM record", "from their signature of 3 Oct 2026" or "not known".
    """
    contact = history.contact
    if contact.title:
        return Role(contact.title, contact.company, contact.company_size, confirmed=True, source="CRM record")
    for interaction in reversed(history.interactions):
        signed = _signed(interaction, contact)
        if signed:
            title, company = signed
            source = f"from their signature of {_date(interaction.occurred_at)}"
            return Role(title, contact.company or company, contact.company_size, confirmed=False, source=source)
    source = "CRM record" if contact.company else "not known"
    return Role(None, contact.company, contact.company_size, confirmed=bool(contact.company), source=source)


def _signed(interaction: Interaction, contact: Contact) -> tuple[str, str | None] | None:
    """Title and company of an own mail's signature."""
    own_mail = interaction.kind is Kind.EMAIL and interaction.direction is Direction.INBOUND
    if not own_mail or interaction.auto_reply:
        return None
    lines = [line.strip() for line in unquoted(interaction.body).splitlines() if line.strip()]
    named = [n for n, line in enumerate(lines) if _is_name(line, contact.name)]
    return _title_below(lines[named[-1] : named[-1] + _REACH], contact) if named else None


def _title_below(lines: list[str], contact: Contact) -> tuple[str, str | None] | None:
    for n, line in enumerate(lines):
        parts = [p for p in _PARTS.split(line) if p and not _CONTACT_LINE.search(p)]
        titles = [p for p in parts if _TITLE.search(p) and not _holds_name(p, contact.name)]
        if titles and len(line) <= _MAX_LINE:
            after = parts[parts.index(titles[-1]) + 1 :]
            return ", ".join(titles), (after or _plain(lines[n + 1 : n + 2]) or [None])[0]
    return None


def _is_name(line: str, name: str) -> bool:
    """Whether a line is a signature's name: short, beginning with the contact's first or last name."""
    first = re.split(r"[\s|,]+", fold(line), maxsplit=1)[0]
    return len(line) <= _MAX_LINE and len(first) > 1 and first in fold(name).split()


def _holds_name(part: str, name: str) -> bool:
    return bool(set(fold(part).split()) & set(fold(name).split()))


def _plain(lines: list[str]) -> list[str | None]:
    return [line for line in lines if not _CONTACT_LINE.search(line) and len(line) <= _MAX_LINE]


def _date(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
