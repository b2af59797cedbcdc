"""What a persona never uses: sensitive matters, instructions to a language model, and our own guesses."""

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from persona.sentences import split_sentences

_UNSEEN: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_TYPOGRAPHY: Final = str.maketrans("’‘ʼ´`\u00a0\u202f", "'''''  ", _UNSEEN)
"""Apostrophes as typed, and nothing of what nobody sees: a word is the same with a soft hyphen in it."""
_WRAP: Final = re.compile(r"(?<!\n)\r?\n(?!\r?\n)")
"""A line's end within a paragraph: mail programs wrap at 72 characters, in the middle of an order too."""
_GROUP: Final = re.compile(r"(?<!\\)\((?!\?)")
_SENTENCE: Final = re.compile(r"[^.!?\n]*[.!?\n]*")


@lru_cache(maxsize=8192)
def is_sensitive(text: str) -> bool:
    """Whether any sentence touches health, religion, politics, union, sexuality, ethnicity or family life.

    Words that also mean business (a hospital's surgery) count only in a sentence that speaks of a person.
    """
    always, personal, person, harmless = _sensitive()
    plain = harmless.sub(" ", text.translate(_TYPOGRAPHY))
    if always.search(plain):
        return True
    return bool(personal.search(plain)) and any(
        personal.search(part) and person.search(part) for part in _SENTENCE.findall(plain)
    )


@lru_cache(maxsize=4096)
def instructs_model(text: str) -> bool:
    """Whether the text tries to give a language model orders."""
    return _patterns("instructions").search(_unwrapped(text)) is not None


def end_of_evidence(text: str) -> int:
    """Where the words end that may be evidence: before the paragraph in which orders to a model begin, or at the end.

    0 when only the text as a whole reads like an order.
    """
    if not instructs_model(text):
        return len(text)
    ordering = next((s.start for s in split_sentences(text) if instructs_model(s.text)), 0)
    return max(text.rfind("\n\n", 0, ordering), 0)


def is_guess(text: str) -> bool:
    """Whether a note of ours guesses what the contact wants instead of recording what was said or done."""
    return _patterns("guesses").search(_unwrapped(text)) is not None


def _unwrapped(text: str) -> str:
    return _WRAP.sub(" ", text.translate(_TYPOGRAPHY))


@cache
def _sensitive() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    lexicon = _read("sensitive")
    always, personal = ([term for terms in lexicon[key].values() for term in terms] for key in ("always", "personal"))
    return _words(always), _words(personal), _words(lexicon["person_words"]), _words(lexicon["not_these"])


def _words(terms: list[str]) -> re.Pattern[str]:
    """Any of the terms as whole words; a trailing * takes any ending. Grouped by first letter: six times as fast."""
    initials: dict[str, list[str]] = {}
    for term in terms:
        rest = re.escape(term[1:].removesuffix("*")).replace(r"\ ", r"\s+") + (r"\w*" if term[-1] == "*" else "")
        initials.setdefault(re.escape(term[0]), []).append(rest)
    groups = (f"{initial}(?:{'|'.join(rests)})" for initial, rests in initials.items())
    return re.compile(rf"\b(?:{'|'.join(groups)})\b", re.IGNORECASE)


@cache
def _patterns(name: str) -> re.Pattern[str]:
    """Any of a file's patterns. Those that begin at a word are tried only there, and no group is kept: for speed."""
    patterns: list[str] = _read(name)["patterns"]
    at_words = [p.removeprefix(r"\b") for p in patterns if p.startswith(r"\b")]
    anywhere = [p for p in patterns if not p.startswith(r"\b")]
    return re.compile("|".join([rf"\b(?:{_any(at_words)})", *filter(None, [_any(anywhere)])]), re.IGNORECASE)


def _any(patterns: list[str]) -> str:
    return "|".join(f"(?:{_GROUP.sub('(?:', p)})" for p in patterns)


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(files("persona").joinpath("data", f"{name}.json").read_text("utf-8"))
    return document
