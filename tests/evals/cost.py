"""What a persona would cost with gpt-4o-mini, from the size of the very request that would be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from persona.model import Brief
from persona.templates import load_persona_prompts
from persona.writers.prices import cost_usd
from persona.writers.request import build_request

MODEL: Final = "gpt-4o-mini"
OUTPUT_TOKENS: Final = 700


@dataclass(frozen=True, slots=True)
class Cost:
    """Over all briefs: input tokens at most and in the middle, and dollars at most, with 700 tokens of output."""

    most_tokens: int
    middle_tokens: int
    most_usd: float


def measure_cost(briefs: Iterable[Brief]) -> Cost:
    """The cost of the briefs' requests; tokens are estimated on the safe side, the answer's schema among them."""
    prompts = load_persona_prompts()
    tokens = sorted(build_request(brief, prompts, nonce="0" * 12).tokens for brief in briefs)
    usd = cost_usd(MODEL, input_tokens=tokens[-1], output_tokens=OUTPUT_TOKENS)
    return Cost(tokens[-1], tokens[len(tokens) // 2], usd)
