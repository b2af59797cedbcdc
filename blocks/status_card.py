"""`/persona status`: how the workspace stands, and for admins what the writing and the queue are at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from slackblocks import RichText

from blocks.card import Card, build_card
from blocks.kit import context, header, listing
from blocks.text import line, mrkdwn
from blocks.wording import count, full_date, hours, percent

_TITLE: Final = "How Persona stands"
_WHOSE: Final = "Contacts are those you may see. Admins also see what the writing and the queue are at."
_JOBS: Final = "Jobs and budget are this workspace's; failed jobs are kept for 30 days."


class Link(Enum):
    """How Slack takes the workspace's bot token, as a sentence."""

    ANSWERS = "connected: Slack takes the bot's token"
    REFUSED = "Slack refuses the bot's token; an admin must install the app again"
    SILENT = "Slack did not answer just now; try again in a minute"
    ABSENT = "the app has no bot token here, so nothing can be posted; an admin must install it"


class Month(Enum):
    """How a month's personas are asked for where batches are wanted, as a sentence."""

    IN_BATCHES = "asked for in batches, at half the price"
    NO_BATCHES = "asked for one by one: the model's server takes no batches"
    NOT_TAKEN = "asked for one by one: the model's server did not take the last batch"


@dataclass(frozen=True, slots=True)
class Workings:
    """What admins see: who writes (None is rules), with which variants and shares, what is left today, the queue.

    Of how many personas how many were out of date is as it was counted within the last hour.
    """

    model: str | None
    variants: Mapping[str, float]
    usd_left: float | None
    tokens_left: int | None
    waiting: int
    oldest_at: datetime | None
    failed: int
    personas: int = 0
    out_of_date: int = 0
    month: Month | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All that the card says. `workings` are there for admins."""

    link: Link
    contacts: int
    imported_at: datetime | None
    newest_interaction_at: datetime | None
    workings: Workings | None = None


def status_card(standing: Standing, *, now: datetime) -> Card:
    """How the workspace stands at `now`."""
    facts = [
        ("Slack", standing.link.value),
        ("Contacts", f"{standing.contacts:,}" if standing.contacts else "none that you may see"),
        ("Newest change by an import", _day(standing.imported_at)),
        ("Newest interaction", _day(standing.newest_interaction_at)),
    ]
    at_work = standing.workings
    if at_work:
        facts += [
            ("Personas are written by", _writer(at_work)),
            ("Budget left today", _left(at_work)),
            ("Personas out of date", f"{at_work.out_of_date:,} of {at_work.personas:,}"),
            *([("A month's personas are", at_work.month.value)] if at_work.month else []),
            ("Jobs waiting", _waiting(at_work, now)),
            ("Jobs failed", f"{at_work.failed:,}"),
        ]
    note = _JOBS if at_work else _WHOSE
    rows = [[RichText(name, bold=True), RichText(f" · {said}")] for name, said in facts]
    spoken = ". ".join(f"{name}: {said}" for name, said in facts)
    return build_card(mrkdwn(f"{_TITLE}. {spoken}. {note}"), [header(_TITLE), listing("Now", rows), context(note)])


def _day(moment: datetime | None) -> str:
    return full_date(moment) if moment else "none yet"


def _writer(at_work: Workings) -> str:
    if at_work.model is None:
        return "rules, without a model"
    whole = sum(at_work.variants.values())
    shares = {name: share / whole for name, share in at_work.variants.items() if share > 0 and whole > 0}
    told = ", ".join(f"{line(name, 40)} {percent(share)}" for name, share in sorted(shares.items()))
    return f"{line(at_work.model, 60)} (prompt variants: {told or 'default'})"


def _left(at_work: Workings) -> str:
    if at_work.model is None:
        return "none is needed"
    usd = "" if at_work.usd_left is None else f"${at_work.usd_left:,.2f}"
    tokens = "" if at_work.tokens_left is None else count(at_work.tokens_left, "token")
    return " and ".join(filter(None, (usd, tokens))) or "no limit is set"


def _waiting(at_work: Workings, now: datetime) -> str:
    if not at_work.waiting or at_work.oldest_at is None:
        return f"{at_work.waiting:,}"
    waited = max((now - at_work.oldest_at).total_seconds(), 0) / 3600
    return f"{at_work.waiting:,}, the oldest for {hours(waited)}"
