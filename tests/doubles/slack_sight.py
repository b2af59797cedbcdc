"""What somebody finds on a card by its label: buttons, selects, menus, inputs, and all its words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
SELECTS = {
    "static_select",
    "external_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "multi_static_select",
    "multi_external_select",
    "multi_users_select",
    "multi_conversations_select",
    "multi_channels_select",
    "radio_buttons",
    "checkboxes",
}


@dataclass(frozen=True)
class Found:
    """An element, the block_id Slack knows it by, and what is written beside it."""

    block_id: str
    element: Block
    labels: tuple[str, ...]
    in_input: bool = False

    @property
    def dispatches(self) -> bool:
        """Whether choosing sends block_actions at once: outside an input, or in one that says so."""
        return not self.in_input or bool(self.element.get("dispatch_action"))


def elements_of(blocks: list[Block]) -> Iterator[Found]:
    """Every interactive element of these blocks."""
    for index, block in enumerate(blocks):
        block_id = str(block.get("block_id") or f"b{index}")
        if block["type"] == "input":
            element = {**block["element"], "dispatch_action": block.get("dispatch_action", False)}
            yield Found(block_id, element, (block["label"]["text"],), in_input=True)
        for element in [*_inner(block), *([block["accessory"]] if "accessory" in block else [])]:
            yield from _seen(block_id, element, block)
        yield from elements_of(block.get("child_blocks") or [])
        if block["type"] == "carousel":
            yield from elements_of(block.get("elements") or [])


def _inner(block: Block) -> list[Block]:
    if block["type"] in {"actions", "context_actions"}:
        return list(block["elements"])
    return list(block.get("actions") or []) if block["type"] == "card" else []


def _seen(block_id: str, element: Block, block: Block) -> Iterator[Found]:
    if element["type"] == "feedback_buttons":
        for part in ("positive_button", "negative_button"):
            yield Found(block_id, {**element, **element[part]}, (element[part]["text"]["text"],))
        return
    beside = str((block.get("text") or {}).get("text") or "")
    own = [(element.get(key) or {}).get("text") for key in ("text", "placeholder")]
    labels = (*own, element.get("accessibility_label"), beside)
    yield Found(block_id, element, tuple(label for label in labels if label))


def buttons_of(card: dict[str, Any]) -> list[Block]:
    """Every button of a card."""
    return [found.element for found in elements_of(card["blocks"]) if found.element.get("type") == "button"]


def option_of(element: Block, label: str) -> Block | None:
    """The option with this label, of a menu or a select."""
    groups = [group["options"] for group in element.get("option_groups") or []]
    options = [*(element.get("options") or []), *(option for group in groups for option in group)]
    return next((option for option in options if option["text"]["text"] == label), None)


def words_of(node: Any) -> str:
    """Everything that is written on blocks, one line for each text."""
    if isinstance(node, dict):
        own = [node[key] for key in ("text", "title", "caption", "label", "alt_text") if isinstance(node.get(key), str)]
        return "\n".join([*own, *(w for v in node.values() if isinstance(v, dict | list) and (w := words_of(v)))])
    return "\n".join(w for item in node if (w := words_of(item))) if isinstance(node, list) else ""
