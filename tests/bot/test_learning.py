"""People correct claims of the sample's personas: what is shown at once, after a refresh, and after taking it back."""

from typing import Any

import httpx

from bot.wiring import Services
from persona.engine import Engine
from persona.model import CorrectionKind, Evidence, Facet, Method, Persona, Profile, Speaker
from tests.bot.conftest import work
from tests.bot.test_engine import JANE, ask, engine_of
from tests.doubles.slack_server import SlackDouble

PAIN = Facet.PAIN_POINTS


def written(profile: Profile | None) -> Persona:
    assert profile is not None
    assert profile.persona is not None
    return profile.persona


def texts(persona: Persona) -> list[str]:
    return [claim.text for claims in persona.facets.values() for claim in claims]


# A claim told between quotation marks has its own quotes in single ones.
INNER = str.maketrans("“”", "‘’")


async def corrected(services: Services, kind: CorrectionKind, **more: Any) -> tuple[Engine, int, str, Persona]:
    """The engine, Jane's key, the claim that was corrected, and what is shown now."""
    profile = await ask(services)
    engine = await engine_of(services)
    claim = written(profile).facets[PAIN][0]
    shown = await engine.correct(profile.contact.key, PAIN.value, 1, kind=kind, by="sam", **more)
    return engine, profile.contact.key, claim.text, written(shown)


async def test_a_wrong_claim_is_gone_at_once_and_after_a_refresh_which_says_so(services: Services) -> None:
    engine, jane, claim, shown = await corrected(services, CorrectionKind.WRONG)
    assert claim not in texts(shown)
    again = written(await ask(services, fresh=True))
    assert claim not in texts(again)
    assert again.changed_since == 1
    assert [c for c in again.changes if "sam" in c and claim[:60].translate(INNER) in c and "wrong" in c]
    [correction] = await engine.corrections(jane)
    assert claim in texts(written(await engine.withdraw_correction(jane, correction.key, by="ann")))


async def test_a_right_text_survives_a_refresh_as_corrected_by(services: Services) -> None:
    engine, jane, _, shown = await corrected(
        services, CorrectionKind.RIGHT_TEXT, right_text="Wants one contract for all sites"
    )
    again = written(await ask(services, fresh=True))
    [correction] = await engine.corrections(jane)
    evidence = Evidence("Wants one contract for all sites", correction.at, Speaker.CORRECTION, corrected_by="sam")
    assert [p.facets[PAIN][0].evidence for p in (shown, again)] == [(evidence,)] * 2


async def test_another_persons_words_are_never_read_again(services: Services) -> None:
    engine, jane, _, shown = await corrected(services, CorrectionKind.WRONG_PERSON)
    [correction] = await engine.corrections(jane)
    again = written(await ask(services, fresh=True))
    for persona in (shown, again):
        everything = [*persona.key_points, *(c for claims in persona.facets.values() for c in claims)]
        everything += [claim for claim in (persona.name, persona.summary) if claim]
        assert correction.interaction_ids & {e.interaction_id for c in everything for e in c.evidence} == set()


async def test_a_card_that_was_shown_from_memory_loses_the_claim_at_once(
    app: httpx.AsyncClient, slack: SlackDouble, services: Services
) -> None:
    await slack.command(app, JANE)
    await work(services)
    claim = written(await ask(services)).facets[PAIN][0].text
    before = await slack.command(app, JANE)
    await corrected(services, CorrectionKind.WRONG)
    after = await slack.command(app, JANE)
    assert [claim[:60] in str(answer.body["blocks"]) for answer in (before, after)] == [True, False]


async def test_asking_for_basic_once_leaves_the_stored_rag_persona_in_place(services: Services) -> None:
    first, basic, plain = await ask(services), await ask(services, method=Method.BASIC), await ask(services)
    assert [(written(p).version, written(p).method) for p in (first, basic, plain)] == [
        (1, Method.RAG),
        (2, Method.BASIC),
        (1, Method.RAG),
    ]
    assert written(await ask(services, method=Method.BASIC)).version == 2


async def test_the_history_holds_every_version_with_what_changed(services: Services) -> None:
    await ask(services)
    engine, jane, _, _ = await corrected(services, CorrectionKind.NOT_USEFUL)
    await ask(services, fresh=True)
    await ask(services, fresh=True)  # says the same: no version
    versions = await engine.history(jane)
    assert [(written(p).version, written(p).changed_since, bool(written(p).changes)) for p in versions] == [
        (2, 1, True),
        (1, 0, False),
    ]
