"""A remark as a claim in plain English: told in the third person where that is safe, else quoted under what it is about."""

import re
from typing import Final

from persona.model import Facet, Speaker
from persona.writers.rules.remarks import Remark
from persona.writers.rules.themes import find_theme, is_negated

_QUOTE_LENGTH: Final = 130
_CLAIM_LENGTH: Final = 150
_CLAUSE: Final = re.compile(
    r"(?:[,;:–—]|\s[-–]|\.)\s+|\s+(?=(?:but|because|so that|and then|which|aber|weil|mais|pero|porque)\s)"
)
_OPENER: Final = re.compile(r"(?i)^(?:(?:and|but|so|also|well|honestly|frankly|to be honest|ok|yes|no|right)[,\s]+)+")
_FIRST_PERSON: Final = re.compile(r"(?i)^(?:I|we)(?=['’\s])")
_IRREGULAR: Final = {"have": "Has", "do": "Does", "go": "Goes", "are": "Is", "am": "Is"}
_PRESENT: Final = frozenset(
    "need want hope prefer worry expect plan use run spend lose pay keep know think believe see get send buy sign decide"
    " start trust like love manage handle track struggle miss look try test compare measure report answer read work sell".split()
)
_PAST: Final = frozenset(
    "lost paid had got took went bought spent tried told said saw found made gave left sent hired missed needed wanted"
    " asked tested checked compared signed decided used stopped started moved switched waited called cancelled hoped"
    " planned worked learned kept ran built broke chose met heard thought knew spoke showed stood".split()
)
_MODAL: Final = re.compile(
    r"(?i)^(can['’]?t|cannot|can|could|couldn['’]t|must|should|will|won['’]t|would|wouldn['’]t|may|might)\b"
)
_CONTRACTED: Final = {"'d": "Would", "'ll": "Will", "'ve": "Has", "'m": "Is", "'re": "Is"}
_ADVERB: Final = re.compile(r"(?i)^(still|always|never|already|also|often|usually|just|only|really)\s+")
_OURS: Final = (
    (r"\bI['’]m\b", "they're"), (r"\bI['’]d\b", "they'd"), (r"\bI['’]ll\b", "they'll"), (r"\bI['’]ve\b", "they've"),
    (r"\bI am\b", "they are"), (r"\bI was\b", "they were"), (r"\bI\b", "they"), (r"\b[Ww]e['’](?=\w)", "they'"),
    (r"\b[Ww]e\b", "they"), (r"\b[Mm]y\b", "their"), (r"\b[Oo]ur\b", "their"), (r"\b[Mm]ine\b", "theirs"),
    (r"\b[Oo]urs\b", "theirs"), (r"\bmyself\b", "themselves"), (r"\bourselves\b", "themselves"),
    (r"\b(?:me|us)\b", "them"),
)  # fmt: skip
_YOU: Final = re.compile(r"(?i)\b(?:you|your|yours|u)\b")
_COORDINATED: Final = re.compile(
    r"(?i)\b(?:and|or|but|then)\s+(?!(?:the|a|an|our|my|their|his|her|its|no|not|for|to|in|on|with|of|at|by)\b)\w+"
)
_NOTE_SUBJECT: Final = re.compile(r"(?i)^(?:she|he|they|contact|customer|client)\s+(?=\w)")
_NOTE_CONTRACTED: Final = re.compile(r"(?i)^(?:she|he|they)['’](d|ll|s|re)\s+")
_SAID: Final = {
    Facet.PAIN_POINTS: "What goes wrong today",
    Facet.BUYING_MOTIVATIONS: "What they are after",
    Facet.LIKELY_OBJECTIONS: "A doubt to answer",
    Facet.DECISION_PATTERN: "How it gets decided",
    Facet.BUYING_BEHAVIOUR: "How they buy",
    Facet.ENGAGEMENT_PATTERN: "When they are there",
    Facet.COMMUNICATION_STYLE: "How they want to talk",
    Facet.RECOMMENDED_APPROACH: "Do as they ask",
    Facet.AVOID: "They ruled it out",
}


