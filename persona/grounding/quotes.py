"""Finds a cited quote in the stored words of an interaction, and makes evidence of what is stored."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from persona.figures import metric_sentence
from persona.grounding.fragments import clause_before
from persona.grounding.statements import denies
from persona.grounding.voices import quoted_of_another
from persona.meanings import says
from persona.model import Brief, Citation, Evidence, History, Interaction, Metric, Speaker
from persona.offlimits import end_of_evidence, is_guess, is_sensitive

_MARKS: Final = {
    "'": "['‘’‚‛′`´]",
    '"': "(?:[\"“”„‟«»″]|'')",
    "-": "[-‐‑‒–—―−]",
    "…": r"(?:…|\.\.\.)",
}
_SAME: Final = {c: key for key, chars in {"'": "'‘’‚‛′`´", '"': '"“”„‟«»″', "-": "-‐‑‒–—―−"}.items() for c in chars}
_SPECIAL: Final = re.compile(rf"\\?([…{re.escape(''.join(_SAME))}])")
_FORMS: Final[tuple[Literal["NFC", "NFD"], ...]] = ("NFC", "NFD")
_MAX_QUOTE: Final = 1000
_MAX_SHOWN: Final = 400
_GOES_ON: Final = re.compile(
    r"(?i)(?:(?:and|but|so)\s)?(?:it|that|this|these|she|he|they|above that|das|dies|dabei|daf[uü]r|sie|er|es|"
    r"cela|[cç]a|c['’]est|elle|il|eso|esto|ella|questo|lei|lui)\b"
)
_SENTENCE_END: Final = re.compile(r"[.!?]\s|\n\s*\n")


class QuoteFinder:
    """Answers, for one contact at one time, whether a citation holds, and with which stored words."""

    def __init__(self, brief: Brief, history: History, *, now: datetime) -> None:
        self._refs = {p.ref: p.interaction_id for p in brief.all_passages}
        self._stored: Mapping[str, Interaction] = {
            i.interaction_id: i for i in history.interactions if i.occurred_at <= now
        }
        self._insights = brief.insights
        self._ends: dict[str, int] = {}
        self._sentences: dict[Evidence, str] = {}
        self._around: dict[Evidence, str] = {}

    def find(self, citation: Citation, claim: str) -> Evidence | str:
        """The evidence a citation points at, or the code of why there is none for this claim."""
        if citation.metric is not None:
            return self._figure(citation.metric)
        interaction = self._stored.get(self._refs.get(citation.ref or "", ""))
        if interaction is None:
            return "unknown_reference"
        speaker = interaction.speaker
        if speaker is None or interaction.auto_reply:
            return "not_evidence"
        span = find_span(citation.quote, interaction.own_words)
        return "quote_not_found" if span is None else self._quote(interaction, speaker, span, claim)

    def _quote(self, interaction: Interaction, speaker: Speaker, span: tuple[int, int], claim: str) -> Evidence | str:
        words = interaction.own_words
        start, end = _with_negation(words, *span)
        sentence = _sentence_around(words, start, end)
        if quoted_of_another(claim, words, start, end):
            return "quotes_another"
        if is_sensitive(sentence):
            return "sensitive"
        if span[1] > self._end_of_evidence(interaction):
            return "instructs_model"
        if speaker is Speaker.NOTE and is_guess(sentence):
            return "our_guess"
        if _depends_on_rest(words[start:end], sentence):
            start, end = _stripped_span(words, sentence, start, end)
        found = Evidence(
            quote=words[start:end],
            occurred_at=interaction.occurred_at,
            speaker=speaker,
            interaction_id=interaction.interaction_id,
            kind=interaction.kind,
            subject=interaction.subject,
            thread_id=interaction.thread_id,
        )
        self._sentences[found] = sentence
        self._around[found] = _going_back(words, sentence, start)
        return found

    def sentence(self, evidence: Evidence) -> str:
        """The whole sentences a quote stands in; a figure's own sentence."""
        return self._sentences.get(evidence, evidence.quote)

    def around(self, evidence: Evidence) -> str:
        """The same, with the sentence before when they only go on from it ("It drives us mad")."""
        return self._around.get(evidence, evidence.quote)

    def nearby(self, evidence: Evidence) -> str:
        """The sentences around, with the one before and the one after; nothing for a figure."""
        interaction = self._stored.get(evidence.interaction_id or "")
        around = self.around(evidence)
        at = interaction.own_words.find(around) if interaction else -1
        if interaction is None or at < 0:
            return ""
        words, end = interaction.own_words, at + len(around)
        following = _SENTENCE_END.search(words, min(end + 1, len(words)))
        return words[_sentence_begin(words, at - 1) : following.end() if following else len(words)]

    def _end_of_evidence(self, interaction: Interaction) -> int:
        """Where an interaction's words end that may be evidence; below begin orders to a model."""
        key = interaction.interaction_id
        if key not in self._ends:
            self._ends[key] = end_of_evidence(interaction.own_words)
        return self._ends[key]

    def _figure(self, name: str) -> Evidence | str:
        metric = self._insights.metrics.get(name)
        if metric is None or not metric.enough:
            return "metric_not_enough"
        return figure_evidence(metric, as_of=self._insights.as_of)


