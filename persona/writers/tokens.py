"""How many tokens a text is, estimated on the safe side without any model's tokenizer."""

import re
from typing import Final

_PIECES: Final = re.compile(
    r"(?P<word>[^\W\d_]+)|(?P<digits>\d+)|(?P<marks>[^\w\s]+|_+)|(?P<lines>\n+)|(?P<space>[ \t]{2,})"
)
_LETTERS_A_TOKEN: Final = 5
_FOREIGN_LETTERS_A_TOKEN: Final = 3
_DIGITS_A_TOKEN: Final = 2
_MARKS_A_TOKEN: Final = 2


def estimate_tokens(text: str) -> int:
    """Tokens of a text, rather too many than too few for the models of today.

    A word counts one for each five letters begun (three where it isn't plain ASCII), digits one for two, punctuation
    one for two marks. A test holds it near the count of Llama 2's tokenizer, whose 32,000 entries cut finer than the
    200,000 of OpenAI's models, and above the rule of thumb of four characters a token.
    """
    return sum(_of(str(match.lastgroup), match.group()) for match in _PIECES.finditer(text))


def _of(kind: str, piece: str) -> int:
    if kind == "word":
        return -(-len(piece) // (_LETTERS_A_TOKEN if piece.isascii() else _FOREIGN_LETTERS_A_TOKEN))
    if kind == "digits":
        return -(-len(piece) // _DIGITS_A_TOKEN)
    return -(-len(piece) // _MARKS_A_TOKEN) if kind == "marks" else 1
