"""Who a message may speak of: addresses in it, and runs of capitalised words that could be names."""

import re
from collections.abc import Iterator
from typing import Final

_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_CAPITALISED: Final = re.compile(r"[^\W\d_][\w'’-]*")
_LONGEST: Final = 3
_MOST: Final = 8


def addresses(text: str) -> tuple[str, ...]:
    """The email addresses of a text, each once, eight at most."""
    return tuple(dict.fromkeys(match.group().rstrip(".") for match in _ADDRESS.finditer(text)))[:_MOST]


def possible_names(text: str) -> tuple[str, ...]:
    """Two or three capitalised words in a row, the longest first at each place; eight at most."""
    return tuple(dict.fromkeys(_names(_ADDRESS.sub(" . ", text))))[:_MOST]


def _names(text: str) -> Iterator[str]:
    for sentence in re.split(r"[.!?,;:()\n]", text):
        run: list[str] = []
        for word in [*sentence.split(), ""]:
            bare = word.strip("\"“”'’*_~<>")
            if bare and bare[0].isupper() and _CAPITALISED.fullmatch(bare.removesuffix("'s").removesuffix("’s")):
                run.append(bare.removesuffix("'s").removesuffix("’s"))
                continue
            yield from _cut(run)
            run = []


def _cut(run: list[str]) -> Iterator[str]:
    """The pieces of two or three words of a run: "Yesterday Jane Doe" holds "Jane Doe" too."""
    for length in range(min(len(run), _LONGEST), 1, -1):
        yield from (" ".join(run[at : at + length]) for at in range(len(run) - length + 1))
