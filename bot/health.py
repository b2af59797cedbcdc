"""Whether a process can answer, and how the installation stands: `/healthz` and `/readyz`, each check by its name."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import promises
from storage.vitals import QueueVitals, Vitals

_log = structlog.get_logger(__name__)
_PATIENCE_S: Final = 1.0
QUEUE_LAG_S: Final = 30.0
"""How long a job that a person waits for may be due."""
TICK_AGE_S: Final = 180.0
"""How long no clock may have looked, of three looks: one looks every minute."""

ReadVitals = Callable[[], Awaitable[Vitals]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. Without what is `needed` this process can't answer; else others have to see to it."""

    name: str
    ok: bool
    needed: bool
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All checks. Only what is needed makes it unready: no load balancer helps where no clock runs."""

    checks: tuple[Check, ...]

    @property
    def status(self) -> str:
        """ "ready", "degraded" when something not needed is wrong, or "not ready"."""
        if all(check.ok for check in self.checks):
            return "ready"
        return "degraded" if all(check.ok or not check.needed for check in self.checks) else "not ready"

    @property
    def failing(self) -> tuple[str, ...]:
        """The names of the checks that fail."""
        return tuple(check.name for check in self.checks if not check.ok)

    @property
    def document(self) -> dict[str, Any]:
        """The answer of `/readyz`."""
        checks = {check.name: {"ok": check.ok, **check.figures} for check in self.checks}
        return {"status": self.status, "failing": list(self.failing), "checks": checks}


class Health:
    """Looks at the installation through the database, for a second at most."""

    def __init__(self, read: ReadVitals, *, needs_schema: str) -> None:
        self._read, self._needs_schema = read, needs_schema

    async def report(self) -> Report:
        """How it stands; what can't be known because the database is silent isn't said."""
        began = time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                vitals = await self._read()
        except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is "not ready"
            return Report((Check("database", ok=False, needed=True, figures={"error": type(error).__name__}),))
        took = {"ms": round(1000 * (time.perf_counter() - began), 1)}
        return Report((Check("database", ok=True, needed=True, figures=took), *self._checks(vitals)))

    def _checks(self, vitals: Vitals) -> tuple[Check, ...]:
        queue = vitals.queues.get(promises.QUEUE, QueueVitals())
        age = None if vitals.last_tick is None else (vitals.at - vitals.last_tick).total_seconds()
        schema = {"found": vitals.schema, "needed": self._needs_schema}
        lag = {"lag_s": round(queue.lag_s, 1), "most_s": QUEUE_LAG_S, "due": queue.due}
        tick = {"last_tick_age_s": age and round(age, 1), "most_s": TICK_AGE_S}
        return (
            Check("schema", vitals.schema == self._needs_schema, needed=True, figures=schema),
            Check("queue", queue.lag_s <= QUEUE_LAG_S, needed=False, figures=lag),
            Check("workers", vitals.workers > 0, needed=False, figures={"alive": vitals.workers}),
            Check("clock", age is not None and age <= TICK_AGE_S, needed=False, figures=tick),
        )


def health_routes(health: Health) -> list[Route]:
    """`/healthz` says that the process runs; `/readyz` is 503 when it can't answer, with `?strict=1` when anything is
    wrong."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> Response:
        report = await health.report()
        if report.status != "ready":
            _log.warning("not_ready", status=report.status, failing=report.failing)
        well = report.status == "ready" or (report.status == "degraded" and not request.query_params.get("strict"))
        return JSONResponse(report.document, status_code=200 if well else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
