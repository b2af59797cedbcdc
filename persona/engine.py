"""The use cases: find a contact, measure them, write their persona, answer with what is stored while it is fresh."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from persona.answers import Answer
from persona.conversation import Conversation, Known
from persona.corrections import (
    SUMMARY,
    Correction,
    apply_corrections,
    find_claim,
    make_correction,
    without_other_people,
)
from persona.drafting import Drafting
from persona.errors import ClaimNotFoundError, DoNotProfileError
from persona.finding import the_one_meant
from persona.freshness import Freshness
from persona.insights import build_insights
from persona.methods import choose_method, usual_method
from persona.model import Contact, ContactMatch, CorrectionKind, History, Insights, Method, Persona, Profile
from persona.model_answers import ModelAnswers
from persona.neighbourhood import Neighbourhood
from persona.ports import (
    Clock,
    Count,
    Embedder,
    ModelWriter,
    Step,
    Store,
    StoredProfile,
    Tell,
    Writer,
    count_nothing,
    tell_nobody,
)
from persona.preferences import Budget
from persona.resummarising import with_highlights
from persona.rewriting import SAME, evidence_hash, why_kept
from persona.signatures import without_signatures
from persona.variants import choose_variant
from persona.versions import describe_changes
from persona.writing import Read, Writing


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
        count: Count = count_nothing,
    ) -> None:
        self._store, self._rules, self._model, self._clock = store, rules, model, clock
        self._freshness, self._count = freshness or Freshness(), count
        self._drafting = drafting = Drafting(
            store=store, rules=rules, model=model, clock=clock, budget=budget or Budget()
        )
        self._writing = Writing(store=store, embedder=embedder, drafting=drafting, clock=clock, rules=rules.name)
        answers = ModelAnswers(store=store, model=model, drafting=drafting) if model else None
        self._conversation = Conversation(store=store, embedder=embedder, model=answers)
        self._neighbourhood = Neighbourhood(store=store, embedder=embedder)

    async def find(self, query: str) -> list[ContactMatch]:
        """Contacts near a name, email or "name company", best first."""
        return await self._store.find_contacts(query)

    async def resolve(self, query: str) -> Contact:
        """The one contact meant; raises AmbiguousContactError or ContactNotFoundError when it isn't one."""
        return the_one_meant(query, await self.find(query))

    async def contact(self, contact_key: int) -> Contact:
        """The contact; raises ContactNotFoundError, and DoNotProfileError for one not to be profiled."""
        contact = await self._store.load_contact(contact_key)
        if contact.do_not_profile:
            raise DoNotProfileError(contact.name)
        return contact

    async def ask(
        self,
        contact_key: int,
        *,
        method: Method | None = None,
        writer: str | None = None,
        as_of: datetime | None = None,
        fresh: bool = False,
        tell: Tell = tell_nobody,
    ) -> Profile:
        """The stored profile while it is fresh and of the kind asked for, else a newly written one.

        With `as_of` nothing later is read, and nothing is stored as the newest version. Raises ContactNotFoundError
        and DoNotProfileError.
        """
        if not fresh and as_of is None:
            stored = await self.stored(contact_key, method=method)
            if stored and self.serves(stored, method=method, writer=writer):
                self._count("stored")
                return stored
        return await self.write(contact_key, method=method, writer=writer, as_of=as_of, tell=tell)

    async def stored(self, contact_key: int, *, method: Method | None = None) -> Profile | None:
        """The newest stored profile, as corrected and with how much happened since; raises DoNotProfileError.

        Of each method the newest stands apart: without a `method` it is that of the method the contact's data allow,
        or of the other while that one was never written.
        """
        await self.contact(contact_key)
        found = await self._store.newest_persona(contact_key, method=method)
        if found is None:
            return None
        usual = usual_method(found.profile.insights)
        if method is None and found.profile.persona and found.profile.persona.method is not usual:
            found = await self._store.newest_persona(contact_key, method=usual) or found
        return await self._as_shown(contact_key, found)

    async def version(self, contact_key: int, number: int) -> Profile | None:
        """One stored version as it may be shown today, if there is one; raises DoNotProfileError."""
        await self.contact(contact_key)
        found = await self._store.newest_persona(contact_key, version=number)
        return await self._as_shown(contact_key, found) if found else None

    async def newer_than(self, contact_key: int, number: int) -> Profile | None:
        """The newest of a version's method when it is newer than that version; 0 being before the first of all."""
        before = await self.version(contact_key, number)
        newest = await self.stored(contact_key, method=before.persona.method if before and before.persona else None)
        return newest if newest and newest.persona and newest.persona.version > number else None

    async def _as_shown(self, contact_key: int, found: StoredProfile) -> Profile:
        """A stored profile, corrected, and whether the workspace's settings would have it written otherwise now."""
        profile = self._corrected(found.profile, await self._store.load_corrections(contact_key))
        persona = profile.persona
        if persona is None or persona.written_by.writer == self._rules.name:
            return profile
        now = await self._store.load_preferences()
        as_now = (now.language, choose_variant(now, profile.contact.contact_id))
        return replace(profile, settings_changed=(persona.language, persona.written_by.variant) != as_now)

    async def corrections(self, contact_key: int) -> list[Correction]:
        """What people said of the contact's claims and did not take back, oldest first; raises DoNotProfileError."""
        await self.contact(contact_key)
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
        await self.contact(contact_key)
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
            shown = with_highlights(shown, profile.contact)
        return replace(profile, persona=shown)

    def is_fresh(self, profile: Profile) -> bool:
        """Whether a stored profile may be served without writing it anew."""
        return self._freshness.allows(profile, now=self._clock(), has_model=self._model is not None)

    def serves(self, stored: Profile, *, method: Method | None = None, writer: str | None = None) -> bool:
        """Whether a stored profile answers what is asked for: fresh, of the method and by the writer wanted."""
        persona = stored.persona
        if persona is None or not self.is_fresh(stored):
            return False
        wrote_rules = persona.written_by.writer == self._rules.name
        right_writer = writer is None or (writer == self._rules.name) == wrote_rules
        return right_writer and persona.method is (method or usual_method(stored.insights))

    @property
    def has_model(self) -> bool:
        """Whether a model may write."""
        return self._model is not None

    async def keep_to_budget(self) -> None:
        """Raises ModelBudgetError when a model may not be asked any more today."""
        if self._model is not None:
            await self._drafting.keep_to_budget(await self._store.load_preferences())

    async def measure(self, contact_key: int, *, as_of: datetime | None = None) -> Profile:
        """The metrics of a contact, without a persona; raises ContactNotFoundError and DoNotProfileError."""
        await self.contact(contact_key)
        now = as_of or self._clock()
        history, insights = await self._read(contact_key, now, looking_back=as_of is not None)
        return Profile(contact=history.contact, insights=insights)

    async def reply(self, contact_key: int, question: str) -> Answer:
        """What is known in answer to a question about a contact; raises ContactNotFoundError and DoNotProfileError."""
        stored = await self.stored(contact_key)
        history, insights = await self._read(contact_key, self._clock())
        corrections = await self._store.load_corrections(contact_key)
        profile = stored or Profile(history.contact, insights)
        known = Known(profile, without_other_people(history, corrections), insights, corrections)
        return await self._conversation.answer(question, known)

    async def remember_pattern(self, contact_key: int) -> None:
        """Measures a contact and stores the snapshot that percentiles, benchmarks and similarity are made from."""
        history, insights = await self._read(contact_key, self._clock())
        await self._neighbourhood.snapshot(history, insights, save=True)

    async def write(
        self,
        contact_key: int,
        *,
        method: Method | None = None,
        writer: str | None = None,
        as_of: datetime | None = None,
        tell: Tell = tell_nobody,
    ) -> Profile:
        """Writes, checks and (unless `as_of`) stores a persona; a failing model falls back to rules and says so.

        Raises ContactNotFoundError and DoNotProfileError.
        """
        await self.contact(contact_key)
        now = as_of or self._clock()
        history, insights = await self._read(contact_key, now, looking_back=as_of is not None)
        tell(Step.READING, len(history.interactions))
        corrections = [c for c in await self._store.load_corrections(contact_key) if c.at <= now]
        chosen, reason = choose_method(insights, asked=method)
        if chosen is Method.RAG:
            read = Read(without_other_people(history, corrections), insights, now, tell)
            persona = await self._writing.rag(read, reason=reason, writer=writer)
        else:
            persona = await self._writing.basic(Read(history, insights, now), reason=reason)
        snapshot = await self._neighbourhood.snapshot(history, insights, save=as_of is None)
        similar, preceded = await self._neighbourhood.similar(history.contact, snapshot, until=insights.as_of)
        profile = Profile(history.contact, insights, persona, similar, preceded)
        if as_of is not None:
            return self._corrected(profile, corrections)
        self._count(persona.written_by.writer if persona.written_by.writer == self._rules.name else "model")
        written = replace(persona, evidence_hash=evidence_hash(history, corrections))
        return await self._settled(profile, written, corrections, now)

    async def _settled(
        self, profile: Profile, persona: Persona, corrections: Sequence[Correction], now: datetime
    ) -> Profile:
        """The profile stored with its persona as a version; or the version before it, when that stays."""
        contact_key = profile.contact.key
        found = await self._store.newest_persona(contact_key, method=persona.method)
        before = found.profile.persona if found else None
        kept = why_kept(before, persona, corrections, rules=self._rules.name)
        if found and before and kept:
            if kept == SAME:
                await self._store.confirm_persona(contact_key, before.version, at=now)
            else:
                await self._store.remember_failure(contact_key, before.version, at=now)
            found = await self._store.newest_persona(contact_key, version=before.version) or found
            return replace(await self._as_shown(contact_key, found), kept=kept)
        compared = self._compared(before, persona, corrections)
        return self._corrected(
            await self._store.save_persona(contact_key, replace(profile, persona=compared)), corrections
        )

    def _compared(self, before: Persona | None, persona: Persona, corrections: Sequence[Correction]) -> Persona:
        """The persona with what changed since the version of its method before it, as both are shown."""
        if before is None:
            return persona
        known = [c for c in corrections if c.at <= before.written_at]
        since = [c for c in corrections if c.at > before.written_at]
        was, is_now = (apply_corrections(p, c, now=self._clock()) for p, c in ((before, known), (persona, corrections)))
        return replace(persona, changed_since=before.version, changes=describe_changes(was, is_now, since))

    async def _read(self, contact_key: int, now: datetime, *, looking_back: bool = False) -> tuple[History, Insights]:
        """History and insights at `now`. Our own contacts are measured as they are today: no yardstick for the past."""
        history = without_signatures(await self._store.load_history(contact_key, until=now))
        benchmarks = await self._store.load_benchmarks(history.contact)
        if looking_back:
            benchmarks = [benchmark for benchmark in benchmarks if benchmark.source_kind != "workspace"]
        return history, build_insights(history, now=now, benchmarks=benchmarks)
