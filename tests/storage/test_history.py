"""A contact's history as it was known at a moment."""

from dataclasses import replace

import pytest

from persona.errors import ContactNotFoundError
from persona.model import Deal, Direction, EmailEvent, EventType, History, Interaction, Kind, Outcome, StageChange
from persona.progress import Course
from storage.database import Database
from storage.store import WorkspaceStore
from tests.storage.rows import Rows, day, new_workspace


@pytest.fixture
def rows(database: Database, workspace_id: int) -> Rows:
    return Rows(database, workspace_id)


@pytest.fixture
def store(rows: Rows) -> WorkspaceStore:
    return WorkspaceStore(rows.database, rows.workspace_id)


async def test_a_history_holds_every_row_of_the_contact_oldest_first(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe", time_zone="America/Chicago")
    await rows.interaction(
        jane,
        "a1",
        day(5),
        record="activities",
        kind="call",
        direction="outbound",
        status="completed",
        duration_minutes=20,
        own_words="Wants proof.",
        initiated_by_contact=True,
    )
    mail = await rows.interaction(
        jane,
        "e1",
        day(1),
        direction="outbound",
        subject="Pilot",
        body="Hello\n> old",
        own_words="Hello",
        thread_id="t1",
        tracked=True,
    )
    await rows.interaction(jane, "e2", day(2), thread_id="t1", in_reply_to="e1", auto_reply=True)
    await rows.interaction(
        jane,
        "f1",
        day(3),
        record="files",
        kind="file",
        direction="outbound",
        email_external_id="e1",
        deal_external_id="d1",
        file_opened_at=day(4),
    )
    await rows.event(mail, "click", day(1.2), url="https://x.example", user_agent="Mail", ip="10.0.0.1")
    await rows.event(mail, "open", day(1.1))
    other = await rows.contact("Jayne Doe")
    await rows.interaction(other, "e9", day(1))
    found = await store.load_history(jane, until=day(10))
    assert found == History(
        contact=await store.load_contact(jane),
        interactions=(
            Interaction(
                "e1",
                Kind.EMAIL,
                Direction.OUTBOUND,
                day(1),
                subject="Pilot",
                body="Hello\n> old",
                own_words="Hello",
                thread_id="t1",
                tracked=True,
                events=(
                    EmailEvent(EventType.OPEN, day(1.1)),
                    EmailEvent(EventType.CLICK, day(1.2), url="https://x.example", user_agent="Mail", ip="10.0.0.1"),
                ),
            ),
            Interaction("e2", Kind.EMAIL, Direction.INBOUND, day(2), thread_id="t1", in_reply_to="e1", auto_reply=True),
            Interaction(
                "f1", Kind.FILE, Direction.OUTBOUND, day(3), deal_id="d1", email_id="e1", file_opened_at=day(4)
            ),
            Interaction(
                "a1",
                Kind.CALL,
                Direction.OUTBOUND,
                day(5),
                own_words="Wants proof.",
                status="completed",
                duration_minutes=20,
                initiated_by_contact=True,
            ),
        ),
        zone="America/Chicago",
        zone_source="contact",
    )


async def test_what_happened_or_was_opened_later_is_left_out(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    mail = await rows.interaction(jane, "e1", day(1), direction="outbound", tracked=True)
    await rows.event(mail, "open", day(2))
    await rows.event(mail, "reply", day(4))
    await rows.interaction(jane, "f1", day(2), record="files", kind="file", file_opened_at=day(4))
    await rows.interaction(jane, "e2", day(3))
    await rows.interaction(jane, "e3", day(3.1))
    known = (await store.load_history(jane, until=day(3))).interactions
    assert [(i.interaction_id, i.file_opened_at, [e.type for e in i.events]) for i in known] == [
        ("e1", None, [EventType.OPEN]),
        ("f1", None, []),
        ("e2", None, []),
    ]


async def test_an_open_two_seconds_after_delivery_is_marked_as_machine_made(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    mail = await rows.interaction(jane, "e1", day(1), direction="outbound", tracked=True)
    await rows.event(mail, "delivered", day(1))
    await rows.event(mail, "open", day(1 + 1 / 86_400))
    await rows.event(mail, "open", day(1.5))
    (email,) = (await store.load_history(jane, until=day(3))).interactions
    assert [(e.type, e.machine) for e in email.events] == [
        (EventType.DELIVERED, False),
        (EventType.OPEN, True),
        (EventType.OPEN, False),
    ]


async def test_a_deal_is_as_it_stood_at_that_moment(rows: Rows, store: WorkspaceStore) -> None:
    jane = await rows.contact("Jane Doe")
    pilot = await rows.deal(
        jane,
        "d1",
        day(0),
        name="Pilot",
        outcome="won",
        closed_at=day(30),
        stage="Closed",
        amount=1200.5,
        currency="EUR",
    )
    await rows.stage(pilot, "Demo", 2, day(8))
    await rows.stage(pilot, "Discovery", 1, day(2))
    await rows.deal(jane, "d2", day(20), outcome="open", stage="Discovery")
    discovery = StageChange("Discovery", 1, day(2))
    closed = Deal(
        deal_id="d1",
        name="Pilot",
        outcome=Outcome.WON,
        created_at=day(0),
        stage="Closed",
        amount=1200.5,
        currency="EUR",
        closed_at=day(30),
        stages=(discovery, StageChange("Demo", 2, day(8))),
    )
    second = Deal("d2", "", Outcome.OPEN, day(20), stage="Discovery")
    opened = replace(closed, outcome=Outcome.OPEN, closed_at=None)
    at = {moment: (await store.load_history(jane, until=day(moment))).deals for moment in (-1, 1, 5, 10, 25, 30)}
    assert at == {
        -1: (),
        1: (replace(opened, stage=None, stages=()),),
        5: (replace(opened, stage="Discovery", stages=(discovery,)),),
        10: (replace(opened, stage="Demo"),),
        25: (replace(opened, stage="Demo"), second),
        30: (closed, second),
    }


async def test_stage_medians_are_the_workspace_s_of_the_contact_s_stages_from_stays_that_ended(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane, other = await rows.contact("Jane Doe"), await rows.contact("Ada Lind")
    own = await rows.deal(jane, "d0", day(0), outcome="open", stage="Demo")
    await rows.stage(own, "Demo", 1, day(1))
    for number, (demo, left) in enumerate([(0, 2), (0, 4), (0, 12)]):
        deal = await rows.deal(other, f"d{number + 1}", day(0), outcome="won", closed_at=day(50))
        await rows.stage(deal, "Demo", 1, day(demo))
        await rows.stage(deal, "Offer", 2, day(left))
    assert [(await store.load_history(jane, until=day(until))).stage_medians for until in (1, 5, 20)] == [
        {},
        {"Demo": 3.0},
        {"Demo": 4.0},
    ]
    assert (await store.load_history(other, until=day(60))).stage_medians == {"Demo": 4.0, "Offer": 46.0}


async def test_without_a_zone_of_their_own_hours_are_read_in_the_workspace_s(rows: Rows, store: WorkspaceStore) -> None:
    history = await store.load_history(await rows.contact("Jane Doe"), until=day(1))
    assert (history.zone, history.zone_source) == ("UTC", "workspace")


async def test_the_course_of_deals_holds_what_people_did_until_then_of_those_who_have_deals(
    rows: Rows, store: WorkspaceStore
) -> None:
    jane, idle = await rows.contact("Jane Doe"), await rows.contact("Ada Lind")
    await rows.stage(await rows.deal(jane, "d", day(1), outcome="open"), "Demo", 1, day(2))
    await rows.interaction(jane, "e1", day(2), direction="inbound")
    await rows.interaction(jane, "e2", day(3), direction="inbound", auto_reply=True)
    await rows.interaction(jane, "c1", day(3), record="comments", kind="comment", direction="internal")
    await rows.interaction(jane, "e3", day(9), direction="inbound")
    await rows.interaction(idle, "e4", day(2), direction="inbound")
    (deal,) = (await store.load_history(jane, until=day(5))).deals
    course = Course((deal,), ((day(2), (Kind.EMAIL, Direction.INBOUND)),))
    assert await store.load_courses([jane, idle], until=day(5)) == [course]
    assert await store.load_courses([jane, idle], until=day(0)) == []


async def test_a_contact_of_another_workspace_has_no_history_here(rows: Rows, store: WorkspaceStore) -> None:
    key = await Rows(rows.database, await new_workspace(rows.database)).contact("Jane Doe")
    with pytest.raises(ContactNotFoundError):
        await store.load_history(key, until=day(1))
