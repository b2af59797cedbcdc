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
    per_input, per_output = _prices_of(model)
    return round((input_tokens * per_input + output_tokens * per_output) / 1_000_000, 6)


def output_tokens_for(model: str, usd: float, *, at_most: int) -> int:
    """How many output tokens a sum pays for, from 0 to `at_most`; all of them where the price isn't known."""
    per_output = _prices_of(model)[1]
    return at_most if per_output == 0 else max(0, min(at_most, int(usd * 1_000_000 / per_output)))


def _prices_of(model: str) -> tuple[float, float]:
    prices = _prices()
    return prices.get(model if model in prices else _DATED.sub("", model), (0.0, 0.0))


@cache
def _prices() -> Mapping[str, tuple[float, float]]:
    table = json.loads(files("persona").joinpath("data", "prices.json").read_text("utf-8"))["usd_per_million"]
    return {model: (float(pair[0]), float(pair[1])) for model, pair in table.items()}
