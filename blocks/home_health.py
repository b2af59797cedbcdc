"""What the Home tells admins alone: how the connections are, what is chosen, and the way to the settings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from slackblocks import ActionsBlock, Block, Button, PlainText, RichText

from blocks.home_ids import RETRY_JOBS
from blocks.kit import listing
from blocks.settings_modal import SETTINGS_ACTION, who_sees
from blocks.status_card import Link
from blocks.text import line
from blocks.wording import count, full_date
from persona.visibility import Visibility

_TITLE: Final = "Connections and settings"
_BY_LINK: Final = "installed by link"
_BY_HAND: Final = "set up by hand"
_RULES: Final = "rules, without a model"


@dataclass(frozen=True, slots=True)
class Failed:
    """Jobs that failed for good and are kept: how many, how many may be tried again, what the newest was and when."""

    jobs: int = 0
    wanted: int = 0
    newest: str = ""
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a workspace is connected (`model` None is rules), its queue, and whose contacts a rep sees."""

    link: Link
    by_link: bool
    model: str | None
    newest_interaction_at: datetime | None
    waiting: int
    failed: Failed
    visibility: Visibility
    language: str


def settings_button() -> Button:
    """The way to the settings form."""
    return Button(
        text=PlainText("Settings…"), action_id=SETTINGS_ACTION, accessibility_label="Change this workspace's settings"
    )


def health_section(health: Health) -> Iterator[Block]:
    """The section."""
    newest = health.newest_interaction_at
    how = "" if health.link is Link.ABSENT else f" ({_BY_LINK if health.by_link else _BY_HAND})"
    facts = [
        ("Slack", f"{health.link.value}{how}"),
        ("Personas are written by", line(health.model, 60) if health.model else _RULES),
        ("In", health.language),
        ("A rep sees", who_sees(health.visibility).lower()),
        ("Newest interaction", full_date(newest) if newest else "none yet"),
        ("Jobs", f"{health.waiting:,} waiting, {_failed(health.failed)}"),
    ]
    yield listing(_TITLE, [[RichText(name, bold=True), RichText(f" · {said}")] for name, said in facts])
    if health.failed.wanted:
        yield ActionsBlock([_retry(health.failed.wanted)], block_id=RETRY_JOBS)


def _failed(failed: Failed) -> str:
    newest = f", the newest “{line(failed.newest, 60)}”" if failed.newest else ""
    when = f" on {full_date(failed.newest_at)}" if failed.newest_at else ""
    return f"{failed.jobs:,} failed in 30 days{newest}{when}"


def _retry(jobs: int) -> Button:
    return Button(
        text=PlainText("Try failed jobs again"),
        action_id=RETRY_JOBS,
        accessibility_label=f"Try {count(jobs, 'failed job')} again",
    )
