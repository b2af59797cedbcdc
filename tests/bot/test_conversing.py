"""The conversation as a rep has it in the Messages tab, over signed HTTP against Slack's limits."""

import pytest

from bot.wiring import Services
from persona.model import CorrectionKind, Facet
from tests.bot.conftest import work
from tests.bot.test_audience import choose
from tests.doubles.slack_events import agent_session_stopped, direct_message
from tests.doubles.slack_person import Person, Shown

PRICE = "What worries Jane about price?"


def answers(rep: Person) -> list[Shown]:
    """What the bot wrote in the Messages tab, oldest first."""
    room = rep.slack.web.direct_channel(rep.user_id)
    return [Shown(m, room.channel_id, ts) for ts, m in room.messages.items() if m.get("bot_id")]


async def ask(rep: Person, services: Services, text: str, *, thread_ts: str | None = None) -> str:
    """Asks and lets the worker work; all that is written in answer."""
    before = len(answers(rep))
    await rep.write_to_bot(text, thread_ts=thread_ts)
    await work(services)
    return "\n".join(f"{a.text}\n{a.says}" for a in answers(rep)[before:])


async def test_a_question_is_answered_in_its_thread_with_numbered_quotes_dates_and_who(
    rep: Person, services: Services
) -> None:
    said = await rep.write_to_bot(PRICE)
    await work(services)
    [answer] = answers(rep)
    assert (answer.content["thread_ts"], "streaming" in answer.content) == (said.ts, False)
    assert "“Marcus wants to know what year two costs if Pinehurst doubles” [1]" in answer.text
    assert "[1] Jane Doe, mail “Re: The paper”, 29 Oct 2026: “Marcus wants to know" in answer.says
    assert rep.slack.web.statuses == {}


@pytest.mark.parametrize(
    "question",
    [
        "Was stört Jane am Preis?",
        "Qu'est-ce qui inquiète Jane à propos du prix ?",
        "¿Qué le preocupa a Jane del precio?",
        "Cosa preoccupa Jane del prezzo?",
        "jane.doe@northwind.example: costs?",
        "what worries jane about price",
    ],
)
async def test_the_question_may_come_in_any_language_we_read(rep: Person, services: Services, question: str) -> None:
    assert "what year two costs if Pinehurst doubles" in await ask(rep, services, question)


async def test_a_thread_remembers_whom_it_is_about(rep: Person, services: Services) -> None:
    first = await rep.write_to_bot("Who is Katrin Vogel?")
    await work(services)
    told = await ask(rep, services, "When does she answer?", thread_ts=first.ts)
    assert ("**Katrin Vogel**" in told, "14:00-16:00" in told, "[1] Measured, " in told) == (True, True, True)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who else is like Jane?", "Most like Jane Doe: "),
        ("Draft a short follow-up to Jane in her style", "> Hello Jane,"),
        ("Wie schnell antwortet Jane?", "Answers an email in"),
        ("Does Jane like cats?", "Nothing on record with Jane Doe speaks of that (218 interactions)"),
        ("Is Jane Doe married?", "That is a private matter."),
        ("What is on her mind?", "Whom do you mean?"),
        ("help", "/persona Jane Doe"),
    ],
)
async def test_each_kind_of_question_has_its_answer(rep: Person, services: Services, question: str, told: str) -> None:
    assert told in await ask(rep, services, question)


async def test_a_letter_is_in_the_contacts_own_language_and_names_what_it_takes_up(
    rep: Person, services: Services
) -> None:
    told = await ask(rep, services, "Draft a follow-up to Katrin Vogel")
    assert ("> Hallo Katrin Vogel," in told, "schrieben Sie: „" in told, "[2] Measured" in told) == (True, True, True)


async def test_of_two_of_one_name_the_one_chosen_is_answered_about(rep: Person, services: Services) -> None:
    await ask(rep, services, "What worries Doe about price?")
    [choice] = answers(rep)
    assert choice.labels == ["Jane Doe, Northwind Logistics", "Jayne Doe, Corvid Supplies"]
    for _ in range(2):
        await rep.press("Jane Doe, Northwind Logistics", choice)
    await work(services)
    assert [a.text[:12] for a in answers(rep)[1:]] == ["**Jane Doe**"]


