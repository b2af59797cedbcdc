"""Text that others wrote, made safe and short enough for the place it is shown in."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

ELLIPSIS: Final = "…"
CHART_LABEL: Final = 20  # characters; Slack's data_visualization labels

# Controls, bidi controls and invisible format characters, but not the joiners that scripts and emoji need.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SPACE = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_HALF_ENTITY = re.compile(rf"\s?&[a-z]{{0,3}}{ELLIPSIS}$")
_LINK_TARGET = re.compile(r"\]\(")
_EMOJI_CODE = re.compile(r":(?=[a-z0-9_+'-]+:)", re.IGNORECASE)
# Look-alikes that Slack's mrkdwn gives no meaning to.
_PLAIN_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "_": "\uff3f"})


def one_line(text: str) -> str:
    """The text on one line: runs of white space are one space; control, bidi and invisible characters are gone."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def few_lines(text: str) -> str:
    """The text with its line breaks, no blank lines, and nothing invisible."""
    lines = _BLANK_LINES.sub("\n", _INVISIBLE.sub("", text.replace("\r", "\n"))).strip()
    return re.sub(r"[^\S\n]+", " ", lines)


def length(text: str) -> int:
    """Characters as Slack's clients count them: UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, with an ellipsis where something is cut, between words if that loses little."""
    if length(text) <= limit:
        return text
    end = _fitting(text, limit - len(ELLIPSIS))
    while end and _joins_on(text[end]):
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    return text[: space if space > 0.7 * limit else end].rstrip(" \u200d,;:·") + ELLIPSIS


def clip_mrkdwn(text: str, limit: int) -> str:
    """`clip` for text that is mrkdwn already: it never leaves half an entity ("&am…")."""
    return _HALF_ENTITY.sub(ELLIPSIS, clip(text, limit))


def _fitting(text: str, limit: int) -> int:
    """How many leading characters take at most `limit` UTF-16 units."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _joins_on(character: str) -> bool:
    """Whether a character belongs to the one before it: a combining mark, joiner, variation or skin tone."""
    return (
        unicodedata.combining(character) > 0 or character in "\u200d\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff"
    )


def line(text: str, limit: int) -> str:
    """One clean line of at most `limit` UTF-16 units, for sinks that are literal: plain_text, rich_text, cells.

    Right-to-left text is isolated, so that it can't reorder what we write around it.
    """
    clean = one_line(text)
    if _RIGHT_TO_LEFT.search(clean) is None:
        return clip(clean, limit)
    return f"\u2068{clip(clean, limit - 2)}\u2069"


def passage(text: str, limit: int) -> str:
    """Several clean lines of at most `limit` UTF-16 units, for a verbatim quote in a literal sink."""
    return clip(few_lines(text), limit)


def mrkdwn(text: str) -> str:
    """The text for a mrkdwn sink, where it reads as it was written and can't mention, link or format.

    & < > are escaped once, as Slack asks (docs.slack.dev/messaging/formatting-message-text); format characters and
    emoji codes become look-alikes, since mrkdwn has no escape for them.
    """
    literal = _EMOJI_CODE.sub("∶", one_line(text)).translate(_PLAIN_MARKS)
    if literal.startswith(">"):
        literal = "›" + literal[1:]
    return literal.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def markdown(text: str) -> str:
    """The text for a sink of standard Markdown, such as a streamed answer: `mrkdwn`, and nothing in it is a link."""
    return _LINK_TARGET.sub("]\u2060(", mrkdwn(text))


def unique_labels(labels: Iterable[str], limit: int = CHART_LABEL) -> list[str]:
    """One non-empty label of at most `limit` units for each of `labels`, all different, in order."""
    taken: list[str] = []
    for label in labels:
        candidate, count = line(label, limit) or "–", 1
        while candidate in taken:
            count += 1
            suffix = f" {count}"
            candidate = (line(label, limit - len(suffix)) or "–") + suffix
        taken.append(candidate)
    return taken


def sentence(text: str) -> str:
    """The text beginning with a capital and ending with a full stop; empty stays empty."""
    text = one_line(text)
    if not text:
        return ""
    ended = text if text[-1] in ".!?…”" else f"{text}."
    return ended[0].upper() + ended[1:]
