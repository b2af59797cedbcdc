"""Draws the latent people of a folder: who they are, what they say, by which law they answer, which traps they hold."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np

from tests.evals.people import WaitLaw

LANGUAGES: Final = ("en", "de", "fr", "es")
SPOKEN: Final = (
    "pain_points",
    "buying_motivations",
    "likely_objections",
    "decision_pattern",
    "buying_behaviour",
    "avoid",
)
_SAYS: Final = {"pain_points": 3, "buying_motivations": 2, "likely_objections": 3, "decision_pattern": 1}
_ZONES: Final = {"en": "Europe/London", "de": "Europe/Berlin", "fr": "Europe/Paris", "es": "Europe/Madrid"}
_FIRST: Final = {
    "en": ("Carol", "Owen", "Priya", "Malcolm", "Ruth", "Dev"),
    "de": ("Anke", "Jürgen", "Silke", "Bernd", "Heike", "Uwe"),
    "fr": ("Odile", "Rémi", "Claire", "Bastien", "Inès", "Guy"),
    "es": ("Marta", "Julián", "Nuria", "Íñigo", "Rocío", "Pau"),
}
_LAST: Final = ("Ashworth", "Brandl", "Castel", "Dorn", "Espino", "Farley", "Gruber", "Hallet", "Ibarra", "Jansen")
_TITLES: Final = {
    "en": "Operations Manager",
    "de": "Leiterin Logistik",
    "fr": "Responsable logistique",
    "es": "Jefa de logística",
}


class Machine(StrEnum):
    """Which machine opens mails before the person does."""

    NONE = "none"
    APPLE = "apple"
    SCANNER = "scanner"


Said = tuple[str, str]
"""What a good persona states, in English, and the words the contact uses for it."""


@dataclass(frozen=True, slots=True)
class Latent:
    """One person. `says` are statement and utterance per facet; `changes` is an old statement and the one after it."""

    contact_id: str
    first: str
    last: str
    company: str
    language: str
    zone: str
    title: str
    law: WaitLaw
    hour: int
    opens: float
    machine: Machine
    says: dict[str, list[Said]] = field(default_factory=dict)
    changes: tuple[Said, Said] | None = None
    traps: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def thin(self) -> bool:
        """Whether they hardly wrote anything."""
        return "thin" in self.traps


def load_bank(language: str) -> dict[str, Any]:
    """What people say in a language, written by hand: per facet [statement, utterance], traps, mail furniture."""
    bank: dict[str, Any] = json.loads((Path(__file__).parent / "bank" / f"{language}.json").read_text("utf-8"))
    return bank


def draw_people(rng: np.random.Generator, count: int) -> list[Latent]:
    """People in turn of every language; each sixth is thin, the first and the fifth are of one name."""
    people = [_draw(rng, number, LANGUAGES[number % len(LANGUAGES)]) for number in range(count)]
    twin = people[4]
    people[0] = _renamed(people[0], twin)
    return people


def _renamed(person: Latent, twin: Latent) -> Latent:
    return replace(person, first=twin.first, last=twin.last, traps=person.traps | {"same_name"})


def _draw(rng: np.random.Generator, number: int, language: str) -> Latent:
    bank, thin = load_bank(language), number % 6 == 5
    says = {} if thin else {facet: _some(rng, bank[facet], _SAYS.get(facet, 1)) for facet in SPOKEN}
    old_and_new = None
    if not thin and number % 3 == 1:
        old, old_words, new, new_words = bank["superseded"][int(rng.integers(len(bank["superseded"])))]
        old_and_new = ((old, old_words), (new, new_words))
    last = _LAST[int(rng.integers(len(_LAST)))]
    return Latent(
        contact_id=f"b{number:03d}",
        first=_FIRST[language][int(rng.integers(6))],
        last=last,
        company=f"{_LAST[(number * 3) % 10]} {('Foods', 'Metals', 'Pumps', 'Paper', 'Glass')[number % 5]} {number}",
        language=language,
        zone=_ZONES[language],
        title=_TITLES[language],
        law=WaitLaw.draw(rng, shortest=1, longest=60, answers=float(rng.uniform(0.75, 1))),
        hour=int(rng.integers(7, 18)),
        opens=float(rng.uniform(0.2, 0.9)),
        machine=list(Machine)[number % 3],
        says=says,
        changes=old_and_new,
        traps=frozenset({"thin"}) if thin else _traps(number),
    )


def _traps(number: int) -> frozenset[str]:
    kinds = ("forward", "injection", "sensitive", "guess", "away")
    return frozenset(kind for place, kind in enumerate(kinds) if (number + place) % 2 == 0)


def _some(rng: np.random.Generator, entries: Sequence[Sequence[str]], most: int) -> list[Said]:
    chosen = rng.permutation(len(entries))[: int(rng.integers(1, most + 1)) if most > 1 else 1]
    return [(entries[i][0], entries[i][1]) for i in chosen]
