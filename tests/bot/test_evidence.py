"""Evidence, corrections, history and similar contacts, as a rep works with them."""

import asyncio
import json

import pytest

from blocks.quotes import proofs
from blocks.text import mrkdwn
from bot.wiring import Services
from persona.model import Profile
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_person import Person
from tests.doubles.slack_server import SlackDouble

JANE = "Jane Doe"


async def shown(rep: Person, services: Services) -> None:
    """Jane's written persona, in a private card."""
    await rep.command(JANE)
    await work(services)


async def evidence(rep: Person, services: Services) -> None:
    await shown(rep, services)
    await rep.press("Evidence")
    assert "Opening the evidence" in says(rep)
    await work(services)


def says(rep: Person) -> str:
    return rep.modal.says if rep.modal else ""


async def say(rep: Person, claim: str, option: str) -> None:
    """Chooses in the menu beside a claim."""
    assert rep.modal is not None
    label = next(label for label in rep.modal.labels if f": *{mrkdwn(claim)}*" in label)
    await rep.choose(label, option)


async def stored(services: Services) -> Profile:
    engine = services.engine(await services.default_workspace())
    profile = await engine.stored((await engine.resolve(JANE)).key)
    assert profile is not None
    return profile


async def persona(services: Services) -> dict[str, list[str]]:
    """The claims shown now, by place."""
    profile = await stored(services)
    assert profile.persona is not None
    return {facet.value: [c.text for c in claims] for facet, claims in profile.persona.facets.items()}


