"""Who says or does what a quote tells: the contact, somebody else, or we; and whether a claim tells it of the same."""

import re
from typing import Final

from persona.grounding.names import is_ordinary
from persona.grounding.statements import Statement, nearest, statements
from persona.lexicon import fold
from persona.meanings import content_words, meanings, meanings_of, phrases, says, word_group
from persona.model import Facet, Speaker

_CAPITAL: Final = re.compile(r"(?<![\w'’-])[^\W\d_a-zß-öø-ÿ][^\W\d_]+")
_IT: Final = re.compile(r"\bIT\b")
_FEWEST_WORDS: Final = 2
_DOUBLE, _SINGLE = '“„”«»"', "‚'‘’"


def told_of_another(claim: str, quote: str, *, name: str, speaker: Speaker, facet: Facet | None) -> bool:
    """Whether a clause of the quote with another subject than the contact became a claim about the contact, or back.

    In the contact's own words "I" and "we" are theirs, "she" and "our CFO" somebody else; in a note of ours "we" are
    we, and "she" is the contact. A claim names the other, or our part in it, or it is told of the wrong one.
    """
    own = speaker is Speaker.CONTACT
    quoted = statements(quote)
    for said in statements(_unquoted(claim)):
        if len(said.text.split()) < _FEWEST_WORDS:
            continue
        matched = nearest(said, quoted) or quoted
        if matched and all(_another(said, claim, s, quoted, name=name, own=own, facet=facet) for s in matched):
            return True
    return False


def _another(
    said: Statement, claim: str, other: Statement, quoted: tuple[Statement, ...], *, name: str, own: bool,
    facet: Facet | None,
) -> bool:  # fmt: skip
    advice = facet in {Facet.RECOMMENDED_APPROACH, Facet.AVOID}
    first = _first_person(other, quoted)
    if own and not first and says("alone", said.text):
        return True
    if first and not own:
        return not says("vendor_claimed", claim)
    others = set() if first else _others(other, quoted, name=name, own=own)
    if others:
        return not advice and not _names_any(claim, others)
    if own and not advice and says("vendor_claimed", said.text):
        reason = quoted if says("cause", other.text) else (other,)
        return not any(says("vendor_said", s.text) for s in reason)
    leading = _leading(said.text, name) if first and not advice else set()
    return bool(leading) and not any(_acts(said, s, leading, name) for s in quoted)


def _acts(said: Statement, other: Statement, leading: set[str], name: str) -> bool:
    """Whether a clause of the quote is about those who lead the claim's, and as its denies or doesn't."""
    return said.denies == other.denies and _names_any(" ".join(leading), _people(other.text, name))


def _first_person(statement: Statement, quoted: tuple[Statement, ...]) -> bool:
    """Whether "I" or "we" is the subject, in the clause or in one before it that it goes on from."""
    for earlier in _before(statement, quoted):
        first = phrases("first_subject").search(fold(earlier.text))
        if first:
            other = phrases("role_words").search(fold(earlier.text))
            return other is None or first.start() < other.start()
        if says("pronoun_subject", earlier.text) or says("role_words", earlier.text):
            return False
    return False


def _others(statement: Statement, quoted: tuple[Statement, ...], *, name: str, own: bool) -> set[str]:
    """Who else is the subject, as folded words; {"?"} for a "she" of whom nothing is said."""
    for n, earlier in enumerate(_before(statement, quoted)):
        found = _people(earlier.text, name)
        if found:
            return found
        if own and says("pronoun_subject", earlier.text):
            ahead = set().union(*(_people(s.text, name) for s in quoted))
            return ahead or {"?"}
        if n and says("first_subject", earlier.text):
            return set()
    return set()


def _before(statement: Statement, quoted: tuple[Statement, ...]) -> list[Statement]:
    """The clause, then, as long as it has no subject word of its own, those before it in its sentence."""
    at = quoted.index(statement)
    found = [statement]
    for earlier in reversed(quoted[:at]):
        if earlier.text.rstrip(" ”\"'").endswith((".", "!", "?")):
            break
        found.append(earlier)
    return found


