"""Slack's rates, for a double asked to keep them: calls a minute and method, a message a second and channel."""

from collections import defaultdict

from tests.doubles.slack_state import SlackClock

A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
TIERS = {
    "chat.update": 3,
    "chat.delete": 3,
    "chat.unfurl": 3,
    "reactions.add": 3,
    "assistant.threads.setStatus": 3,
    "agents.sessions.setStatus": 3,
    "chat.startStream": 2,
    "chat.stopStream": 2,
    "users.list": 2,
    "conversations.list": 2,
    "apps.connections.open": 1,
}
PER_CHANNEL_S = 1.0
MINUTE_S = 60.0


class Rates:
    """Counts the calls of a minute by workspace and method; a method without a tier here is of tier 4."""

    def __init__(self, clock: SlackClock) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._posted: dict[tuple[str, str], float] = {}

    def wait_s(self, team: str, method: str, channel_id: str = "") -> float:
        """Counts a call: 0 when Slack takes it, else how long it says to wait."""
        now = self._clock.now()
        if method == "chat.postMessage":
            free_at = self._posted.get((team, channel_id), 0.0) + PER_CHANNEL_S
            if now < free_at:
                return free_at - now
            self._posted[team, channel_id] = now
            return 0.0
        recent = [at for at in self._calls[team, method] if now - at < MINUTE_S]
        self._calls[team, method] = recent
        if len(recent) >= A_MINUTE[TIERS.get(method, 4)]:
            return recent[0] + MINUTE_S - now
        recent.append(now)
        return 0.0
