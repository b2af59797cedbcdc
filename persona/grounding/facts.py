"""Numbers, money, percentages, dates and names of a claim: each must stand in its evidence or the contact's record."""

import re
from collections.abc import Iterable
from functools import lru_cache

from persona.grounding.fragments import clause_at
from persona.grounding.measured import Figures
from persona.grounding.names import Name, is_ordinary, name_parts, names
from persona.grounding.numbers import Amount, Number, amounts, claimed_amounts, currencies, numbers
from persona.grounding.polarity import is_negated
from persona.lexicon import fold, ideas, lexicon, words
from persona.meanings import is_known, meanings, meanings_of, says, word_group
from persona.model import Contact, Evidence, Metric


class Facts:
    """What a claim may name: all its evidence and the contact's record hold; names also in the sentences `around`."""

    def __init__(
        self, evidence: Iterable[Evidence], contact: Contact, figures: Iterable[Metric] = (), around: str = ""
    ) -> None:
        held = tuple(evidence)
        said = "\n".join(e.quote for e in held)
        record = " ".join(str(v) for v in (contact.name, contact.title, contact.company, contact.industry) if v)
        self._quoted = {
            (value, unit, amount.measure)
            for e in held
            if e.metric is None
            for amount in amounts(e.quote)
            for value, unit in amount.readings
        }
        self._recorded = {value for value, _ in numbers(record)} | {float(e.occurred_at.year) for e in held}
        if contact.company_size:
            self._recorded.add(float(contact.company_size))
        self._figures = Figures(tuple(figures))
        self._said = fold(" ".join([said, around, record, *(e.subject for e in held)]))
        self._words = {part for word in words(self._said) for part in (word, word.removesuffix("'s"))}
        self._ideas = frozenset().union(*(ideas(word) for word in self._words))
        self._currencies = currencies(said)
        self._dates = months_and_weekdays(said)
        self._written = {f"months:{e.occurred_at.month}" for e in held}
        self._meant = meanings_of(f"{said}\n{around}")

    def missing_from(self, claim: str) -> str | None:
        """The code of the first kind of fact the claim adds to its evidence; None when it adds none."""
        if not self._has_numbers(claim) or (self._currencies and not currencies(claim) <= self._currencies):
            return "number_not_in_evidence"
        known = self._dates | self._written if says("reported", claim) else self._dates
        if not months_and_weekdays(claim, capitals_only=True) <= known:
            return "date_not_in_evidence"
        if not all(self._has_name(name) for name in names(claim)):
            return "name_not_in_evidence"
        return None

    def missing_from_title(self, title: str) -> str | None:
        """As `missing_from`, for a persona's name: any word that isn't one such names are made of counts as a fact."""
        if not self._has_numbers(title):
            return "number_not_in_evidence"
        return None if all(self._has_stem(part) for part in name_parts(title)) else "word_not_in_evidence"

    def _has_numbers(self, claim: str) -> bool:
        return all(
            self._stands(amount)
            or self._figures.say(amount, of_the_rest=_tells_of_the_rest(clause_at(claim, amount.end - 1)))
            for amount in claimed_amounts(claim)
        )

    def _stands(self, amount: Amount) -> bool:
        """Whether a quote or the record has the number; the record's count no time and none of what was written."""
        recorded = not amount.measure and any(v in self._recorded for v, unit in amount.readings if not unit)
        return recorded or any(self._is_quoted(number, amount.measure) for number in amount.readings)

    def _is_quoted(self, number: Number, measure: str) -> bool:
        """Whether the quotes have it: in any unit for a bare one, else in its own ("81 percent, not 93")."""
        value, unit = number
        units = {unit}
        if not unit and not measure:
            units = {"", "%", "money"}
        elif unit == "%" and any(held == "%" for _, held, _ in self._quoted):
            units = {"%", ""}
        return any(
            value == held and held_unit in units and measure in ("", held_measure or measure)
            for held, held_unit, held_measure in self._quoted
        )

    def _has_name(self, name: Name) -> bool:
        plain = fold(name.text).removesuffix("'s").removesuffix("'")
        if plain in self._words or plain in self._said or plain in lexicon().plain_capitals or plain in lexicon().dates:
            return True
        if plain + "s" in self._words or plain.removesuffix("s") in self._words:
            return True
        if name.opens:
            return is_ordinary(plain) or plain in word_group("scaffold") or self._has_stem(plain) or _is_word(plain)
        if name.text == "IT" and "#it" in self._meant:
            return True
        return any(idea.startswith("#") for idea in ideas(plain) & self._ideas | meanings(plain) & self._meant)

    def _has_stem(self, word: str) -> bool:
        """Whether the evidence or the record has the word in some form."""
        return word in self._words or any(not idea.startswith("#") for idea in ideas(word) & self._ideas)


def _is_word(word: str) -> bool:
    """Whether a folded word, or every part of it, is one whose meaning we know, not a name."""
    return all(is_known(part) or is_ordinary(part) for part in word.split("-"))


def _tells_of_the_rest(clause: str) -> bool:
    """Whether a clause tells of what did not happen: "leaves 38 % unanswered"."""
    return is_negated(clause) or not lexicon().shortfall.isdisjoint(words(clause))


@lru_cache(maxsize=4096)
def months_and_weekdays(text: str, *, capitals_only: bool = False) -> frozenset[str]:
    """Months and weekdays as "months:3"; in a claim only capitalised ones, and "May" not as its first word."""
    found = [(m.group(), m.start()) for m in re.finditer(r"[^\W\d_]+", text)]
    if capitals_only:
        found = [(w, at) for w, at in found if w[0].isupper() and (len(w) > 3 or (at and text[at - 2] not in ".!?"))]
    return frozenset(lexicon().dates[fold(w)] for w, _ in found if fold(w) in lexicon().dates)
