"""A CRM that sends to the web app, signed as docs/webhooks.md says, and the sample's rows as it would send them."""

import csv
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import httpx

from bot.chores import QUEUE, register_chores
from bot.wiring import Services
from storage.crm.items import KINDS
from storage.sources import add_source

SECRET = "a secret of the test's own"


@dataclass
class Sender:
    """Sends as one source. Each delivery has an id of its own unless it is named."""

    app: httpx.AsyncClient
    source: str = "hubspot"
    secret: str = SECRET
    sent: int = 0

    async def send(self, items: Sequence[Any], *, delivery: str | None = None) -> httpx.Response:
        return await self.post(json.dumps({"items": items}).encode(), delivery=delivery)

    async def post(self, body: bytes, *, delivery: str | None = None, age_s: float = 0) -> httpx.Response:
        self.sent += 1
        name = f"{self.source}-{self.sent}" if delivery is None else delivery
        return await self.app.post(self.path, content=body, headers=self.headers(body, delivery=name, age_s=age_s))

    @property
    def path(self) -> str:
        return f"/crm/webhooks/{self.source}"

    def headers(self, body: bytes, *, delivery: str = "", age_s: float = 0) -> dict[str, str]:
        timestamp = str(int(datetime.now(UTC).timestamp() - age_s))
        signed = f"v1:{timestamp}:".encode() + body
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return {
            "X-Persona-Timestamp": timestamp,
            "X-Persona-Signature": f"v1={digest}",
            "X-Persona-Delivery": delivery,
        }


async def allow(services: Services, workspace_id: int, source: str = "hubspot", secret: str = SECRET) -> None:
    """Lets a source send to a workspace."""
    encrypted = services.webhook_cipher.encrypt(secret) if services.webhook_cipher else b""
    async with services.database.workspace(workspace_id) as connection:
        assert await add_source(connection, workspace_id, source, secret=encrypted)


async def merge(services: Services) -> None:
    """Does the chores that are due, as a worker does."""
    if "measure_changes" not in services.queue.tasks:
        register_chores(services.queue, services.chore_tasks)
    await services.queue.run_worker_async(queues=[QUEUE], wait=False, install_signal_handlers=False)


def contact(external_id: str, name: str = "Mona Lind", **fields: Any) -> dict[str, Any]:
    return {"kind": "contact", "external_id": external_id, "name": name, **fields}


def email(external_id: str, contact_id: str, **fields: Any) -> dict[str, Any]:
    body = "We could start with two depots before winter."
    known = {"direction": "inbound", "sent_at": "2026-11-02T09:00:00Z", "subject": "Depots", "body": body}
    return {"kind": "email", "external_id": external_id, "contact_id": contact_id, **known, **fields}


def of_contact(kind: str, external_id: str, contact_id: str = "C1", **fields: Any) -> dict[str, Any]:
    """A deal or a note."""
    known = {"created_at": "2026-01-03T00:00:00Z", **({"outcome": "open"} if kind == "deal" else {"body": "Hm."})}
    return {"kind": kind, "external_id": external_id, "contact_id": contact_id, **known, **fields}


def deletion(kind: str, external_id: str) -> dict[str, Any]:
    return {"kind": kind, "action": "delete", "external_id": external_id}


def sample_items() -> dict[str, list[Mapping[str, Any]]]:
    """Every row of the sample CRM as items, by kind."""
    items = dict[str, list[Mapping[str, Any]]]()
    for kind, layout in KINDS.items():
        with (files("storage") / "sample" / layout.file).open(encoding="utf-8", newline="") as rows:
            items[kind] = [{"kind": kind, **row} for row in csv.DictReader(rows)]
    return items
