"""Slack's limits for the blocks of a message, as its Web API and response_url enforce them.

Limits: Block Kit reference pages, read in 2026; see each check.
"""

import json
from collections.abc import Iterator
from typing import Any

MAX_BLOCKS = 50
MAX_COUNTED_TEXT = 12_000  # undocumented; about this much is refused with msg_blocks_too_long
MESSAGE_BLOCKS = {
    "actions",
    "card",
    "carousel",
    "container",
    "context",
    "context_actions",
    "data_table",
    "data_visualization",
    "divider",
    "header",
    "image",
    "input",
    "markdown",
    "rich_text",
    "section",
    "table",
    "video",
}
TEXT_OBJECTS = {"plain_text", "mrkdwn"}


def message_errors(message: dict[str, Any], *, native: bool = True) -> list[str]:
    """What Slack would refuse in a message, empty when it is fine. `native=False` refuses charts and data tables."""
    blocks = message.get("blocks") or []
    errors = [] if str(message.get("text") or "").strip() else ["no text"]
    if len(blocks) > MAX_BLOCKS:
        errors.append(f"{len(blocks)} blocks")
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    if len(ids) != len(set(ids)):
        errors.append("block_id twice")
    kinds = [str(b.get("type")) for b in blocks]
    if sum(k in {"table", "data_table"} for k in kinds) > 1:
        errors.append("only_one_table_allowed")
    if kinds.count("data_visualization") > 2:
        errors.append("more than two charts")
    if not native and {"data_visualization", "data_table", "table"} & set(kinds):
        errors.append("native block refused")
    for block in blocks:
        errors += list(_block_errors(block))
    counted = sum(len(text) for block in blocks for text in _texts(block))
    if counted > MAX_COUNTED_TEXT:
        errors.append(f"msg_blocks_too_long: {counted}")
    return errors


VIEW_BLOCKS = {
    "modal": {"actions", "alert", "context", "divider", "header", "image", "input", "rich_text", "section", "video"},
    "home": {"actions", "context", "data_visualization", "divider", "header", "image", "input", "rich_text", "section"},
}
MAX_VIEW_BLOCKS = 100
MAX_VIEW_BYTES = 250_000
MAX_VIEW_TITLE = 24
MAX_PRIVATE_METADATA = 3_000
MAX_ID = 255


def view_errors(view: dict[str, Any], kind: str, *, native: bool = True) -> list[str]:
    """What Slack would refuse in a modal or a Home, empty when it is fine."""
    blocks = view.get("blocks") or []
    kinds = {str(b.get("type")) for b in blocks}
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    faults = {
        f"view of type {view.get('type')}": view.get("type") != kind,
        "view private_metadata": len(str(view.get("private_metadata", ""))) > MAX_PRIVATE_METADATA,
        "view callback_id": len(str(view.get("callback_id", ""))) > MAX_ID,
        "view external_id": len(str(view.get("external_id", ""))) > MAX_ID,
        f"{len(blocks)} blocks": len(blocks) > MAX_VIEW_BLOCKS,
        "view_too_large": len(json.dumps(view)) > MAX_VIEW_BYTES,
        "native block refused": not native and "data_visualization" in kinds,
        "view with input without submit": kind == "modal" and "input" in kinds and "submit" not in view,
        "block_id twice": len(ids) != len(set(ids)),
        f"a {kind} takes no {kinds - VIEW_BLOCKS[kind]}": bool(kinds - VIEW_BLOCKS[kind]),
    }
    errors = [fault for fault, found in faults.items() if found]
    for part in ("title", *({"submit", "close"} & set(view))) if kind == "modal" else ():
        errors += _text_errors(view.get(part), limit=MAX_VIEW_TITLE, where=f"view {part}", plain=True)
    for block in blocks:
        check = _CHECKS.get(str(block.get("type")))
        errors += check(block) if check else []
    return errors


def _block_errors(block: dict[str, Any]) -> Iterator[str]:
    kind = block.get("type")
    if kind not in MESSAGE_BLOCKS:
        yield f"block type {kind} in a message"
        return
    if len(str(block.get("block_id", ""))) > 255:
        yield "block_id too long"
    check = _CHECKS.get(str(kind))
    if check:
        yield from check(block)


