"""Writes one persona from a history: by fields alone, or from evidence that was chosen, drafted and checked."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from persona.drafting import Case, Drafting
from persona.model import Brief, Facet, History, Insights, Method, Persona, WrittenBy
from persona.ports import Attempt, Clock, Embedder, Step, Store, Tell, tell_nobody
from persona.resummarising import with_highlights
from persona.retrieval import count_withheld, fuse, select_passages
from persona.roles import infer_role
from persona.sought import prototypes, search_terms
from persona.unread import name_unread

PASSAGES_PER_FACET: Final = 12


@dataclass(frozen=True, slots=True)
class Read:
    """What a persona is written from: the history and its insights, both as known at `now`, and who hears of it."""

    history: History
    insights: Insights
    now: datetime
    tell: Tell = tell_nobody


class Writing:
    """Writes personas; nothing is stored but the attempts."""

    def __init__(self, *, store: Store, embedder: Embedder, drafting: Drafting, clock: Clock, rules: str) -> None:
        self._store, self._embedder, self._drafting, self._clock = store, embedder, drafting, clock
        self._rules = rules

    async def basic(self, read: Read, *, reason: str) -> Persona:
        """The persona of the contact's fields, in which every facet abstains."""
        by = WrittenBy(writer=self._rules)
        attempt = Attempt(read.history.contact.key, Method.BASIC, by, outcome="ok", started_at=self._clock())
        await self._store.record_attempt(attempt)
        return Persona(
            method=Method.BASIC,
            method_reason=reason,
            written_by=by,
            written_at=read.now,
            role=infer_role(read.history),
            facets={},
            abstained=dict.fromkeys(Facet, f"not looked for: {reason}"),
            interactions_read=len(read.history.interactions),
        )

    async def rag(self, read: Read, *, reason: str, writer: str | None) -> Persona:
        """The persona of what survived the evidence check."""
        history, now, count = read.history, read.now, len(read.history.interactions)
        read.tell(Step.COMPARING, count)
        preferences = await self._store.load_preferences()
        brief = replace(await self._brief(read), language=preferences.language)
        withheld = await asyncio.to_thread(count_withheld, history)
        read.tell(Step.WRITING, count)
        case = Case(brief, history, preferences, now, withheld, read.tell)
        drafted = await self._drafting.draft(case, writer=writer)
        checked = drafted.checked
        used = {e.interaction_id for claims in checked.facets.values() for c in claims for e in c.evidence}
        persona = Persona(
            method=Method.RAG,
            method_reason=reason,
            written_by=drafted.written_by,
            written_at=now,
            role=brief.role,
            facets=checked.facets,
            abstained=checked.abstained,
            name=checked.name,
            summary=checked.summary,
            key_points=checked.key_points,
            evidence_used=len(used - {None}),
            interactions_read=len(history.interactions),
            dropped=checked.dropped,
            withheld=withheld,
            unread=name_unread(history),
            language=preferences.language,
        )
        return with_highlights(persona, history.contact)

    async def _brief(self, read: Read) -> Brief:
        history, now = read.history, read.now
        facet_prototypes = await prototypes(self._embedder)
        key, wanted = history.contact.key, PASSAGES_PER_FACET
        nearest, matching = await asyncio.gather(
            self._store.nearest_passages(key, facet_prototypes, model=self._embedder.name, until=now, per_facet=wanted),
            self._store.matching_passages(key, search_terms(), until=now, per_facet=wanted),
        )
        found = fuse(nearest, matching)
        passages = await select_passages(history, found, facet_prototypes, self._embedder, now=now)
        return Brief(
            contact=history.contact,
            role=infer_role(history),
            insights=read.insights,
            deals=history.deals,
            passages=passages,
            now=now,
        )
