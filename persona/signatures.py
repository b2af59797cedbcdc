"""Signatures that only a contact's whole correspondence gives away: below their own name, or the same in mail on mail.

What one mail alone shows is cut when it is stored (persona/hygiene.py). Here the contact's name is known, and what else
they sent.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from persona.lexicon import fold
from persona.mail_patterns import SIGN_OFF
from persona.model import History, Interaction, Speaker

_REACH: Final = 10
_REPEATED: Final = 3
_POSTSCRIPT: Final = re.compile(r"^\s*(?:p\.?\s?s\b|n\.?\s?b\b|post scriptum)", re.IGNORECASE)
_DEGREE: Final = re.compile(r"(?<=\w[ ,])(?:[A-Z]\w?[A-Z]\w*|[A-Z]{2,})\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_BESIDE_A_NAME: Final = re.compile(
    r"\w|dr|prof|m(?:r|rs|s|x|me|onsieur|adame)|herr|frau|ing|dipl|lic|sr(?:a|ta)?|don|dona|dott(?:ssa)?|avv|rag|geom|"
    r"phd|md|rn|cpa|m(?:ba|sc)|bsc|i[av]|ppa?|on|behalf|of|she|her|he|him|they|them"
)


def without_signatures(history: History) -> History:
    """The history with the contact's own words ending above their signature; a mail of nothing else keeps it.

    A signature begins at a line that is the contact's name and nothing else, or is made of closing lines that stand at
    the end of three mails at least. Postscripts stay.
    """
    mails = [_lines(i) for i in history.interactions if i.speaker is Speaker.CONTACT]
    ends = Counter(key for lines in mails for key in {_key(line) for line in lines[1:][-_REACH:] if line.strip()})
    repeated = frozenset(key for key, times in ends.items() if times >= _REPEATED)
    name = frozenset(_WORD.findall(fold(history.contact.name)))
    read = tuple(
        _cut(interaction, name, repeated) if interaction.speaker is Speaker.CONTACT else interaction
        for interaction in history.interactions
    )
    return replace(history, interactions=read)


def _cut(interaction: Interaction, name: frozenset[str], repeated: frozenset[str]) -> Interaction:
    lines = _lines(interaction)
    start = _start(lines, name, repeated)
    if start == len(lines) or not any(line.strip() for line in lines[:start]):
        return interaction
    postscript = next((n for n in range(start, len(lines)) if _POSTSCRIPT.match(lines[n])), len(lines))
    return replace(interaction, own_words="\n".join([*lines[:start], *lines[postscript:]]).strip())


def _start(lines: Sequence[str], name: frozenset[str], repeated: frozenset[str]) -> int:
    """Where the signature begins, its sign-off included; the number of lines when there is none."""
    start = len(lines)
    while start > 0 and (not lines[start - 1].strip() or _key(lines[start - 1]) in repeated):
        start -= 1
    named = [n for n in range(max(1, len(lines) - _REACH), len(lines)) if _is_name(lines[n], name)]
    start = min(start, named[0]) if named else start
    while start > 0 and (not lines[start - 1].strip() or SIGN_OFF.match(lines[start - 1].strip()[:80])):
        start -= 1
    return start if start < len(lines) and any(line.strip() for line in lines[start:]) else len(lines)


def _is_name(line: str, name: frozenset[str]) -> bool:
    """Whether a line is the contact's name, short or with a title of courtesy, and nothing else."""
    if len(line) > 80:
        return False
    words = _WORD.findall(fold(_DEGREE.sub(" ", line)))
    own = [word for word in words if word in name]
    others = [word for word in words if word not in name and not _BESIDE_A_NAME.fullmatch(word)]
    return bool(own) and not others


def _lines(interaction: Interaction) -> list[str]:
    return interaction.own_words.split("\n")


def _key(line: str) -> str:
    return " ".join(line.split()).lower()
