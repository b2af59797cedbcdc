"""How long to wait before another try: exponential with full jitter, and never sooner than the server asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried in all, and the bounds in seconds between which its pauses grow."""

    attempts: int = 3
    first_pause_s: float = 0.5
    longest_pause_s: float = 8.0

    def pause(self, attempt: int, *, asked: float | None, left_s: float, random: Callable[[], float]) -> float | None:
        """Seconds to wait after the attempt of this number (from 1), or None when there is to be no other.

        Full jitter: anything from nothing to the doubled pause, so that many callers don't come back at once. On top of
        it comes what the server asked for. None too when the time left doesn't allow it.
        """
        if attempt >= self.attempts:
            return None
        ceiling = min(self.longest_pause_s, self.first_pause_s * 2 ** (attempt - 1))
        pause = (asked or 0.0) + random() * ceiling
        return pause if pause < left_s else None


def asked_pause(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Seconds a server asks to wait by Retry-After, as a number or an HTTP date (RFC 9110, 10.2.3); None if it doesn't.

    A date gone by is 0. OpenAI's own `retry-after-ms` is exacter and goes first.
    """
    for name, unit in (("retry-after-ms", 1_000), ("retry-after", 1)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        return seconds if 0 <= seconds < float("inf") else None
    try:
        at = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (at - now).total_seconds())
    except (ValueError, TypeError):
        return None
