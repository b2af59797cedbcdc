"""The use cases: find a contact, measure them, write their persona, answer with what is stored while it is fresh."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from persona.corrections import (
    SUMMARY,
    Correction,
    apply_corrections,
    find_claim,
    make_correction,
    without_other_people,
)
from persona.drafting import Drafting
from persona.errors import AmbiguousContactError, ClaimNotFoundError, ContactNotFoundError, DoNotProfileError
from persona.insights import build_insights
from persona.model import (
    Brief,
    Contact,
    ContactMatch,
    CorrectionKind,
    Facet,
    Fit,
    History,
    Insights,
    Method,
    Persona,
    Preceded,
    Profile,
    SimilarContact,
    WrittenBy,
)
from persona.ports import Attempt, Clock, Embedder, ModelWriter, Store, Vector, Writer
from persona.preferences import Budget
from persona.progress import what_preceded
from persona.resummarising import restore_summary
from persona.retrieval import count_withheld, fuse, select_passages
from persona.roles import infer_role
from persona.signatures import without_signatures
from persona.similarity import behaviour_vector, describe_neighbours, profile_vector
from persona.sought import prototypes, search_terms
from persona.unread import name_unread
from persona.versions import describe_changes

RAG_MIN_SCORE: Final = 30.0
RAG_MIN_INTERACTIONS: Final = 5
PASSAGES_PER_FACET: Final = 12
SIMILAR_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long a stored persona is served: until it is too old or too much has happened since.

    What the contact did themselves and steps of their deals matter; our own mails and notes only age the figures. A
    persona that rules wrote because the model failed is tried again after `retry_model_after`.
    """

    max_age: timedelta = timedelta(days=30)
    max_newer_that_matter: int = 2
    max_newer_interactions: int = 30
    retry_model_after: timedelta = timedelta(hours=1)


