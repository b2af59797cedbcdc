"""Every night goes what is kept for a while only; what people made stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.upkeep import NIGHTLY, Upkeep
from bot.wiring import Services
from persona.schedule import Period
from storage.periods import hand_out
from storage.workspaces import change_settings

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
_ROWS = {
    "processed_events": "(workspace_id, event_id, processed_at) VALUES (:workspace, :name, :at)",
    "deliveries": "(workspace_id, key, begun_at) VALUES (:workspace, :name, :at)",
    "crm_inbox": "(workspace_id, source, delivery, signature, accepted, received_at) "
    "VALUES (:workspace, 'crm', :name, :name ::text::bytea, 1, :at)",
    "crm_waiting": "(workspace_id, source, kind, identity, lacks_kind, lacks_id, item, since) "
    "VALUES (:workspace, 'crm', 'email', :name ::text::bytea, 'contact', :name, '{}', :at)",
    "conversations": "(workspace_id, channel_id, thread_ts, asked_ts, touched_at) "
    "VALUES (:workspace, 'C', :name, '1', :at)",
    "persona_generation_history": "(workspace_id, contact_id, method, writer, outcome, variant, started_at) "
    "SELECT :workspace, min(id), 'rag', 'rules', 'ok', :name, :at FROM contacts",
}


@pytest.mark.parametrize(
    ("table", "name", "kept_days"),
    [
        ("processed_events", "event_id", 3),
        ("deliveries", "key", 60),
        ("crm_inbox", "delivery", 60),
        ("crm_waiting", "lacks_id", 30),
        ("conversations", "thread_ts", 40),
        ("persona_generation_history", "variant", 40),
    ],
)
async def test_what_is_older_than_its_time_goes_and_the_rest_stays(
    services: Services, table: str, name: str, kept_days: int
) -> None:
    workspace_id = await services.default_workspace()
    ages = {"old": timedelta(days=kept_days, hours=1), "kept": timedelta(days=kept_days, hours=-1)}
    async with services.database.workspace(workspace_id) as connection:
        await change_settings(connection, workspace_id, {"keep_history_days": 40})
        await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a name of ours
        for called, age in ages.items():
            row = {"workspace": workspace_id, "name": called, "at": NOW - age}
            await connection.execute(text(f"INSERT INTO {table} {_ROWS[table]}"), row)
        await hand_out(connection, workspace_id, NIGHTLY, Period("2026-11-23", NOW))
    task = Upkeep(database=services.database, clock=lambda: NOW).tasks[NIGHTLY]
    await task(workspace_id=workspace_id, period="2026-11-23")
    async with services.database.workspace(workspace_id) as connection:
        left = (await connection.execute(text(f"SELECT {name} FROM {table}"))).scalars().all()  # noqa: S608 - the same
    assert left == ["kept"]


async def test_all_that_the_clock_hands_out_is_a_chore_that_workers_do(services: Services) -> None:
    handed_out = {periodic.name for periodic in services.schedule.periodics}
    assert (NIGHTLY in handed_out, handed_out - services.chore_tasks.keys()) == (True, set())
