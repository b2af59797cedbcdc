"""Slack's limits for a whole message, modal or Home, as its Web API and response_url enforce them.

Limits: Block Kit reference pages, read in 2026; see each check.
"""

import json
from typing import Any

from tests.doubles.block_data import texts_of
from tests.doubles.block_elements import text_errors
from tests.doubles.block_kinds import block_errors

MAX_BLOCKS = 50
MAX_COUNTED_TEXT = 12_000  # undocumented; about this much is refused with msg_blocks_too_long
MAX_MARKDOWN = 12_000


def message_errors(message: dict[str, Any], *, native: bool = True) -> list[str]:
    """What Slack would refuse in a message, empty when it is fine. `native=False` refuses charts and data tables."""
    blocks = message.get("blocks") or []
    kinds = [str(b.get("type")) for b in blocks]
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    counted = sum(len(text) for block in blocks for text in texts_of(block))
    markdown = sum(len(str(b.get("text") or "")) for b in blocks if b.get("type") == "markdown")
    faults = {
        "no text": not str(message.get("text") or "").strip(),
        f"{len(blocks)} blocks": len(blocks) > MAX_BLOCKS,
        "block_id twice": len(ids) != len(set(ids)),
        "only_one_table_allowed": sum(k in {"table", "data_table"} for k in kinds) > 1,
        "more than two charts": kinds.count("data_visualization") > 2,
        "more than one plan": kinds.count("plan") > 1,
        "native block refused": not native and bool({"data_visualization", "data_table", "table"} & set(kinds)),
        "markdown too long": markdown > MAX_MARKDOWN,
        f"msg_blocks_too_long: {counted}": counted > MAX_COUNTED_TEXT,
    }
    errors = [fault for fault, found in faults.items() if found]
    for block in blocks:
        errors += list(block_errors(block, "message"))
    return errors


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
    }
    errors = [fault for fault, found in faults.items() if found]
    for part in ("title", *({"submit", "close"} & set(view))) if kind == "modal" else ():
        errors += text_errors(view.get(part), limit=MAX_VIEW_TITLE, where=f"view {part}", plain=True)
    for block in blocks:
        errors += list(block_errors(block, kind))
    return errors
