"""The form of an export as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.export_form import FORMAT, Format
from blocks.ids import parse_shown
from bot.actors import Actor
from bot.handlers.requests import parse_actor


@dataclass(frozen=True, slots=True)
class ExportSubmitted:
    """The form was sent: which version of whose persona, as what."""

    actor: Actor
    view_id: str
    contact_key: int
    version: int
    format: Format


def parse_export(body: Mapping[str, Any]) -> ExportSubmitted:
    """The view_submission of the form; raises ValueError on a form we did not open."""
    view = body["view"]
    key, version = parse_shown(str(view.get("private_metadata") or ""))
    chosen = (view["state"]["values"][FORMAT][FORMAT].get("selected_option") or {}).get("value")
    return ExportSubmitted(parse_actor(body), str(view["id"]), key, version, Format(str(chosen)))
