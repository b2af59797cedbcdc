"""Who behaves and writes alike: profile vectors, the traits two contacts share, and how the others' deals went."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from persona.model import Metric, SimilarContact
from persona.ports import Neighbour, Neighbours, Vector

BEHAVIOUR_WEIGHT: Final = 0.5
PRIOR_STRENGTH: Final = 4.0
"""How many deals the workspace's base rate is worth against a contact's own won and lost ones."""
_CAP: Final = 2.5
_SHOWN: Final = 3
_NOTICEABLE: Final = 0.3
_HOUR: Final = re.compile(r"\b(\d{1,2}):\d{2}")
_NOON: Final = 13.0


@dataclass(frozen=True, slots=True)
class Feature:
    """A trait of behaviour: how its metric becomes a number, its usual mean and spread, and both ends in words."""

    metric: str
    read: Callable[[float | str], float]
    mean: float
    spread: float
    high: str
    low: str

    def standardise(self, metrics: Mapping[str, Metric]) -> float:
        """Spreads from the mean, within 2.5; 0, the mean, when there are not enough data."""
        metric = metrics.get(self.metric)
        if metric is None or metric.value is None:
            return 0.0
        return max(-_CAP, min(_CAP, (self.read(metric.value) - self.mean) / self.spread))


def _number(value: float | str) -> float:
    return float(value)


def _log(value: float | str) -> float:
    return math.log1p(max(0.0, float(value)))


def _writes(value: float | str) -> float:
    return 1.0 if value == "email" else -1.0


def _hour(value: float | str) -> float:
    found = _HOUR.search(str(value))
    return float(found.group(1)) if found else _NOON


# Fixed means and spreads, so that a vector doesn't change when other contacts do. They are the middle and a rough
# standard deviation over the contacts of business CRMs; only the order of similarities depends on them. Outcomes
# (conversion, decision speed) are left out: they are what similar contacts are looked up for.
FEATURES: Final = (
    Feature("response_time_median", _log, math.log1p(24), 1.2, "both take days to answer", "both answer within hours"),
    Feature("reply_rate", _number, 0.4, 0.22, "both reply to most emails", "both seldom reply"),
    Feature("click_rate", _number, 0.15, 0.15, "both click what we send", "both seldom click what we send"),
    Feature("open_rate", _number, 0.5, 0.25, "both open most emails", "both leave most emails unopened"),
    Feature("interactions_per_30d", _log, math.log1p(4), 0.8, "both are in touch often", "both are in touch rarely"),
    Feature("total_interactions", _log, math.log1p(40), 1.0, "both have a long history with us", "both are new to us"),
    Feature("preferred_channel", _writes, 0.3, 0.9, "both write rather than call", "both talk rather than write"),
    Feature("preferred_time", _hour, _NOON, 3.0, "both are active late in the day", "both are active in the morning"),
    Feature("words_per_email", _log, math.log1p(50), 0.8, "both write long mails", "both write short mails"),
    Feature("file_open_rate", _number, 0.5, 0.3, "both open the files we share", "both leave shared files unopened"),
    Feature("meetings_held_rate", _number, 0.75, 0.2, "both keep their meetings", "both often cancel meetings"),
    Feature("calls_completed_rate", _number, 0.6, 0.25, "both pick up the phone", "both are hard to reach by phone"),
)


def behaviour_vector(metrics: Mapping[str, Metric]) -> Vector:
    """The standardised behaviour, float32, one place per feature of `FEATURES`; 0 where there are not enough data."""
    return np.array([feature.standardise(metrics) for feature in FEATURES], dtype=np.float32)


def profile_vector(behaviour: Vector, text: Vector | None) -> Vector | None:
    """A unit vector of behaviour and mean text embedding, each scaled to length 1 and weighted half by half.

    The cosine of two is then the mean of the parts' cosines. Behaviour without a figure is zero and says nothing.
    None without text: vectors of different length are never compared.
    """
    if text is None or not text.any():
        return None
    weights = (math.sqrt(BEHAVIOUR_WEIGHT), math.sqrt(1 - BEHAVIOUR_WEIGHT))
    return _unit(np.concatenate([weights[0] * _unit(behaviour), weights[1] * _unit(text)]))


def shared_traits(behaviour: Vector, other: Vector) -> tuple[str, ...]:
    """Up to three traits both have, those first that contribute most to the likeness, in plain words."""
    size = min(len(behaviour), len(other), len(FEATURES))
    products = behaviour[:size] * other[:size]
    order = np.argsort(-products, kind="stable")
    return tuple(
        FEATURES[i].high if behaviour[i] > 0 else FEATURES[i].low
        for i in order.tolist()[:_SHOWN]
        if products[i] > 0 and min(abs(float(behaviour[i])), abs(float(other[i]))) >= _NOTICEABLE
    )


def shrunk_win_rate(won: int, lost: int, *, base_won: int, base_closed: int) -> float | None:
    """The mean of the beta posterior (won + 4 r) / (won + lost + 4), r being the workspace's base rate.

    A contact with one won deal is so not a 100 % case. None without a deal of the contact or of the workspace.
    """
    closed = won + lost
    if closed == 0 or base_closed == 0:
        return None
    base = base_won / base_closed
    return (won + PRIOR_STRENGTH * base) / (closed + PRIOR_STRENGTH)


def describe_neighbours(neighbours: Neighbours, behaviour: Vector) -> tuple[SimilarContact, ...]:
    """The neighbours as a card shows them, in their order: what they share, and how their deals went."""
    return tuple(_describe(neighbour, neighbours, behaviour) for neighbour in neighbours.nearest)


def _describe(neighbour: Neighbour, neighbours: Neighbours, behaviour: Vector) -> SimilarContact:
    return SimilarContact(
        contact_id=neighbour.contact.contact_id,
        name=neighbour.contact.name,
        company=neighbour.contact.company,
        similarity=neighbour.similarity,
        shared=shared_traits(behaviour, neighbour.behaviour) or ("they write about the same things",),
        won=neighbour.won,
        lost=neighbour.lost,
        win_rate=shrunk_win_rate(
            neighbour.won, neighbour.lost, base_won=neighbours.base_won, base_closed=neighbours.base_closed
        ),
    )


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    scaled: Vector = (vector / length if length > 0 else np.zeros_like(vector)).astype(np.float32)
    return scaled
