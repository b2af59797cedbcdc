"""Two writers that stand in for the model while a batch is made and when its answers come: neither calls anything."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import ValidationError

from persona.batches import PRICE_SHARE
from persona.errors import ModelAnswerError, ModelError, PersonaBotError
from persona.model import Brief, Draft, WrittenBy
from persona.ports import Repair
from persona.templates import load_persona_prompts
from persona.writers.completion import Completion
from persona.writers.reading import read_draft, with_usage


class SetAsideError(PersonaBotError):
    """Nothing is wrong: the model is to be asked in a batch. What it is to be asked, and a mark of what that is of."""

    def __init__(self, body: Mapping[str, Any], *, input_tokens: int, mark: str) -> None:
        self.body, self.input_tokens, self.mark = body, input_tokens, mark
        super().__init__("The model is asked in a batch.")


class AnswerOutdatedError(PersonaBotError):
    """A batch's answer is of other excerpts, prompts or settings than the contact has now."""


class LiveCallNeededError(PersonaBotError):
    """A batch's answer was not usable, so the model is to be asked once more, by itself."""


class Asking(Protocol):
    """What knows how a model is asked. `name` is the model's."""

    name: str

    def parameters(self, brief: Brief, *, variant: str) -> tuple[dict[str, Any], int]:
        """A call's parameters and its input tokens, estimated."""
        ...


class SettingAsideWriter:
    """A persona.ports.ModelWriter that writes nothing: what it would ask is raised as a SetAsideError."""

    def __init__(self, asking: Asking) -> None:
        self.name, self._asking = asking.name, asking

    async def write(self, brief: Brief, *, variant: str = "default", repair: Repair | None = None) -> Draft:  # noqa: ARG002
        """Raises SetAsideError."""
        body, tokens = self._asking.parameters(brief, variant=variant)
        raise SetAsideError(body, input_tokens=tokens, mark=mark_of(brief, variant))


class BatchedWriter:
    """A persona.ports.ModelWriter that reads the answer a batch had for one brief, in the words of which it was asked.

    Its quotes are looked for in the brief of now, so that must be the same: `mark` is what it was.
    """

    def __init__(self, answer: bytes, *, model: str, mark: str) -> None:
        self.name, self._answer, self._mark = model, answer, mark

    async def write(self, brief: Brief, *, variant: str = "default", repair: Repair | None = None) -> Draft:
        """See persona.ports.ModelWriter; raises AnswerOutdatedError, and LiveCallNeededError when asked to repair."""
        if repair is not None:
            raise LiveCallNeededError("The answer can't be used.")
        if mark_of(brief, variant) != self._mark:
            raise AnswerOutdatedError("The contact has changed.")
        by = written_by_batch(self.name, self._answer, variant)
        try:
            return read_draft(completion_of(self._answer), brief, by)
        except ModelError as error:
            error.spent = by
            raise


def completion_of(answer: bytes) -> Completion:
    """The completion; raises ModelAnswerError when it isn't one."""
    try:
        return Completion.model_validate_json(answer)
    except ValidationError as error:
        raise ModelAnswerError from error


def written_by_batch(model: str, answer: bytes, variant: str = "default") -> WrittenBy:
    """Who answered in a batch and what that took; nothing where it isn't said."""
    by = WrittenBy(writer=model, model=model, prompt_version=load_persona_prompts(variant).version, variant=variant)
    try:
        return with_usage(by, completion_of(answer), sent_tokens=0, price_share=PRICE_SHARE)
    except ModelAnswerError:
        return by


def mark_of(brief: Brief, variant: str) -> str:
    """A digest of what an answer's quotes and claims hang on: who, the excerpts, the language and the prompts."""
    contact = brief.contact
    who = (contact.contact_id, contact.name, contact.title, contact.company)
    excerpts = [(p.ref, p.interaction_id, p.text) for p in brief.all_passages]
    document = json.dumps([who, excerpts, brief.language, variant, load_persona_prompts(variant).version])
    return hashlib.blake2b(document.encode(), digest_size=16).hexdigest()
