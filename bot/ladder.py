"""The degrade ladder: what Slack refuses natively is sent again one rung lower, and the refusal is remembered."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeVar

import structlog

from blocks.card import Card
from blocks.rungs import Rung
from persona.errors import DeliveryError

_log = structlog.get_logger(__name__)
REFUSALS: Final = frozenset(
    {"invalid_blocks", "invalid_attachments", "invalid_arguments", "msg_blocks_too_long", "only_one_table_allowed"}
)
"""Slack's answers that speak of the blocks; views.* say "invalid_arguments" of theirs."""

Render = Callable[[Rung], Card]


def just(card: Card) -> Render:
    """A card that is the same on every rung."""
    return lambda _: card


_T = TypeVar("_T")


class Ladder:
    """Remembers when Slack takes native blocks no more: the next card then begins on the rung that was taken."""

    def __init__(self) -> None:
        self._first_rung = Rung.NATIVE

    async def send(self, render: Render, deliver: Callable[[Card], Awaitable[_T]]) -> _T:
        """What `deliver` returns for the first form of the card that Slack takes.

        `deliver` raises DeliveryError; one of REFUSALS is answered by the next lower rung, last by text without blocks.
        The same blocks are never sent twice. Raises DeliveryError when no form is taken.
        """
        refused: Card | None = None
        for rung, card in self._forms(render):
            if refused is not None and card.blocks == refused.blocks:
                continue
            try:
                taken = await deliver(card)
            except DeliveryError as error:
                if error.answer not in REFUSALS:
                    raise
                _log.warning("blocks_refused", rung=rung.name if rung else "no blocks", answer=error.answer)
                refused = card
                continue
            if refused is not None and rung is not None:
                self._first_rung = rung
            return taken
        raise DeliveryError("invalid_blocks", retry=False)

    def _forms(self, render: Render) -> Iterator[tuple[Rung | None, Card]]:
        """The card on each rung from the first Slack takes, then its text without blocks."""
        rungs = list(Rung)
        for rung in rungs[rungs.index(self._first_rung) :]:
            yield rung, render(rung)
        yield None, Card(render(rungs[-1]).text, [])
