"""Answers a question with a language model from retrieved passages: every sentence goes through the evidence check."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from persona.answers import Said
from persona.drafting import Case, Drafting
from persona.errors import ModelError
from persona.grounding import check_draft
from persona.lexicon import language_of
from persona.model import Brief, Draft, Evidence, Facet, History, Insights, Passage, Speaker, WrittenBy
from persona.ports import ModelWriter, Store
from persona.roles import infer_role

VARIANT: Final = "answer"
"""What attempts to answer are recorded as."""
# The check wants a part of the persona; of this one a claim is neither advice nor a reproach.
_ANY: Final = Facet.BUYING_BEHAVIOUR


@dataclass(frozen=True, slots=True)
class Material:
    """What a question is answered from: quotes found for it, in the history they stand in, and the figures."""

    question: str
    quotes: Sequence[Evidence]
    history: History
    insights: Insights


class ModelAnswers:
    """Asks the model within the workspace's budget."""

    def __init__(self, *, store: Store, model: ModelWriter, drafting: Drafting) -> None:
        self._store, self._model, self._drafting = store, model, drafting
        self.name = model.name

    async def answer(self, material: Material) -> tuple[Said, ...]:
        """The sentences that hold, in the question's language; none when the model fails, may not be asked or abstains.

        What is answered without a model is then as good as it gets.
        """
        preferences = await self._store.load_preferences()
        language = language_of(material.question) or preferences.language
        brief = replace(_brief(material), language=language)
        case = Case(brief, material.history, preferences, material.insights.as_of)
        try:
            draft = await self._asked(case)
        except ModelError:
            return ()
        ordered = replace(draft, facets={_ANY: draft.key_points}, key_points=(), name=None, summary=None)
        checked = await asyncio.to_thread(check_draft, ordered, brief, material.history, now=case.now)
        return tuple(Said(claim.evidence, claim.text) for claim in checked.facets.get(_ANY, ()))

    async def _asked(self, case: Case) -> Draft:
        """One try, recorded whatever comes of it; raises ModelError."""
        started, outcome = self._drafting.began(), "error"
        by = WrittenBy(writer=self._model.name, model=self._model.name, variant=VARIANT)
        try:
            await self._drafting.keep_to_budget(case.preferences)
            draft = await self._model.write(case.brief, variant=VARIANT)
            by, outcome = draft.written_by, "ok"
        except ModelError as error:
            by, outcome = error.spent or by, error.outcome
            raise
        finally:
            await self._drafting.record(case, replace(by, latency_ms=self._drafting.since(started)), outcome, started)
        return draft


def _brief(material: Material) -> Brief:
    """The quotes as passages in order of time, without figures' and colleagues' sentences."""
    spoken = [e for e in material.quotes if e.interaction_id and e.kind and e.speaker is not Speaker.METRIC]
    in_time = sorted(dict.fromkeys(spoken), key=lambda e: e.occurred_at)
    passages = tuple(
        Passage(f"E{n}", str(e.interaction_id), e.quote, e.occurred_at, e.speaker, e.kind, e.subject)
        for n, e in enumerate(in_time, start=1)
        if e.kind
    )
    return Brief(
        contact=material.history.contact,
        role=infer_role(material.history),
        insights=material.insights,
        deals=material.history.deals,
        passages={_ANY: passages},
        now=material.insights.as_of,
        question=material.question,
    )
