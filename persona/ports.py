"""What the engine needs from outside, as protocols. storage/ and bot/wiring.py provide them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from persona.corrections import Correction
from persona.model import (
    Benchmark,
    Brief,
    Contact,
    ContactMatch,
    Draft,
    Facet,
    History,
    Insights,
    Method,
    Profile,
    WrittenBy,
)
from persona.preferences import Preferences, Spending
from persona.progress import Course

Vector = NDArray[np.float32]
Clock = Callable[[], datetime]
"""Now, as an aware UTC datetime."""


class Embedder(Protocol):
    """Turns texts into unit vectors. `name` is stored with each vector: vectors of two models are never compared."""

    name: str
    dimensions: int

    async def embed(self, texts: Sequence[str]) -> Vector:
        """One unit vector a text: float32, shape (len(texts), dimensions)."""
        ...


class Step(StrEnum):
    """What is being done for a persona, in this order."""

    READING = "reading"
    COMPARING = "comparing"
    WRITING = "writing"
    CHECKING = "checking"


class Tell(Protocol):
    """Is told of each step as it begins, with the number of interactions read. It returns at once."""

    def __call__(self, step: Step, interactions: int) -> None:
        """Hears that a step begins."""
        ...


def tell_nobody(step: Step, interactions: int) -> None:
    """For who doesn't watch."""


Count = Callable[[str], None]
"""Is told of each persona how it came: "stored", or written by "model" or "rules". It returns at once."""


def count_nothing(outcome: str) -> None:
    """For who doesn't count."""


class Writer(Protocol):
    """Writes a draft persona from a brief. `name` is "rules" or the model's name."""

    name: str

    async def write(self, brief: Brief) -> Draft:
        """The draft. The rules' never fails."""
        ...


@dataclass(frozen=True, slots=True)
class Repair:
    """A second try: what was wrong with the first, in codes of ours ("truncated"), and what it cost."""

    faults: tuple[str, ...]
    spent_usd: float


class ModelWriter(Protocol):
    """Writes a draft persona with a language model. `name` is the model's."""

    name: str

    async def write(self, brief: Brief, *, variant: str = "default", repair: Repair | None = None) -> Draft:
        """The draft, by the prompts of a variant; raises a ModelError, with what it cost, when nothing is usable."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at writing a persona, for persona_generation_history. `outcome` is "ok" or a ModelError's outcome.

    `withheld` counts the contact's sentences on private matters, which no writer was given.
    """

    contact_key: int
    method: Method
    written_by: WrittenBy
    outcome: str
    started_at: datetime
    withheld: int = 0


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """The newest stored persona of a contact, with who they are now and without similar contacts not to be shown."""

    profile: Profile
    persona_key: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another contact with a profile vector, for similarity: cosine, metrics snapshot and deal outcomes."""

    contact: Contact
    similarity: float
    behaviour: Vector
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The contacts nearest to one profile vector, and the workspace's base rate of won deals with its n."""

    nearest: tuple[Neighbour, ...]
    base_won: int
    base_closed: int


class Store(Protocol):
    """One workspace's memory. Each method is one short transaction; none is open across a network call."""

    async def find_contacts(self, query: str, *, limit: int = 9) -> list[ContactMatch]:
        """The contacts nearest to a name, email or "name company", best fitting first. Empty if none is near."""
        ...

    async def load_contact(self, contact_key: int) -> Contact:
        """The contact; raises ContactNotFoundError when this workspace has none of that key."""
        ...

    async def load_history(self, contact_key: int, *, until: datetime) -> History:
        """Everything known at `until`, later rows left out; raises ContactNotFoundError."""
        ...

    async def load_courses(self, contact_keys: Sequence[int], *, until: datetime) -> list[Course]:
        """How the deals of those of the contacts went who have any, as known at `until`."""
        ...

    async def load_benchmarks(self, contact: Contact) -> list[Benchmark]:
        """Benchmarks that can apply to this contact: the workspace's (its segment and "all") and seeded ones."""
        ...

    async def nearest_passages(
        self, contact_key: int, prototypes: Mapping[Facet, Vector], *, model: str, until: datetime, per_facet: int
    ) -> dict[Facet, list[tuple[str, float]]]:
        """Per facet the contact's (interaction_id, cosine) nearest to any row of the facet's prototypes, best first.

        Exact: the contact is filtered first and every vector of it is compared.
        """
        ...

    async def matching_passages(
        self, contact_key: int, terms: Mapping[Facet, Sequence[str]], *, until: datetime, per_facet: int
    ) -> dict[Facet, list[tuple[str, float]]]:
        """Per facet the contact's (interaction_id, rank) by full-text search for any of its terms, best first.

        Terms are unaccented lower-case words or phrases; each finds what begins with it.
        """
        ...

    async def mean_embedding(self, contact_key: int, *, model: str, until: datetime) -> Vector | None:
        """Mean of the contact's own words' vectors, or None when there are none."""
        ...

    async def nearest_contacts(self, contact_key: int, vector: Vector, *, until: datetime, limit: int) -> Neighbours:
        """Contacts by cosine to a profile vector, without the contact and without do_not_profile ones.

        Outcomes and base rate are of the deals closed by `until`; the others' behaviour is their newest snapshot's.
        """
        ...

    async def save_pattern(
        self, contact_key: int, insights: Insights, *, behaviour: Vector, profile: Vector | None, model: str
    ) -> None:
        """Replaces the contact's row in behavioral_patterns; `insights.as_of` is when the history was read."""
        ...

    async def newest_persona(
        self, contact_key: int, *, method: Method | None = None, version: int | None = None
    ) -> StoredProfile | None:
        """The newest version, of one method if named, or just that `version`; None when there is none.

        As it was written and with how much happened since.
        """
        ...

    async def list_personas(self, contact_key: int) -> list[Profile]:
        """Every version, newest first, as it was written, without similar contacts."""
        ...

    async def add_correction(self, contact_key: int, correction: Correction) -> None:
        """Stores a correction of a claim of a stored persona."""
        ...

    async def load_corrections(self, contact_key: int) -> list[Correction]:
        """The contact's corrections that were not withdrawn, oldest first."""
        ...

    async def withdraw_correction(self, contact_key: int, key: int, *, by: str, at: datetime) -> bool:
        """Takes a correction back; whether there was one that stood."""
        ...

    async def save_persona(self, contact_key: int, profile: Profile) -> Profile:
        """Stores a new version and returns the profile with its version number set."""
        ...

    async def confirm_persona(self, contact_key: int, version: int, *, at: datetime) -> None:
        """Remembers that at this time a version needed no newer one: what happened before is no news to it."""
        ...

    async def remember_failure(self, contact_key: int, version: int, *, at: datetime) -> None:
        """Remembers that at this time a model failed to write a newer version."""
        ...

    async def record_attempt(self, attempt: Attempt) -> None:
        """Adds a row to persona_generation_history."""
        ...

    async def load_preferences(self) -> Preferences:
        """What the workspace has chosen; raises SettingsError when it can't be used."""
        ...

    async def spent_since(self, since: datetime) -> Spending:
        """What the workspace's attempts that began at `since` or later took of models."""
        ...
