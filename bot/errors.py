"""Errors as what a person reads. An unknown one gets a reference id that stands in the log, and nothing else."""

import secrets
import traceback
from pathlib import Path
from typing import Final

import structlog

from blocks.card import Card
from blocks.notices import error_card
from persona.errors import ChannelRefusedError, ContactNotFoundError, DoNotProfileError, NotForYouError, PersonaBotError

_log = structlog.get_logger(__name__)
_FRAMES_SHOWN: Final = 12


def explain(error: BaseException) -> Card:
    """The card for an error: its own sentence when we know it, else one with a reference id that is logged."""
    if isinstance(error, ContactNotFoundError | DoNotProfileError | NotForYouError | ChannelRefusedError):
        return error_card(error.user_message, None)
    reference = secrets.token_hex(4)
    _log.error("failed", reference=reference, error=type(error).__name__, frames=_frames(error))
    message = error.user_message if isinstance(error, PersonaBotError) else PersonaBotError.user_message
    return error_card(message, reference)


def _frames(error: BaseException) -> list[str]:
    """Where an error nobody foresaw came from. Never its text, which may quote CRM text or a statement's values."""
    if isinstance(error, PersonaBotError):
        return []
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-_FRAMES_SHOWN:]]
