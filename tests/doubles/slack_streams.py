"""The double's streamed answers and agent surfaces: chat.*Stream, assistant.threads.*, agents.sessions.*."""

import json
from typing import Any

from tests.doubles.slack_messages import MAX_MARKDOWN, Messages
from tests.doubles.slack_state import BOT, Answer, Channel, RefusedError

STREAM_LIFE_S = 5 * 60
SESSION_STATES = {"processing", "active", "suspended", "closed"}
MAX_PROMPTS = 4


class Streams(Messages):
    """A stream ends by itself after five minutes. `statuses` are by channel and thread, as are `prompts`."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses: dict[tuple[str, str], str] = {}
        self.sessions: dict[str, str] = {}
        self.prompts: dict[tuple[str, str], list[Answer]] = {}

    def _chat_startStream(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self.bot_channel(given)
        if not given.get("thread_ts"):
            raise RefusedError("invalid_arguments")
        self._in_thread(channel, given)
        for name in () if channel.direct else ("recipient_team_id", "recipient_user_id"):
            if not given.get(name):
                raise RefusedError(f"missing_{name}")
        text = _streamed(given)
        self.statuses.pop((channel.channel_id, str(given["thread_ts"])), None)
        shown = {"text": text, "thread_ts": given["thread_ts"]}
        ts = self.place_message(channel, shown, user=BOT, bot_id="B1", streaming=self.clock.now())
        return {"channel": channel.channel_id, "ts": ts}

    def _chat_appendStream(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        message = self._streaming(given)
        message["text"] += _streamed(given)
        return {"channel": given["channel"], "ts": message["ts"]}

    def _chat_stopStream(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        message = self._streaming(given)
        self.fits({"text": "stop", **{key: given[key] for key in ("blocks", "metadata") if key in given}})
        message["text"] += _streamed(given)
        message.update({key: given[key] for key in ("blocks", "metadata") if key in given})
        del message["streaming"]
        return {"channel": given["channel"], "ts": message["ts"], "message": message}

    def _assistant_threads_setStatus(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self.bot_channel(given)
        key = (channel.channel_id, str(given.get("thread_ts") or ""))
        if given.get("status"):
            self.statuses[key] = str(given["status"])
        else:
            self.statuses.pop(key, None)
        return {}

    def _assistant_threads_setSuggestedPrompts(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel, prompts = self.bot_channel(given), _listed(given.get("prompts"))
        if not 1 <= len(prompts) <= MAX_PROMPTS or any(not p.get("title") or not p.get("message") for p in prompts):
            raise RefusedError("invalid_arguments")
        self.prompts[channel.channel_id, str(given.get("thread_ts") or "")] = prompts
        return {}

    def _agents_sessions_setStatus(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        channel = self.bot_channel(given)
        if given.get("status") not in SESSION_STATES:
            raise RefusedError("invalid_arguments")
        self.sessions[channel.channel_id] = str(given["status"])
        return {}

    def _chat_postMessage(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        answer = super()._chat_postMessage(given)
        self.statuses.pop((str(answer["channel"]), str(given.get("thread_ts") or "")), None)
        return answer

    def _streaming(self, given: Answer) -> dict[str, Any]:
        channel: Channel = self.bot_channel(given)
        message = self._own(channel, str(given.get("ts")), "message_not_owned_by_app")
        started = message.get("streaming")
        if started is None or self.clock.now() - started > STREAM_LIFE_S:
            message.pop("streaming", None)
            raise RefusedError("message_not_in_streaming_state")
        return message


def _streamed(given: Answer) -> str:
    """The markdown of a call: its own, or that of its chunks."""
    parts = [str(given.get("markdown_text") or "")]
    parts += [str(c["text"]) for c in _listed(given.get("chunks")) if c.get("type") == "markdown_text"]
    if sum(len(part) for part in parts) > MAX_MARKDOWN:
        raise RefusedError("msg_too_long")
    return "".join(parts)


def _listed(given: Any) -> list[Answer]:
    """A list, which a form carries as JSON."""
    found: list[Answer] = json.loads(given) if isinstance(given, str) else given or []
    return found
