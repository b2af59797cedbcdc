"""Durable jobs: what is promised to a user and takes time. Each task is one call of `Answers` and one post."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import procrastinate
from procrastinate import JobContext, RetryStrategy

from blocks.ids import Tab
from bot.answers import Answers
from bot.errors import explain
from bot.handlers.requests import PersonaCommand, Team
from bot.posting import Poster, Render
from persona.errors import ContactNotFoundError, DeliveryError, DoNotProfileError, UnknownWorkspaceError
from persona.model import Method

QUEUE: Final = "interactive"
MAX_ATTEMPTS: Final = 4
_RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS - 1, exponential_wait=3)  # the queue counts retries, we count runs
_PRIORITY = 10
# Another try gives the same answer.
_FINAL = (ContactNotFoundError, DoNotProfileError, UnknownWorkspaceError)


def build_queue(conninfo: str) -> procrastinate.App:
    """The job queue on our PostgreSQL; open it with `open_async`."""
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))


class Jobs:
    """Enqueues. Two jobs for one contact never run at once; the second finds the persona that the first has stored."""

    def __init__(self, queue: procrastinate.App) -> None:
        self._queue = queue

    async def write(
        self, *, workspace_id: int, contact_key: int, method: Method | None, after: int | None, response_url: str
    ) -> None:
        """Writes the persona unless a fresh one, or one newer than version `after`, is stored; replaces the card."""
        await self._defer(
            "write_persona",
            lock=f"persona:{workspace_id}:{contact_key}",
            workspace_id=workspace_id,
            contact_key=contact_key,
            method=method.value if method else None,
            after=after,
            response_url=response_url,
        )

    async def show(self, *, workspace_id: int, contact_key: int, tab: Tab, version: int, response_url: str) -> None:
        """Replaces the card by another tab of it."""
        await self._defer(
            "show_tab",
            workspace_id=workspace_id,
            contact_key=contact_key,
            tab=tab.value,
            version=version,
            response_url=response_url,
        )

    async def answer(self, command: PersonaCommand) -> None:
        """Answers a command later: the database was too slow for Slack's three seconds."""
        await self._defer(
            "answer_command",
            team_id=command.team.team_id,
            enterprise_id=command.team.enterprise_id,
            user_id=command.user_id,
            query=command.query,
            method=command.method.value if command.method else None,
            response_url=command.response_url,
        )

    async def _defer(self, name: str, *, lock: str | None = None, **arguments: Any) -> None:
        task = self._queue.configure_task(name, queue=QUEUE, priority=_PRIORITY, lock=lock)
        await task.defer_async(**arguments)


def register_tasks(queue: procrastinate.App, *, answers: Answers, poster: Poster) -> None:
    """Gives a worker's queue its tasks."""
    tasks = _Tasks(answers, poster)
    for name, task in (
        ("write_persona", tasks.write_persona),
        ("show_tab", tasks.show_tab),
        ("answer_command", tasks.answer_command),
    ):
        queue.task(name=name, pass_context=True, retry=_RETRY)(task)


class _Tasks:
    def __init__(self, answers: Answers, poster: Poster) -> None:
        self._answers, self._poster = answers, poster

    async def write_persona(
        self,
        context: JobContext,
        *,
        workspace_id: int,
        contact_key: int,
        method: str | None,
        after: int | None,
        response_url: str,
    ) -> None:
        async def make() -> Render:
            chosen = Method(method) if method else None
            return await self._answers.written(workspace_id, contact_key, method=chosen, after=after)

        await self._deliver(context, response_url, make)

    async def show_tab(
        self, context: JobContext, *, workspace_id: int, contact_key: int, tab: str, response_url: str, version: int = 0
    ) -> None:
        async def make() -> Render:
            return await self._answers.tab(workspace_id, contact_key, Tab(tab), version=version)

        await self._deliver(context, response_url, make)

    async def answer_command(
        self,
        context: JobContext,
        *,
        team_id: str,
        enterprise_id: str | None,
        user_id: str,
        query: str,
        method: str | None,
        response_url: str,
    ) -> None:
        command = PersonaCommand(
            team=Team(team_id, enterprise_id),
            user_id=user_id,
            query=query,
            method=Method(method) if method else None,
            response_url=response_url,
        )
        await self._deliver(context, response_url, lambda: self._answers.found(command))

    async def _deliver(self, context: JobContext, response_url: str, make: Callable[[], Awaitable[Render]]) -> None:
        """Posts what `make` makes. What another try can't mend, and the last failed try, is told to the user."""
        try:
            await self._poster.replace(response_url, await make())
        except DeliveryError as error:
            if error.retry:
                raise
            explain(error)
        except Exception as error:
            final = isinstance(error, _FINAL)
            if final or context.job.attempts + 1 >= MAX_ATTEMPTS:
                card = explain(error)
                await self._poster.replace(response_url, lambda _: card)
            if not final:
                raise
