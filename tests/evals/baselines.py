"""Personas nobody thought about, to stand beside ours: the longest sentences, and a list of keywords.

Both read the emails as they came, quoted replies and signatures included, as such tools do.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

FACETS: Final = (
    "pain_points",
    "buying_motivations",
    "likely_objections",
    "decision_pattern",
    "buying_behaviour",
    "avoid",
)
_PER_FACET: Final = 3
_KEYWORDS: Final = {
    "pain_points": r"problem|issue|manual|slow|late|error|fehler|spät|manuell|problème|retard|erreur|tarde",
    "buying_motivations": r"want|need|goal|save|grow|möchte|brauche|sparen|veux|besoin|quiero|necesit|ahorr",
    "likely_objections": r"expensive|budget|price|risk|concern|teuer|preis|risiko|cher|prix|risque|caro|precio|riesgo",
    "decision_pattern": r"decide|sign|approve|board|entscheid|unterschreib|freigabe|décid|signe|decid|firma|aprueb",
    "buying_behaviour": r"pilot|trial|test|compare|offer|probe|angebot|essai|compar|prueba|oferta",
    "avoid": r"don't|please no|stop|bitte nicht|keine|évitez|pas de|nada de|no me",
}

Persona = dict[str, Any]


def longest_sentences(folder: Path) -> list[Persona]:
    """Each contact's longest inbound sentences, dealt out over the facets."""
    personas = []
    for contact, sentences in _inbound(folder).items():
        longest = sorted(sentences, key=lambda s: -len(s[1]))[: _PER_FACET * len(FACETS)]
        dealt = {facet: longest[place :: len(FACETS)] for place, facet in enumerate(FACETS)}
        personas.append(_persona(contact, dealt))
    return personas


def keyword_list(folder: Path) -> list[Persona]:
    """Each contact's inbound sentences that hold a keyword of a facet, newest first."""
    personas = []
    for contact, sentences in _inbound(folder).items():
        found = {
            f: [s for s in reversed(sentences) if re.search(p, s[1], re.I)][:_PER_FACET] for f, p in _KEYWORDS.items()
        }
        personas.append(_persona(contact, found))
    return personas


def _inbound(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Interaction id and sentence of every inbound email by contact, oldest first."""
    sentences: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    with (folder / "emails.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["direction"] == "inbound"]
    for row in sorted(rows, key=lambda row: row["sent_at"]):
        sentences[row["contact_id"]] += [(row["external_id"], sentence) for sentence in _split(row["body"])]
    return sentences


def _split(body: str) -> Iterator[str]:
    yield from (s.strip() for s in re.split(r"(?<=[.!?])\s+|\n", body) if len(s.strip()) >= 15)


def _persona(contact: str, facets: dict[str, list[tuple[str, str]]]) -> Persona:
    claims = {
        facet: [{"text": s, "evidence": [{"interaction_id": i, "quote": s}], "confidence": 0.5} for i, s in sentences]
        for facet, sentences in facets.items()
    }
    return {"contact_id": contact, "facets": claims}