def phrase(remark: Remark, facet: Facet) -> str:
    """The claim a remark supports, without a full stop; numbers and names in it are the remark's own."""
    told = None if facet is Facet.LIKELY_OBJECTIONS else retell(remark)
    return told or f"{label(remark.text, facet)}: {quoted(remark)}"


def label(text: str, facet: Facet) -> str:
    """What the text is about, in the words of a claim; neutral when a negation could turn the label round."""
    theme = find_theme(text, facet)
    if theme is None:
        return "Asks" if text.rstrip("”\"' ").endswith("?") and facet is Facet.LIKELY_OBJECTIONS else _SAID[facet]
    affirms = facet in (Facet.PAIN_POINTS, Facet.LIKELY_OBJECTIONS) or not is_negated(text)
    return theme.labels[facet] if affirms else theme.topic


def quoted(remark: Remark) -> str:
    """The remark as a quotation, cut at a clause when long; a note of ours is said to be one."""
    text = f"“{trim(remark.text, _QUOTE_LENGTH).strip('“”').rstrip('.,;')}”"
    return f"{text} (our note)" if remark.passage.speaker is Speaker.NOTE else text


def retell(remark: Remark) -> str | None:
    """The remark in the third person without its subject ("Wants a report by Friday"); None where that isn't safe."""
    text = _OPENER.sub("", remark.text.strip()).rstrip(" .;,")
    if "?" in text or '"' in text or "“" in text or len(text) > _CLAIM_LENGTH or "\n" in text:
        return None
    told = _retell_note(text, remark) if remark.passage.speaker is Speaker.NOTE else _retell_own(text)
    return told[:1].upper() + told[1:] if told and len(told.split()) >= 3 else None


def trim(text: str, length: int) -> str:
    """The text on one line, cut at the last clause within the length, with an ellipsis where cut."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cuts = [m.start() for m in _CLAUSE.finditer(line[:length])]
    end = cuts[-1] if cuts and cuts[-1] >= length // 3 else line.rfind(" ", 0, length)
    return f"{line[:end].rstrip(' ,;:–—-')} …"


def _retell_note(text: str, remark: Remark) -> str | None:
    contracted = _NOTE_CONTRACTED.match(text)
    if contracted:
        verb = {"d": "Would", "ll": "Will", "s": None, "re": "Are"}[contracted.group(1).lower()]
        return f"{verb} {text[contracted.end() :]}" if verb else None
    subject = _NOTE_SUBJECT.match(text) or re.match(rf"{re.escape(remark.first_name)}\s+(?=[a-z])", text)
    if subject:
        return text[subject.end() :]
    return (
        text
        if re.match(r"(?:Wants|Needs|Asked|Would|Prefers|Likes|Hates|Worries|Decides|Hopes|Plans)\b", text)
        else None
    )


def _retell_own(text: str) -> str | None:
    subject = _FIRST_PERSON.match(text)
    if not subject or _YOU.search(text):
        return None
    rest = text[subject.end() :]
    contraction = re.match(r"['’](?:d|ll|ve|m|re)\b", rest)
    if contraction:
        verb = _CONTRACTED[contraction.group().replace("’", "'").lower()]
        return f"{verb}{theirs(rest[contraction.end() :])}"
    return _conjugated(rest.strip())


def _conjugated(rest: str) -> str | None:
    adverb = _ADVERB.match(rest)
    lead, rest = (adverb.group(), rest[adverb.end() :]) if adverb else ("", rest)
    verb, _, others = rest.partition(" ")
    word = verb.lower()
    if re.match(r"(?i)do(?:n['’]?t| not)\b", rest):
        return lead + re.sub(r"(?i)^do", "does", theirs(rest))
    if _MODAL.match(rest) or word in _PAST:
        return lead + theirs(rest)
    if _COORDINATED.search(others):
        return None  # "sits … and text": the second verb would stay in the first person
    if word in _IRREGULAR:
        return f"{lead}{_IRREGULAR[word].lower()} {theirs(others)}"
    return f"{lead}{_third(word)} {theirs(others)}" if word in _PRESENT else None


def _third(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeou" else f"{verb}s"


def theirs(text: str) -> str:
    """The text with the speaker turned into "they": "send me our list" is "send them their list"."""
    for pattern, replacement in _OURS:
        text = re.sub(pattern, replacement, text)
    return text
