"""The degrade ladder: what Slack refuses natively is sent again one rung lower, and for a while begins there."""

from collections.abc import Awaitable, Callable, Iterator
from itertools import combinations
from typing import Final, TypeVar

import structlog
from cachetools import TTLCache

from blocks.card import Card
from blocks.rungs import Rung
from persona.errors import DeliveryError

_log = structlog.get_logger(__name__)
REFUSALS: Final = frozenset(
    {"invalid_blocks", "invalid_attachments", "invalid_arguments", "msg_blocks_too_long", "only_one_table_allowed"}
)
"""Slack's answers that speak of the blocks; views.* say "invalid_arguments" of theirs."""

_PLAIN: Final = frozenset({"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section"})
_REMEMBER_S: Final = 3600
_MANY: Final = 10_000

Render = Callable[[Rung], Card]


def just(card: Card) -> Render:
    """A card that is the same on every rung."""
    return lambda _: card


_T = TypeVar("_T")


class Ladder:
    """Remembers which of Slack's newer blocks a workspace doesn't take: for an hour its cards begin on a lower rung."""

    def __init__(self, *, remember_s: float = _REMEMBER_S) -> None:
        self._refused: TTLCache[tuple[int, frozenset[str]], bool] = TTLCache(maxsize=_MANY, ttl=remember_s)

    async def send(self, workspace_id: int, render: Render, deliver: Callable[[Card], Awaitable[_T]]) -> _T:
        """What `deliver` returns for the first form of the card that Slack takes.

        `deliver` raises DeliveryError; one of REFUSALS is answered by the next lower rung, last by text without blocks.
        The same blocks are never sent twice. Raises DeliveryError when no form is taken.
        """
        refused: Card | None = None
        for card in self._forms(workspace_id, render):
            if refused is not None and card.blocks == refused.blocks:
                continue
            try:
                taken = await deliver(card)
            except DeliveryError as error:
                if error.answer not in REFUSALS:
                    raise
                _log.warning("blocks_refused", answer=error.answer, newer=sorted(_newer(card)))
                refused = card
                continue
            if refused is not None and card.blocks and (lost := _newer(refused) - _newer(card)):
                self._refused[workspace_id, lost] = True
            return taken
        raise DeliveryError("invalid_blocks", retry=False)

    def _forms(self, workspace_id: int, render: Render) -> Iterator[Card]:
        """The card on each rung that may be taken, then its text without blocks."""
        for rung in Rung:
            card = render(rung)
            if not any((workspace_id, lost) in self._refused for lost in _some_of(_newer(card))):
                yield card
        yield Card(render(Rung.TEXT).text, [])


def _newer(card: Card) -> frozenset[str]:
    """The kinds of its blocks that not every Slack takes."""
    return frozenset(str(block["type"]) for block in card.blocks) - _PLAIN


def _some_of(kinds: frozenset[str]) -> Iterator[frozenset[str]]:
    """Every choice of one or more of a card's newer kinds, of which there are two or three."""
    for size in range(1, len(kinds) + 1):
        yield from map(frozenset, combinations(sorted(kinds), size))
