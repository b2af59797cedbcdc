"""What we read of a chat completion: the client itself checks nothing of an answer's shape."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from persona.errors import ModelAnswerError, ModelRefusedError, ModelTruncatedError

_CUT: Final = frozenset({"length", "max_tokens"})


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True)
    content: str | tuple[dict[str, Any] | str, ...] | None = None
    refusal: str | None = None

    @property
    def text(self) -> str:
        """The content as one text; some servers send it as a list of parts."""
        if isinstance(self.content, tuple):
            parts = (part.get("text") if isinstance(part, dict) else part for part in self.content)
            return "".join(part for part in parts if isinstance(part, str))
        return self.content or ""


class _Choice(BaseModel):
    model_config = ConfigDict(frozen=True)
    message: _Message
    finish_reason: str | None = None


class Usage(BaseModel):
    """The tokens a server says a call took."""

    model_config = ConfigDict(frozen=True)
    prompt_tokens: NonNegativeInt = 0
    completion_tokens: NonNegativeInt = 0


def _believable(given: object, read: ValidatorFunctionWrapHandler) -> Usage | None:
    """The usage, or None where it can't be one: nulls and negative counts cost no answer and no budget."""
    try:
        return Usage.model_validate(read(given)) if given else None
    except ValidationError:
        return None


class Completion(BaseModel):
    """A server's answer; raises pydantic.ValidationError when it isn't one."""

    model_config = ConfigDict(frozen=True)
    choices: tuple[_Choice, ...]
    usage: Annotated[Usage | None, WrapValidator(_believable)] = None

    @property
    def text(self) -> str:
        """The answer's text; raises ModelAnswerError when there is none, or it is cut or refused."""
        if not self.choices:
            raise ModelAnswerError(faults=("empty",))
        choice = self.choices[0]
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise ModelRefusedError
        if choice.finish_reason in _CUT:
            raise ModelTruncatedError
        return choice.message.text
