"""What becomes of the emails we send: human replies, clicks and opens; machine-made opens counted apart."""

from collections.abc import Iterator
from typing import Final

from persona.metrics.parts import counted, share
from persona.metrics.timeline import Timeline
from persona.model import Direction, EventType, Interaction, Metric

MIN_N: Final = 5


def engagement_metrics(timeline: Timeline) -> Iterator[Metric]:
    """engagement_rate, reply_rate, click_rate and open_rate of tracked emails, and the machine_opens left out."""
    tracked = timeline.tracked
    replied = replied_mails(timeline)
    n = len(tracked)
    replies = {m.interaction_id for m in tracked if m.interaction_id in replied or _has(m, EventType.REPLY)}
    clicks = {m.interaction_id for m in tracked if _has(m, EventType.CLICK)}
    opens = {m.interaction_id for m in tracked if _has(m, EventType.OPEN)}
    note = "of our tracked emails, by a human"
    yield share("engagement_rate", len(replies | clicks | opens), n, min_n=MIN_N, note=note)
    yield share("reply_rate", len(replies), n, min_n=MIN_N, note=note)
    yield share("click_rate", len(clicks), n, min_n=MIN_N, note=note)
    yield share("open_rate", len(opens), n, min_n=MIN_N, note=note)
    events = [e for m in tracked for e in m.events if e.type is EventType.OPEN]
    machine = sum(e.machine for e in events)
    note = f"of {len(events)} opens, left out of the rates"
    yield counted("machine_opens", machine, unit="opens", n=n, min_n=1, note=note)


def replied_mails(timeline: Timeline) -> set[str]:
    """Ids of our answered emails: the one In-Reply-To names, else our last before the answer in its thread."""
    ours = {m.interaction_id for m in timeline.sent}
    replied: set[str] = set()
    for mails in timeline.threads.values():
        last: str | None = None
        for mail in mails:
            if mail.direction is Direction.OUTBOUND:
                last = mail.interaction_id
            else:
                answered = mail.in_reply_to if mail.in_reply_to in ours else last
                replied |= {answered} if answered else set()
    return replied


def _has(mail: Interaction, event_type: EventType) -> bool:
    return any(e.type is event_type and not e.machine for e in mail.events)
