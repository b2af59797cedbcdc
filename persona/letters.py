"""Drafts a short follow-up without a model: it takes up the contact's own words, in their language, length and tone."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

from persona.answers import Letter
from persona.grounding import figure_evidence
from persona.lexicon import language_of
from persona.model import Evidence, Facet, History, Insights, Persona, Speaker

_LONG: Final = 60
"""Words of a usual mail from which on a letter may have one sentence more."""
_READ: Final = 10
_QUOTE: Final = 160
_TAKEN_UP: Final = (
    Facet.LIKELY_OBJECTIONS,
    Facet.BUYING_MOTIVATIONS,
    Facet.PAIN_POINTS,
    Facet.BUYING_BEHAVIOUR,
    Facet.DECISION_PATTERN,
)
_MANNER: Final = ("words_per_email", "tone", "preferred_channel")


def write_letter(
    words: Sequence[Evidence], persona: Persona | None, history: History, insights: Insights
) -> Letter | None:
    """The letter that takes up the first of `words`, else their newest objection or wish; None without words of theirs.

    Its author is left to be filled in; nothing is promised in it.
    """
    own = [*(e for e in words if e.speaker is Speaker.CONTACT), *_newest(persona)]
    if not own:
        return None
    metrics = [insights.metrics[name] for name in _MANNER if name in insights.metrics and insights.metrics[name].enough]
    figures = {metric.name: metric.value for metric in metrics}
    told = _letters()[_language(history)]
    text = "\n\n".join(_parts(own[0], figures, told, history))
    manner = tuple(figure_evidence(metric, as_of=insights.as_of) for metric in metrics)
    return Letter(text, (own[0],), manner)


def _parts(
    own: Evidence, figures: Mapping[str, float | str | None], told: Mapping[str, Any], history: History
) -> Iterator[str]:
    """The paragraphs."""
    contact = history.contact
    tone = str(figures.get("tone") or "neutral")
    name = contact.name.strip() or (contact.email or "")
    greeting = told["greeting"].get(tone, told["greeting"]["neutral"])
    yield greeting.format(name=name, first=(name.split() or [""])[0])
    quote = own.quote if len(own.quote) <= _QUOTE else f"{own.quote[:_QUOTE].rsplit(' ', 1)[0]} …"
    day = _day(own.occurred_at.astimezone(ZoneInfo(history.zone)), told)
    yield told["took_up"].format(date=day, quote=" ".join(quote.split()))
    length = figures.get("words_per_email")
    offer = f"{told['offer']} " if isinstance(length, int | float) and length >= _LONG else ""
    channel = str(figures.get("preferred_channel") or "email")
    yield f"{offer}{told['ask'].get(channel, told['ask']['email'])}"
    yield f"{told['closing'].get(tone, told['closing']['neutral'])}\n{told['name']}"


def _newest(persona: Persona | None) -> list[Evidence]:
    """The contact's own words behind what they object to or want, by part of the persona and then newest first."""
    facets = persona.facets if persona else {}
    return [
        evidence
        for facet in _TAKEN_UP
        for evidence in sorted(
            (e for claim in facets.get(facet, ()) for e in claim.evidence if e.speaker is Speaker.CONTACT),
            key=lambda e: e.occurred_at,
            reverse=True,
        )
    ]


def _language(history: History) -> str:
    """The language of their newest mails, if we can write it; else English."""
    mails = [i.own_words for i in history.interactions if i.speaker is Speaker.CONTACT and i.own_words.strip()]
    found = [language for mail in mails[-_READ:] if (language := language_of(mail)) in _letters()]
    return max(set(found), key=lambda one: (found.count(one), one == "en")) if found else "en"


def _day(moment: datetime, told: Mapping[str, Any]) -> str:
    written: str = told["date"].format(d=moment.day, month=told["months"].split()[moment.month - 1])
    return written


@cache
def _letters() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files("persona").joinpath("data", "letters.json").read_text("utf-8"))
    return {language: told for language, told in document.items() if language != "about"}
