"""Reads a completion, whichever way it came: the draft it holds, and what it took."""

from collections.abc import Iterator
from dataclasses import replace

from persona.errors import ModelLanguageError
from persona.languages import is_written_in
from persona.model import Brief, Draft, WrittenBy
from persona.writers.answer import draft_of
from persona.writers.completion import Completion, Usage
from persona.writers.prices import cost_usd
from persona.writers.tokens import estimate_tokens


def read_draft(completion: Completion, brief: Brief, by: WrittenBy) -> Draft:
    """The draft of an answer; raises a ModelAnswerError when nothing of it is usable, or it is in another language."""
    draft = draft_of(completion.text, brief, by)
    if not is_written_in(brief.language, _texts(draft)):
        raise ModelLanguageError
    return draft


def with_usage(by: WrittenBy, completion: Completion, *, sent_tokens: int, price_share: float = 1.0) -> WrittenBy:
    """Who wrote, with what it took: what the server says, or our estimate when it says nothing.

    A batch takes a share of the price.
    """
    written = "".join(choice.message.text for choice in completion.choices)
    usage = completion.usage or Usage(prompt_tokens=sent_tokens, completion_tokens=estimate_tokens(written))
    tokens_in, tokens_out = usage.prompt_tokens, usage.completion_tokens
    usd = cost_usd(by.model or "", input_tokens=tokens_in, output_tokens=tokens_out) * price_share
    return replace(by, input_tokens=tokens_in, output_tokens=tokens_out, cost_usd=round(usd, 6))


def _texts(draft: Draft) -> Iterator[str]:
    """What a draft says in its own words."""
    yield from (claim.text for claims in draft.facets.values() for claim in claims)
    yield from (claim.text for claim in (draft.name, draft.summary) if claim)
