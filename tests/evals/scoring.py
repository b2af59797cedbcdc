"""Scores personas against a truth.json: recall, precision, attribution, forbidden items, abstention. Pure functions.

A claim finds an expected item when it cites the item's interaction and its quote holds the passage the item rests on,
or lies in it (15 characters or more): who quotes the passage has found it, however the claim is worded. Only the first
six claims of a facet and the first six citations of a claim count.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

MAX_CLAIMS: Final = 6
MAX_CITES: Final = 6
STYLE: Final = "communication_style"
_SHORTEST: Final = 15

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """How personas do. Shares are 0-1; `forbidden` counts, by kind, those that appeared, of `forbidden_of`."""

    expected: int
    recall: float
    recall_any_facet: float
    claims: int
    precision: float
    attribution: float
    forbidden: Mapping[str, int]
    forbidden_of: Mapping[str, int]
    abstention: float


@dataclass(frozen=True, slots=True)
class _Said:
    """A claim as it counts: facet, text and first citations, normalised."""

    facet: str
    text: str
    cites: frozenset[str]
    quotes: tuple[str, ...]
    raw: Document
    excess: bool


def score(truth: Document, personas: list[Document]) -> Score:
    """The score of all contacts of the truth together; a contact without a persona has said nothing."""
    by_id = {persona["contact_id"]: persona for persona in personas}
    pairs = [(contact, list(_claims(by_id.get(contact["external_id"], {})))) for contact in truth["contacts"]]
    items = [(said, facet, item) for contact, said in pairs for facet, item in _items(contact)]
    found = [any(_finds(claim, item) and claim.facet == facet for claim in said) for said, facet, item in items]
    anywhere = [any(_finds(claim, item) for claim in said) for said, _, item in items]
    judged = [_precise(claim, contact) for contact, said in pairs for claim in said]
    known = [verdict for verdict in judged if verdict is not None]
    traps = [(trap["kind"], _appears(trap, said)) for contact, said in pairs for trap in contact["forbidden"]]
    silent = [all(c.facet != facet for c in said) for contact, said in pairs for facet in contact["abstain"]]
    own = [verdict for contact, said in pairs for claim in said for verdict in _attributed(claim, contact)]
    return Score(
        expected=len(items),
        recall=_share(found),
        recall_any_facet=_share(anywhere),
        claims=len(judged),
        precision=_share(known),
        attribution=_share(own),
        forbidden=Counter(kind for kind, appeared in traps if appeared),
        forbidden_of=Counter(kind for kind, _ in traps),
        abstention=_share(silent),
    )


def _share(verdicts: list[bool]) -> float:
    return sum(verdicts) / len(verdicts) if verdicts else 1.0


def _claims(persona: Document) -> Iterator[_Said]:
    for facet, claims in (persona.get("facets") or {}).items():
        for place, claim in enumerate(claims):
            cited = [e for e in claim["evidence"] if e.get("interaction_id")][:MAX_CITES]
            yield _Said(
                facet=facet,
                text=normalised(claim["text"]),
                cites=frozenset(e["interaction_id"] for e in cited),
                quotes=tuple(normalised(e["quote"]) for e in cited),
                raw=claim,
                excess=place >= MAX_CLAIMS,
            )


def _items(contact: Document) -> Iterator[tuple[str, Document]]:
    for facet, items in contact["expected"].items():
        if facet != STYLE:
            yield from ((facet, item) for item in items)


def _finds(claim: _Said, item: Document) -> bool:
    if claim.excess or not claim.cites & set(item["interaction_ids"]):
        return False
    return any(overlap(normalised(item["quote"]), quote) for quote in claim.quotes)


def _precise(claim: _Said, contact: Document) -> bool | None:
    """Whether a claim rests on what was to be found; None for style and for figures, which have no passage."""
    if claim.excess or claim.facet in contact["abstain"] or any(_trips(t, claim) for t in contact["forbidden"]):
        return False
    if claim.facet == STYLE or not claim.cites:
        return None
    return bool(claim.cites & {i for _, item in _items(contact) for i in item["interaction_ids"]})


def _appears(trap: Document, said: list[_Said]) -> bool:
    return any(_trips(trap, claim) for claim in said)


def _trips(trap: Document, claim: _Said) -> bool:
    told = any(all(f" {word}" in f" {claim.text}" for word in words) for words in trap["keywords"])
    passage = normalised(trap["trap_quote"])
    quoted = any(overlap(passage, said) for said in (*claim.quotes, claim.text))
    # A persona that quotes the newer statement beside the old one shows the change.
    return told or (quoted and not (trap["kind"] == "superseded" and len(claim.cites) > 1))


def _attributed(claim: _Said, contact: Document) -> Iterator[bool]:
    """For each quote given as the contact's: whether it stands in what they wrote themselves."""
    for evidence in claim.raw["evidence"]:
        if evidence.get("interaction_id") and evidence.get("speaker", "contact") == "contact":
            own = contact["own_text"].get(evidence["interaction_id"], "")
            yield " ".join(evidence["quote"].split()) in " ".join(own.split())


def overlap(one: str, other: str) -> bool:
    """Whether one of two normalised passages holds the other, and that is long enough to mean it."""
    short, long = sorted((one, other), key=len)
    return len(short) >= min(_SHORTEST, len(one)) > 0 and short in long


def normalised(text: str) -> str:
    """Lower case, unaccented, words only."""
    plain = (
        unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("\u2019", "'"))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return re.sub(r"[^a-z0-9%]+", " ", plain).strip()
