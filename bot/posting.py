"""The one way out to Slack: unfurls off, results checked, native blocks given up for plain ones when refused."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from blocks.card import Card
from blocks.modal import Modal, as_view
from bot.ladder import Ladder, Render
from bot.slack_calls import SlackCalls
from persona.errors import DeliveryError

__all__ = ["Home", "Place", "Poster", "Render", "Reply"]
_TIMEOUT_S: Final = 10
_SPENT: Final = frozenset({"expired_url", "used_url"})
_QUIET: Final = {"unfurl_links": False, "unfurl_media": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages stand: a channel of a workspace's Slack, or a thread in it."""

    workspace_id: int
    channel_id: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """How the person who asked is answered: in the modal they look at, by response_url, or in a channel only to them.

    The first of `view_id`, `response_url` and `channel_id` that is there is taken; else a direct message. A card that
    others see too is not replaced by one who pressed its button.
    """

    workspace_id: int
    user_id: str
    view_id: str = ""
    response_url: str = ""
    channel_id: str = ""
    thread_ts: str | None = None
    replaces: bool = True
    metadata: str = ""

    def arguments(self) -> dict[str, Any]:
        """As a job's arguments; `Reply.of` reads them back."""
        return asdict(self)

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Self:
        """The reply of a job's arguments."""
        return cls(**arguments)


@dataclass(frozen=True, slots=True)
class Home:
    """What a new Home replaces, by Slack's hash of it ("" for none), and the metadata the new one is known by."""

    hash: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Link:
    """A shared link, exactly as Slack sent it, and where its card goes."""

    url: str
    unfurl_id: str
    source: str


