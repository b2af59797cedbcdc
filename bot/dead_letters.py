"""Jobs that failed for good: how long they are kept, and which of them an admin may have tried again."""

from datetime import datetime, timedelta
from typing import Final

from bot import promises
from storage.jobs import Choice

KEPT_DAYS: Final = 30
# Who waited was told that it failed, and may have asked again since.
_WANTED_FOR: Final = timedelta(hours=1)


def of_workspace(workspace_id: int, *, now: datetime) -> Choice:
    """The dead letters of a workspace. What a person waited for is wanted for an hour, a chore always."""
    return Choice(workspace_id=workspace_id, waited_for=promises.QUEUE, since=now - _WANTED_FOR)


def of_all(*, now: datetime) -> Choice:
    """The dead letters of every workspace, by the same measure."""
    return Choice(waited_for=promises.QUEUE, since=now - _WANTED_FOR)
