"""The sentences of a brief's passages with what each could say for every facet; withdrawn ones are left out."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from persona.affinity import facet_contrast
from persona.cues import score_cues, score_frames
from persona.frames import frames_of
from persona.model import Brief, Facet, Kind, Passage, Speaker
from persona.offlimits import instructs_model, is_guess, is_sensitive
from persona.ports import Vector
from persona.sentences import is_courtesy, split_sentences
from persona.turns_of_phrase import is_negated, is_of_another, turn_of_phrase
from persona.writers.rules.standing import is_taken_back, leave_out_withdrawn, subject_words

_MEANING_BONUS: Final = 2.5
_RANK_OFFSET: Final = 2.0
_FLOOR: Final = 0.3
_SURE: Final = 2.0  # the score from which on a bonus of meaning counts in full
_NAMED: Final = 1.55  # what the frames of a sentence must say for a facet to be named by them
_NOTE_WEIGHT: Final = 0.85
_COMMENT_WEIGHT: Final = 0.5
_HALF_LIFE_DAYS: Final = 540.0  # slower than confidence's 180: old pains still explain a buyer
_OLD_DAYS: Final = 180.0
_MIN_WORDS: Final = 2
_FULL_WORDS: Final = 5
_FULL_SUBJECT: Final = 2
_BUT_FIRST: Final = re.compile(r"(?i)^(?:but|aber|mais|pero|ma|mas)\s")
_LIST_MARK: Final = re.compile(r"^(?:\(?(?:\d{1,2}|[a-hA-H])[.)]|[-*•–—>])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence of a passage, with a score per facet (0: says nothing for it).

    `plain_for` are the facets that its grammar names; `words` say what it is about.
    """

    text: str
    passage: Passage
    scores: Mapping[Facet, float]
    plain_for: frozenset[Facet]
    words: frozenset[str]
    first_name: str
    age_days: float

    @property
    def is_old(self) -> bool:
        """Whether a request or a date in it may have passed: said over 180 days ago."""
        return self.age_days > _OLD_DAYS

    @property
    def occurred_at(self) -> datetime:
        """When it was said."""
        return self.passage.occurred_at

    @property
    def own(self) -> bool:
        """Whether the contact wrote it."""
        return self.passage.speaker is Speaker.CONTACT


def read_remarks(brief: Brief) -> list[Remark]:
    """Every usable sentence of the brief, oldest first, scored by its words; what was taken back later is left out."""
    first_name = next(iter(brief.contact.name.split()), "")
    passages = sorted(brief.all_passages, key=lambda p: p.occurred_at)
    return leave_out_withdrawn([r for p in passages for r in remarks_of(p, now=brief.now, first_name=first_name)])


def remarks_of(passage: Passage, *, now: datetime, first_name: str) -> list[Remark]:
    """Every usable sentence of one passage, scored by its words."""
    return [_remark(text, passage, now=now, first_name=first_name) for text in _texts(passage)]


def lift_by_meaning(
    remarks: Sequence[Remark], vectors: Vector, facet_prototypes: Mapping[Facet, Vector]
) -> list[Remark]:
    """The remarks with, per facet, a bonus for those nearest in meaning to what buyers say of it (by rank)."""
    if not remarks:
        return []
    contrast = facet_contrast(vectors, facet_prototypes)
    ranks = np.argsort(np.argsort(-contrast, axis=0, kind="stable"), axis=0)
    bonus = _MEANING_BONUS * _RANK_OFFSET / (_RANK_OFFSET + ranks)
    return [
        replace(remark, scores=_lifted(remark.scores, dict(zip(facet_prototypes, row, strict=True))))
        for remark, row in zip(remarks, bonus.tolist(), strict=True)
    ]


def _lifted(scores: Mapping[Facet, float], bonus: Mapping[Facet, float]) -> dict[Facet, float]:
    """A weak sign takes only part of the bonus: meaning confirms words, it doesn't replace them."""
    return {
        facet: score + bonus[facet] * max(_FLOOR, min(1.0, score / _SURE))
        for facet, score in scores.items()
        if facet in bonus and (score > 0 or _FLOOR > 0)
    }


def _texts(passage: Passage) -> Iterable[str]:
    for sentence in split_sentences(passage.text):
        text = turn_of_phrase("salutation").sub("", _LIST_MARK.sub("", sentence.text), count=1)
        if len(text.split()) < _MIN_WORDS or is_courtesy(text) or is_sensitive(text) or instructs_model(text):
            continue
        if turn_of_phrase("lead_in").search(text):
            continue
        if passage.speaker is Speaker.NOTE and (is_guess(text) or turn_of_phrase("our_doing").match(text)):
            continue
        yield text


def _remark(text: str, passage: Passage, *, now: datetime, first_name: str) -> Remark:
    weight = _weight(text, passage, now)
    cues = score_cues(text)
    scores = {facet: weight * cue for facet, cue in cues.items()}
    if passage.speaker is Speaker.CONTACT and is_of_another(text):
        scores[Facet.PAIN_POINTS] = scores[Facet.BUYING_MOTIVATIONS] = 0.0
    if _goes_well(text) or turn_of_phrase("no_pain").search(text) or is_taken_back(text):
        scores[Facet.PAIN_POINTS] = 0.0
        if "correction" not in frames_of(text):
            scores[Facet.LIKELY_OBJECTIONS] = 0.0
    misread = frozenset({Facet.LIKELY_OBJECTIONS} if turn_of_phrase("no_objection").search(text) else ())
    return Remark(
        text=text,
        passage=passage,
        scores=scores,
        plain_for=frozenset(
            f
            for f, framed in score_frames(text).items()
            if framed >= _NAMED or (cues[f] >= _SURE and f is not Facet.BUYING_MOTIVATIONS)
        )
        - misread,
        words=subject_words(text),
        first_name=first_name,
        age_days=_age_days(passage, now),
    )


def _goes_well(text: str) -> bool:
    """Whether a sentence tells of what works, with nothing turned round by a "but" or a "not"."""
    rest, found = turn_of_phrase("goes_well").subn(" ", _BUT_FIRST.sub("", text))
    return found > 0 and not is_negated(rest) and turn_of_phrase("but").search(rest) is None


def _age_days(passage: Passage, now: datetime) -> float:
    return max(0.0, (now - passage.occurred_at).total_seconds() / 86_400)


def _weight(text: str, passage: Passage, now: datetime) -> float:
    """How much a sentence counts: fuller, newer, self-contained ones and the contact's own count more."""
    fullness = min(1.0, len(text.split()) / _FULL_WORDS) * (1.0 if len(subject_words(text)) >= _FULL_SUBJECT else 0.7)
    whole = 0.75 if passage.speaker is Speaker.CONTACT and turn_of_phrase("dangling").match(text) else 1.0
    return (
        _source_weight(passage) * fullness * whole * (0.7 + 0.3 * math.exp2(-_age_days(passage, now) / _HALF_LIFE_DAYS))
    )


def _source_weight(passage: Passage) -> float:
    if passage.speaker is Speaker.CONTACT:
        return 1.0
    return _COMMENT_WEIGHT if passage.kind in (Kind.COMMENT, Kind.TASK) else _NOTE_WEIGHT
