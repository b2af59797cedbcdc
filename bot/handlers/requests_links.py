"""link_shared as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.actors import Actor
from bot.handlers.requests import parse_event_actor

_MOST: Final = 5
COMPOSER: Final = "composer"


@dataclass(frozen=True, slots=True)
class LinksShared:
    """Links of a domain of ours in a message, at most five; `typing` while it is still being written."""

    actor: Actor
    event_id: str
    channel_id: str
    unfurl_id: str
    source: str
    urls: tuple[str, ...]

    @property
    def typing(self) -> bool:
        """Whether nobody but the writer can read it yet, and it isn't known who will."""
        return self.source == COMPOSER


def parse_links(body: Mapping[str, Any]) -> LinksShared:
    """The links of an event_callback, each once."""
    event = body["event"]
    urls = dict.fromkeys(str(link["url"]) for link in event["links"])
    return LinksShared(
        actor=parse_event_actor(body),
        event_id=str(body["event_id"]),
        channel_id=str(event["channel"]),
        unfurl_id=str(event.get("unfurl_id") or ""),
        source=str(event.get("source") or ""),
        urls=tuple(urls)[:_MOST],
    )