def _people(text: str, name: str) -> set[str]:
    """The folded role words, and names before a verb people do, other than the contact's own."""
    mine = set(fold(name).split())
    roles = {m.group() for m in phrases("role_words").finditer(fold(text))}
    if _IT.search(text):
        roles.add("it")
    names = set()
    for match in _CAPITAL.finditer(text):
        word = fold(match.group())
        after = text[match.end() :].lstrip(" ,")
        follows = phrases("said_verbs").match(fold(after))
        alone = text.strip(" ,") == match.group()
        alone = alone and not any(meaning.startswith("#") for meaning in meanings(word))
        if word not in mine and (follows or alone) and not is_ordinary(word) and word not in _articles():
            names.add(word)
    return roles - mine | names


def _articles() -> frozenset[str]:
    return frozenset({"herr", "frau", "mr", "mrs", "ms", "sr", "sra", "senor", "senora", "mme", "monsieur", "madame"})


def _names_any(claim: str, others: set[str]) -> bool:
    """Whether the claim speaks of one of them, by word or by what the word means."""
    claim = claim.replace("’s", "").replace("'s", "")
    plain = set(re.findall(r"[^\W_]+", fold(claim)))
    if others & plain or ("it" in others and _IT.search(claim)):
        return True
    known = {word for match in phrases("role_words").finditer(fold(claim)) for word in match.group().split()}
    meant = {idea for other in others for word in other.split() for idea in meanings(word)}
    if any(idea.startswith("#") for idea in meant & meanings_of(claim)):
        return True
    return bool(known) and ("?" in others or any(meant & meanings(word) for word in known))


def _leading(text: str, name: str) -> set[str]:
    """Other people at the head of a claim's clause, who do what it says."""
    head = " ".join(text.split()[:5])
    return {
        p
        for p in _people(head, name)
        if re.search(rf"^(?:\W*(?:the|her|his|their|our)\s)?{re.escape(p)}\b", fold(head))
    }


def names_unknown_people(claim: str, ground: str) -> bool:
    """Whether the claim names a role ("the marketing director") that nothing it rests on speaks of."""
    plain, known = fold(claim), meanings_of(ground) | set(fold(ground).split())
    for match in phrases("role_words").finditer(plain):
        ahead = plain[: match.start()].split()[-1:]
        kind = [w for w in ahead if w in content_words(claim) and w not in word_group("scaffold")]
        for word in [*kind, *(w for w in match.group().split() if meanings(w))]:
            if not (meanings(word) & known or word in known):
                return True
    return False


def quoted_of_another(claim: str, words: str, start: int, end: int) -> bool:
    """Whether the cited words stand in quotation marks, said by somebody the claim doesn't speak of."""
    opened = _opening(words, start)
    if opened is None or end - start < 12:
        return False
    begins = max(words.rfind(mark, 0, opened) for mark in (".", "!", "?", "\n")) + 1
    attribution = meanings_of(words[begins:opened]) - {"say", "said", "put"}
    return bool(attribution) and not attribution & meanings_of(claim)


def _opening(words: str, start: int) -> int | None:
    """Where a quotation that is still open at a position began; None outside quotations."""
    opened: int | None = None
    for at, char in enumerate(words[:start]):
        if char in _DOUBLE:  # which mark opens and which closes differs from language to language
            opened = at if opened is None else None
        elif char in _SINGLE:
            opens, closes = _single(words, at)
            opened = at if opens and opened is None else None if closes else opened
    return opened


def _single(words: str, at: int) -> tuple[bool, bool]:
    """Whether a single mark opens a quotation, and whether it closes one; an apostrophe does neither."""
    before, after = words[at - 1 : at], words[at + 1 : at + 2]
    return (not before or before in " \n(:") and after.isupper(), before in set(".!?,…") and not after.isalnum()


def _unquoted(claim: str) -> str:
    return re.sub(r"[“\"][^”\"]*[”\"]", " ", claim)
