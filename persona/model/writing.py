"""What goes to a writer and comes back: passage, brief, draft."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from persona.model.claims import Facet, Role, WrittenBy
from persona.model.crm import Contact, Deal, Kind, Speaker
from persona.model.insights import Insights


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
