"""What the client of OpenAI's API raises, in our errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import openai
from pydantic import ValidationError

from persona.errors import (
    ModelAnswerError,
    ModelBusyError,
    ModelError,
    ModelKeyError,
    ModelRefusedError,
    ModelRejectedError,
    ModelTimeoutError,
    ModelUnreachableError,
)
from persona.ports import Clock
from persona.writers.backoff import asked_pause


def asked_by(error: openai.APIError, clock: Clock) -> float | None:
    """Seconds the server asks to wait."""
    return asked_pause(error.response.headers, now=clock()) if isinstance(error, openai.APIStatusError) else None


@contextmanager
def translated(clock: Clock) -> Iterator[None]:
    """Turns whatever the client or an unreadable answer raises into our ModelErrors."""
    try:
        yield
    except TimeoutError as error:
        raise ModelTimeoutError from error
    except openai.RateLimitError as error:
        raise ModelBusyError(retry_after_s=asked_by(error, clock)) from error
    except openai.OpenAIError as error:
        raise _model_error(error) from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise ModelAnswerError from error


def _model_error(error: openai.OpenAIError) -> ModelError:
    known: tuple[tuple[type[openai.OpenAIError], ModelError], ...] = (
        (openai.APITimeoutError, ModelTimeoutError()),
        (openai.APIConnectionError, ModelUnreachableError()),
        (openai.InternalServerError, ModelUnreachableError()),
        (openai.AuthenticationError, ModelKeyError()),
        (openai.PermissionDeniedError, ModelKeyError()),
        (openai.APIStatusError, ModelRejectedError()),
    )
    if isinstance(error, openai.APIError) and error.code in {"content_filter", "content_policy_violation"}:
        return ModelRefusedError()
    return next((ours for theirs, ours in known if isinstance(error, theirs)), ModelError())
