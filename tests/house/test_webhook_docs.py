"""docs/webhooks.md and its schema stay true to the code."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from storage.crm.item_schema import item_schema
from storage.crm.items import KINDS, read_items

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = DOCS / "crm-webhook.schema.json"


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is as the schema says, by the words of JSON Schema that ours uses."""
    types = {"string": str, "number": int | float, "boolean": bool, "object": dict, "array": list, "null": type(None)}
    wanted = schema.get("type", list(types))
    named = [wanted] if isinstance(wanted, str) else wanted
    is_flag = isinstance(value, bool)
    if not any(isinstance(value, types[name]) and (name == "boolean" or not is_flag) for name in named):
        return False
    checks = [
        value in schema["enum"] if "enum" in schema else True,
        value == schema["const"] if "const" in schema else True,
        any(fits(value, one) for one in schema["anyOf"]) if "anyOf" in schema else True,
        sum(fits(value, one) for one in schema["oneOf"]) == 1 if "oneOf" in schema else True,
    ]
    if isinstance(value, str):
        checks += [len(value) <= schema.get("maxLength", len(value)), bool(re.search(schema.get("pattern", ""), value))]
    if isinstance(value, int | float) and not is_flag:
        checks += [schema.get("minimum", value) <= value <= schema.get("maximum", value)]
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        checks += [set(schema.get("required", ())) <= set(value)]
        checks += [fits(one, known.get(name, others)) for name, one in value.items()]
    if isinstance(value, list):
        checks += [schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))]
        checks += [fits(one, schema.get("items", {})) for one in value]
    return all(checks)


MOMENT = "2026-01-01T00:00:00Z"
EMAIL = {
    "kind": "email",
    "external_id": "E1",
    "contact_id": "C1",
    "direction": "inbound",
    "sent_at": "2026-11-02T09:00Z",
}


@pytest.mark.parametrize(
    "item",
    [
        EMAIL,
        {**EMAIL, "direction": "sideways"},
        {**EMAIL, "sent_at": "2026-11-02"},
        {**EMAIL, "sent_at": "2026-11-02 09:00:00.5+01:00", "tracked": True, "subject": None, "size": 4},
        {**EMAIL, "tracked": "perhaps"},
        {**EMAIL, "body": ["a"]},
        {**EMAIL, "note": {}},
        {"kind": "contact", "external_id": 7, "name": "Mona", "company_size": 12, "do_not_profile": "true"},
        {"kind": "contact", "external_id": "C1", "name": " "},
        {"kind": "contact", "external_id": "C1"},
        {"kind": "contact", "external_id": "C" * 256, "name": "Mona"},
        {"kind": "contact", "external_id": "C1", "name": "Mona", "company_size": -1},
        {"kind": "contact", "external_id": "C1", "name": "Mona", "company_size": "", "created_at": None},
        {"kind": "contact", "action": "delete", "external_id": "C1"},
        {"kind": "contact", "action": "delete", "external_id": "C1", "name": ["what it was"], "company_size": -1},
        {"kind": "contact", "action": "delete"},
        {"kind": "contact", "action": "forget", "external_id": "C1", "name": "Mona"},
        {
            "kind": "deal",
            "external_id": "D1",
            "contact_id": "C1",
            "outcome": "won",
            "created_at": MOMENT,
        },
        {"kind": "deal_stage", "deal_id": "D1", "stage": "Demo", "position": 2, "entered_at": MOMENT},
        {
            "kind": "deal_stage",
            "deal_id": "D1",
            "stage": "Demo",
            "position": None,
            "entered_at": MOMENT,
        },
        {"kind": "meeting", "external_id": "M1"},
        [],
    ],
)
def test_the_schema_allows_what_the_code_takes(item: Any) -> None:
    assert fits({"items": [item]}, item_schema()) == (read_items([item])[1] == [])


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == item_schema()


def test_the_document_names_every_kind() -> None:
    text = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
