"""What a CRM sends goes in as an import would take it: signed, once, in any order, item by item."""

import json
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import Table, select

from bot.importing import SAMPLE_SOURCE, import_with_progress
from bot.web import MAX_BODY
from bot.webhooks import TAKE_IN
from bot.wiring import Services
from persona.errors import DoNotProfileError
from storage.database import Database
from storage.sources import list_sources, rotate_source
from storage.tables import (
    behavioral_patterns,
    contacts,
    crm_inbox,
    crm_waiting,
    deal_stage_changes,
    deals,
    email_events,
    interaction_embeddings,
    interactions,
)
from tests.bot.conftest import settings
from tests.bot.crm_sender import SECRET, Sender, allow, contact, deletion, email, merge, of_contact, sample_items
from tests.doubles.slack_server import SlackDouble
from tests.storage.rows import new_workspace

JANE = "jane.doe@northwind.example"


@pytest.fixture
async def services(sample_url: str, slack: SlackDouble) -> AsyncIterator[Services]:
    known = settings(slack, persona_secret_key=SecretStr(Fernet.generate_key().decode()), webhooks_per_minute=50)
    made = Services(known, await Database.open(sample_url))
    async with made.queue.open_async():
        await allow(made, await made.default_workspace())
        yield made
    await made.close()


@pytest.fixture
def sender(app: httpx.AsyncClient) -> Sender:
    return Sender(app)


async def rows(services: Services, workspace_id: int, table: Table, *names: str) -> list[tuple[Any, ...]]:
    """These columns of a table's rows of the test's source, in order."""
    asked = select(*(table.c[name] for name in names)).where(table.c.workspace_id == workspace_id)
    if "source" in table.c:
        asked = asked.where(table.c.source == "hubspot")
    async with services.database.workspace(workspace_id) as connection:
        return sorted(tuple(row) for row in (await connection.execute(asked)).all())


OWN = {"id", "source", "changed_at", "deal_id", "interaction_id", "contact_id", "workspace_id"}
BELONGS = (
    (contacts, None, ""),
    (interactions, contacts, "contact_id"),
    (deals, contacts, "contact_id"),
    (email_events, interactions, "interaction_id"),
    (deal_stage_changes, deals, "deal_id"),
)


async def stored(services: Services, source: str) -> dict[str, list[str]]:
    """Every row of a source but its keys and when it was stored, each with the external id of what it belongs to."""
    found = {}
    async with services.database.workspace(await services.default_workspace()) as connection:
        for table, parent, link in BELONGS:
            columns = [column for column in table.c if column.name not in OWN]
            asked = select(*columns).where(table.c.source == source) if parent is None else None
            if parent is not None:
                joined = table.join(parent, table.c[link] == parent.c.id)
                asked = select(*columns, parent.c.external_id).select_from(joined).where(parent.c.source == source)
            assert asked is not None
            found[table.name] = sorted(map(repr, (await connection.execute(asked)).all()))
    return found


async def send_all(sender: Sender, items: Sequence[Any]) -> set[int]:
    return {(await sender.send(items[at : at + 1000])).status_code for at in range(0, len(items), 1000)}


async def test_items_go_in_as_the_rows_of_a_folder_do(services: Services, sender: Sender) -> None:
    items = [item for of_kind in sample_items().values() for item in of_kind]
    answered = await send_all(sender, items)
    await merge(services)
    assert answered == {202}
    assert await stored(services, "hubspot") == await stored(services, SAMPLE_SOURCE)


async def test_whatever_order_deliveries_come_in_the_rows_are_the_same(services: Services, sender: Sender) -> None:
    items = [item for of_kind in sample_items().values() for item in of_kind]
    random.Random(5).shuffle(items)
    children_first = sorted(items, key=lambda item: item["kind"] == "contact")
    await send_all(sender, children_first)
    await merge(services)
    assert await stored(services, "hubspot") == await stored(services, SAMPLE_SOURCE)
    assert await rows(services, await services.default_workspace(), crm_waiting, "kind") == []


