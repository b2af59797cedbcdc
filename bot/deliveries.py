"""Sends once what others would see twice, whatever dies meanwhile."""

from collections.abc import Awaitable, Callable

from persona.errors import DeliveryError, MaybeSentError
from storage.database import AsyncConnection, Database
from storage.deliveries import begin_delivery, end_delivery, give_up_delivery

Send = Callable[[], Awaitable[str]]
"""Sends it; returns the ts of the message, or what else it is known by."""
Remember = Callable[[AsyncConnection, str], Awaitable[None]]
"""Keeps what follows from its standing there, in the transaction in which it is done."""


class Deliveries:
    """Deliveries by key: the same key is the same message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, workspace_id: int, key: str, send: Send, *, remember: Remember | None = None) -> str:
        """Sends it unless it was sent; what `send` returned then or now.

        Slack has no key by which it would know a message again, so one that was interrupted is not sent a second time:
        MaybeSentError. Raises DeliveryError when it was certainly not sent, and may be tried again.
        """
        async with self._database.workspace(workspace_id) as connection:
            before = await begin_delivery(connection, workspace_id, key)
        if before is not None:
            if not before.done:
                raise MaybeSentError
            return before.message_ts
        try:
            ts = await send()
        except DeliveryError as error:
            if error.uncertain:
                raise MaybeSentError from error
            async with self._database.workspace(workspace_id) as connection:
                await give_up_delivery(connection, workspace_id, key)
            raise
        async with self._database.workspace(workspace_id) as connection:
            await end_delivery(connection, workspace_id, key, message_ts=ts)
            if remember is not None:
                await remember(connection, ts)
        return ts
