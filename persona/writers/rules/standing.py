"""Which remarks still stand: what the contact took back or put off, and later went on from, is left out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from persona.frames import frames_of
from persona.sentences import word_set
from persona.turns_of_phrase import turn_of_phrase, word_list

_TELLING_WORD: Final = 5  # letters of a word that two sentences share because they are about one thing

if TYPE_CHECKING:
    from persona.writers.rules.remarks import Remark


def is_taken_back(text: str) -> bool:
    """Whether a sentence itself only takes back, or repeats in order to take back, an earlier word."""
    return turn_of_phrase("taken_back").search(text) is not None


def subject_words(text: str) -> frozenset[str]:
    """The words that say what a sentence is about: those of `word_set` that aren't everyday ones."""
    return word_set(text) - word_list("everyday")


def leave_out_withdrawn(remarks: "Sequence[Remark]") -> "list[Remark]":
    """The remarks (oldest first) without those a later message takes back, and without pauses that have ended.

    A later message of the same speaker takes a remark back when it holds a word of retraction ("no longer", "as I
    wrote", "now fixed") and its own subject words name the remark's subject.
    """
    newest = max((r.occurred_at for r in remarks if r.own), default=None)
    return [
        remark
        for n, remark in enumerate(remarks)
        if not (turn_of_phrase("pause").search(remark.text) and newest and newest > remark.occurred_at)
        and not any(_withdraws(later, remark) for later in remarks[n + 1 :])
    ]


def _withdraws(later: "Remark", remark: "Remark") -> bool:
    if not (later.own and remark.own) or later.passage.interaction_id == remark.passage.interaction_id:
        return False
    if not later.words & remark.words:
        return False
    if turn_of_phrase("retraction").search(later.passage.text):
        return True
    shared = later.words & remark.words
    return "correction" in frames_of(later.text) and any(w.isdigit() or len(w) >= _TELLING_WORD for w in shared)