async def test_new_mail_is_counted_embedded_and_measured_with_its_rows(services: Services, sender: Sender) -> None:
    workspace_id = await services.default_workspace()
    await sender.send([contact("C1"), *(email(f"E{n}", "C1") for n in range(3))])
    await merge(services)
    ((key, counted, changed_at),) = await rows(
        services, workspace_id, contacts, "id", "interaction_count", "changed_at"
    )
    snapshots = (
        await rows(services, workspace_id, behavioral_patterns, "contact_id", "insights", "measured_at") if 0 else []
    )
    async with services.database.workspace(workspace_id) as connection:
        of_it = behavioral_patterns.c.contact_id == key
        snapshots = (await connection.execute(select(behavioral_patterns).where(of_it))).all()
        vectors = (
            await connection.execute(select(interaction_embeddings).where(interaction_embeddings.c.contact_id == key))
        ).all()
    assert (counted, len(vectors), len(snapshots)) == (3, 3, 1)
    assert snapshots[0].insights["metrics"]["total_interactions"]["value"] == 3
    assert snapshots[0].measured_at >= changed_at


async def test_an_item_is_answered_by_its_place_field_and_reason_and_the_good_ones_go_in(
    services: Services, sender: Sender
) -> None:
    items = [
        contact("C1"),
        contact("", company_size="many"),
        {"kind": "meeting"},
        "no object",
        email("E1", "C1", sent_at="yesterday", body=["a", "b"]),
        {"kind": "contact", "action": "forget", "external_id": "C1"},
        contact("C2", name="half \ud800 a letter"),
        contact("C3", nested={"a": 1}),
        contact("x" * 256),
    ]
    answer = await sender.send(items, delivery="d1")
    await merge(services)
    kinds = "contact, deal, deal_stage, comment, activity, email, file, email_event"
    flaws = [
        (1, "external_id", "is missing"),
        (1, "company_size", "is not a number from 0 to 999999999"),
        (2, "kind", f"is not one of {kinds}"),
        (3, "", "is not an object"),
        (4, "body", "is not text, a number, true, false or null"),
        (4, "sent_at", "is not an ISO 8601 time of the years 1 to 9999"),
        (5, "action", "is not one of upsert, delete"),
        (6, "name", "holds a NUL or half a character"),
        (7, "nested", "is not text, a number, true, false or null"),
        (8, "external_id", "is longer than 255 characters"),
    ]
    assert answer.status_code == 202
    assert answer.json() == {
        "delivery": "d1",
        "accepted": 1,
        "rejected": [{"index": index, "field": name, "reason": reason} for index, name, reason in flaws],
        "status": "accepted",
    }
    assert await rows(services, await services.default_workspace(), contacts, "external_id") == [("C1",)]


async def test_a_delivery_without_a_good_item_is_not_kept_and_may_come_again(sender: Sender) -> None:
    first = await sender.send([{"kind": "contact"}], delivery="d1")
    second = await sender.send([contact("C1")], delivery="d1")
    assert (first.status_code, first.json()["accepted"], second.status_code) == (422, 0, 202)


async def test_a_delivery_that_comes_again_changes_nothing_and_is_told_how_it_stands(
    services: Services, sender: Sender
) -> None:
    body = json.dumps({"items": [contact("C1"), email("E1", "C9")]}).encode()
    headers = sender.headers(body, delivery="d1")
    first = await sender.app.post(sender.path, content=body, headers=headers)
    again = await sender.send([contact("C1", name="Another Name")], delivery="d1")
    await merge(services)
    captured = await sender.app.post(sender.path, content=body, headers={**headers, "X-Persona-Delivery": "d2"})
    await merge(services)
    told = {"delivery": "d1", "accepted": 2, "rejected": []}
    assert (first.status_code, first.json()) == (202, {**told, "status": "accepted"})
    assert (again.status_code, again.json()) == (200, {**told, "status": "accepted", "waiting": 0})
    assert (captured.status_code, captured.json()) == (200, {**told, "status": "merged", "waiting": 1})
    workspace_id = await services.default_workspace()
    assert await rows(services, workspace_id, contacts, "name") == [("Mona Lind",)]
    assert await rows(services, workspace_id, crm_inbox, "delivery", "items") == [("d1", None)]


