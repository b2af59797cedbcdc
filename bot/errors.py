"""Errors as what a person reads. An unknown one gets a reference id that stands in the log, and nothing else."""

import secrets
import traceback
from pathlib import Path
from typing import Any, Final

import structlog

from blocks.card import Card
from blocks.notices import error_card
from persona.errors import (
    ChannelRefusedError,
    ContactNotFoundError,
    DatabaseBusyError,
    DatabaseReadOnlyError,
    DatabaseUnreachableError,
    DiskFullError,
    DoNotProfileError,
    NotForYouError,
    PersonaBotError,
    SetupError,
)

_log = structlog.get_logger(__name__)
_FRAMES_SHOWN: Final = 12
_SETUP: Final = (
    "Something in the set-up of Persona stops this. Nothing was lost; ask who runs it to look at this reference."
)
# What ends by itself, or by the hand of who runs it; the first that fits is said.
_OUTAGES: Final[tuple[tuple[type[SetupError], str], ...]] = (
    (
        DatabaseUnreachableError,
        "The database does not answer just now. Nothing was lost; please try again in a minute.",
    ),
    (
        DatabaseReadOnlyError,
        "The database takes no changes just now, so this could not be done. Nothing was lost; "
        "please try again in a few minutes.",
    ),
    (
        DiskFullError,
        "The database has no disk space left, so this could not be done. Nothing was lost; "
        "tell who runs Persona, and try again when there is room.",
    ),
)


def explain(error: BaseException) -> Card:
    """The card for an error: its own sentence when we know it, else one with a reference id that is logged."""
    if isinstance(error, ContactNotFoundError | DoNotProfileError | NotForYouError | ChannelRefusedError):
        return error_card(error.user_message, None)
    reference = secrets.token_hex(4)
    _log.error("failed", reference=reference, **described(error))
    return error_card(_said(error), reference)


def described(error: BaseException) -> dict[str, Any]:
    """What the log says of an error: its kind, what stops the set-up, where it came from."""
    return {"error": type(error).__name__, "reason": _reason(error), "frames": _frames(error)}


def _said(error: BaseException) -> str:
    """What a person in Slack can do: how the app is set up is for who runs it, who reads it in the log."""
    if isinstance(error, SetupError) and not isinstance(error, DatabaseBusyError):
        return next((said for kind, said in _OUTAGES if isinstance(error, kind)), _SETUP)
    return error.user_message if isinstance(error, PersonaBotError) else PersonaBotError.user_message


def _reason(error: BaseException) -> str | None:
    """What stops the set-up, in our own words, for who runs it."""
    return error.user_message if isinstance(error, SetupError) else None


def _frames(error: BaseException) -> list[str]:
    """Where an error nobody foresaw came from. Never its text, which may quote CRM text or a statement's values."""
    if isinstance(error, PersonaBotError):
        return []
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-_FRAMES_SHOWN:]]
