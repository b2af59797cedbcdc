"""Histories of mails and notes, and briefs made of them with the offline embedder, as the engine makes them."""

from dataclasses import replace
from datetime import datetime

from persona.embedders import StaticEmbedder
from persona.habits import measure_habits
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
)
from persona.retrieval import select_passages
from persona.sought import prototypes
from tests.persona.histories import NOW, ago, received, row

JANE = Contact(key=1, contact_id="c-1", name="Jane Doe", title="VP Operations", company="Northwind", time_zone="UTC")


def mail(name: str, days: float, text: str, **fields: object) -> Interaction:
    """A mail Jane wrote some days ago."""
    return received(ago(days), id=name, body=text, own_words=text, **fields)


def note(name: str, days: float, text: str, kind: Kind = Kind.CALL) -> Interaction:
    """A note of ours on a call, or a comment."""
    direction = Direction.INTERNAL if kind is Kind.COMMENT else Direction.OUTBOUND
    return row(ago(days), kind, direction, id=name, body=text, own_words=text, status="completed")


def of_jane(*interactions: Interaction) -> History:
    """Jane's history, oldest first."""
    ordered = tuple(sorted(interactions, key=lambda i: i.occurred_at))
    return History(contact=JANE, interactions=ordered, zone="UTC", zone_source="contact")


async def selected(
    history: History, embedder: StaticEmbedder, *, token_budget: int = 1200, now: datetime = NOW
) -> dict[Facet, tuple[Passage, ...]]:
    """The passages of a history, with the nearest interactions ranked as the store ranks them."""
    facet_prototypes = await prototypes(embedder)
    spoken = [i for i in history.interactions if i.speaker and i.own_words]
    vectors = await embedder.embed([i.own_words for i in spoken])
    nearest = {
        facet: sorted(
            zip([i.interaction_id for i in spoken], (vectors @ rows.T).max(axis=1).tolist(), strict=True),
            key=lambda found: -found[1],
        )[:12]
        for facet, rows in facet_prototypes.items()
    }
    return await select_passages(history, nearest, facet_prototypes, embedder, now=now, token_budget=token_budget)


async def brief_of(history: History, embedder: StaticEmbedder, **metrics: Metric) -> Brief:
    """The brief of a history, with its habits and the given metrics as its insights."""
    measured = {**measure_habits(history, now=NOW), **metrics}
    kinds: dict[str, int] = {}
    for interaction in history.interactions:
        kinds[interaction.kind.value] = kinds.get(interaction.kind.value, 0) + 1
    return Brief(
        contact=history.contact,
        role=Role(history.contact.title, history.contact.company, None, confirmed=True, source="CRM record"),
        insights=Insights(as_of=NOW, metrics=measured, quality=Quality(50, ()), kinds=kinds),
        deals=(),
        passages=await selected(history, embedder),
        now=NOW,
    )


def renamed(history: History, **fields: object) -> History:
    """The history with other fields of the contact."""
    return replace(history, contact=replace(history.contact, **fields))  # type: ignore[arg-type]  # any field
