"""In which language a text is written, told by its commonest words."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_QUOTED: Final = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"")
_LEAST_WORDS: Final = 4
_LEAD: Final = 1.5


def language_of(text: str) -> str | None:
    """The language's code, or None when it can't be told: too few of the commonest words, or of two languages.

    What stands in quotation marks isn't read: it is in its own language.
    """
    words = [word.lower() for word in _WORD.findall(_QUOTED.sub(" ", text))]
    hits = Counter(code for word in words for code in _common_words().get(word, ()))
    if not words or not hits:
        return None
    (best, most), *others = hits.most_common(2)
    runner_up = others[0][1] if others else 0
    return best if most >= _LEAST_WORDS and most >= runner_up * _LEAD else None


def is_written_in(language: str, texts: Iterable[str]) -> bool:
    """Whether texts together are in a language, as far as it can be told: False only when they clearly aren't."""
    whole = "\n".join(texts)
    told = language_of(whole)
    return told in {None, language}


@cache
def _common_words() -> Mapping[str, tuple[str, ...]]:
    """Of each common word the languages that use it."""
    lists = json.loads(files("persona").joinpath("data", "languages.json").read_text("utf-8"))["common_words"]
    words: dict[str, list[str]] = {}
    for code, text in lists.items():
        for word in text.split():
            words.setdefault(word, []).append(code)
    return {word: tuple(codes) for word, codes in words.items()}
