"""A modal around a card: what views.open, views.push and views.update take."""

from dataclasses import dataclass
from typing import Any, Final

from blocks.card import Card
from blocks.text import clip

TITLE: Final = 24  # docs.slack.dev/reference/views/modal-views: title, submit and close
MAX_METADATA: Final = 3_000


@dataclass(frozen=True, slots=True)
class Modal:
    """The frame: `submit` is there when something is asked; `callback_id` says whose submission it is.

    `metadata` comes back with each press and submission: ids of ours, never text of the CRM.
    """

    title: str
    callback_id: str = ""
    submit: str = ""
    close: str = "Close"
    metadata: str = ""

    def __post_init__(self) -> None:
        if len(self.metadata) > MAX_METADATA:
            raise ValueError(f"{len(self.metadata)} characters of metadata")


def as_view(modal: Modal, card: Card) -> dict[str, Any]:
    """The view; a card without blocks shows its text."""
    shown = card.blocks or [{"type": "section", "text": {"type": "mrkdwn", "text": card.text[:3_000]}}]
    view = {
        "type": "modal",
        "title": _plain(modal.title),
        "close": _plain(modal.close),
        "blocks": shown,
        "callback_id": modal.callback_id,
        "private_metadata": modal.metadata,
    }
    return view | ({"submit": _plain(modal.submit)} if modal.submit else {})


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": clip(text, TITLE), "emoji": False}
