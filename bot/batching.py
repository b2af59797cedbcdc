"""Asks a model for a month's personas in batches, at half the price: sends them, and looks until they have ended."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.batch_answers import BatchAnswers
from bot.batch_asking import BatchAsking
from bot.chores import Chores, ChoreTask
from persona.batches import MOST_REQUESTS, BatchEnd, BatchServer
from persona.errors import BatchesMissingError, ModelError, ModelKeyError, ModelRejectedError
from persona.ports import Clock
from persona.preferences import Calls, Preferences, RefreshPolicy, day_of
from storage.batches import (
    Stage,
    StoredBatch,
    batch_named,
    begin_batch,
    change_batch,
    end_batch,
    open_batches,
    open_items,
    plan_items,
)
from storage.database import AsyncConnection, Database
from storage.workspaces import load_preferences

_log = structlog.get_logger(__name__)
SEND: Final = "send_batch"
LOOK: Final = "look_at_batch"
TAKE_BACK: Final = "take_back_batch"
LOOK_S: Final = 300
_LATER_S: Final = 900
_CROWDED_S: Final = 3600
_TRIES: Final = 5
_PARTS: Final = 28
"""How often what a day's budget, or the server's queue, leaves no room for goes into another batch."""
_TOMORROW, _QUEUED = "d", "q"
"""Behind a batch's name: what went into another, for want of budget, or of room in the server's queue."""
_WINDOW: Final = timedelta(hours=26)
"""A batch is over in 24 hours, whatever came of it."""
_LOST: Final = timedelta(days=3)
_FOR_GOOD: Final = (BatchesMissingError, ModelKeyError, ModelRejectedError)
Singly = Callable[[int, Sequence[int]], Awaitable[None]]


class Batching:
    """The batches of every workspace. Each step is a chore that goes on with what the one before wrote down."""

    def __init__(
        self,
        *,
        database: Database,
        chores: Chores,
        server: BatchServer,
        asking: BatchAsking,
        answers: BatchAnswers,
        singly: Singly,
        clock: Clock,
    ) -> None:
        """`singly` promises that contacts are written one by one, at the full price: what no batch answers."""
        self._database, self._chores, self._server, self._clock = database, chores, server, clock
        self._asking, self._answers, self._singly = asking, answers, singly

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chores, by name."""
        return {SEND: self.send, LOOK: self.look, TAKE_BACK: self.take_back}

    async def hand_out(self, workspace_id: int, name: str, contacts: Sequence[int]) -> None:
        """Promises batches of these contacts; asked again by the same name, it promises nothing more."""
        async with self._database.workspace(workspace_id) as connection:
            for n, begins in enumerate(range(0, len(contacts), MOST_REQUESTS)):
                part = contacts[begins : begins + MOST_REQUESTS]
                await self._promise(connection, workspace_id, f"{name}-{n}", part)

    async def send(self, *, workspace_id: int, name: str, contacts: Sequence[int]) -> None:
        """The chore that sends one batch. Killed anywhere and run again, it sends and pays it once."""
        title, model, now = secrets.token_hex(16), self._asking.model, self._clock()
        async with self._database.workspace(workspace_id) as connection:
            chosen = await load_preferences(connection, workspace_id)
            if chosen.refresh is RefreshPolicy.OFF:
                return
            batch = await begin_batch(connection, workspace_id, name, title=title, model=model, at=now)
        if batch.stage is Stage.PLANNED:
            if chosen.refresh_calls is Calls.SINGLE:
                await self._give_up(workspace_id, batch, contacts, sent=batch.tries > 0)
                return
            try:
                await self._send(workspace_id, batch, contacts, chosen)
            except ModelError as error:
                await self._not_sent(workspace_id, batch, contacts, error)
                return
        await self._look_later(workspace_id, name, LOOK_S)

    async def _send(self, workspace_id: int, batch: StoredBatch, contacts: Sequence[int], chosen: Preferences) -> None:
        """Looks for what an earlier try may have sent before it sends: uploading shows data, starting costs."""
        again = batch.tries > 0
        file_id = batch.file_id
        if file_id is None and again:
            file_id = await self._server.find_file(batch.title, since=batch.planned_at)
        if file_id is None:
            file_id = await self._upload(workspace_id, batch, contacts, chosen)
            if file_id is None:
                return
        await self._remember(workspace_id, batch, file_id=file_id)
        batch_id = await self._server.find(batch.title, since=batch.planned_at) if again else None
        batch_id = batch_id or await self._server.start(batch.title, file_id)
        await self._remember(workspace_id, batch, batch_id=batch_id, state=Stage.SENT.value)
        _log.info("batch_sent", workspace_id=workspace_id, batch=batch.name)

    async def _upload(
        self, workspace_id: int, batch: StoredBatch, contacts: Sequence[int], chosen: Preferences
    ) -> str | None:
        """The file of the requests, or None when there is nothing to ask; what it may cost is reserved before."""
        now = self._clock()
        asked = await self._asking.set_aside(workspace_id, contacts, at=now)
        async with self._database.workspace(workspace_id) as connection:
            await plan_items(connection, workspace_id, batch.key, asked.items, at=now, model=self._asking.model)
            if asked.left:
                tomorrow = (day_of(now, chosen.time_zone)[1] - now).total_seconds()
                await self._promise_next(connection, workspace_id, f"{batch.name}{_TOMORROW}", asked.left, tomorrow)
            if not asked.lines:
                await end_batch(connection, workspace_id, batch.key)
                return None
        return await self._server.upload(batch.title, asked.lines)

    async def _not_sent(
        self, workspace_id: int, batch: StoredBatch, contacts: Sequence[int], error: ModelError
    ) -> None:
        """Tries again later, or gives up."""
        if isinstance(error, _FOR_GOOD) or batch.tries + 1 >= _TRIES:
            _log.warning("batch_not_sent", workspace_id=workspace_id, batch=batch.name, fault=error.outcome)
            sent = not isinstance(error, _FOR_GOOD)
            await self._give_up(workspace_id, batch, contacts, fault=error.outcome, sent=sent)
            return
        after_s = _LATER_S * 2**batch.tries
        async with self._database.workspace(workspace_id) as connection:
            await self._promise(connection, workspace_id, batch.name, contacts, after_s=after_s)

    async def look(self, *, workspace_id: int, name: str) -> None:
        """The chore that looks whether a batch has ended and reads its answers; a contact without one is asked for."""
        async with self._database.workspace(workspace_id) as connection:
            batch = await batch_named(connection, workspace_id, name)
        if batch is None or batch.stage is not Stage.SENT or batch.batch_id is None:
            return
        age = self._clock() - batch.planned_at
        try:
            over = await self._ended(workspace_id, batch, batch.batch_id, cancel=age > _WINDOW)
        except ModelError as error:
            _log.warning("batch_not_read", workspace_id=workspace_id, batch=name, fault=error.outcome)
            over = False
        if not over and age > _LOST:
            async with self._database.workspace(workspace_id) as connection:
                items = await open_items(connection, workspace_id, batch.key)
            await self._give_up(workspace_id, batch, [item.contact_key for item in items], fault="lost", sent=True)
        elif not over:
            await self._look_later(workspace_id, name, LOOK_S)

    async def _ended(self, workspace_id: int, batch: StoredBatch, batch_id: str, *, cancel: bool) -> bool:
        """Whether the batch has ended, and is dealt with."""
        state = await self._server.look(batch_id)
        if state.end is BatchEnd.RUNNING:
            if cancel:
                await self._server.cancel(batch_id)
            return False
        answers = {name: answer for file in state.files for name, answer in (await self._server.answers(file)).items()}
        alone = await self._answers.read(workspace_id, batch, answers)
        async with self._database.workspace(workspace_id) as connection:
            if state.end is BatchEnd.CROWDED:
                left = await self._promise_next(connection, workspace_id, f"{batch.name}{_QUEUED}", alone, _CROWDED_S)
                alone = () if left else alone
        await self._singly(workspace_id, alone)
        for file_id in (batch.file_id, *state.files):
            if file_id:
                await self._server.delete(file_id)
        async with self._database.workspace(workspace_id) as connection:
            await end_batch(connection, workspace_id, batch.key)
        _log.info("batch_read", workspace_id=workspace_id, batch=batch.name, answers=len(answers), alone=len(alone))
        return True

    async def stop(self, connection: AsyncConnection, workspace_id: int) -> None:
        """Promises that everything of a workspace at the server is taken back: its install is over."""
        for batch in await open_batches(connection, workspace_id):
            await change_batch(connection, workspace_id, batch.key, state=Stage.ENDED.value)
            await self._promise_taking_back(connection, workspace_id, batch)

    async def take_back(
        self, *, workspace_id: int, title: str, since: str, file_id: str | None, batch_id: str | None
    ) -> None:
        """The chore that cancels a batch and deletes its files, wherever it stands; raises ModelError to try again."""
        begun = datetime.fromisoformat(since)
        batch_id = batch_id or await self._server.find(title, since=begun)
        files = [file_id or await self._server.find_file(title, since=begun)]
        if batch_id:
            await self._server.cancel(batch_id)
            state = await self._server.look(batch_id)
            files += state.files
            if state.end is BatchEnd.RUNNING and self._clock() - begun < _LOST:
                again: dict[str, Any] = {"title": title, "since": since, "file_id": file_id, "batch_id": batch_id}
                key = f"{TAKE_BACK}:{workspace_id}:{title}"
                await self._chores.make(TAKE_BACK, key=key, workspace_id=workspace_id, after_s=LOOK_S, **again)
        for file in filter(None, files):
            await self._server.delete(file)

    async def _give_up(
        self,
        workspace_id: int,
        batch: StoredBatch,
        contacts: Sequence[int],
        *,
        sent: bool,
        fault: str | None = None,
    ) -> None:
        """Has a batch's contacts written one by one. One that may have been `sent` keeps its share of the budget."""
        await self._singly(workspace_id, contacts)
        async with self._database.workspace(workspace_id) as connection:
            await end_batch(connection, workspace_id, batch.key, fault=fault, release=not sent)
            if sent or batch.file_id:
                await self._promise_taking_back(connection, workspace_id, batch)

    async def _promise_taking_back(self, connection: AsyncConnection, workspace_id: int, batch: StoredBatch) -> None:
        sent: dict[str, Any] = {"title": batch.title, "file_id": batch.file_id, "batch_id": batch.batch_id}
        await self._chores.make(
            TAKE_BACK,
            key=f"{TAKE_BACK}:{workspace_id}:{batch.title}",
            workspace_id=workspace_id,
            within=connection,
            since=batch.planned_at.isoformat(),
            **sent,
        )

    async def _promise_next(
        self, connection: AsyncConnection, workspace_id: int, name: str, contacts: Sequence[int], after_s: float
    ) -> bool:
        """Promises another batch for what found no room in one; False when that was done often enough."""
        if len(name) - len(name.rstrip(_TOMORROW + _QUEUED)) > _PARTS:
            return False
        await self._promise(connection, workspace_id, name, contacts, after_s=after_s)
        return True

    async def _promise(
        self, connection: AsyncConnection, workspace_id: int, name: str, contacts: Sequence[int], after_s: float = 0
    ) -> None:
        arguments: dict[str, Any] = {"name": name, "contacts": list(contacts)}
        key = f"{SEND}:{workspace_id}:{name}"
        await self._chores.make(
            SEND, key=key, workspace_id=workspace_id, after_s=after_s, within=connection, **arguments
        )

    async def _look_later(self, workspace_id: int, name: str, after_s: float) -> None:
        key = f"{LOOK}:{workspace_id}:{name}"
        await self._chores.make(LOOK, key=key, workspace_id=workspace_id, after_s=after_s, name=name)

    async def _remember(self, workspace_id: int, batch: StoredBatch, **values: Any) -> None:
        async with self._database.workspace(workspace_id) as connection:
            await change_batch(connection, workspace_id, batch.key, **values)
