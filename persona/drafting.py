"""Gets a draft that holds: from the model, once more with what was wrong, else from the rules, each try recorded."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from persona.errors import ModelAnswerError, ModelBudgetError, ModelError, ModelRefusedError, ModelUngroundedError
from persona.grounding import CheckedDraft, check_draft
from persona.model import Brief, Draft, History, Method, WrittenBy
from persona.ports import Attempt, Clock, ModelWriter, Repair, Step, Store, Tell, Writer, tell_nobody
from persona.preferences import Budget, Preferences, day_of
from persona.variants import choose_variant
from persona.writers.rules.restating import restate

NO_MODEL: Final = "No language model is set up. An admin can set OPENAI_API_KEY for a fuller text."
_KEPT_AT_LEAST: Final = 1 / 3
_FAULTS_TOLD: Final = 6


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft, what of it survived the check, and who wrote it, with what all tries together took."""

    draft: Draft
    checked: CheckedDraft
    written_by: WrittenBy


@dataclass(frozen=True, slots=True)
class Case:
    """What a persona is written from: the history as known at `now`, of which `withheld` sentences may not be used."""

    brief: Brief
    history: History
    preferences: Preferences
    now: datetime
    withheld: int = 0
    tell: Tell = tell_nobody


class Drafting:
    """Picks the writer. A model that fails, may not be asked or isn't there is replaced by the rules, with a reason."""

    def __init__(self, *, store: Store, rules: Writer, model: ModelWriter | None, clock: Clock, budget: Budget) -> None:
        self._store, self._rules, self._model, self._clock = store, rules, model, clock
        self._budget = budget

    async def draft(self, case: Case, *, writer: str | None) -> Drafted:
        """The model's draft when there is one wanted, else the rules'."""
        if writer == self._rules.name:
            return await self._by_rules(case)
        if self._model is None:
            return await self._by_rules(case, fallback=NO_MODEL)
        tries = _Tries(self, self._model, case)
        try:
            return await tries.write()
        except ModelError as error:
            drafted = await self._by_rules(case, fallback=error.user_message)
            return replace(drafted, written_by=_sum(drafted.written_by, tries.taken))

    async def keep_to_budget(self, preferences: Preferences) -> None:
        """Raises ModelBudgetError when today's budget is spent. Calls under way may still go over it."""
        budget = self._budget.of(preferences)
        if not budget.limits:
            return
        begins, ends = day_of(self._clock(), preferences.time_zone)
        limit = budget.exceeded_by(await self._store.spent_since(begins))
        if limit:
            raise ModelBudgetError(limit, f"{ends:%d %B, %H:%M} ({ends.tzinfo})")

    async def record(self, case: Case, by: WrittenBy, outcome: str, started: datetime) -> None:
        """Adds the attempt to the history of attempts."""
        key = case.history.contact.key
        await self._store.record_attempt(Attempt(key, Method.RAG, by, outcome, started, withheld=case.withheld))

    def began(self) -> datetime:
        """Now, as the moment an attempt begins."""
        return self._clock()

    def since(self, started: datetime) -> int:
        """Milliseconds from a moment to now."""
        return round((self._clock() - started) / timedelta(milliseconds=1))

    async def _by_rules(self, case: Case, *, fallback: str = "") -> Drafted:
        started = self.began()
        draft = await self._rules.write(case.brief)
        checked = await asyncio.to_thread(check_draft, draft, case.brief, case.history, now=case.now)
        by = replace(draft.written_by, fallback=fallback, latency_ms=self.since(started))
        await self.record(case, by, "ok", started)
        return Drafted(draft, checked, by)


class _Tries:
    """One persona's tries with the model: at most two. `taken` is who tried and what each took."""

    def __init__(self, drafting: Drafting, model: ModelWriter, case: Case) -> None:
        self._drafting, self._model, self._case = drafting, model, case
        self._variant = choose_variant(case.preferences, case.brief.contact.contact_id)
        self.taken: list[WrittenBy] = []

    async def write(self) -> Drafted:
        """The first draft of which enough holds; raises the last try's ModelError.

        Only an unusable answer is asked for again: a server that failed has been tried again already.
        """
        try:
            return await self._once(None)
        except ModelRefusedError:
            raise
        except ModelAnswerError as error:
            repair = Repair(_faults(error), spent_usd=sum(by.cost_usd for by in self.taken))
            return await self._once(repair)

    async def _once(self, repair: Repair | None) -> Drafted:
        """One try, recorded whatever comes of it."""
        case, started = self._case, self._drafting.began()
        by = WrittenBy(writer=self._model.name, model=self._model.name, variant=self._variant)
        outcome = "error"
        try:
            await self._drafting.keep_to_budget(case.preferences)
            draft = await self._model.write(case.brief, variant=self._variant, repair=repair)
            by = draft.written_by
            case.tell(Step.CHECKING, len(case.history.interactions))
            checked = await asyncio.to_thread(
                check_draft, draft, case.brief, case.history, now=case.now, restate=restate
            )
            _require_enough(draft, checked)
            outcome = "ok"
        except ModelError as error:
            by, outcome = error.spent or by, error.outcome
            raise
        finally:
            by = replace(by, latency_ms=self._drafting.since(started))
            self.taken.append(by)
            await self._drafting.record(case, by, outcome, started)
        return Drafted(draft, checked, _sum(by, self.taken[:-1]))


def _require_enough(draft: Draft, checked: CheckedDraft) -> None:
    """Raises ModelUngroundedError with the check's codes when no facet or less than a third of all claims holds."""
    named = [claim for claim in (draft.name, draft.summary) if claim]
    offered = sum(map(len, draft.facets.values())) + len(named) + len(draft.key_points)
    if not checked.facets or offered - checked.dropped < offered * _KEPT_AT_LEAST:
        raise ModelUngroundedError(faults=tuple(reason.split(":")[-1] for reason in checked.reasons))


def _faults(error: ModelAnswerError) -> tuple[str, ...]:
    """What to tell the model: our codes, the most frequent first, never its words or the CRM's."""
    codes: Sequence[str] = error.faults or (error.outcome,)
    return tuple(sorted(dict.fromkeys(codes), key=lambda code: -codes.count(code)))[:_FAULTS_TOLD]


def _sum(by: WrittenBy, others: Sequence[WrittenBy]) -> WrittenBy:
    """The writer with what the other tries took added."""
    return replace(
        by,
        input_tokens=by.input_tokens + sum(one.input_tokens for one in others),
        output_tokens=by.output_tokens + sum(one.output_tokens for one in others),
        cost_usd=round(by.cost_usd + sum(one.cost_usd for one in others), 6),
        latency_ms=by.latency_ms + sum(one.latency_ms for one in others),
    )
