"""Which personas are due to be written anew, and why; writing one costs nothing where nothing changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from persona.engine import Engine
from persona.model import Profile
from persona.ports import Clock, Store
from persona.preferences import Preferences
from persona.rewriting import evidence_hash
from persona.signatures import without_signatures
from persona.variants import choose_variant


class Why(StrEnum):
    """What may have made a persona out of date."""

    NEWS = "something happened since"
    CORRECTED = "people corrected it"
    SETTINGS = "language or prompts were changed"
    MODEL = "rules wrote it, and a model can now"


class Outcome(StrEnum):
    """How a refresh ended."""

    UNCHANGED = "unchanged"
    """What it is written from is the same: nothing was written, no model was asked."""
    KEPT = "kept"
    """It was written, and the version before stays: Profile.kept says why."""
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest persona of a contact: how it was written, and whether anything was imported or corrected since."""

    contact_key: int
    contact_id: str
    writer: str
    variant: str
    language: str
    fell_back: bool
    changed: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The contacts to look at, by reason, and how many need no look."""

    due: Mapping[Why, tuple[int, ...]]
    unchanged: int

    @property
    def contacts(self) -> tuple[int, ...]:
        """Every contact that is due, what people corrected first."""
        order = (Why.CORRECTED, Why.NEWS, Why.SETTINGS, Why.MODEL)
        return tuple(key for why in order for key in self.due.get(why, ()))


def make_plan(standings: Iterable[Standing], preferences: Preferences, *, has_model: bool, rules: str) -> Plan:
    """The plan for a workspace's personas."""
    due: dict[Why, list[int]] = {}
    unchanged = 0
    for standing in standings:
        why = _why(standing, preferences, has_model=has_model, rules=rules)
        if why is None:
            unchanged += 1
        else:
            due.setdefault(why, []).append(standing.contact_key)
    return Plan({why: tuple(keys) for why, keys in due.items()}, unchanged)


def _why(standing: Standing, preferences: Preferences, *, has_model: bool, rules: str) -> Why | None:
    if standing.corrected:
        return Why.CORRECTED
    if standing.changed:
        return Why.NEWS
    if standing.writer == rules:
        return Why.MODEL if has_model and standing.fell_back else None
    wanted = (preferences.language, choose_variant(preferences, standing.contact_id))
    return Why.SETTINGS if (standing.language, standing.variant) != wanted else None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of a refresh, and the profile that is shown now; None for a contact without a persona."""

    outcome: Outcome
    profile: Profile | None


async def refresh(engine: Engine, store: Store, contact_key: int, *, clock: Clock) -> Refreshed:
    """Writes the newest persona of a contact anew if what it is written from, or the workspace's settings, changed.

    Raises ModelBudgetError before a model would be asked beyond the day's budget, ContactNotFoundError and
    DoNotProfileError.
    """
    stored = await engine.stored(contact_key)
    if stored is None or stored.persona is None:
        return Refreshed(Outcome.UNCHANGED, None)
    model_can = engine.has_model and bool(stored.persona.written_by.fallback)
    if not (stored.settings_changed or model_can):
        now = clock()
        history = without_signatures(await store.load_history(contact_key, until=now))
        if stored.persona.evidence_hash == evidence_hash(history, await store.load_corrections(contact_key)):
            await store.confirm_persona(contact_key, stored.persona.version, at=now)
            return Refreshed(Outcome.UNCHANGED, stored)
    await engine.keep_to_budget()
    profile = await engine.write(contact_key)
    return Refreshed(Outcome.KEPT if profile.kept else Outcome.WRITTEN, profile)
