"""A streamed answer: begun, carried on while somebody waits for it, and completed in one piece when streaming fails."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog

from blocks.answer import portions, stopped_note
from blocks.card import Card
from bot.ladder import just
from bot.posting import Place, Poster
from bot.slack_calls import SlackCalls
from persona.errors import DeliveryError

_log = structlog.get_logger(__name__)
_PORTION: Final = 400
_TOO_MANY: Final = "ratelimited"


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer in its three forms: Markdown to stream, what stands below it, and all of it as one card."""

    text: str
    below: Card
    whole: Card


class Streaming:
    """Streams answers into threads of direct messages."""

    def __init__(self, *, calls: SlackCalls, poster: Poster) -> None:
        self._calls, self._poster = calls, poster

    async def send(
        self,
        place: Place,
        answer: Streamed,
        *,
        begun: Callable[[str], Awaitable[None]],
        stopped: Callable[[], Awaitable[bool]],
    ) -> None:
        """Streams the answer; `begun` is told its ts. Where Slack doesn't stream, it is one message.

        Raises DeliveryError, after which `complete` puts the whole answer where it was begun.
        """
        first, *rest = portions(answer.text, _PORTION)
        ts = await self._start(place, first)
        if ts is None:
            await self._poster.post(place, just(answer.whole))
            return
        await begun(ts)
        try:
            for portion in rest:
                if await stopped():
                    await self._call("chat.stopStream", place, ts, **stopped_note())
                    return
                await self._call("chat.appendStream", place, ts, markdown_text=portion)
            await self._call("chat.stopStream", place, ts, blocks=answer.below.blocks)
        except DeliveryError as error:
            if error.retry:
                raise
            _log.warning(
                "stream_ended", answer=error.answer
            )  # after five minutes Slack ends it (python-slack-sdk 1859)
            await self.complete(place, ts, answer.whole)

    async def complete(self, place: Place, ts: str, whole: Card) -> None:
        """Puts the whole answer in the place of what was begun; raises DeliveryError."""
        try:
            await self._call("chat.stopStream", place, ts)
        except DeliveryError as error:
            if error.retry:
                raise
        await self._poster.update(place, ts, just(whole))

    async def say(self, place: Place, card: Card) -> None:
        """Posts a card in the thread; raises DeliveryError."""
        await self._poster.post(place, just(card))

    async def status(self, place: Place, said: str) -> None:
        """Shows what is being done, or nothing any more; a Slack that can't show it is no failure."""
        where = {"channel_id": place.channel_id, "thread_ts": place.thread_ts}
        await self._try("assistant.threads.setStatus", place, **where, status=said)
        await self._try("agents.sessions.setStatus", place, **where, status="processing" if said else "active")

    async def suggest(self, place: Place, prompts: list[dict[str, str]]) -> None:
        """Suggests what to ask in an empty conversation."""
        await self._try("assistant.threads.setSuggestedPrompts", place, channel_id=place.channel_id, prompts=prompts)

    async def _start(self, place: Place, text: str) -> str | None:
        """The ts of the message begun; None where Slack doesn't stream, or not so many in a minute (tier 2)."""
        where = {"channel": place.channel_id, "thread_ts": place.thread_ts}
        try:
            sent = await self._calls.call(place.workspace_id, "chat.startStream", **where, markdown_text=text)
        except DeliveryError as error:
            if error.retry and error.answer != _TOO_MANY:
                raise
            _log.warning("not_streamed", answer=error.answer)
            return None
        return str(sent["ts"])

    async def _call(self, method: str, place: Place, ts: str, **arguments: Any) -> None:
        await self._calls.call(place.workspace_id, method, channel=place.channel_id, ts=ts, **arguments)

    async def _try(self, method: str, place: Place, **arguments: Any) -> None:
        try:
            await self._calls.call(place.workspace_id, method, **arguments)
        except DeliveryError as error:
            _log.info("not_shown", method=method, answer=error.answer)
