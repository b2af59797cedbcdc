"""An answer about a contact: sentences that each name their evidence, a letter, who is alike, or what is missing."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from persona.model import Contact, Evidence, SimilarContact

RULES = "rules"


class Lack(StrEnum):
    """Why there is no answer."""

    NOT_SAID = "not_said"
    """Nothing on record speaks of it."""
    PARTLY_SAID = "partly_said"
    """What is on record speaks of part of it only."""
    PRIVATE = "private"
    """It asks of private matters, which are left out."""
    NOBODY_ALIKE = "nobody_alike"
    """No contact the asker may see is alike."""
    NO_WORDS = "no_words"
    """There are no words of theirs to write from."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of an answer and what it rests on; without a `text` of its own it is what its evidence says."""

    evidence: tuple[Evidence, ...]
    text: str = ""

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a sentence of an answer rests on something")


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft for the reader to send as their own, the words it takes up, and the figures its manner is taken from."""

    text: str
    rests_on: tuple[Evidence, ...]
    manner: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known. Without `said`, `letter` and `similar` it abstains; `lack` says why, or what is missing.

    `written_by` is "rules" or the model's name; `read` counts the interactions on record; `unknown` are sentences that
    say of which figure there isn't enough.
    """

    contact: Contact
    read: int
    written_by: str = RULES
    said: tuple[Said, ...] = ()
    letter: Letter | None = None
    similar: tuple[SimilarContact, ...] = ()
    unknown: tuple[str, ...] = ()
    lack: Lack | None = None

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Each piece of evidence once, in the order it is cited."""
        letter = (*self.letter.rests_on, *self.letter.manner) if self.letter else ()
        return tuple(dict.fromkeys(chain(chain.from_iterable(said.evidence for said in self.said), letter)))
