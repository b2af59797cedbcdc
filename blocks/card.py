"""A card: what Slack shows and what a screen reader says, within Slack's limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slackblocks import Block

# The public ways to JSON (Message.to_dict and its kin) render three times to check what our tests check once.
from slackblocks._core import resolve

from blocks.text import clip_mrkdwn, length

MAX_BLOCKS: Final = 50  # docs.slack.dev/reference/block-kit/blocks
MAX_BLOCK_TEXT: Final = 10_000  # chat.postMessage refuses about 12,000 (bolt-js issue 2509); this leaves room
_NAMED: Final = frozenset({"actions", "input"})
"""Blocks whose id we give, since it comes back with what is pressed or typed."""
MAX_TEXT: Final = 4_000  # docs.slack.dev/reference/methods/chat.postMessage


@dataclass(frozen=True, slots=True)
class Card:
    """A message: `text` says the real thing, in mrkdwn, where blocks aren't shown; `blocks` are Block Kit JSON."""

    text: str
    blocks: list[dict[str, Any]]


def build_card(text: str, blocks: Sequence[Block]) -> Card:
    """The card of these blocks. `text` is mrkdwn already and is clipped to what Slack takes.

    Slack's limits on each block were checked when it was constructed; `check_card` checks those of the whole.
    """
    return Card(clip_mrkdwn(text, MAX_TEXT), [_literal(resolve(block)) for block in blocks])


def check_card(card: Card) -> Card:
    """The card itself; raises ValueError when it is over a budget or says nothing to a screen reader."""
    written = sum(length(text) for text in block_texts(card.blocks))
    if not card.text.strip() or length(card.text) > MAX_TEXT:
        raise ValueError(f"text of {length(card.text)} characters")
    if len(card.blocks) > MAX_BLOCKS:
        raise ValueError(f"{len(card.blocks)} blocks")
    if written > MAX_BLOCK_TEXT:
        raise ValueError(f"{written} characters of block text")
    if any(not text for text in block_texts(card.blocks)):
        raise ValueError("an empty text")
    return card


def block_texts(node: Any) -> Iterator[str]:
    """Every text a reader sees in blocks, in order."""
    if isinstance(node, list):
        for item in node:
            yield from block_texts(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and key in {"text", "title", "caption", "label", "name"}:
                yield value
            else:
                yield from block_texts(value)


def _literal(node: Any) -> Any:
    """Blocks in which plain text shows no emoji codes, without the random ids slackblocks gives: a card is pure."""
    if isinstance(node, list):
        return [_literal(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _literal(value) for key, value in node.items()}
    if found.get("type") == "plain_text":
        found["emoji"] = False
    if "block_id" in found and found["type"] not in _NAMED:
        del found["block_id"]
    return found
