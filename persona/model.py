"""The words of the field as frozen values: contact, interaction, deal, metric, evidence, claim, persona.

Every time is an aware UTC datetime. Every id named `*_id` of a contact, interaction or deal is the CRM's external id,
except `Contact.key`, the store's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from persona.ratings import UNRATED, Ratings


class Kind(StrEnum):
    """What sort of row of the timeline an interaction is."""

    EMAIL = "email"
    CALL = "call"
    MEETING = "meeting"
    TASK = "task"
    COMMENT = "comment"
    FILE = "file"


class Direction(StrEnum):
    """Who acted: the contact (inbound), we (outbound), or we among ourselves (internal: tasks, comments)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Speaker(StrEnum):
    """Whose words a piece of evidence is, strongest first."""

    CONTACT = "contact"
    CORRECTION = "correction"
    NOTE = "our_note"
    METRIC = "metric"


class EventType(StrEnum):
    """What happened to a tracked email."""

    DELIVERED = "delivered"
    OPEN = "open"
    CLICK = "click"
    REPLY = "reply"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"


class Outcome(StrEnum):
    """How a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


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
class Contact:
    """A person in the CRM. `key` is the store's own id."""

    key: int
    contact_id: str
    name: str
    email: str | None = None
    title: str | None = None
    company: str | None = None
    industry: str | None = None
    company_size: int | None = None
    owner_email: str | None = None
    time_zone: str | None = None
    do_not_profile: bool = False
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EmailEvent:
    """One tracking event of an email we sent. `machine` marks opens and clicks no human made."""

    type: EventType
    occurred_at: datetime
    url: str | None = None
    user_agent: str | None = None
    ip: str | None = None
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Interaction:
    """One row of the timeline.

    `body` is the text as received; `own_words` is what its author wrote, without quotes, forwards, signature and
    disclaimers (for an inbound email the contact's own words, for a call, meeting or comment our note; an imported
    outbound email has none, for nothing of it is quoted). `auto_reply` marks out-of-office answers and bounces: they
    are no reply and nobody's words.
    """

    interaction_id: str
    kind: Kind
    direction: Direction
    occurred_at: datetime
    subject: str = ""
    body: str = ""
    own_words: str = ""
    auto_reply: bool = False
    thread_id: str | None = None
    in_reply_to: str | None = None
    tracked: bool = False
    status: str | None = None
    duration_minutes: int | None = None
    initiated_by_contact: bool = False
    deal_id: str | None = None
    email_id: str | None = None
    file_opened_at: datetime | None = None
    events: tuple[EmailEvent, ...] = ()

    @property
    def by_contact(self) -> bool:
        """Whether the contact made this happen: their email, a call or meeting they began, a file they sent."""
        return self.direction is Direction.INBOUND and not self.auto_reply

    @property
    def speaker(self) -> Speaker | None:
        """Whose words `own_words` may be quoted as; None when they are no evidence (our mails, files, auto-replies)."""
        if self.kind is Kind.EMAIL:
            return Speaker.CONTACT if self.by_contact else None
        return None if self.kind is Kind.FILE else Speaker.NOTE


@dataclass(frozen=True, slots=True)
class StageChange:
    """A deal entered a stage."""

    stage: str
    position: int
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal with this contact. `stages` are in time order."""

    deal_id: str
    name: str
    outcome: Outcome
    created_at: datetime
    stage: str | None = None
    amount: float | None = None
    currency: str | None = None
    closed_at: datetime | None = None
    stages: tuple[StageChange, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Everything the CRM holds about one contact; interactions oldest first.

    `stage_medians` are the workspace's median days per stage name, `zone` the IANA zone hours are read in, and
    `zone_source` says whose it is: "contact" or "workspace".
    """

    contact: Contact
    interactions: tuple[Interaction, ...] = ()
    deals: tuple[Deal, ...] = ()
    stage_medians: Mapping[str, float] = field(default_factory=dict)
    zone: str = "UTC"
    zone_source: str = "workspace"


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with what it was computed from: n observations of the `min_n` needed, and a 90 % interval.

    `value` is None when `enough` is False; it is text for preferred_time and preferred_channel. `note` says in words
    what the figure leaves out or stands for ("hours in America/Chicago, the contact's").
    """

    name: str
    value: float | str | None
    unit: str
    n: int
    min_n: int
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def enough(self) -> bool:
        """Whether the figure may be shown."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class QualityPart:
    """One part of the data quality score: points got of points possible, and what would raise it."""

    name: str
    points: float
    possible: float
    advice: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The data quality score, 0-100, and its parts. `best_advice` is what would raise it most, with the score after."""

    score: float
    parts: tuple[QualityPart, ...]
    best_advice: str = ""
    score_after: float | None = None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What is usual: a middle value and range for one metric in one segment, with where it is from.

    `source_kind` is "workspace", "published" or "starting value". n is contacts (workspace) or None when not published.
    `quantiles` (0..100 %) are there for workspace benchmarks only.
    """

    metric: str
    segment: str
    value: float
    low: float | None
    high: float | None
    source: str
    source_kind: str
    year: int
    n: int | None = None
    quantiles: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A metric beside its benchmark and its percentile (0-100) among the workspace's own contacts."""

    metric: str
    benchmark: Benchmark | None
    percentile: float | None
    percentile_n: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """Interactions of one calendar month, "2026-03"."""

    month: str
    inbound: int
    outbound: int
    internal: int = 0


