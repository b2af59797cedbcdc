"""What is said of a contact: evidence, claim, persona."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from persona.model.crm import Kind, Speaker


class Facet(StrEnum):
    """The parts of a persona that hold claims, in the order a card shows them."""

    PAIN_POINTS = "pain_points"
    BUYING_MOTIVATIONS = "buying_motivations"
    LIKELY_OBJECTIONS = "likely_objections"
    COMMUNICATION_STYLE = "communication_style"
    DECISION_PATTERN = "decision_pattern"
    ENGAGEMENT_PATTERN = "engagement_pattern"
    BUYING_BEHAVIOUR = "buying_behaviour"
    RECOMMENDED_APPROACH = "recommended_approach"
    AVOID = "avoid"


class Method(StrEnum):
    """How a persona is made: from retrieved evidence, or from the contact's fields alone."""

    RAG = "rag"
    BASIC = "basic"


class CorrectionKind(StrEnum):
    """What is the matter with a claim."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    WRONG_PERSON = "wrong-person"
    NOT_USEFUL = "not-useful"
    RIGHT_TEXT = "right-text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why we believe a claim: a verbatim quote from one interaction, a named metric, or a colleague's correction.

    A quote names its interaction; a metric names itself in `metric`, and `quote` is then the figure as a sentence; a
    correction names who made it in `corrected_by`, and `quote` is the text that person gave.
    """

    quote: str
    occurred_at: datetime
    speaker: Speaker
    interaction_id: str | None = None
    kind: Kind | None = None
    subject: str = ""
    metric: str | None = None
    thread_id: str | None = None
    corrected_by: str | None = None

    def __post_init__(self) -> None:
        if not self.quote.strip():
            raise ValueError("evidence without a quote")
        if [self.metric, self.interaction_id, self.corrected_by].count(None) != 2:
            raise ValueError("evidence is a quote of one interaction, a named metric or a correction")


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing we say about a contact. It can't be built without evidence. `confidence` is computed, 0-1.

    `against` are quotes that say otherwise and that nothing newer has settled, newest first.
    """

    text: str
    evidence: tuple[Evidence, ...]
    confidence: float
    why: str = ""
    against: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a claim says something")
        if not self.evidence:
            raise ValueError("a claim without evidence cannot be built")
        if not 0 <= self.confidence <= 1:
            raise ValueError("confidence is between 0 and 1")

    @property
    def level(self) -> str:
        """The confidence in a word: low, medium or high."""
        return "high" if self.confidence >= 0.66 else "medium" if self.confidence >= 0.33 else "low"


@dataclass(frozen=True, slots=True)
class Role:
    """Title and company, and whether the CRM says so (confirmed) or we read it (inferred), with where from."""

    title: str | None
    company: str | None
    company_size: int | None
    confirmed: bool
    source: str


@dataclass(frozen=True, slots=True)
class WrittenBy:
    """Who wrote a persona and what it took, tries that failed included.

    `variant` names the prompts, `prompt_version` is their hash. `fallback` says why it wasn't the first choice, and
    what to do.
    """

    writer: str
    model: str | None = None
    prompt_version: str | None = None
    variant: str = "default"
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0
    latency_ms: int = 0
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    """What we say of a contact: only claims that survived the evidence check.

    `facets` holds a tuple for each facet that has claims; `abstained` says of every other one what is missing.
    `key_points` are up to three claims a rep should know before calling. `name` and `summary` are None when there is
    nothing to base them on (Basic). `changes` say in words what is new since version `changed_since` (0: the first).
    `withheld` counts sentences on private matters that were kept out, `unread` names what nobody could read.
    `language` is the one the workspace had chosen, `evidence_hash` a digest of what it was written from.
    """

    method: Method
    method_reason: str
    written_by: WrittenBy
    written_at: datetime
    role: Role
    facets: Mapping[Facet, tuple[Claim, ...]]
    abstained: Mapping[Facet, str]
    name: Claim | None = None
    summary: Claim | None = None
    key_points: tuple[Claim, ...] = ()
    evidence_used: int = 0
    interactions_read: int = 0
    dropped: int = 0
    version: int = 0
    withheld: int = 0
    unread: str = ""
    changed_since: int = 0
    changes: tuple[str, ...] = ()
    language: str = "en"
    evidence_hash: str = ""
