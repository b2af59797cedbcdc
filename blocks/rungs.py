"""How much of Slack's newer blocks a card uses, richest first: what is refused is sent again one rung lower."""

from enum import Enum


class Rung(Enum):
    """NATIVE has a chart and a data table, FIELDS says the same in sections, TEXT in one plain block."""

    NATIVE = "native"
    FIELDS = "fields"
    TEXT = "text"
