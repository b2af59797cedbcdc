"""Whatever a CRM sends, signed or not: no 5xx, what is accepted can be merged, and nothing reaches another workspace.

FUZZ_EXAMPLES sets how many bodies are sent.
"""

import json
import os
from datetime import UTC
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.wiring import Services
from storage.crm.items import KINDS
from storage.crm.layouts import Column
from storage.crm.values import KEY, MOMENT
from storage.database import Database
from storage.tables import contacts, crm_inbox, crm_waiting, deals, interactions
from tests.bot.conftest import settings
from tests.bot.crm_sender import Sender, allow, merge
from tests.storage.rows import new_workspace

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
TABLES = (contacts, interactions, deals, crm_inbox, crm_waiting)

_IDS = st.sampled_from(["1", "2", "C-1", "'; DROP TABLE contacts; --", "\\N", "\t", "ü" * 255, "x" * 256, ""])
_TIMES = st.sampled_from(
    ["2026-11-02T09:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "soon"]
)
_GOOD_TIMES = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat())
_SCALARS = st.one_of(
    _IDS, _TIMES, st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("\0")
)
_ANYTHING = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def _likely(column: Column) -> st.SearchStrategy[Any]:
    """What may stand in a column, more often than not."""
    if column.check is None:
        return st.one_of(_IDS, st.text(max_size=30))
    if column.check.words:
        return st.sampled_from(column.check.words)
    if column.check is MOMENT:
        return st.one_of(_GOOD_TIMES, _GOOD_TIMES, _TIMES)
    if column.check is KEY:
        return st.sampled_from(["1", "2", "3", "C-1", "'; DROP TABLE contacts; --", "\\N", "\t x"])
    return st.one_of(st.integers(0, 99), st.booleans(), st.just("Europe/Berlin"))


@st.composite
def _items(draw: st.DrawFn) -> Any:
    """An item that is nearly right: fields of its kind with values that may be theirs."""
    kind = draw(st.sampled_from(list(KINDS)))
    item: dict[str, Any] = {"kind": kind}
    for column in KINDS[kind].columns:
        if column.required or draw(st.integers(0, 2)) == 0:
            wild = draw(st.integers(0, 15)) == 0
            item[column.name] = draw(_ANYTHING if wild else _likely(column))
    if draw(st.integers(0, 9)) == 0:
        item |= draw(st.dictionaries(st.text(max_size=12), _ANYTHING, max_size=3))
    if draw(st.integers(0, 5)) == 0:
        item["action"] = draw(st.sampled_from(["delete", "delete", "upsert", "", None, 1]))
    return item


_BODIES = st.one_of(
    st.binary(max_size=200),
    _ANYTHING.map(lambda value: json.dumps(value).encode()),
    st.lists(st.one_of(_items(), _items(), _ANYTHING), max_size=12).map(lambda i: json.dumps({"items": i}).encode()),
    st.lists(_items(), min_size=1, max_size=12).map(lambda i: json.dumps({"items": i}).encode()),
)


@pytest.fixture
def bodies() -> list[bytes]:
    """What is sent, drawn before: hypothesis has no event loop of its own."""
    drawn = list[bytes]()

    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(_BODIES)
    def draw(body: bytes) -> None:
        drawn.append(body)

    draw()
    return drawn


async def count_rows(services: Services, workspace_id: int) -> dict[str, int]:
    async with services.database.workspace(workspace_id) as connection:
        asked = {table.name: select(func.count()).select_from(table) for table in TABLES}
        return {name: int(await connection.scalar(one) or 0) for name, one in asked.items()}


async def test_nothing_a_crm_sends_breaks_us_or_reaches_another_workspace(sample_url: str, bodies: list[bytes]) -> None:
    secret_key = SecretStr(Fernet.generate_key().decode())
    known = settings(persona_secret_key=secret_key, webhooks_per_minute=100_000, slack_signing_secret=SecretStr("x"))
    services = Services(known, await Database.open(sample_url))
    transport = httpx.ASGITransport(app=services.web())
    async with services.queue.open_async(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as app:
        ours, theirs = await services.default_workspace(), await new_workspace(services.database)
        await allow(services, theirs)
        before = await count_rows(services, ours)
        sender, stranger = Sender(app), Sender(app, secret="guessed")
        answers = [await sender.post(body) for body in bodies]
        refused = {(await stranger.post(body)).status_code for body in bodies[:50]}
        await merge(services)
        failed = await services.queue.job_manager.list_jobs_async(status="failed")
        waiting = await services.queue.job_manager.list_jobs_async(status="todo", task="take_in_delivery")
        after = await count_rows(services, ours)
        sent = await count_rows(services, theirs)
    await services.close()
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 202, 400, 422}
    assert statuses.count(202) >= EXAMPLES / 10
    assert refused == {401}
    assert (failed, waiting) == ([], [])
    assert after == before
    assert sent["contacts"] > 0
