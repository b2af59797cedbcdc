"""The persona half of a card as plain words, the same for Slack, terminal and page."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from blocks.figures import Headline, headlines
from blocks.numbering import CLAIMS_SHOWN, Source, number_evidence, source_of
from blocks.text import line, sentence
from blocks.wording import age, confidence, count, full_date, mark
from persona.model import Claim, Facet, Method, Persona, Profile, Speaker
from persona.ports import Step

FACET_TITLES: Final[Mapping[Facet, str]] = {
    Facet.PAIN_POINTS: "Pain points",
    Facet.BUYING_MOTIVATIONS: "Motivations",
    Facet.LIKELY_OBJECTIONS: "Will object",
    Facet.COMMUNICATION_STYLE: "Communicates",
    Facet.DECISION_PATTERN: "Decides",
    Facet.ENGAGEMENT_PATTERN: "Engages",
    Facet.BUYING_BEHAVIOUR: "Buys",
    Facet.RECOMMENDED_APPROACH: "Do",
    Facet.AVOID: "Avoid",
}
BEFORE_YOU_CALL: Final = "Before you call"
_EXAMPLE: Final = re.compile(r", (?:for example|as when they wrote) “[^“”]*”")

# With 33 claims at their longest a Slack card stays under its 10,000 characters; a test builds that card.
_CLAIM = 200
_SUMMARY = 320
_NAME = 60
_SOURCE = 80
_MISSING = 140
_SENTENCE = 200
_MARKS_SHOWN = 4
_CHANGES = 400
_FOOT = 260
_RULES = "rules"  # WrittenBy.writer of the writer without a model


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim in words, the numbers of its evidence in order, and its confidence: level and why."""

    text: str
    numbers: tuple[int, ...]
    level: str
    why: str

    @property
    def marks(self) -> str:
        """The marks of its evidence: "❶ ❷", with "+2" for those beyond four."""
        shown = [mark(n) for n in self.numbers[:_MARKS_SHOWN]]
        more = len(self.numbers) - len(shown)
        return " ".join([*shown, f"+{more}"] if more else shown)

    @property
    def confidence(self) -> str:
        """The confidence as dots and a word: "●●○ medium"."""
        return confidence(self.level)


