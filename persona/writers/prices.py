"""What a call of a model costs, by the price table of persona/data/prices.json."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_DATED: Final = re.compile(r"-\d{4}-\d{2}-\d{2}$")


def cost_usd(model: str, *, input_tokens: int, output_tokens: int) -> float:
    """US dollars of a call, to a millionth; 0 for a model without a known price (a server of one's own)."""
    prices = _prices()
    name = model if model in prices else _DATED.sub("", model)
    per_input, per_output = prices.get(name, (0.0, 0.0))
    return round((input_tokens * per_input + output_tokens * per_output) / 1_000_000, 6)


@cache
def _prices() -> Mapping[str, tuple[float, float]]:
    table = json.loads(files("persona").joinpath("data", "prices.json").read_text("utf-8"))["usd_per_million"]
    return {model: (float(pair[0]), float(pair[1])) for model, pair in table.items()}
