"""The sentences of a brief's passages with what each could say for every facet; withdrawn ones are left out."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from persona.cues import score_cues
from persona.model import Brief, Facet, Kind, Passage, Speaker
from persona.offlimits import instructs_model, is_guess, is_sensitive
from persona.sentences import is_courtesy, split_sentences, word_set

_RANK_BONUS: Final = 1.5
_NOTE_WEIGHT: Final = 0.85
_COMMENT_WEIGHT: Final = 0.5
_HALF_LIFE_DAYS: Final = 540.0  # slower than confidence's 180: old pains still explain a buyer
_MIN_WORDS: Final = 2
_FULL_WORDS: Final = 5
# A retraction takes back what the same person said before on the same subject.
_RETRACTION: Final = re.compile(
    r"(?i)\b(?:no longer|not any ?more|changed (?:my|our) minds?|cross (?:it|that|this) out|take (?:it|that|this) back|"
    r"scrap (?:it|that)|forget what (?:i|we)|(?:i|we) was wrong|(?:i|we) were wrong|can ?not be|as (?:i|we) (?:have )?"
    r"(?:said|wrote|written)|instead of what|correction|(?:now|finally) (?:fixed|final|confirmed|required)|is frozen|"
    r"stays?|after all|what (?:i|we) said|nehmen? (?:ich|wir) zurück|doch nicht|nicht mehr|hat sich (?:geändert|erledigt)|"
    r"gilt nicht mehr|finalement|ne .{1,20} plus|changé d['’]avis|al final|ya no|cambiado de|as required)\b|"
    r"\bnehme ich zurück\b"
)
_PAUSE: Final = re.compile(
    r"(?i)\b(?:leave it (?:for|at)|on hold|pause|park (?:it|this)|not now|some other time|get back to (?:this|it)|"
    r"give me (?:till|until)|vorerst nicht|mettre en pause|más adelante)\b"
)
_NO_PAIN: Final = re.compile(
    r"(?i)\b(?:isn['’]?t|aren['’]?t|not|no longer|never|hardly|wasn['’]?t|kein\w*|nicht|pas|no)\s+(?:\w+\s+){0,3}"
    r"(?:problem\w*|issues?|keeps?|headache|concern\w*|worr\w+|trouble|sorge\w*|problème|problema)\b"
)
_OURS: Final = re.compile(
    r"(?i)^(?:i|we|my|our|me)\b|^(?:mentioned|offered|suggested|sent|explained|showed|told (?:him|her|them)|promised|"
    r"voicemail|left a|no answer|follow up|pitch|push|propose|call (?:back|him|her)|ask (?:him|her|them)|need to|"
    r"next steps?|todo|to do|back in)\b"
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence of a passage, with a score per facet (0: says nothing for it)."""

    text: str
    passage: Passage
    scores: Mapping[Facet, float]
    words: frozenset[str]
    first_name: str

    @property
    def occurred_at(self) -> datetime:
        """When it was said."""
        return self.passage.occurred_at


def read_remarks(brief: Brief) -> list[Remark]:
    """Every usable sentence of the brief, oldest first; what the contact took back later is left out."""
    ranks = _ranks(brief)
    first_name = brief.contact.name.split()[0] if brief.contact.name.split() else ""
    remarks = [
        _remark(text, passage, ranks.get(passage.ref, {}), now=brief.now, first_name=first_name)
        for passage in sorted(brief.all_passages, key=lambda p: p.occurred_at)
        for text in _texts(passage)
    ]
    return _standing(remarks)


def _texts(passage: Passage) -> Iterable[str]:
    for sentence in split_sentences(passage.text):
        text = sentence.text
        if len(text.split()) < _MIN_WORDS or is_courtesy(text) or is_sensitive(text) or instructs_model(text):
            continue
        if passage.speaker is Speaker.NOTE and (is_guess(text) or _OURS.match(text)):
            continue
        yield text


def _ranks(brief: Brief) -> dict[str, dict[Facet, int]]:
    ranks: dict[str, dict[Facet, int]] = {}
    for facet, passages in brief.passages.items():
        for rank, passage in enumerate(passages):
            ranks.setdefault(passage.ref, {})[facet] = rank
    return ranks


def _remark(text: str, passage: Passage, ranks: Mapping[Facet, int], *, now: datetime, first_name: str) -> Remark:
    weight = _weight(text, passage, now)
    scores = {
        facet: weight * (cue + (_RANK_BONUS / (1 + ranks[facet]) if facet in ranks else 0.0))
        for facet, cue in score_cues(text).items()
        if cue > 0
    }
    if _NO_PAIN.search(text):
        scores[Facet.PAIN_POINTS] = scores[Facet.LIKELY_OBJECTIONS] = 0.0
    return Remark(text=text, passage=passage, scores=scores, words=word_set(text), first_name=first_name)


def _weight(text: str, passage: Passage, now: datetime) -> float:
    """How much a sentence counts: fuller, newer and the contact's own count more."""
    age = max(0.0, (now - passage.occurred_at).total_seconds() / 86_400)
    fullness = min(1.0, len(text.split()) / _FULL_WORDS)
    return _source_weight(passage) * fullness * (0.7 + 0.3 * math.exp2(-age / _HALF_LIFE_DAYS))


def _source_weight(passage: Passage) -> float:
    if passage.speaker is Speaker.CONTACT:
        return 1.0
    return _COMMENT_WEIGHT if passage.kind in (Kind.COMMENT, Kind.TASK) else _NOTE_WEIGHT


def _standing(remarks: Sequence[Remark]) -> list[Remark]:
    newest = max((r.occurred_at for r in remarks if r.passage.speaker is Speaker.CONTACT), default=None)
    return [
        remark
        for n, remark in enumerate(remarks)
        if not any(_withdraws(later, remark) for later in remarks[n + 1 :])
        and not (_PAUSE.search(remark.text) and newest and newest > remark.occurred_at)
    ]


def _withdraws(later: Remark, remark: Remark) -> bool:
    """Whether a later message's retraction speaks of what this remark is about."""
    if (
        later.passage.interaction_id == remark.passage.interaction_id
        or later.passage.speaker is not remark.passage.speaker
    ):
        return False
    return _RETRACTION.search(later.passage.text) is not None and len(_subject(later) & _subject(remark)) >= 1


def _subject(remark: Remark) -> frozenset[str]:
    return remark.words - _EVERYDAY


_EVERYDAY: Final = frozenset(
    "this that with have from they them their there what when will would could should your about which been were just"
    " like know need want than then here more much very some into over after before only also even still make take"
    " said says well good time year week month days please thanks thank think come back where while every does dont"
    " cant wont it's does must once same other first last next each many most another people".split()
)
