"""Errors as what a person reads. An unknown one gets a reference id that stands in the log, and nothing else."""

import secrets

import structlog

from blocks.card import Card
from blocks.notices import error_card
from persona.errors import ContactNotFoundError, DoNotProfileError, PersonaBotError

_log = structlog.get_logger(__name__)


def explain(error: BaseException) -> Card:
    """The card for an error: its own sentence when we know it, else one with a reference id that is logged."""
    if isinstance(error, ContactNotFoundError | DoNotProfileError):
        return error_card(error.user_message, None)
    reference = secrets.token_hex(4)
    _log.error("failed", reference=reference, error=type(error).__name__, exc_info=_trace(error))
    message = error.user_message if isinstance(error, PersonaBotError) else PersonaBotError.user_message
    return error_card(message, reference)


def _trace(error: BaseException) -> BaseException | None:
    """The stack of an error nobody foresaw; a foreseen one needs none."""
    return None if isinstance(error, PersonaBotError) else error