class Engine:
    """The use cases of one workspace. Stateless but for its collaborators; safe to share between tasks."""

    def __init__(
        self,
        *,
        store: Store,
        embedder: Embedder,
        rules: Writer,
        model: ModelWriter | None,
        clock: Clock,
        freshness: Freshness | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._store, self._embedder, self._rules, self._model, self._clock = store, embedder, rules, model, clock
        self._freshness = freshness or Freshness()
        self._drafting = Drafting(store=store, rules=rules, model=model, clock=clock, budget=budget or Budget())

    async def find(self, query: str) -> list[ContactMatch]:
        """Contacts near a name, email or "name company", best first."""
        return await self._store.find_contacts(query)

    async def resolve(self, query: str) -> Contact:
        """The one contact meant; raises AmbiguousContactError or ContactNotFoundError when it isn't one."""
        matches = await self.find(query)
        meant = those_meant(matches)
        if len(meant) == 1:
            return meant[0].contact
        if meant:
            raise AmbiguousContactError(query, [_named(match) for match in meant])
        raise ContactNotFoundError(query, nearest=[_named(match) for match in worth_naming(matches)])

    async def ask(
        self,
        contact_key: int,
        *,
        method: Method | None = None,
        writer: str | None = None,
        as_of: datetime | None = None,
        fresh: bool = False,
    ) -> Profile:
        """The stored profile while it is fresh and of the kind asked for, else a newly written one.

        With `as_of` nothing later is read, and nothing is stored as the newest version. Raises ContactNotFoundError
        and DoNotProfileError.
        """
        if not fresh and as_of is None:
            stored = await self.stored(contact_key, method=method)
            if stored and self.serves(stored, method=method, writer=writer):
                return stored
        return await self.write(contact_key, method=method, writer=writer, as_of=as_of)

    async def stored(self, contact_key: int, *, method: Method | None = None) -> Profile | None:
        """The newest stored profile, as corrected and with how much happened since; raises DoNotProfileError.

        Of each method the newest stands apart: without a `method` it is that of the method the contact's data allow,
        or of the other while that one was never written.
        """
        await self._allowed(contact_key)
        found = await self._store.newest_persona(contact_key, method=method)
        if found is None:
            return None
        usual = _method_for(found.profile.insights)
        if method is None and found.profile.persona and found.profile.persona.method is not usual:
            found = await self._store.newest_persona(contact_key, method=usual) or found
        return self._corrected(found.profile, await self._store.load_corrections(contact_key))

    async def corrections(self, contact_key: int) -> list[Correction]:
        """What people said of the contact's claims and did not take back, oldest first; raises DoNotProfileError."""
        await self._allowed(contact_key)
        return await self._store.load_corrections(contact_key)

    async def correct(
        self, contact_key: int, place: str, claim: int | str, *, kind: CorrectionKind, by: str, right_text: str = ""
    ) -> Profile:
        """Corrects a claim of the stored persona, by its number as shown or its text; returns what is shown now.

        Raises ClaimNotFoundError, CorrectionRefusedError and DoNotProfileError.
        """
        shown = await self.stored(contact_key)
        if shown is None or shown.persona is None:
            raise ClaimNotFoundError(place, ())
        wanted = find_claim(shown.persona, place, claim)
        correction = make_correction(place, wanted, kind=kind, by=by, at=self._clock(), right_text=right_text)
        await self._store.add_correction(contact_key, correction)
        return await self.stored(contact_key) or shown

    async def withdraw_correction(self, contact_key: int, key: int, *, by: str) -> Profile | None:
        """Takes a correction back, if it stood, and returns what is shown now; raises DoNotProfileError."""
        await self._allowed(contact_key)
        await self._store.withdraw_correction(contact_key, key, by=by, at=self._clock())
        return await self.stored(contact_key)

    async def history(self, contact_key: int) -> list[Profile]:
        """Every version, newest first, as it may be shown today; raises DoNotProfileError."""
        corrections = await self.corrections(contact_key)
        return [self._corrected(profile, corrections) for profile in await self._store.list_personas(contact_key)]

    def _corrected(self, profile: Profile, corrections: Sequence[Correction]) -> Profile:
        written = profile.persona
        if written is None:
            return profile
        shown = apply_corrections(written, corrections, now=self._clock())
        if all(correction.place != SUMMARY for correction in corrections):
            shown = restore_summary(shown, written, profile.contact)
        return replace(profile, persona=shown)

    def is_fresh(self, profile: Profile) -> bool:
        """Whether a stored profile may be served without writing it anew."""
        persona = profile.persona
        mattering = profile.newer_from_contact + profile.newer_stage_changes
        if persona is None or mattering > self._freshness.max_newer_that_matter:
            return False
        if profile.newer_interactions > self._freshness.max_newer_interactions:
            return False
        age = self._clock() - persona.written_at
        retry_due = bool(persona.written_by.fallback) and self._model is not None
        return age <= (self._freshness.retry_model_after if retry_due else self._freshness.max_age)

    def serves(self, stored: Profile, *, method: Method | None = None, writer: str | None = None) -> bool:
        """Whether a stored profile answers what is asked for: fresh, of the method and by the writer wanted."""
        persona = stored.persona
        if persona is None or not self.is_fresh(stored):
            return False
        wrote_rules = persona.written_by.writer == self._rules.name
        right_writer = writer is None or (writer == self._rules.name) == wrote_rules
        return right_writer and persona.method is (method or _method_for(stored.insights))

    async def measure(self, contact_key: int, *, as_of: datetime | None = None) -> Profile:
        """The metrics of a contact, without a persona; raises ContactNotFoundError and DoNotProfileError."""
        await self._allowed(contact_key)
        now = as_of or self._clock()
        history, insights = await self._read(contact_key, now, looking_back=as_of is not None)
        return Profile(contact=history.contact, insights=insights)

    async def remember_pattern(self, contact_key: int) -> None:
        """Measures a contact and stores the snapshot that percentiles, benchmarks and similarity are made from."""
        history, insights = await self._read(contact_key, self._clock())
        await self._pattern(history, insights, save=True)

    async def write(
        self,
        contact_key: int,
        *,
        method: Method | None = None,
        writer: str | None = None,
        as_of: datetime | None = None,
    ) -> Profile:
        """Writes, checks and (unless `as_of`) stores a persona; a failing model falls back to rules and says so.

        Raises ContactNotFoundError and DoNotProfileError.
        """
        await self._allowed(contact_key)
        now = as_of or self._clock()
        history, insights = await self._read(contact_key, now, looking_back=as_of is not None)
        corrections = [c for c in await self._store.load_corrections(contact_key) if c.at <= now]
        chosen, reason = choose_method(insights, asked=method)
        persona = (
            await self._write_rag(
                without_other_people(history, corrections), insights, reason=reason, writer=writer, now=now
            )
            if chosen is Method.RAG
            else await self._write_basic(history, reason=reason, now=now)
        )
        behaviour, vector = await self._pattern(history, insights, save=as_of is None)
        similar, preceded = await self._similar(history.contact, behaviour, vector, until=insights.as_of)
        profile = Profile(history.contact, insights, persona=persona, similar=similar, preceded=preceded)
        if as_of is None:
            compared = await self._compared(contact_key, persona, corrections)
            profile = await self._store.save_persona(contact_key, replace(profile, persona=compared))
        return self._corrected(profile, corrections)

    async def _compared(self, contact_key: int, persona: Persona, corrections: Sequence[Correction]) -> Persona:
        """The persona with what changed since the version of its method before it, as both are shown."""
        found = await self._store.newest_persona(contact_key, method=persona.method)
        before = found.profile.persona if found else None
        if before is None:
            return persona
        known = [c for c in corrections if c.at <= before.written_at]
        since = [c for c in corrections if c.at > before.written_at]
        was, is_now = (apply_corrections(p, c, now=self._clock()) for p, c in ((before, known), (persona, corrections)))
        return replace(persona, changed_since=before.version, changes=describe_changes(was, is_now, since))

    async def _allowed(self, contact_key: int) -> None:
        contact = await self._store.load_contact(contact_key)
        if contact.do_not_profile:
            raise DoNotProfileError(contact.name)

    async def _read(self, contact_key: int, now: datetime, *, looking_back: bool = False) -> tuple[History, Insights]:
        """History and insights at `now`. Our own contacts are measured as they are today: no yardstick for the past."""
        history = without_signatures(await self._store.load_history(contact_key, until=now))
        benchmarks = await self._store.load_benchmarks(history.contact)
        if looking_back:
            benchmarks = [benchmark for benchmark in benchmarks if benchmark.source_kind != "workspace"]
        return history, build_insights(history, now=now, benchmarks=benchmarks)

    async def _write_basic(self, history: History, *, reason: str, now: datetime) -> Persona:
        by = WrittenBy(writer=self._rules.name)
        await self._store.record_attempt(
            Attempt(history.contact.key, Method.BASIC, by, outcome="ok", started_at=self._clock())
        )
        return Persona(
            method=Method.BASIC,
            method_reason=reason,
            written_by=by,
            written_at=now,
            role=infer_role(history),
            facets={},
            abstained=dict.fromkeys(Facet, f"not looked for: {reason}"),
            interactions_read=len(history.interactions),
        )

    async def _write_rag(
        self, history: History, insights: Insights, *, reason: str, writer: str | None, now: datetime
    ) -> Persona:
        preferences = await self._store.load_preferences()
        brief = replace(await self._brief(history, insights, now), language=preferences.language)
        drafted = await self._drafting.draft(brief, history, preferences, writer=writer, now=now)
        checked = drafted.checked
        used = {e.interaction_id for claims in checked.facets.values() for c in claims for e in c.evidence}
        return Persona(
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
            withheld=await asyncio.to_thread(count_withheld, history),
            unread=name_unread(history),
        )

    async def _brief(self, history: History, insights: Insights, now: datetime) -> Brief:
        facet_prototypes = await prototypes(self._embedder)
        nearest = await self._store.nearest_passages(
            history.contact.key,
            facet_prototypes,
            model=self._embedder.name,
            until=now,
            per_facet=PASSAGES_PER_FACET,
        )
        matching = await self._store.matching_passages(
            history.contact.key, search_terms(), until=now, per_facet=PASSAGES_PER_FACET
        )
        found = fuse(nearest, matching)
        passages = await select_passages(history, found, facet_prototypes, self._embedder, now=now)
        return Brief(
            contact=history.contact,
            role=infer_role(history),
            insights=insights,
            deals=history.deals,
            passages=passages,
            now=now,
        )

    async def _pattern(self, history: History, insights: Insights, *, save: bool) -> tuple[Vector, Vector | None]:
        behaviour = behaviour_vector(insights.metrics)
        text = await self._store.mean_embedding(history.contact.key, model=self._embedder.name, until=insights.as_of)
        vector = profile_vector(behaviour, text)
        if save:
            await self._store.save_pattern(
                history.contact.key, insights, behaviour=behaviour, profile=vector, model=self._embedder.name
            )
        return behaviour, vector

    async def _similar(
        self, contact: Contact, behaviour: Vector, vector: Vector | None, *, until: datetime
    ) -> tuple[tuple[SimilarContact, ...], Preceded | None]:
        if vector is None:
            return (), None
        neighbours = await self._store.nearest_contacts(contact.key, vector, until=until, limit=SIMILAR_SHOWN)
        histories = [await self._store.load_history(one.contact.key, until=until) for one in neighbours.nearest]
        return describe_neighbours(neighbours, behaviour), what_preceded(histories, now=until)


def _named(match: ContactMatch) -> str:
    return f"{match.contact.name} ({match.contact.company or match.contact.email or 'no company'})"


def those_meant(matches: Sequence[ContactMatch]) -> tuple[ContactMatch, ...]:
    """Which of the contacts found, best first, can be the one meant: one is the answer, several are a choice.

    Those that are just what was asked for; else those that hold all its words; else a near miss such as "Jane Do", when
    it scores at least 0.75 and the runner-up is 0.1 behind.
    """
    for fit in (Fit.EXACT, Fit.WHOLE):
        if fitting := tuple(match for match in matches if match.fit is fit):
            return fitting
    if not matches or matches[0].fit is Fit.PART or matches[0].score < 0.75:
        return ()
    stands_out = len(matches) == 1 or matches[0].score - max(match.score for match in matches[1:]) >= 0.1
    return tuple(matches[:1]) if stands_out else ()


def worth_naming(matches: Sequence[ContactMatch]) -> tuple[ContactMatch, ...]:
    """Those of the contacts found, best first, that may have been meant: four at most, about as near as the best."""
    least = 0.7 * matches[0].score if matches else 0.0
    return tuple(match for match in matches if match.score >= least)[:4]


def choose_method(insights: Insights, *, asked: Method | None) -> tuple[Method, str]:
    """The method and why, in words: RAG from a data quality of 30 and 5 interactions, unless asked otherwise."""
    if asked is not None:
        return (
            asked,
            "you asked for Basic, which reads no correspondence" if asked is Method.BASIC else "you asked for it",
        )
    score, n = insights.quality.score, insights.metrics["total_interactions"].n
    if _method_for(insights) is Method.RAG:
        return Method.RAG, f"data quality {score:.0f}, {n} interactions"
    if n < RAG_MIN_INTERACTIONS:
        return Method.BASIC, f"only {n} interactions, {RAG_MIN_INTERACTIONS} are needed to read behaviour"
    return Method.BASIC, f"data quality is {score:.0f}, {RAG_MIN_SCORE:.0f} is needed to read behaviour"


def _method_for(insights: Insights) -> Method:
    enough = insights.metrics["total_interactions"].n >= RAG_MIN_INTERACTIONS
    return Method.RAG if enough and insights.quality.score >= RAG_MIN_SCORE else Method.BASIC
