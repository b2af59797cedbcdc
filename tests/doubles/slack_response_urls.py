"""The double's response_urls: five uses in thirty minutes, each bound to the message that an interaction came from."""

from dataclasses import dataclass, field

from tests.doubles.block_limits import message_errors
from tests.doubles.slack_messages import refusal
from tests.doubles.slack_state import BOT, Answer, Ephemeral, State

RESPONSE_URL_USES = 5
RESPONSE_URL_LIFE_S = 30 * 60
Refusal = str


@dataclass
class ResponseUrl:
    """One response_url: what was posted to it, whom it answers, and what it may replace."""

    made_at: float
    channel_id: str = "C1"
    user_id: str = "U1"
    origin: Ephemeral | str | None = None
    uses: int = 0
    posts: list[Answer] = field(default_factory=list)


class ResponseUrls:
    """All response_urls by name. Only a spent, old or unknown one answers 404; so do blocks that Slack refuses."""

    def __init__(self, web: State) -> None:
        self._web = web
        self.by_name: dict[str, ResponseUrl] = {}

    def new(self, channel_id: str = "C1", user_id: str = "U1", origin: Ephemeral | str | None = None) -> str:
        """A fresh one's name. `origin` is the ephemeral, or the ts of the message, that it may replace."""
        name = f"r{len(self.by_name) + 1}"
        self.by_name[name] = ResponseUrl(self._web.clock.now(), channel_id, user_id, origin)
        return name

    def post(self, name: str, message: Answer) -> Refusal | None:
        """Why Slack refuses what was posted; None when it is shown."""
        url = self.by_name.get(name)
        if url is None or self._web.clock.now() - url.made_at > RESPONSE_URL_LIFE_S:
            return "expired_url"
        url.uses += 1
        if url.uses > RESPONSE_URL_USES:
            return "used_url"
        if message.get("delete_original"):
            self._delete(url)
        else:
            refused = self._refused(url, message)
            if refused:
                return refused
            self._show(url, message)
        url.posts.append(message)
        return None

    def _refused(self, url: ResponseUrl, message: Answer) -> Refusal | None:
        errors = message_errors(message, native=self._web.native)
        if errors:
            return refusal(errors)
        private = isinstance(url.origin, Ephemeral) and message.get("replace_original")
        return "cannot_make_ephemeral_public" if private and message.get("response_type") == "in_channel" else None

    def _delete(self, url: ResponseUrl) -> None:
        if isinstance(url.origin, Ephemeral):
            self._web.ephemerals = [e for e in self._web.ephemerals if e is not url.origin]
        elif url.origin:
            self._web.channel(url.channel_id).messages.pop(url.origin, None)

    def _show(self, url: ResponseUrl, message: Answer) -> None:
        channel = self._web.channels.get(url.channel_id)
        if message.get("replace_original") and isinstance(url.origin, Ephemeral):
            url.origin.message = message
        elif message.get("replace_original") and channel and url.origin in channel.messages:
            before = channel.messages[str(url.origin)]
            kept = {key: before[key] for key in ("ts", "user", "bot_id", "thread_ts", "metadata") if key in before}
            channel.messages[str(url.origin)] = {**message, **kept}
        elif message.get("response_type") == "in_channel":
            self._web.place_message(self._web.channel(url.channel_id), message, user=BOT, bot_id="B1")
        else:
            shown = self._web.whisper_to(url.channel_id, url.user_id, message)
            url.origin = url.origin if url.origin is not None else shown