@pytest.mark.parametrize(
    "change",
    [
        {"X-Persona-Signature": "v1=" + "0" * 64},
        {"X-Persona-Signature": ""},
        {"X-Persona-Signature": "v1=ü"},
        {"X-Persona-Timestamp": ""},
        {"X-Persona-Timestamp": "1"},
        {"X-Persona-Timestamp": "٣"},
        {"X-Persona-Timestamp": "-5"},
    ],
)
async def test_what_is_not_signed_now_by_the_source_is_not_read(
    services: Services, sender: Sender, change: dict[str, str]
) -> None:
    body = json.dumps({"items": [contact("C1")]}).encode()
    headers = {name: value.encode() for name, value in {**sender.headers(body), **change}.items()}
    answer = await sender.app.post(sender.path, content=body, headers=headers)
    assert answer.status_code == 401
    assert await rows(services, await services.default_workspace(), crm_inbox, "id") == []


@pytest.mark.parametrize(("age_s", "status"), [(290, 202), (310, 401), (-290, 202), (-310, 401)])
async def test_a_signature_serves_for_five_minutes(sender: Sender, age_s: int, status: int) -> None:
    answer = await sender.post(json.dumps({"items": [contact("C1")]}).encode(), age_s=age_s)
    assert answer.status_code == status


