"""What the evidence modal and the menus of its claims carry: ids of ours, written and read in one place."""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from persona.corrections import PLACES
from persona.model import CorrectionKind

EVIDENCE_ACTION: Final = "show_evidence"
MORE_ACTION: Final = "more"
CLAIM_ACTION: Final = re.compile(r"^claim:[0-9]{1,4}$")
PART_ACTION: Final = "evidence_part"
UNDO_ACTION: Final = re.compile(r"^undo:[0-9]{1,4}$")
FIX_FORM: Final = "fix_claim"
RIGHT_TEXT: Final = "right_text"
ALL: Final = "all"
"""The part of the evidence that is everything."""
_CLAIM = re.compile(r"([a-z_]{1,40}):([0-9a-f]{16}):([a-z-]{1,20})", re.ASCII)
_UNDO = re.compile(r"undo:([0-9]{1,18})", re.ASCII)
_MORE = re.compile(r"([a-z]{1,20}):([0-9]{1,18}):([0-9]{1,9})", re.ASCII)
_URL = re.compile(r"https?://[^\s]{1,1000}")


class More(StrEnum):
    """What the menu of a card offers."""

    HISTORY = "history"
    CORRECT = "correct"
    SIMILAR = "similar"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Opened:
    """What an evidence modal shows: which part of whose evidence, from which card.

    `card_url` is the response_url of the card it was opened from, where only the reader sees that; else empty.
    """

    contact_key: int
    version: int
    part: str = ALL
    card_url: str = ""


@dataclass(frozen=True, slots=True)
class ClaimChoice:
    """What somebody says of a claim. `digest` tells the claim by its text, whatever its number is by now."""

    place: str
    digest: str
    kind: CorrectionKind


def digest(claim_text: str) -> str:
    """Sixteen hex digits that tell a claim by its text."""
    return hashlib.sha256(claim_text.encode("utf-8", "replace")).hexdigest()[:16]


def write_opened(opened: Opened) -> str:
    """The metadata of an evidence modal."""
    return json.dumps([opened.contact_key, opened.version, opened.part, opened.card_url])


def parse_opened(metadata: str) -> Opened:
    """What `write_opened` wrote; raises ValueError on anything else."""
    try:
        key, version, part, url = json.loads(metadata)
    except (ValueError, TypeError) as error:
        raise ValueError("not an evidence modal of ours") from error
    whole = isinstance(key, int) and isinstance(version, int) and key >= 0 and version >= 0
    if not whole or part not in {ALL, *PLACES} or not (url == "" or (isinstance(url, str) and _URL.fullmatch(url))):
        raise ValueError("not an evidence modal of ours")
    return Opened(key, version, part, url)


def write_claim(choice: ClaimChoice) -> str:
    """The value of an option in a claim's menu."""
    return f"{choice.place}:{choice.digest}:{choice.kind.value}"


def parse_claim(value: str) -> ClaimChoice:
    """What `write_claim` wrote; raises ValueError on anything else."""
    found = _CLAIM.fullmatch(value)
    if found is None or found[1] not in PLACES:
        raise ValueError("not a claim of ours")
    return ClaimChoice(found[1], found[2], CorrectionKind(found[3]))


def write_fix(choice: ClaimChoice, opened: Opened) -> str:
    """The metadata of the form that takes a right text: which claim, and the evidence modal below."""
    return f"{write_claim(choice)}|{write_opened(opened)}"


def parse_fix(metadata: str) -> tuple[ClaimChoice, Opened]:
    """What `write_fix` wrote; raises ValueError on anything else."""
    claim, _, opened = metadata.partition("|")
    return parse_claim(claim), parse_opened(opened)


def write_undo(correction_key: int) -> str:
    """The value of the button that takes a correction back."""
    return f"undo:{correction_key}"


def parse_undo(value: str) -> int:
    """The correction's key; raises ValueError on anything `write_undo` didn't write."""
    found = _UNDO.fullmatch(value)
    if found is None:
        raise ValueError("not a button value of ours")
    return int(found[1])


def write_more(asked: str, contact_key: int, version: int) -> str:
    """The value of an option in a card's menu."""
    return f"{asked}:{contact_key}:{version}"


def parse_more(value: str) -> tuple[str, int, int]:
    """What is asked for, of whom, on which version; raises ValueError on anything `write_more` didn't write."""
    found = _MORE.fullmatch(value)
    if found is None:
        raise ValueError("not a menu of ours")
    return found[1], int(found[2]), int(found[3])
