"""Durable jobs: what is promised to a user and takes time. Each task is one call of `Answers` and one post."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import procrastinate
from procrastinate import JobContext, RetryStrategy

from bot.answers import Answers
from bot.errors import explain
from bot.handlers.requests import PersonaCommand, Team
from bot.posting import Poster, Render
from blocks.ids import Tab
from persona.errors import ContactNotFoundError, DeliveryError, DoNotProfileError
from persona.model import Method

QUEUE: Final = "interactive"
MAX_ATTEMPTS: Final = 4
_RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=3)
_PRIORITY = 10


def build_queue(conninfo: str) -> procrastinate.App:
    """The job queue on our PostgreSQL; open it with `open_async`."""
    return procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))


class Jobs:
    """Enqueues. Two jobs for one contact never run at once; the second then finds the persona the first has stored."""

    def __init__(self, queue: procrastinate.App) -> None:
        self._queue = queue

    async def write(
        self, *, workspace_id: int, contact_key: int, method: Method | None, fresh: bool, response_url: str
    ) -> None:
        """Writes the persona unless a fresh one is stored (`fresh` forces), then replaces the card."""
        await self._defer(
            "write_persona",
            lock=f"persona:{workspace_id}:{contact_key}",
            workspace_id=workspace_id,
            contact_key=contact_key,
            method=method.value if method else None,
            fresh=fresh,
            response_url=response_url,
        )

    async def show(self, *, workspace_id: int, contact_key: int, tab: Tab, response_url: str) -> None:
        """Replaces the card by another tab of it."""
        await self._defer(
            "show_tab", workspace_id=workspace_id, contact_key=contact_key, tab=tab.value, response_url=response_url
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

    async def deliver(context: JobContext, response_url: str, make: Callable[[], Awaitable[Render]]) -> None:
        """Posts what `make` makes. The last failed attempt is told to the user; a delivery that can't help ends."""
        try:
            await poster.replace(response_url, await make())
        except (ContactNotFoundError, DoNotProfileError) as error:
            card = explain(error)
            await poster.replace(response_url, lambda _: card)
        except DeliveryError as error:
            if error.retry:
                raise
            explain(error)
        except Exception as error:
            if context.job.attempts + 1 >= MAX_ATTEMPTS:
                card = explain(error)
                await poster.replace(response_url, lambda _: card)
            raise

    @queue.task(name="write_persona", pass_context=True, retry=_RETRY)
    async def write_persona(
        context: JobContext,
        *,
        workspace_id: int,
        contact_key: int,
        method: str | None,
        fresh: bool,
        response_url: str,
    ) -> None:
        chosen = Method(method) if method else None
        await deliver(
            context,
            response_url,
            lambda: answers.written(workspace_id, contact_key, method=chosen, fresh=fresh),
        )

    @queue.task(name="show_tab", pass_context=True, retry=_RETRY)
    async def show_tab(
        context: JobContext, *, workspace_id: int, contact_key: int, tab: str, response_url: str
    ) -> None:
        await deliver(context, response_url, lambda: answers.tab(workspace_id, contact_key, Tab(tab)))

    @queue.task(name="answer_command", pass_context=True, retry=_RETRY)
    async def answer_command(
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

        async def make() -> Render:
            card = await answers.find(command)
            return lambda _: card

        await deliver(context, response_url, make)
