"""Who behaves and writes alike: a contact's own snapshot, and the contacts whose snapshots are nearest."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from persona.model import Contact, History, Insights, Preceded, SimilarContact
from persona.ports import Embedder, Store, Vector
from persona.progress import what_preceded
from persona.similarity import behaviour_vector, describe_neighbours, profile_vector

SIMILAR_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a contact behaves, and that together with what they write; `profile` is None when they wrote nothing."""

    behaviour: Vector
    profile: Vector | None


class Neighbourhood:
    """Similar contacts of one workspace."""

    def __init__(self, *, store: Store, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder

    async def snapshot(self, history: History, insights: Insights, *, save: bool) -> Snapshot:
        """The contact's snapshot as of `insights.as_of`; saved, it is what others are compared with."""
        behaviour, model = behaviour_vector(insights.metrics), self._embedder.name
        text = await self._store.mean_embedding(history.contact.key, model=model, until=insights.as_of)
        made = Snapshot(behaviour, profile_vector(behaviour, text))
        if save:
            await self._store.save_pattern(
                history.contact.key, insights, behaviour=behaviour, profile=made.profile, model=model
            )
        return made

    async def similar(
        self, contact: Contact, made: Snapshot, *, until: datetime
    ) -> tuple[tuple[SimilarContact, ...], Preceded | None]:
        """The contacts nearest, by what is known of them today, and what by `until` preceded progress with them."""
        if made.profile is None:
            return (), None
        near = await self._store.nearest_contacts(contact.key, made.profile, until=until, limit=SIMILAR_SHOWN)
        courses = await self._store.load_courses([one.contact.key for one in near.nearest], until=until)
        return describe_neighbours(near, made.behaviour), what_preceded(courses, now=until)