async def test_an_unknown_source_is_answered_as_a_wrong_signature_is(app: httpx.AsyncClient) -> None:
    unknown = await Sender(app, source="nobody").send([contact("C1")])
    wrong = await Sender(app, secret="another").send([contact("C1")])
    assert (unknown.status_code, unknown.text) == (wrong.status_code, wrong.text) == (401, wrong.text)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 400),
        (b'{"items": {}}', 400),
        (b'{"items": []}', 400),
        (b'{"items": [NaN]}', 400),
        (b"[" * 100_000, 400),
        (json.dumps({"items": [contact("C1")] * 1001}).encode(), 413),
        (b" " * (MAX_BODY + 1), 413),
    ],
)
async def test_what_is_no_list_of_items_is_refused_as_a_whole(sender: Sender, body: bytes, status: int) -> None:
    answer = await sender.post(body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


async def test_one_who_objects_is_profiled_no_more_before_any_worker_looks(services: Services, sender: Sender) -> None:
    engine = services.engine(await services.default_workspace())
    await sender.send([contact("C1", email="mona@lind.example"), *(email(f"E{n}", "C1") for n in range(6))])
    await merge(services)
    mona = (await engine.resolve("mona@lind.example")).key
    await engine.write(mona)
    answer = await sender.send([contact("C1", email="mona@lind.example", do_not_profile=True)])
    with pytest.raises(DoNotProfileError):
        await engine.stored(mona)
    await merge(services)
    await sender.send([contact("C1", email="mona@lind.example", title="Buyer"), email("E9", "C1")])
    await merge(services)
    with pytest.raises(DoNotProfileError):
        await engine.stored(mona)
    workspace_id = await services.default_workspace()
    async with services.database.workspace(workspace_id) as connection:
        of_her = (interaction_embeddings.c.contact_id == mona, behavioral_patterns.c.contact_id == mona)
        left = [await connection.scalar(select(1).where(of_it)) for of_it in of_her]
    assert (answer.status_code, left) == (202, [None, None])


async def test_an_older_delivery_merged_after_an_objection_came_does_not_undo_it(
    services: Services, sender: Sender
) -> None:
    await sender.send([contact("C1")])
    await merge(services)
    await sender.send([contact("C1", do_not_profile=False), email("E1", "C1")])
    await sender.send([contact("C1", do_not_profile=True)])
    workspace_id = await services.default_workspace()
    (_, first, _) = await rows(services, workspace_id, crm_inbox, "id")
    await services.webhooks.take_in(workspace_id=workspace_id, source="hubspot", delivery=first[0])
    assert await rows(services, workspace_id, contacts, "do_not_profile") == [(True,)]
    await merge(services)
    await sender.send([contact("C1", do_not_profile=False)])
    await merge(services)
    assert await rows(services, workspace_id, contacts, "do_not_profile") == [(False,)]


async def test_an_erased_contact_is_gone_with_all_that_hung_on_it(services: Services, sender: Sender) -> None:
    workspace_id = await services.default_workspace()
    await sender.send([contact("C1"), contact("C2"), email("E1", "C1"), email("E2", "C2"), of_contact("deal", "D1")])
    await sender.send([email("E3", "C1"), of_contact("comment", "K1", deal_id="D9")])
    await merge(services)
    await sender.send([deletion("contact", "C1")])
    (hidden, _) = await rows(services, workspace_id, contacts, "external_id", "do_not_profile")
    await merge(services)
    assert hidden == ("C1", True)
    assert await rows(services, workspace_id, contacts, "external_id") == [("C2",)]
    assert await rows(services, workspace_id, interactions, "external_id") == [("E2",)]
    assert await rows(services, workspace_id, deals, "external_id") == []
    assert await rows(services, workspace_id, crm_waiting, "kind") == []


async def test_a_contact_may_be_erased_by_the_delivery_that_has_news_of_it(services: Services, sender: Sender) -> None:
    await sender.send([contact("C1"), email("E1", "C1")])
    await merge(services)
    await sender.send([email("E2", "C1"), deletion("contact", "C1"), contact("C2")])
    await merge(services)
    assert await rows(services, await services.default_workspace(), contacts, "external_id") == [("C2",)]


async def test_deleted_rows_are_gone_and_their_contact_counted_anew(services: Services, sender: Sender) -> None:
    workspace_id = await services.default_workspace()
    moment = "2026-01-02T00:00:00Z"
    stage = {"kind": "deal_stage", "deal_id": "D1", "stage": "Demo", "position": 1, "entered_at": moment}
    event = {"kind": "email_event", "external_id": "V1", "email_id": "E1", "type": "open", "occurred_at": moment}
    await sender.send([contact("C1"), of_contact("deal", "D1"), of_contact("deal", "D2"), stage])
    await sender.send([email("E1", "C1"), email("E2", "C1"), event, of_contact("comment", "K1")])
    await merge(services)
    gone = [("email_event", "V1"), ("email", "E2"), ("comment", "K1"), ("deal", "D2"), ("deal", "never was")]
    same_moment = {**stage, "action": "delete", "entered_at": "2026-01-02T01:00:00+01:00"}
    answer = await sender.send([same_moment, *(deletion(kind, external_id) for kind, external_id in gone)])
    await merge(services)
    assert answer.json()["rejected"] == []
    assert await rows(services, workspace_id, contacts, "interaction_count") == [(1,)]
    assert await rows(services, workspace_id, interactions, "external_id") == [("E1",)]
    assert await rows(services, workspace_id, email_events, "external_id") == []
    assert await rows(services, workspace_id, deals, "external_id") == [("D1",)]
    of_sample = len(sample_items()["deal_stage"])
    assert len(await rows(services, workspace_id, deal_stage_changes, "stage")) == of_sample


async def test_of_one_row_in_a_delivery_the_last_word_counts(services: Services, sender: Sender) -> None:
    gone = {"kind": "contact", "action": "delete", "external_id": "C2"}
    await sender.send([contact("C1", name="First"), contact("C1", name="Last"), contact("C2"), gone])
    await merge(services)
    assert await rows(services, await services.default_workspace(), contacts, "name") == [("Last",)]


async def test_what_waits_is_kept_said_and_overtaken_by_a_newer_word(services: Services, sender: Sender) -> None:
    workspace_id = await services.default_workspace()
    await sender.send([email("E1", "C1", subject="Old"), email("E2", "C1")])
    await merge(services)
    async with services.database.workspace(workspace_id) as connection:
        (standing,) = await list_sources(connection, workspace_id)
    await sender.send([email("E1", "C1", subject="New"), {"kind": "email", "action": "delete", "external_id": "E2"}])
    await sender.send([contact("C1")])
    await merge(services)
    assert (standing.source, standing.waiting, standing.open_deliveries) == ("hubspot", 2, 0)
    assert await rows(services, workspace_id, interactions, "external_id", "subject") == [("E1", "New")]


async def test_what_waits_goes_in_when_an_import_brings_its_contact(
    services: Services, sender: Sender, tmp_path: Path
) -> None:
    await sender.send([email("E1", "C1")])
    await merge(services)
    (tmp_path / "contacts.csv").write_text("external_id,name\nC1,Mona Lind\n", encoding="utf-8")
    await import_with_progress(services, tmp_path, source="hubspot", console=Console(quiet=True))
    workspace_id = await services.default_workspace()
    assert await rows(services, workspace_id, contacts, "name", "interaction_count") == [("Mona Lind", 1)]


async def test_a_chore_that_is_done_twice_merges_once(services: Services, sender: Sender) -> None:
    workspace_id = await services.default_workspace()
    await sender.send([contact("C1"), email("E1", "C1")])
    ((key,),) = await rows(services, workspace_id, crm_inbox, "id")
    for _ in range(2):
        await services.webhooks.take_in(workspace_id=workspace_id, source="hubspot", delivery=key)
    await merge(services)
    assert await rows(services, workspace_id, interactions, "external_id") == [("E1",)]
    assert await rows(services, workspace_id, contacts, "interaction_count") == [(1,)]


async def test_deliveries_of_a_source_are_merged_in_the_order_they_came(services: Services, sender: Sender) -> None:
    for n in range(12):
        await sender.send([contact("C1", name=f"Name {n}")])
    jobs = await services.queue.job_manager.list_jobs_async(task=TAKE_IN)
    await merge(services)
    assert await rows(services, await services.default_workspace(), contacts, "name") == [("Name 11",)]
    assert {job.lock for job in jobs} == {f"take_in_delivery:{await services.default_workspace()}:hubspot"}


@pytest.mark.parametrize(("old_serves", "statuses"), [(timedelta(hours=1), [202, 202]), (timedelta(0), [202, 401])])
async def test_a_new_secret_serves_at_once_and_the_one_before_for_a_while(
    services: Services, app: httpx.AsyncClient, old_serves: timedelta, statuses: list[int]
) -> None:
    workspace_id, cipher, until = await services.default_workspace(), services.webhook_cipher, datetime.now(UTC)
    assert cipher is not None
    async with services.database.workspace(workspace_id) as connection:
        secret = cipher.encrypt("new")
        await rotate_source(connection, workspace_id, "hubspot", secret=secret, old_until=until + old_serves)
    senders = [Sender(app, secret=secret) for secret in ("new", SECRET)]
    answers = [await one.send([contact("C1")], delivery=one.secret) for one in senders]
    assert [answer.status_code for answer in answers] == statuses


async def test_a_source_that_sends_too_fast_is_told_when_to_go_on(sender: Sender) -> None:
    answers = [await sender.send([contact(f"C{n}")]) for n in range(52)]
    again = await sender.send([contact("C0")], delivery="hubspot-1")
    assert [answer.status_code for answer in answers] == [202] * 50 + [429] * 2
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert again.status_code == 200


async def test_a_source_writes_into_its_own_workspace_alone(services: Services, app: httpx.AsyncClient) -> None:
    ours, theirs = await services.default_workspace(), await new_workspace(services.database)
    await allow(services, theirs, "salesforce", "another secret")
    await Sender(app).send([contact("C1", name="Ours")])
    await Sender(app, "salesforce", "another secret").send([contact("C1", name="Theirs"), email("E1", "C1")])
    crossed = await Sender(app, "salesforce").send([contact("C1", name="Crossed")])
    await merge(services)
    async with services.database.workspace(theirs) as connection:
        names = list(await connection.scalars(select(contacts.c.name)))
    assert (await rows(services, ours, contacts, "name"), names, crossed.status_code) == ([("Ours",)], ["Theirs"], 401)


async def test_without_the_key_a_sender_is_told_that_webhooks_are_not_set_up(
    sample_url: str, slack: SlackDouble
) -> None:
    made = Services(settings(slack), await Database.open(sample_url))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=made.web()), base_url="http://127.0.0.1") as app:
        answer = await Sender(app).send([contact("C1")])
    await made.close()
    assert (answer.status_code, "PERSONA_SECRET_KEY" in answer.text) == (503, True)
