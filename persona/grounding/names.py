"""Tells the names in a claim from ordinary words, and a persona's name from a claim in disguise."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from persona.lexicon import fold, lexicon

_CODE: Final = re.compile(r"(?<![\w.-])[^\W\d_]+\d\w*")
_NAME: Final = re.compile(r"(?<![\w'’])[^\W\d_]*[^\W\d_a-zß-öø-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:]\s+)[“\"'‘(]*")
_PART: Final = re.compile(r"[^\W_]+")
_ENDINGS: Final = (
    *(
        ("ies", "y"),
        ("ied", "y"),
        ("ier", "y"),
        ("es", ""),
        ("s", ""),
        ("ed", ""),
        ("d", ""),
        ("ing", ""),
        ("ing", "e"),
    ),
    *(("er", ""), ("r", ""), ("est", ""), ("ly", "")),
)
_MADE: Final = re.compile(
    r"(?:in|un|im|non|dis|over|under|mis)\w{3,}(?:ent|ant|ed|ive|ate|al|ic|ous|ar)|"
    r"\w{3,}(?:able|ible|less|ful|fully|ness|ously|ally|ively|tions?|sions?|ments?|it(?:y|ies)|[ae]nces?|ships?|ings?|isms?)"
)
"""Words built with such an ending are adjectives, adverbs and nouns, seldom names."""


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word or a code; `opens` when it stands first in a sentence, where any word has a capital."""

    text: str
    opens: bool = False


def names(claim: str) -> Iterator[Name]:
    """Capitalised words, and codes such as "Q3" or "B2B"."""
    yield from (Name(code) for code in _CODE.findall(claim))
    starts = {m.end() for m in _SENTENCE_START.finditer(claim)}
    for match in _NAME.finditer(claim):
        name = match.group()
        shouted = len(name) > 1 and name.isupper()
        inner = any(before not in "'’-" and c.isupper() for before, c in pairwise(name))
        yield Name(name, opens=match.start() in starts and not shouted and not inner)


def name_parts(title: str) -> Iterator[str]:
    """The folded words of a persona's name that aren't words such names are made of, nor function words."""
    for part in _PART.findall(fold(title)):
        if len(part) > 1 and part not in _plain_words()["titles"] and part not in lexicon().all_stop_words:
            yield part


@lru_cache(maxsize=4096)
def is_ordinary(word: str) -> bool:
    """Whether a folded word, or each part of it, is one that sentences begin with: "doesn't", "re-keys", "l'équipe"."""
    return _is_known(word) or all(len(part) == 1 or _is_known(part) for part in _PART.findall(word))


def _is_known(word: str) -> bool:
    known = lexicon()
    if word in known.all_stop_words or word in known.negators or word in known.hedged_negation:
        return True
    if word in known.numbers or _MADE.fullmatch(word):
        return True
    return any(form in _plain_words()["openers"] for form in _forms(word))


def _forms(word: str) -> Iterator[str]:
    """The word and what it may be an English form of: "tries" of "try", "typing" of "type", "stopped" of "stop"."""
    yield word
    for ending, instead in _ENDINGS:
        base = word.removesuffix(ending)
        if base != word and len(base) >= 2:
            yield base + instead
            if len(base) > 3 and base[-1] == base[-2]:
                yield base[:-1]


@cache
def _plain_words() -> dict[str, frozenset[str]]:
    raw = json.loads(files("persona").joinpath("data", "plain_words.json").read_text("utf-8"))
    return {
        kind: frozenset(fold(" ".join(lists.values())).split())
        for kind, lists in raw.items()
        if isinstance(lists, dict)
    }
