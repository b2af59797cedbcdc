"""Whether a persona written anew says anything new, and whether there was a reason to write it at all."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final

from persona.corrections import Correction
from persona.drafting import NO_MODEL
from persona.model import Claim, History, Persona

SAME: Final = "Written anew with the same result, so the version stays."
_MODEL_FAILED: Final = "{why} So the version that a model wrote stays for now."


def evidence_hash(history: History, corrections: Sequence[Correction]) -> str:
    """A digest of what a persona is written from: words, deals, who they are, and what people put right.

    Opens, clicks and the day it is read on are no part of it.
    """
    contact = history.contact
    words = [
        (i.interaction_id, i.own_words) for i in history.interactions if i.speaker and i.own_words and not i.auto_reply
    ]
    deals = [(d.deal_id, d.stage, d.outcome.value, len(d.stages)) for d in history.deals]
    who = (contact.name, contact.title, contact.company, contact.company_size, contact.industry)
    put_right = [(c.key, c.kind.value) for c in corrections]
    document = json.dumps([who, sorted(words), sorted(deals, key=str), put_right], ensure_ascii=False)
    return hashlib.blake2b(document.encode(), digest_size=16).hexdigest()


def why_kept(before: Persona | None, after: Persona, corrections: Sequence[Correction], *, rules: str) -> str:
    """Why the version `before` stays although `after` was written, in a sentence; empty when it doesn't.

    Rules that stepped in for a model which failed don't replace what a model wrote. What says the same is no version,
    unless people corrected the one before: the next says what that changed.
    """
    if before is None:
        return ""
    by = after.written_by
    stepped_in = by.writer == rules and by.fallback not in {"", NO_MODEL}
    if stepped_in and before.written_by.writer != rules:
        return _MODEL_FAILED.format(why=by.fallback)
    corrected = any(correction.at > before.written_at for correction in corrections)
    return SAME if not corrected and _says(before) == _says(after) else ""


def _says(persona: Persona) -> tuple[object, ...]:
    """All that a reader is told, but for confidence, which ages by itself."""
    facets = tuple((facet, tuple(map(_claim, claims))) for facet, claims in sorted(persona.facets.items()))
    head = (_claim(persona.name), _claim(persona.summary), *map(_claim, persona.key_points))
    by = persona.written_by
    written = (by.writer, by.model, by.variant, by.prompt_version, by.fallback, persona.language, persona.method)
    return (facets, head, persona.role, dict(persona.abstained), persona.unread, written)


def _claim(claim: Claim | None) -> tuple[object, ...]:
    if claim is None:
        return ()
    return claim.text, tuple((e.quote, e.interaction_id) for e in (*claim.evidence, *claim.against))
