"""What someone said of themselves, told in the third person without a subject; only where grammar lets us be sure."""

import re
from typing import Final

from persona.turns_of_phrase import word_list
from persona.writers.rules.remarks import Remark

_LONGEST: Final = 150
_FEWEST_WORDS: Final = 3
_OPENER: Final = re.compile(r"(?i)^(?:(?:and|but|so|also|well|honestly|frankly|to be honest|ok|yes|no|right)[,\s]+)+")
_DANGLING_END: Final = re.compile(r"(?i)^(?:\S+ ){1,4}(?:it|that|this|them|one|so)$")
_FIRST_PERSON: Final = re.compile(r"(?i)^(?:I|we)(?=['’\s])")
_IRREGULAR: Final = {"have": "has", "do": "does", "go": "goes", "are": "is", "am": "is"}
_MODAL: Final = re.compile(
    r"(?i)^(?:can['’]?t|cannot|can|could|couldn['’]t|must|should|will|won['’]t|would|wouldn['’]t|may|might)\b"
)
_PARTICIPLE: Final = re.compile(r"(?!need$|feed$|speed$|heed$|proceed$|succeed$|exceed$)\w{2,}ed")
_CONTRACTED: Final = {"'ll": "Will", "'ve": "Has", "'m": "Is", "'re": "Is"}
_ADVERB: Final = re.compile(r"(?i)^(still|always|never|already|also|often|usually|just|only|really)\s+")
_THIRD: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\bI['’]m\b", "they're"),
        (r"\bI am\b", "they are"),
        (r"\bI was\b", "they were"),
        (r"\b(?:I|[Ww]e)['’](?=\w)", "they'"),
        (r"\b(?:I|[Ww]e)\b", "they"),
        (r"\b(?:[Mm]y|[Oo]ur)\b", "their"),
        (r"\b(?:[Mm]ine|[Oo]urs)\b", "theirs"),
        (r"\b(?:myself|ourselves)\b", "themselves"),
        (r"\b(?:me|us)\b", "them"),
    )
)
_SPEAKER: Final = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]urs?|[Mm]ine|me|us|myself|ourselves)\b")
_OTHERS: Final = re.compile(r"(?i)\b(?:they|them|their|theirs|he|she|him|his|her|hers)\b")
_ONE_OTHER: Final = re.compile(r"(?i)\b(?:he|she|him|his|her|hers)\b")
_SELF_AGAIN: Final = re.compile(r"\b(?:and|but|or|so|then)\s+(?:I|[Ww]e)\b")
_WE_ARE: Final = re.compile(r"(?i)we(?:['’]re| are| were)\b")
_YOU: Final = re.compile(r"(?i)\b(?:you|your|yours|u|ur)\b")
_BREAK: Final = re.compile(r"[?\"“”;:\n]|\.\s")
_SECOND_VERB: Final = re.compile(
    r"(?i)\b(?:and|or|but|then)\s+(?!(?:the|a|an|our|my|their|his|her|its|no|not|for|to|in|on|with|of|at|by|we|i)\b)\w+"
)
_NOTE_VERB: Final = re.compile(
    r"(?:[Nn]ow |[Aa]lso |[Ss]till |[Rr]eally )?(?:wants?|needs?|asked|asks|would|prefers?|likes?|hates?|worries|"
    r"worried|decides|decided|hopes|plans|expects|said|says|will|has|had|is|was|can|cannot|can't|won't|looks|looked|wanted|needed|"
    r"thinks|tries|tried|signs|signed|insists|insisted|reads|runs|uses|fears|doubts)\b"
)


def retell(remark: Remark) -> str | None:
    """The remark without its subject ("Wants a report by Friday"), or None where the third person isn't safe."""
    text = _OPENER.sub("", remark.text.strip()).rstrip(" .;,")
    if _BREAK.search(text) or len(text) > _LONGEST:
        return None
    told = _retell_own(text) if remark.own else _retell_note(text, remark.first_name)
    told = told.replace(" to not ", " not to ") if told else None
    if not told or len(told.split()) < _FEWEST_WORDS or _DANGLING_END.search(told):
        return None
    return told[:1].upper() + told[1:]


def third_person(text: str) -> str | None:
    """The text with the speaker as "they" ("send me our list": "send them their list"); None where that is unclear.

    Unclear is a text that speaks to us ("you") or of others too, so that "they" could be either.
    """
    if _YOU.search(text) or (_SPEAKER.search(text) and _OTHERS.search(text)):
        return None
    for pattern, replacement in _THIRD:
        text = pattern.sub(replacement, text)
    return text


def _retell_note(text: str, first_name: str) -> str | None:
    """Our notes leave out the subject or begin with it: "She wants ...", "Wants ...", "Jane asked ..."."""
    subject = re.match(rf"(?:[Ss]he|[Hh]e|[Tt]hey|{re.escape(first_name)})(?:['’]d)?\s+", text) if first_name else None
    rest = text[subject.end() :] if subject else text
    if subject and subject.group().lower().startswith("they"):
        return None  # others than the contact
    if subject and re.search(r"['’]d\s", subject.group()):
        return f"{_contracted_d(rest)} {rest}"
    return rest if _NOTE_VERB.match(rest) or (not subject and _NOTE_VERB.match(rest[:1].lower() + rest[1:])) else None


def _retell_own(text: str) -> str | None:
    subject = _FIRST_PERSON.match(text)
    if not subject or _ONE_OTHER.search(text) or _SELF_AGAIN.search(text) or _WE_ARE.match(text):
        return None  # "she" of another sentence, a second subject, a plural
    rest = text[subject.end() :]
    contraction = re.match(r"['’](?:d|ll|ve|m|re)\b", rest)
    if contraction:
        others = third_person(rest[contraction.end() :])
        letters = contraction.group().replace("’", "'").lower()
        verb = _contracted_d(rest[contraction.end() :]) if letters == "'d" else _CONTRACTED[letters]
        return None if others is None or _SECOND_VERB.search(others) else f"{verb}{others}"
    others = third_person(rest.strip())
    return _conjugated(others) if others else None


def _contracted_d(rest: str) -> str:
    """ "Had" before a participle ("she'd compared"), else "Would"."""
    word = next(iter(rest.split()), "").lower()
    return "Had" if word == "been" or word in word_list("past_verbs") or _PARTICIPLE.fullmatch(word) else "Would"


def _conjugated(rest: str) -> str | None:
    adverb = _ADVERB.match(rest)
    lead, rest = (adverb.group(), rest[adverb.end() :]) if adverb else ("", rest)
    if re.match(r"(?i)do(?:n['’]?t| not)\b", rest):
        return lead + re.sub(r"(?i)^do", "does", rest)
    verb, _, others = rest.partition(" ")
    word = verb.lower()
    if _MODAL.match(rest) or word in word_list("past_verbs"):
        return lead + ("was" if word == "were" else verb) + f" {others}"
    if _SECOND_VERB.search(others):
        return None  # "sits ... and text": the second verb would stay in the first person
    if word in _IRREGULAR:
        return f"{lead}{_IRREGULAR[word]} {others}"
    return f"{lead}{_third(word)} {others}" if word in word_list("present_verbs") else None


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeou" else f"{verb}s"
