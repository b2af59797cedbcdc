"""What the contact asked us to do or to leave, found by the form of the sentence and turned into an instruction."""

import re
from collections.abc import Iterator
from typing import Final

from persona.frames import frames_of
from persona.turns_of_phrase import turn_of_phrase
from persona.writers.rules.remarks import Remark
from persona.writers.rules.retelling import third_person

_LONGEST: Final = 140
_FEWEST_WORDS: Final = 4
_VERBS: Final = (
    "send|call|ring|bring|show|put|include|tell|start|give|come|keep|ask|involve|write|email|mail|talk|speak|invite|"
    "prepare|add|make|loop|copy|share|explain|treat|lead|book|quote|price|use|check|let me know|remove|offer"
)
_CLAUSE_START: Final = r"(?:^(?:(?:and|but|so|also|then),?\s+)*|[.;:–—]\s+|,\s+(?:so |and |but |then )?|\bso\s+)"
_ORDER: Final = re.compile(rf"(?i){_CLAUSE_START}(?:please\s+)?(?P<order>(?:{_VERBS})\b[^?]*)$")
_BAN: Final = re.compile(
    rf"(?i){_CLAUSE_START}(?:please\s+)?(?P<order>(?:do ?n['’]?t|do not|never|stop|no more)\s+"
    r"(?!or\b|and\b|worry|mind|know|think|hesitate|have|need|want|see|get me|feel|believe|care|like|"
    r"understand|be sorry|take)"
    r"\w+(?:[^,;.?!–—]|(?<=\b[DM]r)\.|(?<=\bM[rs]s)\.|(?<=\bProf)\.)*)"
)
_PART: Final = re.compile(r"[,;:.–—]\s+|\s(?=(?:but|sondern|aber|mais|sino|pero|ma|mas)\s)")
_THIRD_PERSON: Final = re.compile(r"(?i)\b(?:him|her)\b")
_SMILEY: Final = re.compile(r"\s*[:;]-?[)(DP]\s*$")


def find_order(remark: Remark) -> str | None:
    """ "Send me one page" as "Send them one page"; None when the remark isn't an instruction that can be turned so."""
    text = _plain(remark)
    found = _ORDER.search(text)
    if not found or len(text) > _LONGEST or _BAN.search(text):
        return None
    order = third_person(found["order"])
    return _capitalised(order) if order and len(order.split()) >= _FEWEST_WORDS else None


def is_wish(remark: Remark) -> bool:
    """Whether the remark asks us for something; one that also refuses does so only in a clause of its own."""
    if not is_refusal(remark):
        return _asks(remark.text)
    return any(_asks(part) and not _refuses(part) for part in _PART.split(remark.text))


def _asks(text: str) -> bool:
    if text.rstrip("”\"' ").endswith("?") and turn_of_phrase("asks_us").search(text) is None:
        return False
    return turn_of_phrase("wish").search(text) is not None or "request" in frames_of(text)


def _refuses(text: str) -> bool:
    if text.rstrip("”\"' ").endswith("?") and turn_of_phrase("asks_us").search(text) is None:
        return False
    return turn_of_phrase("refusal").search(text) is not None or "refusal" in frames_of(text)


def find_ban(remark: Remark) -> str | None:
    """ "Please don't call me on Mondays" as "Don't call them on Mondays"; None for anything else."""
    for order in _bans(_plain(remark)):
        if _THIRD_PERSON.search(order):
            continue
        told = third_person(order)
        if told and not _is_passing(told):
            return _capitalised(re.sub(r"(?i)^do ?n['’]?t", "Don't", told))
    return None


def is_refusal(remark: Remark) -> bool:
    """Whether the remark rules something out."""
    return _refuses(remark.text) or find_ban(remark) is not None


def is_way(remark: Remark) -> bool:
    """Whether the remark says how they want a thing, beside how not ("come here, not on a screen")."""
    contrast = turn_of_phrase("contrast").search(remark.text)
    return contrast is not None and is_contrast(remark) and _wants(remark.text[: contrast.start()])


def is_contrast(remark: Remark) -> bool:
    """Whether the remark ends in how they don't want it, after saying what they do without a refusal."""
    contrast = turn_of_phrase("contrast").search(remark.text)
    return contrast is not None and not _refuses(remark.text[: contrast.start()])


def _wants(text: str) -> bool:
    return _asks(text) or turn_of_phrase("wanting").search(text) is not None


def is_about_time(remark: Remark) -> bool:
    """Whether it says when to reach them and when not, rather than how."""
    contact, time = turn_of_phrase("getting_in_touch"), turn_of_phrase("time_of_day")
    return contact.search(remark.text) is not None and time.search(remark.text) is not None


def is_no_ban(remark: Remark) -> bool:
    """Whether a "no" in it only tells: of what they don't know, want others to stop doing, were asked."""
    return turn_of_phrase("no_ban").search(remark.text) is not None


def _is_passing(text: str) -> bool:
    """Whether a ban is too short to act on ("don't laugh") or only of its day ("don't send it")."""
    return len(text.split()) < 3 or text.endswith((" yet", " it", " that", " this", " anything"))


def _bans(text: str) -> Iterator[str]:
    for found in _BAN.finditer(text):
        yield found["order"].strip()


def _plain(remark: Remark) -> str:
    return _SMILEY.sub("", " ".join(remark.text.split())).rstrip(" .,;")


def _capitalised(text: str | None) -> str | None:
    return text[:1].upper() + text[1:] if text else None