class Poster:
    """Posts, updates and answers. What Slack refuses as blocks goes one rung lower (bot/ladder.py)."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls, self._messages, self._views = calls, Ladder(), Ladder()

    async def replace(self, response_url: str, render: Render, *, original: bool = True, workspace_id: int = 0) -> None:
        """Replaces the card that a response_url belongs to, or shows one more, to who pressed only.

        Raises DeliveryError when Slack takes none of its forms.
        """
        await self._messages.send(
            workspace_id, render, lambda card: self._respond(response_url, card, replace=original)
        )

    async def tell(self, reply: Reply, render: Render) -> None:
        """Shows the person who asked a card where they look; raises DeliveryError."""
        if reply.view_id:
            await self.update_view(reply.workspace_id, reply.view_id, Modal("Persona", metadata=reply.metadata), render)
        elif reply.response_url:
            original, workspace_id = reply.replaces, reply.workspace_id
            await self.replace(reply.response_url, render, original=original, workspace_id=workspace_id)
        else:
            place = Place(reply.workspace_id, reply.channel_id or reply.user_id, reply.thread_ts)
            await (self.whisper(place, reply.user_id, render) if reply.channel_id else self.post(place, render))

    async def answer(self, reply: Reply, render: Render) -> None:
        """`tell`, or a direct message where a response_url serves no more: five times, for half an hour."""
        try:
            await self.tell(reply, render)
        except DeliveryError as error:
            if reply.view_id or not reply.workspace_id or error.answer not in _SPENT:
                raise
            await self.post(Place(reply.workspace_id, reply.user_id), render)

    async def post(self, place: Place, render: Render) -> str:
        """Posts a message everyone there sees and can react to; its ts. A user id as channel is a direct message."""

        async def deliver(card: Card) -> str:
            sent = await self._calls.call_in_turn(
                place.workspace_id,
                place.channel_id,
                "chat.postMessage",
                **{"thread_ts": place.thread_ts, **_message(card), **_QUIET},
            )
            return str(sent["ts"])

        return await self._messages.send(place.workspace_id, render, deliver)

    async def update(self, place: Place, ts: str, render: Render) -> None:
        """Replaces a message of ours."""

        async def deliver(card: Card) -> None:
            await self._calls.call(
                place.workspace_id, "chat.update", channel=place.channel_id, ts=ts, **_message(card), **_QUIET
            )

        await self._messages.send(place.workspace_id, render, deliver)

    async def whisper(self, place: Place, user_id: str, render: Render) -> None:
        """Shows a message in a channel to one member only. It can't be updated or reacted to."""

        async def deliver(card: Card) -> None:
            await self._calls.call_in_turn(
                place.workspace_id,
                place.channel_id,
                "chat.postEphemeral",
                user=user_id,
                **{"thread_ts": place.thread_ts, **_message(card), **_QUIET},
            )

        await self._messages.send(place.workspace_id, render, deliver)

    async def open_view(self, workspace_id: int, trigger_id: str, modal: Modal, render: Render) -> str:
        """Opens a modal within the three seconds of a trigger_id; its id."""
        return await self._view("views.open", workspace_id, modal, render, trigger_id=trigger_id)

    async def push_view(self, workspace_id: int, trigger_id: str, modal: Modal, render: Render) -> str:
        """Lays a modal over the one that is open, three at most; its id."""
        return await self._view("views.push", workspace_id, modal, render, trigger_id=trigger_id)

    async def update_view(self, workspace_id: int, view_id: str, modal: Modal, render: Render) -> None:
        """Replaces what an open modal shows."""
        await self._view("views.update", workspace_id, modal, render, view_id=view_id)

    async def upload(self, workspace_id: int, user_id: str, filename: str, content: bytes) -> str:
        """Sends a member a file as a direct message; its id. Raises DeliveryError."""
        room = (await self._calls.call(workspace_id, "conversations.open", users=user_id))["channel"]["id"]
        return await self.upload_into(Place(workspace_id, str(room)), filename, content)

    async def upload_into(self, place: Place, filename: str, content: bytes) -> str:
        """Puts a file into a channel or thread; its id. Raises DeliveryError."""
        asked = {"filename": filename, "length": len(content)}
        given = await self._calls.call(place.workspace_id, "files.getUploadURLExternal", **asked)
        await self._calls.send_file(str(given["upload_url"]), content)
        files = [{"id": given["file_id"], "title": filename}]
        where = {"channel_id": place.channel_id, "thread_ts": place.thread_ts}
        await self._calls.call(place.workspace_id, "files.completeUploadExternal", files=files, **where)
        return str(given["file_id"])

    async def unfurl(self, workspace_id: int, link: Link, render: Render) -> None:
        """Shows a card below a link that somebody shared."""

        async def deliver(card: Card) -> None:
            await self._calls.call(
                workspace_id,
                "chat.unfurl",
                unfurl_id=link.unfurl_id,
                source=link.source,
                unfurls={link.url: {"blocks": card.blocks}},
            )

        await self._messages.send(workspace_id, render, deliver)

    async def publish_home(self, workspace_id: int, user_id: str, render: Render, *, over: Home) -> None:
        """Replaces what a member sees in the app's Home tab, unless that is not `over` any more."""

        async def deliver(card: Card) -> None:
            home = {"type": "home", "blocks": card.blocks, "private_metadata": over.metadata}
            older = {"hash": over.hash} if over.hash else {}
            await self._calls.call(workspace_id, "views.publish", user_id=user_id, view=home, **older)

        await self._views.send(workspace_id, render, deliver)

    async def _view(self, method: str, workspace_id: int, modal: Modal, render: Render, **target: str) -> str:
        async def deliver(card: Card) -> str:
            sent = await self._calls.call(workspace_id, method, view=as_view(modal, card), **target)
            return str((sent.get("view") or {}).get("id") or "")

        return await self._views.send(workspace_id, render, deliver)

    async def _respond(self, response_url: str, card: Card, *, replace: bool) -> None:
        client = AsyncWebhookClient(response_url, timeout=_TIMEOUT_S, retry_handlers=[])  # the queue tries again
        message = {"response_type": "ephemeral", "replace_original": replace, **_message(card), **_QUIET}
        try:
            response = await client.send_dict(message)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, retry=True) from error
        if response.status_code != 200:
            busy = response.status_code == 429 or response.status_code >= 500
            raise DeliveryError(response.body.strip()[:80], retry=busy)


def _message(card: Card) -> dict[str, Any]:
    return {"text": card.text, "blocks": card.blocks}
