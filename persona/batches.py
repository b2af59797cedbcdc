"""What a batch of a model's server is: requests that are answered together within a day, for less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol

PRICE_SHARE: Final = 0.5
"""What a call in a batch costs of a call's price (platform.openai.com/docs/guides/batch)."""
MOST_REQUESTS: Final = 1_000
"""Requests of one batch of ours. OpenAI takes 50,000 and 200 MB, but bounds the tokens that wait in all."""


class BatchEnd(Enum):
    """How a batch ended, or that it runs yet. Of all but FAILED there may be answers."""

    RUNNING = "running"
    ENDED = "ended"
    CROWDED = "crowded"
    """Not begun: more tokens wait at the server than it lets us have waiting."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch at the server, and the files its answers and errors are in."""

    batch_id: str
    end: BatchEnd
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A request of a batch under a name of ours, of which a batch has one only."""

    name: str
    body: Mapping[str, Any]


class BatchServer(Protocol):
    """A model's server that takes batches. Every method raises a ModelError.

    That is BatchesMissingError where the server has no such thing. What was sent under a title of ours can be found by
    it again, by whoever was stopped before they could write down what became of it.
    """

    async def upload(self, title: str, lines: Sequence[BatchLine]) -> str:
        """Uploads the requests; the file's id. The server deletes the file by itself after some days."""
        ...

    async def find_file(self, title: str, *, since: datetime) -> str | None:
        """The file uploaded under a title at `since` or later."""
        ...

    async def start(self, title: str, file_id: str) -> str:
        """Starts a batch; its id. From here on it costs."""
        ...

    async def find(self, title: str, *, since: datetime) -> str | None:
        """The batch started under a title at `since` or later."""
        ...

    async def look(self, batch_id: str) -> BatchState:
        """How it stands; one that the server knows nothing of failed."""
        ...

    async def answers(self, file_id: str) -> Mapping[str, bytes]:
        """The completions in a file by their requests' names; a request that got none isn't in it."""
        ...

    async def cancel(self, batch_id: str) -> None:
        """Stops a batch; what it has answered by then is paid. One that has ended stays as it is."""
        ...

    async def delete(self, file_id: str) -> None:
        """Deletes a file; one that isn't there needn't be."""
        ...
