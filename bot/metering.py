"""What is counted where the counted should not know of it: the model asked, jobs tried."""

import time
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from procrastinate import JobContext
from structlog.contextvars import bound_contextvars

from bot.logs import ids
from bot.metrics import Metrics
from persona.errors import ModelError
from persona.model import Brief, Draft
from persona.ports import ModelWriter, Repair

Next = Callable[[], Awaitable[Any]]


class MeteredWriter:
    """A persona.ports.ModelWriter that counts what another one does."""

    def __init__(self, writer: ModelWriter, metrics: Metrics) -> None:
        self.name = writer.name
        self._writer, self._metrics = writer, metrics

    async def write(self, brief: Brief, *, variant: str = "default", repair: Repair | None = None) -> Draft:
        """See persona.ports.ModelWriter."""
        began = time.perf_counter()
        try:
            draft = await self._writer.write(brief, variant=variant, repair=repair)
        except ModelError as error:
            self._metrics.model(error.outcome, time.perf_counter() - began, error.spent)
            raise
        self._metrics.model("ok", time.perf_counter() - began, draft.written_by)
        return draft


def metered(metrics: Metrics) -> Callable[[Next, JobContext, object], Awaitable[Any]]:
    """A worker's middleware that times each try of a job."""

    async def timing(run: Next, context: JobContext, _: object) -> Any:
        began, outcome = time.perf_counter(), "failed"
        try:
            with bound_contextvars(**_ids(context)):
                result = await run()
            outcome = "done"
        except CancelledError:
            outcome = "stopped"
            raise
        finally:
            metrics.job(context.job.task_name, outcome, time.perf_counter() - began)
        return result

    return timing


def _ids(context: JobContext) -> Mapping[str, str | int]:
    """What the log says of a job: which, and for which workspace."""
    given = context.job.task_kwargs
    reply = given.get("reply")
    workspace_id = reply.get("workspace_id") if isinstance(reply, dict) else given.get("workspace_id")
    return ids(job=context.job.id, task=context.job.task_name, workspace_id=workspace_id)