async def test_evidence_opens_at_once_and_shows_each_claim_with_its_quotes(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    told = says(rep)
    found = proofs(await stored(services))
    assert [proof.text for proof in found if f"*{mrkdwn(proof.claim.text)}*" not in told] == []
    assert [quote.text for proof in found for quote in proof.quotes if quote.text not in told] == []
    assert ("Evidence · Jane Doe" in told, "pieces of evidence" in told, "mail" in told) == (True, True, True)


async def test_a_part_of_the_evidence_is_shown_alone(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    await rep.choose("Part", "Pain points")
    await work(services)
    found = await persona(services)
    told = says(rep)
    assert [claim for claim in found["pain_points"] if f"*{mrkdwn(claim)}*" not in told] == []
    others = [claim for claim in found["avoid"] if claim not in found["pain_points"]]
    assert [claim for claim in others if f"Avoid: *{mrkdwn(claim)}*" in told] == []


@pytest.mark.parametrize(
    ("label", "told"),
    [("Wrong", "marked as wrong"), ("Outdated", "marked as outdated"), ("About another person", "another person's"),
     ("Not useful", "marked as not useful")],
)  # fmt: skip
async def test_a_corrected_claim_is_gone_from_modal_card_and_persona_at_once(
    rep: Person, services: Services, label: str, told: str
) -> None:
    await evidence(rep, services)
    claim = (await persona(services))["pain_points"][0]
    await say(rep, claim, label)
    await work(services)
    assert (told in says(rep), "Undo" in says(rep)) == (True, True)
    assert claim not in (await persona(services)).get("pain_points", [])
    assert f"*{mrkdwn(claim)}*" not in says(rep)
    await rep.close()
    assert claim not in rep.sees[-1].says


async def test_a_correction_is_undone_where_it_was_made(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    before = await persona(services)
    await say(rep, before["pain_points"][0], "Wrong")
    await work(services)
    await rep.press("Undo")
    await work(services)
    assert "taken back" in says(rep)
    assert (await persona(services))["pain_points"] == before["pain_points"]


async def test_a_right_text_takes_the_claims_place_with_who_said_so(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    claim = (await persona(services))["pain_points"][0]
    await say(rep, claim, "Fix…")
    await rep.fill("What is right", "Loses two days a month to re-keyed orders")
    await rep.submit()
    await work(services)
    assert "put right" in says(rep)
    found = (await persona(services))["pain_points"]
    assert (found[0], claim in found) == ("Loses two days a month to re-keyed orders", False)
    assert "Corrected by u1" in says(rep)
    await rep.close()
    assert "re-keyed orders" in rep.sees[-1].says


async def test_a_text_that_can_not_be_shown_is_refused_under_its_field(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    before = await persona(services)
    await say(rep, before["pain_points"][0], "Fix…")
    await rep.fill("What is right", "See https://evil.example <!channel>")
    await rep.submit()
    assert "without links" in rep.errors["right_text"]
    assert await persona(services) == before


async def test_a_correction_chosen_twice_counts_once_and_can_still_be_undone(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    claim = (await persona(services))["pain_points"][0]
    for _ in range(2):
        await say(rep, claim, "Wrong")
    await work(services)
    told = says(rep)
    assert (await corrected(services), "marked as wrong" in told, "no longer there" in told) == ([claim], True, False)
    await rep.press("Undo")
    await work(services)
    assert await corrected(services) == []


async def test_what_two_say_of_one_claim_counts_once(rep: Person, services: Services, slack: SlackDouble) -> None:
    other = Person(slack, rep.app, "U2")
    for person in (rep, other):
        await evidence(person, services)
    claim = (await persona(services))["pain_points"][0]
    for person in (rep, other):
        await say(person, claim, "Wrong")
    await work(services)
    told = [says(person) for person in (rep, other)]
    assert (await corrected(services), ["no longer there" in said for said in told]) == ([claim], [False, True])


async def test_the_right_text_sent_twice_counts_once_and_is_no_fault(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    claim = (await persona(services))["pain_points"][0]
    await say(rep, claim, "Fix…")
    await rep.fill("What is right", "Carriers are booked by phone.")
    await asyncio.gather(rep.submit(), rep.submit())
    await work(services)
    assert (rep.errors, await corrected(services)) == ({}, [claim])


async def corrected(services: Services) -> list[str]:
    """The claims that corrections stand of."""
    engine = services.engine(await services.default_workspace())
    return [c.claim_text for c in await engine.corrections((await engine.resolve(JANE)).key)]


async def test_a_shared_card_follows_a_correction(rep: Person, services: Services, slack: SlackDouble) -> None:
    await shown(rep, services)
    await rep.press("Share…")
    await rep.submit()
    await work(services)
    await rep.close()
    room = rep.room()
    [ts] = [ts for ts, m in room.messages.items() if m.get("user") == "UBOT"]
    profile = await stored(services)
    assert profile.persona is not None
    point = profile.persona.key_points[0].text
    assert point in json.dumps(room.messages[ts], ensure_ascii=False)
    await evidence(rep, services)
    await say(rep, point, "Wrong")
    await work(services)
    assert point not in json.dumps(room.messages[ts], ensure_ascii=False)


async def test_the_menu_opens_the_evidence_to_correct(rep: Person, services: Services) -> None:
    await shown(rep, services)
    await rep.pick("Correct…")
    await work(services)
    assert "The menu beside a claim puts it right" in says(rep)


async def test_history_says_what_changed_and_shows_a_version(rep: Person, services: Services) -> None:
    await evidence(rep, services)
    await say(rep, (await persona(services))["pain_points"][0], "Wrong")
    await work(services)
    await rep.close()
    engine = services.engine(await services.default_workspace())
    await engine.write((await engine.resolve(JANE)).key)
    await rep.pick("History")
    await work(services)
    told = says(rep)
    assert ("Version 2" in told, "Version 1" in told, "Corrections that stand" in told) == (True, True, True)
    await rep.press("Undo")
    await work(services)
    assert "taken back" in says(rep)
    await rep.close()
    await rep.pick("History")
    await work(services)
    await rep.press("Show")
    await work(services)
    assert "Before you call" in says(rep)


async def test_similar_contacts_open_from_the_menu(rep: Person, services: Services) -> None:
    await shown(rep, services)
    await rep.pick("Similar contacts")
    await work(services)
    assert "Similar to Jane Doe" in says(rep)
    await rep.press("Open")
    await work(services)
    assert ("Before you call" in says(rep), "Jane Doe ·" in says(rep)) == (True, False)


async def test_who_may_not_see_the_contact_any_more_is_told_so(
    rep: Person, services: Services, slack: SlackDouble
) -> None:
    await shown(rep, services)
    await choose(services, await services.default_workspace(), "owner")
    services.audience.forget(await services.default_workspace(), "U1")
    await rep.press("Evidence")
    await work(services)
    assert ("not yours to see" in says(rep), "“" in says(rep)) == (True, False)


async def test_the_right_text_can_be_given_however_many_modals_led_there(rep: Person, services: Services) -> None:
    await shown(rep, services)
    await rep.shortcut("find_persona")
    [jane, *_] = await rep.suggest("Type a name", "Jane Doe")
    await rep.choose("Type a name", jane)
    for press in (rep.pick("History"), rep.press("Show"), rep.press("Evidence"), rep.pick("Fix…")):
        await work(services)
        await press
    assert rep.modal is not None
    assert "Your text takes the claim's place" in rep.modal.says
