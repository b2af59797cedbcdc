"""Jobs whose worker died, and how soon another takes them up: after 31 seconds at the latest, while a clock runs."""

from typing import Final

import structlog

from storage.database import Database
from storage.jobs import Stalled, return_jobs, stalled_jobs

_log = structlog.get_logger(__name__)
HEARTBEAT_S: Final = 3
"""How often a worker says that it lives."""
SILENT_S: Final = 12
"""A worker that wasn't heard of for so long is looked at."""
SWEEP_S: Final = 8
"""How often is looked. Twice silent is dead: after an outage of the database the living speak between two looks."""
TAKEN_UP_WITHIN_S: Final = SILENT_S + 2 * SWEEP_S + HEARTBEAT_S


class StalledJobs:
    """Gives the jobs of dead workers to others. Any number of clocks may do so at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: frozenset[Stalled] = frozenset()

    async def give_back(self) -> int:
        """Gives back those that this looked at the last time too; how many. Each counts as a try of its job."""
        async with self._database.directory() as connection:
            found = await stalled_jobs(connection, silent_s=SILENT_S)
            again, self._seen = sorted(job.job_id for job in found & self._seen), found
            returned = await return_jobs(connection, again, silent_s=SILENT_S) if again else 0
        if returned:
            _log.warning("stalled_jobs_returned", count=returned)
        return returned
