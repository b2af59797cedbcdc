"""What is shown and found of a contact: profile, similar contact, match."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from persona.model.claims import Persona
from persona.model.crm import Contact, Direction, Kind
from persona.model.insights import Insights
from persona.ratings import UNRATED, Ratings


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