@dataclass(frozen=True, slots=True)
class Insights:
    """The behavioural half of a profile: all metrics by name, quality, comparisons, and counts by month and kind."""

    as_of: datetime
    metrics: Mapping[str, Metric]
    quality: Quality
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    months: tuple[Month, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    last_own_action: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class SimilarContact:
    """Another contact who behaves and writes alike. `shared` are the traits that contribute most, in plain words."""

    contact_id: str
    name: str
    company: str | None
    similarity: float
    shared: tuple[str, ...]
    won: int = 0
    lost: int = 0
    win_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Preceded:
    """What came in the 14 days before similar contacts' deals moved forward: in `times` of `moves`.

    `base_rate` is the share of all fortnights of those deals that hold it.
    """

    kind: Kind
    direction: Direction
    times: int
    moves: int
    base_rate: float


@dataclass(frozen=True, slots=True)
class Profile:
    """All a card shows about one contact: who, the behaviour, the persona when written, and who is alike.

    Since the persona was written there are `newer_interactions`; `newer_from_contact` of them the contact made, and
    `newer_stage_changes` of their deals; `settings_changed` says that the workspace has chosen another language or
    other prompts since. `ratings` are what people gave this version so far. At `confirmed_at` it was found to need no
    new version, at `failed_at` a model failed to write one; `kept` says why what was just written did not replace it.
    """

    contact: Contact
    insights: Insights
    persona: Persona | None = None
    similar: tuple[SimilarContact, ...] = ()
    preceded: Preceded | None = None
    newer_interactions: int = 0
    newer_from_contact: int = 0
    newer_stage_changes: int = 0
    settings_changed: bool = False
    ratings: Ratings = UNRATED
    confirmed_at: datetime | None = None
    failed_at: datetime | None = None
    kept: str = ""


class Fit(StrEnum):
    """How a contact fits what was asked for."""

    EXACT = "exact"
    """It is the name, the email address, or the name with the company."""
    WHOLE = "whole"
    """Every word of it stands in the name, the company or the address: "Doe", "Jane Northwind"."""
    NEAR = "near"
    """Every word of it is like one of theirs: misspelt or cut short."""
    PART = "part"
    """Something of it is nothing of theirs: another first name, another company, another address."""


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """A contact near what was asked for; `score` is how alike, 0-1."""

    contact: Contact
    score: float
    fit: Fit
    last_contact_at: datetime | None = None

    @property
    def exact(self) -> bool:
        """Whether nothing but this contact was asked for."""
        return self.fit is Fit.EXACT


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of evidence offered to a writer under a short reference ("E7"). `text` is the interaction's own."""

    ref: str
    interaction_id: str
    text: str
    occurred_at: datetime
    speaker: Speaker
    kind: Kind
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a writer gets: who, the figures, and the passages chosen for each facet (a passage may serve several).

    With a `question` it is that question's answer that is to be written.
    """

    contact: Contact
    role: Role
    insights: Insights
    deals: tuple[Deal, ...]
    passages: Mapping[Facet, tuple[Passage, ...]]
    now: datetime
    language: str = "en"
    question: str = ""

    @property
    def all_passages(self) -> tuple[Passage, ...]:
        """Each passage once, in order of reference."""
        unique = {p.ref: p for chosen in self.passages.values() for p in chosen}
        return tuple(sorted(unique.values(), key=lambda p: int(p.ref[1:])))


@dataclass(frozen=True, slots=True)
class Citation:
    """A writer's reason for a claim: a passage by reference with a verbatim quote of it, or a metric by name."""

    ref: str | None = None
    quote: str = ""
    metric: str | None = None


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim before it is checked."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer hands over; nothing of it is shown before the evidence check."""

    written_by: WrittenBy
    facets: Mapping[Facet, tuple[DraftClaim, ...]]
    name: DraftClaim | None = None
    summary: DraftClaim | None = None
    key_points: tuple[DraftClaim, ...] = ()
    abstained: Mapping[Facet, str] = field(default_factory=dict)
