"""What becomes of files, meetings and calls."""

from collections.abc import Iterator
from typing import Final

from persona.metrics.parts import counted, share
from persona.metrics.timeline import Timeline
from persona.model import Direction, EventType, Interaction, Kind, Metric

MIN_N: Final = 3
_DONE: Final = frozenset({"held", "completed"})
_NOT_TRIED: Final = frozenset({"scheduled", "cancelled"})


def content_metrics(timeline: Timeline) -> Iterator[Metric]:
    """files_shared, file_open_rate, meetings_held_rate and calls_completed_rate."""
    files = [row for row in timeline.rows if row.kind is Kind.FILE]
    ours = [row for row in files if row.direction is Direction.OUTBOUND]
    note = f"{len(ours)} from us, {len(files) - len(ours)} from them"
    yield counted("files_shared", len(files), unit="files", n=len(files), min_n=MIN_N, note=note)
    clicked = _clicked_mails(timeline)
    opened = sum(_was_opened(row, timeline, clicked) for row in ours)
    yield share("file_open_rate", opened, len(ours), min_n=MIN_N, note="of files we shared")
    meetings = [row for row in timeline.rows if row.kind is Kind.MEETING]
    held = sum(row.status in _DONE for row in meetings)
    yield share("meetings_held_rate", held, len(meetings), min_n=MIN_N, note="of meetings scheduled")
    calls = [row for row in timeline.rows if row.kind is Kind.CALL and row.status not in _NOT_TRIED]
    completed = sum(row.status in _DONE for row in calls)
    yield share("calls_completed_rate", completed, len(calls), min_n=MIN_N, note="of calls attempted")


def _clicked_mails(timeline: Timeline) -> set[str]:
    return {
        m.interaction_id
        for m in timeline.sent
        if any(e.type is EventType.CLICK and not e.machine and e.occurred_at <= timeline.now for e in m.events)
    }


def _was_opened(row: Interaction, timeline: Timeline, clicked: set[str]) -> bool:
    """Whether a file was opened, or a link of the mail it went with was clicked."""
    by_now = row.file_opened_at is not None and row.file_opened_at <= timeline.now
    return by_now or row.email_id in clicked
