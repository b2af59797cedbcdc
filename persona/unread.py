"""What of a contact's history nobody could read: a persona says so instead of passing over it."""

from collections.abc import Callable
from typing import Final

from persona.model import History, Interaction, Kind

_LAST_LATIN: Final = 0x024F


def name_unread(history: History) -> str:
    """ "20 files (by name only), 3 emails without text and 2 in a script we don't read"; empty when all was read."""
    counted = [_counted(history, *what) for what in _UNREAD]
    named = [text for text in counted if text]
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else "".join(named)


def _counted(history: History, noun: str, rest: str, is_unread: Callable[[Interaction], bool]) -> str:
    n = sum(is_unread(interaction) for interaction in history.interactions)
    return f"{n} {noun}{'' if n == 1 else 's'} {rest}" if n else ""


def _is_file(interaction: Interaction) -> bool:
    return interaction.kind is Kind.FILE


def _is_empty_mail(interaction: Interaction) -> bool:
    return interaction.kind is Kind.EMAIL and interaction.by_contact and not interaction.body.strip()


def _is_foreign(interaction: Interaction) -> bool:
    """Whether most letters of the contact's words are of no Latin script: our cues and retrieval read none of it."""
    letters = [letter for letter in interaction.own_words if letter.isalpha()] if interaction.by_contact else []
    return interaction.kind is Kind.EMAIL and sum(ord(letter) > _LAST_LATIN for letter in letters) * 2 > len(letters)


_UNREAD: Final[tuple[tuple[str, str, Callable[[Interaction], bool]], ...]] = (
    ("file", "(by name only)", _is_file),
    ("email", "without text", _is_empty_mail),
    ("email", "in a script we don't read", _is_foreign),
)
