"""Slack's limits for each kind of block, and which kinds a message, a modal and a Home take."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.doubles.block_data import chart_block, table
from tests.doubles.block_elements import element_errors, image_errors, text_errors

Block = dict[str, Any]
EVERYWHERE = {"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"}
CARDS = {"card", "carousel", "container", "data_visualization"}
BLOCKS = {
    "message": {*EVERYWHERE, *CARDS, "context_actions", "data_table", "markdown", "plan", "table", "task_card"},
    "modal": {*EVERYWHERE, "alert"},
    "home": {*EVERYWHERE, *CARDS},
}
IN_CONTAINER = {*EVERYWHERE, "table"}
LEAVES = {"text", "link", "user", "usergroup", "channel", "broadcast", "emoji", "date", "color"}
RICH_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}


def block_errors(block: Block, surface: str) -> Iterator[str]:
    """What Slack would refuse in a block on a surface: message, modal or home."""
    kind = str(block.get("type"))
    if kind not in BLOCKS[surface]:
        yield f"block type {kind} in a {surface}"
        return
    if len(str(block.get("block_id", ""))) > 255:
        yield "block_id too long"
    check = _CHECKS.get(kind)
    if check:
        yield from check(block, surface)


def _section(block: Block, surface: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "section without text or fields"
    if "text" in block:
        yield from text_errors(block["text"], limit=3000, where="section")
    fields = block.get("fields", [])
    if "fields" in block and not 1 <= len(fields) <= 10:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from text_errors(field, limit=2000, where="field")
    if "accessory" in block:
        yield from element_errors(block["accessory"], surface, "accessory")


def _header(block: Block, _: str) -> Iterator[str]:
    yield from text_errors(block.get("text"), limit=150, where="header", plain=True)
    if block.get("level", 1) not in {1, 2, 3, 4}:
        yield "header level"


def _context(block: Block, _: str) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"context of {len(elements)} elements"
    for element in elements:
        yield from (
            image_errors(element)
            if element.get("type") == "image"
            else text_errors(element, limit=3000, where="context")
        )


def _actions(block: Block, surface: str) -> Iterator[str]:
    elements, kind = block.get("elements", []), str(block["type"])
    if not 1 <= len(elements) <= (25 if kind == "actions" else 5):
        yield f"{kind} of {len(elements)} elements"
    ids = [e.get("action_id") for e in elements]
    if len(ids) != len(set(ids)):
        yield "action_id twice in a block"
    for element in elements:
        yield from element_errors(element, surface, kind)


def _input(block: Block, surface: str) -> Iterator[str]:
    yield from text_errors(block.get("label"), limit=2000, where="label", plain=True)
    if "hint" in block:
        yield from text_errors(block["hint"], limit=2000, where="hint", plain=True)
    element = block.get("element") or {}
    yield from element_errors(element, surface, "input")
    if element.get("type") == "file_input" and block.get("dispatch_action"):
        yield "file_input can't dispatch"


def _image(block: Block, _: str) -> Iterator[str]:
    yield from image_errors(block)
    if "title" in block:
        yield from text_errors(block["title"], limit=2000, where="image title", plain=True)


def _alert(block: Block, _: str) -> Iterator[str]:
    yield from text_errors(block.get("text"), limit=200, where="alert")
    if block.get("level", "default") not in {"default", "info", "warning", "error", "success"}:
        yield "alert level"


def _card(block: Block, surface: str) -> Iterator[str]:
    if not {"hero_image", "title", "actions", "body"} & set(block):
        yield "card with nothing on it"
    if {"icon", "slack_icon"} <= set(block):
        yield "card with two icons"
    for part, limit in (("title", 150), ("subtitle", 150), ("body", 200), ("subtext", 200)):
        if part in block:
            yield from text_errors(block[part], limit=limit, where=f"card {part}")
    if len(block.get("actions", [])) > 3:
        yield "card of more than 3 buttons"
    for element in block.get("actions", []):
        yield from element_errors(element, surface, "card")


def _carousel(block: Block, surface: str) -> Iterator[str]:
    cards = block.get("elements", [])
    if not 1 <= len(cards) <= 10 or any(card.get("type") != "card" for card in cards):
        yield f"carousel of {len(cards)} elements"
    for card in cards:
        yield from _card(card, surface)


def _container(block: Block, surface: str) -> Iterator[str]:
    children = block.get("child_blocks", [])
    if not {"title", "rich_text_title"} & set(block):
        yield "container without title"
    for part in {"title", "subtitle"} & set(block):
        yield from text_errors(block[part], limit=150, where=f"container {part}", plain=True)
    if not 1 <= len(children) <= 10:
        yield f"container of {len(children)} blocks"
    if block.get("default_collapsed") and not block.get("is_collapsible"):
        yield "collapsed but not collapsible"
    if block.get("has_header_divider") and block.get("is_collapsible"):
        yield "header divider of a collapsible container"
    for child in children:
        if child.get("type") not in IN_CONTAINER:
            yield f"{child.get('type')} in a container"
        yield from block_errors(child, "message" if child.get("type") == "table" else surface)


def _rich_text(block: Block, _: str) -> Iterator[str]:
    for part in block.get("elements", []):
        yield from _rich_part(part)


def _rich_part(part: Block) -> Iterator[str]:
    kind = part.get("type")
    if kind not in RICH_PARTS:
        yield f"{kind} in rich_text"
        return
    if not 0 <= part.get("indent", 0) <= 8 or part.get("border", 0) not in {0, 1}:
        yield "rich_text indent or border"
    for element in part.get("elements", []):
        if kind == "rich_text_list":
            yield from _rich_part(element)
        elif element.get("type") not in LEAVES:
            yield f"{element.get('type')} in {kind}"
        elif element["type"] == "text" and not element.get("text"):
            yield "empty text in rich_text"


def _plan(block: Block, _: str) -> Iterator[str]:
    tasks = block.get("tasks", [])
    if len(tasks) > 50 or not block.get("title"):
        yield "plan"
    for task in tasks:
        yield from _task(task)


def _task(task: Block, surface: str = "") -> Iterator[str]:
    states = {"in_progress", "complete", "error", *(() if surface else ("pending",))}
    if not task.get("task_id") or not task.get("title") or task.get("status") not in states:
        yield "task_card"


_CHECKS: dict[str, Callable[[Block, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "image": _image,
    "alert": _alert,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "rich_text": _rich_text,
    "plan": _plan,
    "task_card": _task,
    "table": lambda block, _: table(block),
    "data_table": lambda block, _: table(block),
    "data_visualization": lambda block, _: chart_block(block),
}
