"""What a model is asked: the fenced, masked, bounded data of a brief, and the schema of the answer."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain, zip_longest
from typing import Any, Final

from persona.figures import metric_sentence
from persona.masking import mask
from persona.model import Brief, Facet, Passage
from persona.offlimits import instructs_model, is_sensitive
from persona.sentences import split_sentences
from persona.templates import PersonaPrompts

MAX_CHARACTERS: Final = 8_000
"""2,000 tokens by OpenAI's rule of thumb of four characters a token, system prompt included."""
_EXCERPT_FRAME: Final = 85
_SHORTEST_EXCERPT: Final = 120
_LEFT_OUT: Final = frozenset(
    {"machine_opens", "data_quality", "response_time_answered_mean", "our_response_time_median"}
)
_MAX_FIGURES: Final = 14
_CLAIMS_A_FACET: Final = 3
_LANGUAGES: Final = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


@dataclass(frozen=True, slots=True)
class PersonaRequest:
    """The two messages and the JSON schema of the answer. `excerpts` are the texts sent, by reference."""

    system: str
    user: str
    schema: Mapping[str, Any]
    excerpts: Mapping[str, str]


def build_request(brief: Brief, prompts: PersonaPrompts) -> PersonaRequest:
    """The request for a brief: at most 8,000 characters of messages, excerpts shortened evenly to fit.

    Sensitive sentences and orders to a model don't leave; nor do email addresses, links, phone and account numbers.
    """
    figures = _figures(brief)
    system = prompts.system.fill(language=_LANGUAGES.get(brief.language, brief.language))
    head = {"contact": _record(brief), "figures": figures}
    taken = len(system) + len(prompts.user.text) + len(_encode(head)) + _EXCERPT_FRAME
    excerpts = _fit(_in_turn(brief), budget=MAX_CHARACTERS - taken)
    shown = [_excerpt(p, excerpts[p.ref]) for p in brief.all_passages if p.ref in excerpts]
    data = _encode({**head, "excerpts": shown})
    fence = f"crm-data-{hashlib.sha256(data.encode()).hexdigest()[:12]}"
    user = prompts.user.fill(fence=fence, data=data, today=brief.now.date().isoformat())
    return PersonaRequest(system, user, answer_schema([str(e["id"]) for e in shown], list(figures)), excerpts)


def answer_schema(refs: list[str], metrics: list[str]) -> dict[str, Any]:
    """The strict JSON schema of an answer whose citations can only name these excerpts and figures."""
    citations: dict[str, Any] = {}
    if refs:
        quote = _object({"id": {"type": "string", "enum": refs}, "quote": {"type": "string"}})
        citations["quotes"] = {"type": "array", "items": quote}
    if metrics:
        citations["metrics"] = {"type": "array", "items": {"type": "string", "enum": metrics}}
    claim = {"$ref": "#/$defs/claim"}
    facets = {f.value: {"type": "array", "items": claim, "maxItems": _CLAIMS_A_FACET} for f in Facet}
    points = {"type": "array", "items": claim, "maxItems": _CLAIMS_A_FACET}
    schema = _object({**facets, "name": claim, "summary": claim, "key_points": points})
    return schema | {"$defs": {"claim": _object({"text": {"type": "string"}, **citations})}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _encode(data: object) -> str:
    """JSON in which nothing can look like the fence: "<" is escaped."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _record(brief: Brief) -> dict[str, str | int]:
    contact = brief.contact
    fields = {
        "name": contact.name,
        "title": brief.role.title,
        "company": brief.role.company,
        "industry": contact.industry,
        "employees": contact.company_size,
        "time_zone": contact.time_zone,
    }
    return {key: mask(value[:120]) if isinstance(value, str) else value for key, value in fields.items() if value}


def _figures(brief: Brief) -> dict[str, str]:
    citable = [m for m in brief.insights.metrics.values() if m.enough and m.name not in _LEFT_OUT]
    return {m.name: metric_sentence(m) for m in citable[:_MAX_FIGURES]}


def _excerpt(passage: Passage, text: str) -> dict[str, str]:
    return {
        "id": passage.ref,
        "date": passage.occurred_at.date().isoformat(),
        "speaker": passage.speaker.value,
        "kind": passage.kind.value,
        "text": text,
    }


def _in_turn(brief: Brief) -> Iterator[tuple[str, str]]:
    """References and sendable texts, the first of every facet before the second of any."""
    ranks = zip_longest(*brief.passages.values())
    for passage in dict.fromkeys(p for p in chain.from_iterable(ranks) if p is not None):
        text = mask(_sendable(passage.text))
        if text:
            yield passage.ref, text


def _sendable(text: str) -> str:
    """The sentences that may leave; nothing when one of them orders a model about."""
    if instructs_model(text):
        return ""
    if not is_sensitive(text):
        return text
    return " ".join(s.text for s in split_sentences(text) if not is_sensitive(s.text))


def _fit(offered: Iterable[tuple[str, str]], *, budget: int) -> dict[str, str]:
    """As many texts as keep 120 characters each, all cut to one length that fits the budget."""
    texts = list(offered)
    needed = accumulate(_EXCERPT_FRAME + min(_SHORTEST_EXCERPT, len(_encode(text))) for _, text in texts)
    texts = texts[: sum(total <= budget for total in needed)]
    room = budget - _EXCERPT_FRAME * len(texts)
    lengths = sorted(len(_encode(text)) for _, text in texts)
    cap = room
    for n, length in enumerate(lengths):
        cap = room // (len(lengths) - n)
        if length > cap:
            break
        room, cap = room - length, budget
    return {ref: _cut(text, cap) for ref, text in texts}


def _cut(text: str, limit: int) -> str:
    """The text, ended at a word so that its JSON is no longer than the limit."""
    size = len(_encode(text))
    if size <= limit:
        return text
    short = text[: max(0, limit * len(text) // size)]
    while len(_encode(short)) > limit:
        short = short[:-1]
    return short.rsplit(maxsplit=1)[0] if " " in short else short
