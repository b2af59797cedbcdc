"""Made-up histories with what may be said of them and what may not, read from the JSON files beside this one."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from persona.figures import metric_sentence
from persona.model import (
    Brief,
    Contact,
    Direction,
    Facet,
    History,
    Insights,
    Interaction,
    Kind,
    Metric,
    Passage,
    Quality,
    Role,
    Speaker,
)

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
HALVES: Final = ("tuned", "held_out")
"""The checker was written on the first. The second was written afterwards: at first sight 10 of 926 lies and 36 of 59
true claims passed; what it taught is in the checker now, so it is no longer unseen."""
UNSEEN: Final = "unseen"
"""Written last, by the one who wrote the checker: passed 12 of 20 true claims and 5 of 324 lies at first sight."""
TUNED2: Final = "tuned2"
"""By another hand, that saw no word list: 30 of 100 true claims and 14 of 1,562 lies passed at first sight."""
LATER: Final = "later"
"""Written later still, in six languages and in a model's own manner, a part at a time: of the last 32 true claims 20
passed at first sight, and 4 of 475 lies. Shown beside the others, and not held to their bounds."""
ANOTHER: Final = "another"
"""Sixty abstract true claims about other people, written before the check was mended for their kind: 35 of them and 13
of 915 lies passed at first sight. Shown beside the others too."""
FRESH6: Final = "fresh6"
"""Twenty-five histories in six languages by a hand that had not read the check: 53 of 82 true claims and 47 of 1,343
lies passed at first sight, most of them written by hand. Shown beside the others too."""
_METRICS: Final = (
    Metric("response_time_median", 5.2, "hours", 31, 5, low=4.1, high=8.3),
    Metric("reply_rate", 0.62, "rate", 48, 5, low=0.5, high=0.73),
    Metric("words_per_email", 34.0, "words", 12, 3),
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A citation as a model would make it: an interaction's id and the words."""

    interaction_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """One claim about a contact with its citations; `kind` is "true" or the sort of lie it is."""

    kind: str
    contact: str
    facet: Facet
    says: str
    cites: tuple[Quoted, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as the engine sees them."""

    history: History
    brief: Brief


@dataclass(frozen=True, slots=True)
class Half:
    """One file: people by key, true claims, and lies written by hand."""

    people: dict[str, Person]
    true: tuple[Case, ...]
    lies: tuple[Case, ...]


def read_half(name: str) -> Half:
    """The people and claims of tests/evals/lies/NAME.json."""
    raw = json.loads(files("tests.evals.lies").joinpath(f"{name}.json").read_text("utf-8"))
    return Half(
        people={row["key"]: _person(n, row) for n, row in enumerate(raw["contacts"], start=1)},
        true=tuple(_case({"kind": "true", **row}) for row in raw["true"]),
        lies=tuple(_case(row) for row in raw["lies"]),
    )


def _case(row: dict[str, Any]) -> Case:
    cites = tuple(Quoted(c["id"], c["quote"]) for c in row["cites"])
    return Case(row["kind"], row["contact"], Facet(row["facet"]), row["says"], cites)


def _person(number: int, row: dict[str, Any]) -> Person:
    contact = Contact(key=number, contact_id=row["key"], name=row["name"], title=row["title"], company=row["company"])
    interactions = tuple(sorted((_interaction(i) for i in row["interactions"]), key=lambda i: i.occurred_at))
    passages = tuple(_passage(n, i) for n, i in enumerate(interactions, start=1))
    brief = Brief(
        contact=contact,
        role=Role(contact.title, contact.company, None, confirmed=True, source="CRM record"),
        insights=Insights(as_of=NOW, metrics={m.name: m for m in _METRICS}, quality=Quality(80, ())),
        deals=(),
        passages={Facet.PAIN_POINTS: passages},
        now=NOW,
    )
    return Person(History(contact=contact, interactions=interactions), brief)


def _interaction(row: dict[str, str]) -> Interaction:
    ours = row["kind"] == "ours"
    kind = Kind.EMAIL if row["kind"] in {"mail", "ours"} else Kind(row["kind"])
    inbound = kind is Kind.EMAIL and not ours
    return Interaction(
        interaction_id=row["id"],
        kind=kind,
        direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
        occurred_at=datetime.fromisoformat(row["on"]).replace(tzinfo=UTC) + timedelta(hours=9),
        body=row["text"],
        own_words=row["text"],
        thread_id=row.get("thread", row["id"]),
    )


def _passage(number: int, interaction: Interaction) -> Passage:
    return Passage(
        ref=f"E{number}",
        interaction_id=interaction.interaction_id,
        text=interaction.own_words,
        occurred_at=interaction.occurred_at,
        speaker=interaction.speaker or Speaker.NOTE,
        kind=interaction.kind,
    )


def figure(name: str) -> str:
    """The sentence of one of the figures every person here has."""
    return next(metric_sentence(m) for m in _METRICS if m.name == name)