@dataclass(frozen=True, slots=True)
class Part:
    """One facet: its title, the claims shown, and how many more the evidence view has."""

    title: str
    statements: tuple[Statement, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The persona half: all a surface needs to show it, in reading order. `waiting` stands where no persona is yet."""

    title: str
    nickname: Statement | None
    about: str
    summary: Statement | None
    key_points: tuple[Statement, ...]
    headlines: tuple[Headline, ...]
    parts: tuple[Part, ...]
    missing: tuple[str, ...]
    waiting: str
    footer: tuple[str, ...]
    changes: str = ""


def persona_sheet(profile: Profile, *, now: datetime, pending: bool = False) -> Sheet:
    """The sheet of a profile at `now`; `pending` says that a persona is being written."""
    persona = profile.persona
    figures = headlines(profile.insights)
    if persona is None:
        return Sheet(title(profile), None, _about(profile), None, (), figures, (), (), _waiting(profile, pending), ())
    numbers = number_evidence(persona)
    return Sheet(
        title=title(profile),
        nickname=_statement(persona.name, numbers, _NAME),
        about=_about(profile),
        summary=_statement(persona.summary, numbers, _SUMMARY),
        key_points=tuple(state(claim, numbers) for claim in persona.key_points[:3]),
        headlines=figures,
        parts=tuple(_part(facet, persona, numbers) for facet in Facet if persona.facets.get(facet)),
        missing=_missing(persona),
        waiting="",
        footer=_footer(profile, persona, now=now),
        changes=_changes(persona),
    )


def superseded(shown: Profile, newest: Profile) -> str:
    """ "This is version 1; version 3 of 20 Nov 2026 is newer, and Refresh shows it."; of profiles with personas."""
    if shown.persona is None or newest.persona is None:
        return ""
    of = f"version {newest.persona.version} of {full_date(newest.persona.written_at)}"
    return f"This is version {shown.persona.version}; {of} is newer, and Refresh shows it."


def progress_line(step: Step, interactions: int) -> str:
    """ "Reading 214 interactions… (1 of 4)"."""
    done = {
        Step.READING: f"Reading {count(interactions, 'interaction')}",
        Step.COMPARING: "Comparing and choosing the evidence",
        Step.WRITING: f"Writing from {count(interactions, 'interaction')}",
        Step.CHECKING: "Checking every claim against its quote",
    }
    return f"{done[step]}… ({list(Step).index(step) + 1} of {len(Step)})"


def unread(persona: Persona | None) -> str:
    """What nobody could read of the history, in a line; empty when all was read."""
    return line(f"Not read: {persona.unread}", _FOOT) if persona and persona.unread else ""


def title(profile: Profile) -> str:
    """Who it is: "Jane Doe · VP Operations, Northwind Logistics"."""
    contact, role = profile.contact, profile.persona.role if profile.persona else None
    job = [role.title or contact.title, role.company or contact.company] if role else [contact.title, contact.company]
    said = ", ".join(line(text, 42) for text in job if text)
    name = line(contact.name, 60) or "Unnamed contact"
    return f"{name} · {said}" if said else name


def state(claim: Claim, numbers: Mapping[Source, int], limit: int = _CLAIM) -> Statement:
    """A claim in words, clipped, with the numbers of its evidence; a figure's example is behind its number only."""
    found = tuple(sorted({numbers[source_of(evidence)] for evidence in claim.evidence}))
    by = next((e.corrected_by for e in claim.evidence if e.speaker is Speaker.CORRECTION), None)
    text = _EXAMPLE.sub("", claim.text) if any(e.metric for e in claim.evidence) else claim.text
    said = f"{line(text, limit - 60)} (corrected by {line(by, 40)})" if by else line(text, limit)
    return Statement(said, found, claim.level, line(claim.why, _SENTENCE))


def _statement(claim: Claim | None, numbers: Mapping[Source, int], limit: int) -> Statement | None:
    return state(claim, numbers, limit) if claim else None


def _about(profile: Profile) -> str:
    contact, role = profile.contact, profile.persona.role if profile.persona else None
    size = (role.company_size if role else None) or contact.company_size
    facts = [count(size, "person") if size == 1 else f"{size:,} people"] if size else []
    if contact.industry:
        facts.append(line(contact.industry, 40))
    if role and role.source:
        facts.append(f"role {'confirmed' if role.confirmed else 'inferred'}: {line(role.source, _SOURCE)}")
    return " · ".join(facts)


def _part(facet: Facet, persona: Persona, numbers: Mapping[Source, int]) -> Part:
    claims = persona.facets[facet]
    shown = tuple(state(claim, numbers) for claim in claims[:CLAIMS_SHOWN])
    return Part(FACET_TITLES[facet], shown, len(claims) - len(shown))


def _missing(persona: Persona) -> tuple[str, ...]:
    """What the persona is silent about, one line for each reason: "Will object: nothing yet in 14 emails"."""
    facets: dict[str, list[str]] = defaultdict(list)
    for facet in Facet:
        if facet in persona.abstained and not persona.facets.get(facet):
            facets[line(persona.abstained[facet], _MISSING) or "nothing yet"].append(FACET_TITLES[facet])
    if set(map(len, facets.values())) == {len(Facet)}:
        return tuple(sentence(reason) for reason in facets)
    return tuple(f"{', '.join(titles)}: {reason}" for reason, titles in facets.items())


def _waiting(profile: Profile, pending: bool) -> str:
    metric = profile.insights.metrics.get("total_interactions")
    n = round(metric.value) if metric and isinstance(metric.value, float | int) else 0
    of = f"from {count(n, 'interaction')}" if n else "from the contact's fields, as there is no interaction yet"
    return f"Writing the persona {of}…" if pending else f"No persona is written yet. Refresh writes one {of}."


def _changes(persona: Persona) -> str:
    """ "What changed since version 3: + 2 objections; role changed: ..."; empty when nothing did."""
    if not (persona.changed_since and persona.changes):
        return ""
    changes = "; ".join(line(change, _SENTENCE) for change in persona.changes)
    return line(f"What changed since version {persona.changed_since}: {changes}", _CHANGES)


def _footer(profile: Profile, persona: Persona, *, now: datetime) -> tuple[str, ...]:
    fallback = sentence(persona.written_by.fallback)
    lines = [_written(profile, persona, now=now), profile.kept, _method(persona), unread(persona), fallback]
    return tuple(line(text, _FOOT) for text in lines if text)


def _written(profile: Profile, persona: Persona, *, now: datetime) -> str:
    by = persona.written_by
    model = by.model or (by.writer if by.writer != _RULES else None)
    read = count(persona.interactions_read, "interaction")
    of = f"{persona.evidence_used} of {read}" if persona.method is Method.RAG else "the contact's fields"
    facts = [
        f"Written by {line(model, 40)} from {of}" if model else f"Written by rules, without a model, from {of}",
        f"v{persona.version}, {age(persona.written_at, now=now)}"
        if persona.version
        else f"not stored, as of {full_date(profile.insights.as_of)}",
    ]
    if profile.confirmed_at:
        facts.append(f"looked through again on {full_date(profile.confirmed_at)}")
    if profile.newer_interactions:
        facts.append(_since(profile))
    if model:
        facts.append("AI can be wrong")
    return " · ".join(facts)


def _since(profile: Profile) -> str:
    """ "3 new since, 1 from the contact, 1 stage change"."""
    said = [f"{profile.newer_interactions:,} new since"]
    if profile.newer_from_contact:
        said.append(f"{profile.newer_from_contact:,} from the contact")
    if profile.newer_stage_changes:
        said.append(count(profile.newer_stage_changes, "stage change"))
    return ", ".join(said)


def _method(persona: Persona) -> str:
    name = "RAG" if persona.method is Method.RAG else "Basic"
    reason = line(persona.method_reason, _SENTENCE)
    said = f"Method: {name}, {reason}" if reason else f"Method: {name}"
    if persona.dropped:
        said = f"{said.rstrip('.')} · {count(persona.dropped, 'statement')} without a matching quote left out"
    return said
