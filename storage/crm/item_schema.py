"""The JSON schema of what a CRM sends, made from the columns of the import format."""

from collections.abc import Mapping
from typing import Any, Final

from storage.crm.items import KINDS, MAX_ITEMS, Action
from storage.crm.layouts import Column, Layout
from storage.crm.values import AMOUNT, COUNT, FLAG, ID_LENGTH, KEY, MOMENT, ZONE, Check

_SCALAR: Final = {"type": ["string", "number", "boolean", "null"]}
_SHAPES: Final[Mapping[Check, dict[str, Any]]] = {
    KEY: {"type": ["string", "number", "boolean"], "maxLength": ID_LENGTH},
    MOMENT: {
        "type": "string",
        "pattern": r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)$",
    },
    ZONE: {"type": "string", "description": "an IANA time zone such as Europe/Berlin"},
    FLAG: {"enum": [True, False, "true", "false"]},
    COUNT: {"type": ["number", "string"], "minimum": 0, "maximum": 999_999_999, "pattern": r"^\d{1,9}(\.\d{1,9})?$"},
    AMOUNT: {"type": ["number", "string"], "pattern": r"^-?\d{1,15}(\.\d{1,9})?$"},
}


def item_schema() -> dict[str, Any]:
    """The schema, draft 2020-12. A date or zone that doesn't exist the code alone refuses."""
    wanted = [_upsert(kind, layout) for kind, layout in KINDS.items()]
    gone = [_delete(kind, layout) for kind, layout in KINDS.items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Persona Bot: what a CRM sends",
        "description": "An upsert is the whole row as it is now: a field that is absent, null or empty is unknown.",
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "minItems": 1, "maxItems": MAX_ITEMS, "items": {"oneOf": [*wanted, *gone]}}
        },
    }


def _upsert(kind: str, layout: Layout) -> dict[str, Any]:
    return {
        "title": f"{kind}: a row of {layout.file}",
        "type": "object",
        "required": ["kind", *layout.required],
        "properties": {
            "kind": {"const": kind},
            "action": {"const": Action.UPSERT.value},
            **{column.name: _column(column) for column in layout.columns},
        },
        # Kept as attributes.
        "additionalProperties": _SCALAR,
    }


def _delete(kind: str, layout: Layout) -> dict[str, Any]:
    by_name = {column.name: column for column in layout.columns}
    return {
        "title": f"{kind}: deleted",
        "type": "object",
        "required": ["kind", "action", *layout.identity],
        "properties": {
            "kind": {"const": kind},
            "action": {"const": Action.DELETE.value},
            **{name: _column(by_name[name]) for name in layout.identity},
        },
    }


def _column(column: Column) -> dict[str, Any]:
    shape = _shape(column)
    return shape if column.required else {"anyOf": [shape, {"enum": [None, ""]}]}


def _shape(column: Column) -> dict[str, Any]:
    filled = {"pattern": r"\S"} if column.required else {}
    if column.check is None:
        return {**_SCALAR, **filled}
    if column.check.words:
        return {"enum": list(column.check.words)}
    return {**_SHAPES[column.check], **(filled if column.check is KEY else {})}