def figure_evidence(metric: Metric, *, as_of: datetime) -> Evidence:
    """A measured figure as evidence, dated when it was computed."""
    return Evidence(quote=metric_sentence(metric), occurred_at=as_of, speaker=Speaker.METRIC, metric=metric.name)


def find_span(quote: str, stored: str) -> tuple[int, int] | None:
    """Where a quote stands verbatim in stored text, as (start, end); None when it doesn't.

    White space, case, Unicode form, typographic quotes, dashes and ellipses may differ, and quotation marks or an
    ellipsis around the quote are ignored. It must begin and end at word boundaries, and be two words or twelve letters.
    """
    wanted = quote.strip().strip("\"“”„«»'‘’").strip().removeprefix("...").removeprefix("…")
    wanted = wanted.removesuffix("...").removesuffix("…").strip()
    if not 3 < len(wanted) <= _MAX_QUOTE or (len(wanted.split()) < 2 and len(wanted) < 12):
        return None
    at = stored.find(wanted)
    if at >= 0 and not _in_word(stored[:at][-1:]) and not _in_word(stored[at + len(wanted) :][:1]):
        return at, at + len(wanted)  # as it stands, which most do: a pattern takes a millisecond to make
    for form in _FORMS[: 1 if wanted.isascii() else 2]:
        found = re.search(_pattern(unicodedata.normalize(form, wanted)), stored, re.IGNORECASE)
        if found:
            return found.span()
    return None


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _pattern(wanted: str) -> str:
    parts = (_SPECIAL.sub(_any_form, re.escape(part.replace("...", "…"))) for part in wanted.split())
    return r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)"


def _any_form(match: re.Match[str]) -> str:
    """A pattern for a quotation mark, dash or ellipsis in any of its forms."""
    return _MARKS[_SAME.get(match[1], match[1])]


def _with_negation(words: str, start: int, end: int) -> tuple[int, int]:
    """The span, widened to its clause's beginning when a negation there was cut off ("we don't | want to move")."""
    before = clause_before(words, start)
    return (start - len(before.lstrip()), end) if denies(before) else (start, end)


def _sentence_around(words: str, start: int, end: int) -> str:
    ends = _SENTENCE_END.search(words, max(start, end - 1))
    return words[_sentence_begin(words, start) : ends.start() + 1 if ends else len(words)].strip()


def _going_back(words: str, sentence: str, start: int) -> str:
    begins = _sentence_begin(words, start)
    if begins == 0 or not _GOES_ON.match(sentence):
        return sentence
    return f"{words[_sentence_begin(words, begins - 1) : begins]}{sentence}"


def _sentence_begin(words: str, start: int) -> int:
    return max((m.end() for m in _SENTENCE_END.finditer(words, 0, max(0, start))), default=0)


def _depends_on_rest(quote: str, sentence: str) -> bool:
    """Whether what was left out of a quote's sentence makes it conditional."""
    rest = sentence.replace(quote, " ", 1)
    return len(sentence) <= _MAX_SHOWN and says("weak", rest) and not says("weak", quote)


def _stripped_span(words: str, sentence: str, start: int, end: int) -> tuple[int, int]:
    begins = words.rfind(sentence, 0, end + len(sentence))
    return (begins, begins + len(sentence)) if 0 <= begins <= start else (start, end)
