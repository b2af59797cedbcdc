"""Do two personas of one contact say the same?

Two claims agree when they stand in the same facet and rest on the same passage: an interaction in common, and one's
quote in the other's. Wording is left alone, for the same passage may be told in other words. A claim that rests on
figures agrees when the other persona has one on the same figures in that facet, and one on how somebody writes, which
may show any mail as its example, when it says the same but for the quote and the numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.evals.scoring import normalised, overlap

Document = Mapping[str, Any]
_EXAMPLE = re.compile(r"[“\"«„].*?[”\"»“]|\d[\d.,:%-]*")
_FULL = 5


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many claims of one set of personas the other bears out; `crowded` had no room in a full facet."""

    claims: int
    agreed: int
    crowded: int = 0

    @property
    def share(self) -> float:
        """Of the claims that had room, those that agree."""
        judged = self.claims - self.crowded
        return self.agreed / judged if judged else 1.0


def agreement(ones: list[Document], others: list[Document]) -> Agreement:
    """How far the claims of the first personas are found in the second ones, contact by contact."""
    by_id = {other["contact_id"]: other for other in others}
    total = agreed = crowded = 0
    for one in ones:
        facets = by_id.get(one["contact_id"], {}).get("facets", {})
        for facet, claims in one["facets"].items():
            held = facets.get(facet, [])
            borne_out = [any(agree(claim, other) for other in held) for claim in claims]
            total, agreed = total + len(claims), agreed + sum(borne_out)
            crowded += (len(claims) - sum(borne_out)) if len(held) >= _FULL else 0
    return Agreement(total, agreed, crowded)


def agree(one: Document, other: Document) -> bool:
    """Whether two claims of one facet say the same."""
    if _frame(one["text"]) == _frame(other["text"]) and _frame(one["text"]):
        return True
    if _figures(one) and _figures(one) & _figures(other):
        return True
    return any(_same_passage(a, b) for a in one["evidence"] for b in other["evidence"])


def _same_passage(one: Document, other: Document) -> bool:
    same = one["interaction_id"] is not None and one["interaction_id"] == other["interaction_id"]
    return same and overlap(normalised(one["quote"]), normalised(other["quote"]))


def _figures(claim: Document) -> set[str]:
    return {evidence["metric"] for evidence in claim["evidence"] if evidence.get("metric")}


def _frame(text: str) -> str:
    """A claim without its examples and numbers; empty when hardly anything is left, such as “Timing: ...”."""
    frame = normalised(_EXAMPLE.sub(" ", text))
    return frame if len(frame.split()) >= 3 else ""
