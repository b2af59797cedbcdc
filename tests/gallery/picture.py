"""A card of the gallery."""

from dataclasses import dataclass
from typing import Any

from blocks.card import Card
from blocks.modal import Modal, as_view


@dataclass(frozen=True)
class Picture:
    """A card with its name; with a `frame` it is a modal."""

    name: str
    title: str
    card: Card
    frame: Modal | None = None

    @property
    def payload(self) -> dict[str, Any]:
        """What Slack is sent."""
        return as_view(self.frame, self.card) if self.frame else {"text": self.card.text, "blocks": self.card.blocks}