def _text_errors(text: Any, *, limit: int, where: str, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in TEXT_OBJECTS:
        yield f"{where}: not a text object"
        return
    if plain and text["type"] != "plain_text":
        yield f"{where}: must be plain_text"
    if not 1 <= len(text.get("text", "")) <= limit:
        yield f"{where}: {len(text.get('text', ''))} characters, 1 to {limit} allowed"


def _section(block: dict[str, Any]) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "section without text or fields"
    if "text" in block:
        yield from _text_errors(block["text"], limit=3000, where="section")
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield f"{len(fields)} fields"
    for field in fields:
        yield from _text_errors(field, limit=2000, where="field")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text_errors(block.get("text"), limit=150, where="header", plain=True)


def _context(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"context of {len(elements)} elements"
    for element in elements:
        if element.get("type") != "image":
            yield from _text_errors(element, limit=3000, where="context")


def _actions(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"actions of {len(elements)} elements"
    ids = [e.get("action_id") for e in elements]
    if len(ids) != len(set(ids)):
        yield "action_id twice in a block"
    for element in elements:
        yield from _element(element)


def _element(element: dict[str, Any]) -> Iterator[str]:
    if len(str(element.get("action_id", ""))) > 255:
        yield "action_id too long"
    if element.get("type") == "button":
        yield from _text_errors(element.get("text"), limit=75, where="button", plain=True)
        if len(element.get("value", "")) > 2000:
            yield "button value too long"
        if element.get("style") not in {None, "primary", "danger"}:
            yield "button style"
        if len(element.get("accessibility_label", "")) > 75:
            yield "accessibility_label too long"


def _table(block: dict[str, Any]) -> Iterator[str]:
    rows = block.get("rows", [])
    data = block["type"] == "data_table"
    if not (2 if data else 1) <= len(rows) <= (101 if data else 100):
        yield f"table of {len(rows)} rows"
    if len({len(row) for row in rows}) > 1 or any(not 1 <= len(row) <= 20 for row in rows):
        yield "table rows of unequal or wrong length"
    if data and not block.get("caption"):
        yield "data_table without caption"
    for row in rows:
        for cell in row:
            if cell.get("type") == "raw_text" and not cell.get("text"):
                yield "empty table cell"
    if data and sum(len(t) for t in _texts(block)) > 10_000:
        yield "data_table too long"


def _chart(block: dict[str, Any]) -> Iterator[str]:
    if not 1 <= len(block.get("title", "")) <= 50:
        yield "chart title"
    chart = block.get("chart", {})
    if chart.get("type") == "pie":
        yield from _pie(chart)
        return
    if chart.get("type") not in {"bar", "line", "area"}:
        yield "chart type"
        return
    categories = chart.get("axis_config", {}).get("categories", [])
    series = chart.get("series", [])
    if (
        not 1 <= len(categories) <= 20
        or len(set(categories)) != len(categories)
        or any(len(c) > 20 for c in categories)
    ):
        yield "chart categories"
    if not 1 <= len(series) <= 6 or len({s.get("name") for s in series}) != len(series):
        yield "chart series"
    for one in series:
        if [p.get("label") for p in one.get("data", [])] != categories or not 1 <= len(one.get("name", "")) <= 20:
            yield "chart points don't match the categories"


def _pie(chart: dict[str, Any]) -> Iterator[str]:
    segments = chart.get("segments", [])
    if not 1 <= len(segments) <= 6 or any(s["value"] <= 0 or not 1 <= len(s["label"]) <= 20 for s in segments):
        yield "pie segments"


def _container(block: dict[str, Any]) -> Iterator[str]:
    children = block.get("child_blocks", [])
    if not 1 <= len(children) <= 10:
        yield f"container of {len(children)} blocks"
    for child in children:
        if child.get("type") in {"container", "card", "carousel", "markdown", "data_table", "data_visualization"}:
            yield f"{child.get('type')} in a container"
        yield from _block_errors(child)


def _texts(node: Any) -> Iterator[str]:
    """Every text a reader sees in a block."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"text", "title", "caption"} and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)


_CHECKS = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "container": _container,
}
