"""What a model is asked: the fenced, masked, bounded data of a brief."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, zip_longest
from typing import Any, Final

from persona.figures import metric_sentence
from persona.masking import mask
from persona.model import Brief, Kind, Passage, Speaker
from persona.offlimits import instructs_model, is_sensitive
from persona.sentences import split_sentences
from persona.templates import PersonaPrompts
from persona.writers.schema import answer_schema
from persona.writers.tokens import estimate_tokens

INPUT_TOKENS: Final = 1_950
"""Of the 2,000 a persona may take, what our estimate may come to: messages, schema and the frame around them."""
_MESSAGE_FRAME: Final = 20
_MOST_CHARACTERS_A_TOKEN: Final = 4
_SHRINK: Final = 0.98
_EXCERPT_FRAME: Final = 46
_SHORTEST_EXCERPT: Final = 120
_LEAST_KEPT: Final = 0.6
"""Of a cut excerpt, what a whole sentence may leave over before half of another is sent too."""
_LEFT_OUT: Final = frozenset(
    {"machine_opens", "data_quality", "response_time_answered_mean", "our_response_time_median"}
)
_MOST_FIGURES: Final = 8
_MOST_FIGURES_IN_A_REPAIR: Final = 3
LANGUAGES: Final = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "nl": "Dutch",
    "pt": "Portuguese",
    "pl": "Polish",
    "sv": "Swedish",
}
"""The languages a workspace may have its personas in."""


@dataclass(frozen=True, slots=True)
class PersonaRequest:
    """The two messages and the JSON schema of the answer. `excerpts` are the texts sent, by reference."""

    system: str
    user: str
    schema: Mapping[str, Any]
    excerpts: Mapping[str, str]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The two, as a chat completion takes them."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]

    @property
    def tokens(self) -> int:
        """The input tokens, estimated on the safe side, the schema's among them."""
        schema = json.dumps(self.schema, separators=(",", ":"))
        return _MESSAGE_FRAME + sum(map(estimate_tokens, (self.system, self.user, schema)))


def build_request(
    brief: Brief, prompts: PersonaPrompts, *, nonce: str, faults: Sequence[str] = (), max_tokens: int = INPUT_TOKENS
) -> PersonaRequest:
    """The request for a brief: an estimated `max_tokens` at most, excerpts shortened evenly to fit.

    Sensitive sentences and orders to a model don't leave; nor do email addresses, links, phone and account numbers.
    The data stands between fences named by `nonce`, which no writer of a mail can know. `faults` are our codes for what
    was wrong with an earlier answer.
    """
    offered = list(_in_turn(brief))
    bare = _request_of(brief, prompts, {}, nonce=nonce, faults=faults).tokens
    characters = (max_tokens - bare) * _MOST_CHARACTERS_A_TOKEN
    while True:
        request = _request_of(brief, prompts, _fit(offered, budget=characters), nonce=nonce, faults=faults)
        taken = request.tokens
        if taken <= max_tokens or not request.excerpts:
            return request
        characters = int(characters * min(_SHRINK, (max_tokens - bare) / (taken - bare)))


def _request_of(
    brief: Brief, prompts: PersonaPrompts, excerpts: dict[str, str], *, nonce: str, faults: Sequence[str]
) -> PersonaRequest:
    """The request that offers these excerpts."""
    figures = _figures(brief, most=_MOST_FIGURES_IN_A_REPAIR if faults else _MOST_FIGURES)
    shown = [_excerpt(p, excerpts[p.ref]) for p in brief.all_passages if p.ref in excerpts]
    asked = {"question": mask(brief.question)} if brief.question else {}
    data = _encode({**asked, "contact": _record(brief), "figures": figures, "excerpts": shown})
    user = prompts.user.fill(fence=f"crm-data-{nonce}", data=data, today=brief.now.date().isoformat())
    if faults:
        user = f"{user}\n{prompts.repair.fill(faults=', '.join(faults))}"
    system = prompts.system.fill(language=LANGUAGES.get(brief.language, brief.language))
    return PersonaRequest(system, user, answer_schema([*excerpts, *figures]), excerpts)


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


def _figures(brief: Brief, *, most: int) -> dict[str, str]:
    citable = [m for m in brief.insights.metrics.values() if m.enough and m.name not in _LEFT_OUT]
    return {m.name: metric_sentence(m) for m in citable[:most]}


def _excerpt(passage: Passage, text: str) -> dict[str, str]:
    """An excerpt as it is sent; what isn't said is the contact's own mail."""
    shown = {"id": passage.ref, "date": passage.occurred_at.date().isoformat()}
    if passage.speaker is not Speaker.CONTACT:
        shown["speaker"] = passage.speaker.value
    if passage.kind is not Kind.EMAIL:
        shown["kind"] = passage.kind.value
    return {**shown, "text": text}


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
    """The text, ended so that its JSON is no longer than the limit: after a sentence, else after a word."""
    size = len(_encode(text))
    if size <= limit:
        return text
    short = text[: max(0, limit * len(text) // size)]
    while len(_encode(short)) > limit:
        short = short[:-1]
    whole = [sentence.end for sentence in split_sentences(text) if sentence.end <= len(short)]
    if whole and whole[-1] >= len(short) * _LEAST_KEPT:
        return text[: whole[-1]]
    return short.rsplit(maxsplit=1)[0] if " " in short else short
