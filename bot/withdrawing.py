"""Shared cards of contacts of whom nothing is to be shown any more: a short card takes the place of each."""

from collections.abc import Callable, Mapping
from typing import Final

from blocks.refusals import FORGOTTEN
from blocks.shared_card import withdrawn_card
from bot.chores import Chores, ChoreTask
from bot.ladder import just
from bot.posting import Place, Poster
from persona.errors import DeliveryError, UnknownWorkspaceError
from storage.database import AsyncConnection, Database
from storage.withdrawals import is_withdrawn, to_withdraw

WITHDRAW: Final = "withdraw_cards"
_AT_ONCE: Final = 100


class Withdrawing:
    """Withdraws what storage.withdrawals noted."""

    def __init__(self, *, database: Database, chores: Chores, poster: Callable[[], Poster]) -> None:
        """`poster` is asked for when a card is to be withdrawn: an import needs no Slack."""
        self._database, self._chores, self._poster = database, chores, poster

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chore, by name."""
        return {WITHDRAW: self.withdraw}

    async def ask(self, connection: AsyncConnection, workspace_id: int) -> None:
        """Stores the chore in the caller's transaction, when there is something to withdraw."""
        if await to_withdraw(connection, workspace_id, limit=1):
            key = f"{WITHDRAW}:{workspace_id}"
            await self._chores.make(WITHDRAW, key=key, workspace_id=workspace_id, within=connection)

    async def withdraw(self, *, workspace_id: int) -> None:
        """The chore: goes on until nothing is left. Raises DeliveryError while Slack is busy."""
        while True:
            async with self._database.workspace(workspace_id) as connection:
                found = await to_withdraw(connection, workspace_id, limit=_AT_ONCE)
            if not found:
                return
            for channel_id, message_ts in found:
                await self._empty(workspace_id, channel_id, message_ts)

    async def _empty(self, workspace_id: int, channel_id: str, message_ts: str) -> None:
        """What Slack takes no more is deleted, or out of our reach for good."""
        card = just(withdrawn_card(FORGOTTEN))
        try:
            await self._poster().update(Place(workspace_id, channel_id), message_ts, card)
        except UnknownWorkspaceError:
            pass  # uninstalled: nobody could
        except DeliveryError as error:
            if error.retry:
                raise
        async with self._database.workspace(workspace_id) as connection:
            await is_withdrawn(connection, workspace_id, channel_id, message_ts)
