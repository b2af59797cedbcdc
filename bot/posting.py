"""The one way out to Slack: unfurls off, the result checked, native blocks given up for plain ones when refused."""

from collections.abc import Callable, Sequence

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from blocks.card import Card
from blocks.rungs import Rung
from persona.errors import DeliveryError

_log = structlog.get_logger(__name__)
_TIMEOUT_S = 10

Render = Callable[[Rung], Card]


class Poster:
    """Answers interactions through their response_url. Remembers the rung a refusal drove us down to."""

    def __init__(self) -> None:
        self._first_rung = Rung.NATIVE

    async def replace(self, response_url: str, render: Render) -> None:
        """Replaces the card that a response_url belongs to; raises DeliveryError when Slack takes none of the rungs."""
        for rung in self._rungs():
            status, answer = await self._send(response_url, render(rung))
            if status == 200:
                return
            if answer not in {"invalid_blocks", "invalid_attachments", "msg_blocks_too_long", "only_one_table_allowed"}:
                raise DeliveryError(answer, retry=status == 429 or status >= 500)
            _log.warning("blocks_refused", rung=rung.name, answer=answer)
            self._first_rung = _below(rung)
        raise DeliveryError("invalid_blocks", retry=False)

    def _rungs(self) -> Sequence[Rung]:
        rungs = list(Rung)
        return rungs[rungs.index(self._first_rung) :]

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


def _below(rung: Rung) -> Rung:
    rungs = list(Rung)
    return rungs[min(rungs.index(rung) + 1, len(rungs) - 1)]
