"""Finds a cited quote in the stored words of an interaction, and makes evidence of what is stored."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from persona.figures import metric_sentence
from persona.grounding.fragments import clause_before
from persona.grounding.polarity import is_negated
from persona.model import Brief, Citation, Evidence, History, Interaction, Metric, Speaker
from persona.offlimits import instructs_model, is_guess, is_sensitive

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
_SENTENCE_END: Final = re.compile(r"[.!?]\s|\n\s*\n")


class QuoteFinder:
    """Answers, for one contact at one time, whether a citation holds, and with which stored words."""

    def __init__(self, brief: Brief, history: History, *, now: datetime) -> None:
        self._refs = {p.ref: p.interaction_id for p in brief.all_passages}
        self._stored: Mapping[str, Interaction] = {
            i.interaction_id: i for i in history.interactions if i.occurred_at <= now
        }
        self._insights = brief.insights
        self._orders_model: dict[str, bool] = {}

    def find(self, citation: Citation) -> Evidence | str:
        """The evidence a citation points at, or the code of why there is none."""
        if citation.metric is not None:
            return self._figure(citation.metric)
        interaction = self._stored.get(self._refs.get(citation.ref or "", ""))
        if interaction is None:
            return "unknown_reference"
        speaker = interaction.speaker
        if speaker is None or interaction.auto_reply:
            return "not_evidence"
        span = find_span(citation.quote, interaction.own_words)
        return "quote_not_found" if span is None else self._quote(interaction, speaker, span)

    def _quote(self, interaction: Interaction, speaker: Speaker, span: tuple[int, int]) -> Evidence | str:
        words = interaction.own_words
        start, end = _with_negation(words, *span)
        sentence = _sentence_around(words, start, end)
        if is_sensitive(sentence):
            return "sensitive"
        if self._gives_orders(interaction):
            return "instructs_model"
        if speaker is Speaker.NOTE and is_guess(sentence):
            return "our_guess"
        return Evidence(
            quote=words[start:end],
            occurred_at=interaction.occurred_at,
            speaker=speaker,
            interaction_id=interaction.interaction_id,
            kind=interaction.kind,
            subject=interaction.subject,
        )

    def _gives_orders(self, interaction: Interaction) -> bool:
        """Whether any of an interaction's words address a model: then none of them are evidence."""
        key = interaction.interaction_id
        if key not in self._orders_model:
            self._orders_model[key] = instructs_model(interaction.own_words)
        return self._orders_model[key]

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
    for form in _FORMS[: 1 if wanted.isascii() else 2]:
        found = re.search(_pattern(unicodedata.normalize(form, wanted)), stored, re.IGNORECASE)
        if found:
            return found.span()
    return None


def _pattern(wanted: str) -> str:
    parts = (_SPECIAL.sub(_any_form, re.escape(part.replace("...", "…"))) for part in wanted.split())
    return r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)"


def _any_form(match: re.Match[str]) -> str:
    """A pattern for a quotation mark, dash or ellipsis in any of its forms."""
    return _MARKS[_SAME.get(match[1], match[1])]


def _with_negation(words: str, start: int, end: int) -> tuple[int, int]:
    """The span, widened to its clause's beginning when a negation there was cut off ("we don't | want to move")."""
    before = clause_before(words, start)
    return (start - len(before.lstrip()), end) if is_negated(before) else (start, end)


def _sentence_around(words: str, start: int, end: int) -> str:
    begins = max((m.end() for m in _SENTENCE_END.finditer(words, 0, start)), default=0)
    ends = _SENTENCE_END.search(words, max(start, end - 1))
    return words[begins : ends.start() + 1 if ends else len(words)]
