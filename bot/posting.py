"""The one way out to Slack: unfurls off, the result checked, native blocks given up for plain ones when refused."""

from collections.abc import Callable, Iterator

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from blocks.card import Card
from blocks.rungs import Rung
from persona.errors import DeliveryError

_log = structlog.get_logger(__name__)
_TIMEOUT_S = 10
_REFUSALS = frozenset({"invalid_blocks", "invalid_attachments", "msg_blocks_too_long", "only_one_table_allowed"})

Render = Callable[[Rung], Card]


class Poster:
    """Answers interactions through their response_url. Remembers when Slack takes native blocks no more."""

    def __init__(self) -> None:
        self._first_rung = Rung.NATIVE

    async def replace(self, response_url: str, render: Render) -> None:
        """Replaces the card that a response_url belongs to; raises DeliveryError when Slack takes none of its forms.

        Refused blocks are sent again one rung lower, last as text alone; the same blocks are never sent twice.
        """
        refused: Card | None = None
        for rung, card in self._forms(render):
            if refused is not None and card.blocks == refused.blocks:
                continue
            status, answer = await self._send(response_url, card)
            if status == 200:
                if refused is not None and rung is not None:
                    self._first_rung = rung
                return
            if answer not in _REFUSALS:
                raise DeliveryError(answer, retry=status == 429 or status >= 500)
            _log.warning("blocks_refused", rung=rung.name if rung else "no blocks", answer=answer)
            refused = card
        raise DeliveryError("invalid_blocks", retry=False)

    def _forms(self, render: Render) -> Iterator[tuple[Rung | None, Card]]:
        """The card on each rung from the first Slack takes, then its text without blocks."""
        rungs = list(Rung)
        for rung in rungs[rungs.index(self._first_rung) :]:
            yield rung, render(rung)
        yield None, Card(render(rungs[-1]).text, [])

    @staticmethod
    async def _send(response_url: str, card: Card) -> tuple[int, str]:
        client = AsyncWebhookClient(response_url, timeout=_TIMEOUT_S)
        try:
            response = await client.send_dict(
                {
                    "response_type": "ephemeral",
                    "replace_original": True,
                    "text": card.text,
                    "blocks": card.blocks,
                    "unfurl_links": False,
                    "unfurl_media": False,
                }
            )
        except (SlackClientError, OSError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, retry=True) from error
        return response.status_code, response.body.strip()[:80]
