"""The double's messages: chat.* but streams, and reactions.*."""

import json
from typing import Any

from tests.doubles.block_limits import message_errors
from tests.doubles.slack_state import BOT, Answer, Channel, RefusedError, State

MAX_UPDATE_TEXT = 4_000
MAX_TEXT = 40_000
MAX_MARKDOWN = 12_000
MAX_METADATA_BYTES = 8_000


class Messages(State):
    """Messages of the bot, and what people react. `unfurls` and `deleted` are what chat.unfurl and chat.delete did."""

    def __init__(self) -> None:
        super().__init__()
        self.unfurls: list[Answer] = []

    def _chat_postMessage(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self.bot_channel(given)
        self.fits(given)
        self._in_thread(channel, given)
        shown = {**given, "text": str(given.get("text") or "")[:MAX_TEXT]}
        ts = self.place_message(channel, shown, user=BOT, bot_id="B1")
        return {"channel": channel.channel_id, "ts": ts, "message": channel.messages[ts]}

    def _chat_update(self, given: Answer) -> Answer:
        channel = self.bot_channel(given)
        before = self._own(channel, str(given.get("ts")), "cant_update_message")
        if before.get("streaming"):
            raise RefusedError("streaming_state_conflict")
        if len(str(given.get("text") or "")) > MAX_UPDATE_TEXT:
            raise RefusedError("msg_too_long")
        self.fits(given)
        kept = {key: value for key, value in before.items() if key != "blocks" or not {"text", "blocks"} & set(given)}
        channel.messages[before["ts"]] = {**kept, **given}
        if given.get("metadata") == {}:
            del channel.messages[before["ts"]]["metadata"]
        return {"channel": channel.channel_id, "ts": before["ts"], "text": given.get("text")}

    def _chat_delete(self, given: Answer) -> Answer:
        channel = self.bot_channel(given)
        self._own(channel, str(given.get("ts")), "cant_delete_message")
        del channel.messages[str(given["ts"])]
        return {"channel": channel.channel_id, "ts": given["ts"]}

    def _chat_postEphemeral(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self.bot_channel(given)
        if given.get("user") not in channel.members:
            raise RefusedError("user_not_in_channel")
        self.fits(given)
        channel.whispers.append(dict(given))
        return {"message_ts": self.whisper_to(channel.channel_id, str(given["user"]), given).ts}

    def _chat_getPermalink(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self.found_channel(given)
        ts = str(given.get("message_ts"))
        if ts not in channel.messages:
            raise RefusedError("message_not_found")
        return {"permalink": f"http://127.0.0.1/archives/{channel.channel_id}/p{ts.replace('.', '')}"}

    def _chat_unfurl(self, given: Answer) -> Answer:
        by_id = bool(given.get("unfurl_id") and given.get("source"))
        if not by_id and not (given.get("channel") and given.get("ts")):
            raise RefusedError("missing_unfurl_id")
        unfurls = given.get("unfurls")
        for unfurl in (json.loads(unfurls) if isinstance(unfurls, str) else unfurls or {}).values():
            self.fits({"text": "unfurl", "blocks": unfurl.get("blocks") or []})
        self.unfurls.append(dict(given))
        return {}

    def _reactions_add(self, given: Answer) -> Answer:
        self.react(self._reacted_channel(given), str(given["timestamp"]), str(given["name"]), BOT)
        return {}

    def _reactions_remove(self, given: Answer) -> Answer:
        self.unreact(self._reacted_channel(given), str(given["timestamp"]), str(given["name"]), BOT)
        return {}

    def _reactions_get(self, given: Answer) -> Answer:
        channel = self._reacted_channel(given)
        found = channel.reactions.get(str(given["timestamp"]), {})
        reactions = [{"name": name, "users": users, "count": len(users)} for name, users in found.items()]
        return {"type": "message", "message": {"ts": given["timestamp"], "reactions": reactions}}

    def react(self, channel: Channel, ts: str, name: str, user_id: str) -> None:
        """Puts a reaction of somebody on a message."""
        users = channel.reactions.setdefault(ts, {}).setdefault(name, [])
        if user_id in users:
            raise RefusedError("already_reacted")
        users.append(user_id)

    def unreact(self, channel: Channel, ts: str, name: str, user_id: str) -> None:
        """Takes a reaction away."""
        users = channel.reactions.get(ts, {}).get(name, [])
        if user_id not in users:
            raise RefusedError("no_reaction")
        users.remove(user_id)

    def fits(self, message: Answer) -> None:
        """Refuses what Slack refuses in a message."""
        markdown = message.get("markdown_text")
        if markdown and (message.get("text") or message.get("blocks")):
            raise RefusedError("markdown_text_conflict")
        if len(str(markdown or "")) > MAX_MARKDOWN:
            raise RefusedError("msg_too_long")
        if len(json.dumps(message.get("metadata") or {})) > MAX_METADATA_BYTES:
            raise RefusedError("metadata_too_large")
        errors = [] if markdown else message_errors(message, native=self.native)
        if errors:
            raise RefusedError(refusal(errors), errors=errors, response_metadata={"messages": errors})

    def _reacted_channel(self, given: Answer) -> Channel:
        channel = self.bot_channel(given)
        if str(given.get("timestamp")) not in channel.messages:
            raise RefusedError("message_not_found")
        return channel

    def _in_thread(self, channel: Channel, given: Answer) -> None:
        parent = given.get("thread_ts")
        if parent and parent not in channel.messages and parent not in self.unkept:
            raise RefusedError("thread_not_found")

    def _own(self, channel: Channel, ts: str, refused: str) -> dict[str, Any]:
        found = channel.messages.get(ts)
        if found is None:
            raise RefusedError("message_not_found")
        if found.get("user", BOT) != BOT:
            raise RefusedError(refused)
        return found


def refusal(errors: list[str]) -> str:
    """Slack's word for these faults of a message."""
    if "no text" in errors:
        return "no_text"
    if "only_one_table_allowed" in errors:
        return "only_one_table_allowed"
    return "msg_blocks_too_long" if any(e.startswith("msg_blocks_too_long") for e in errors) else "invalid_blocks"