async def test_nobody_is_answered_about_whom_the_asker_may_not_see(rep: Person, services: Services) -> None:
    rep.slack.web.person("U1", email="nobody@sales.example")
    await choose(services, await services.default_workspace(), "owner")
    told = await ask(rep, services, PRICE)
    assert ("Whom do you mean?" in told, "Marcus" in told) == (True, False)


async def test_a_guest_is_told_why_there_is_no_answer(rep: Person, services: Services) -> None:
    rep.slack.web.person("U1", is_restricted=True)
    assert "Personas are for full members" in await ask(rep, services, PRICE)


async def test_who_is_not_to_be_profiled_is_not_spoken_of(rep: Person, services: Services) -> None:
    told = await ask(rep, services, "What worries Yolanda Pierce about price?")
    assert ("[1]" in told, "profile" in told) == (False, True)


async def test_an_event_delivered_again_is_answered_once(rep: Person, services: Services) -> None:
    room = rep.slack.web.direct_channel("U1")
    said = rep.say(PRICE, channel=room.channel_id)
    event = direct_message("U1", PRICE, room.channel_id, said.ts)
    for retry in range(3):
        await rep.slack.event(rep.app, event, event_id="Ev9", retry=retry)
    await work(services)
    assert [answer.text[:12] for answer in answers(rep)] == ["**Jane Doe**"]


@pytest.mark.parametrize(
    "changes",
    [
        {"subtype": "message_changed"},
        {"bot_id": "B9"},
        {"text": "  "},
        {"user": ""},
        {"text": "\ud83d"},
        {"thread_ts": "x"},
    ],
)
async def test_edits_and_bots_are_not_answered(rep: Person, services: Services, changes: dict[str, str]) -> None:
    room = rep.slack.web.direct_channel("U1")
    said = rep.say(PRICE, channel=room.channel_id)
    await rep.slack.event(rep.app, {**direct_message("U1", PRICE, room.channel_id, said.ts), **changes})
    await work(services)
    assert answers(rep) == []


async def test_stop_ends_an_answer_before_it_begins_and_the_next_question_is_answered(
    rep: Person, services: Services
) -> None:
    said = await rep.write_to_bot(PRICE)
    await rep.slack.event(rep.app, agent_session_stopped("U1", said.channel_id, said.ts, []))
    await work(services)
    assert answers(rep) == []
    assert "**Jane Doe**" in await ask(rep, services, "What worries Jane?", thread_ts=said.ts)


async def test_the_open_tab_suggests_questions_about_somebody_they_may_see(rep: Person) -> None:
    await rep.open_home("messages")
    [prompts] = rep.slack.web.prompts.values()
    names = {prompt["message"].removeprefix("What worries ") for prompt in prompts[:1]}
    assert (len(prompts), all(name.endswith("?") and len(name) > 4 for name in names)) == (4, True)


async def test_an_answers_button_opens_the_persona(rep: Person, services: Services) -> None:
    await ask(rep, services, PRICE)
    [answer] = answers(rep)
    await rep.press("Open the persona", answer)
    await work(services)
    assert any("Before you call" in shown.says for shown in rep.sees)


async def test_a_claim_a_colleague_found_wrong_is_told_no_more(rep: Person, services: Services) -> None:
    engine = services.engine(await services.default_workspace())
    key = (await engine.resolve("jane.doe@northwind.example")).key
    persona = (await engine.ask(key)).persona
    assert persona
    [claim] = [c for c in persona.facets[Facet.LIKELY_OBJECTIONS] if "Marcus" in c.text]
    await engine.correct(key, Facet.LIKELY_OBJECTIONS.value, claim.text, kind=CorrectionKind.WRONG, by="U2")
    assert "Marcus wants to know" not in await ask(rep, services, PRICE)


async def test_the_opening_of_another_tab_suggests_nothing(rep: Person) -> None:
    await rep.open_home("home")
    assert rep.slack.web.prompts == {}
