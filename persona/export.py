"""A profile as the public JSON of `persona-bot ask --json`, and its claims as a table for spreadsheets."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from persona.corrections import PLACES, claims_at
from persona.documents import iso
from persona.model import Claim, Comparison, Evidence, Facet, Metric, Preceded, Profile, SimilarContact

_HEADINGS: Final = ("place", "claim", "confidence", "level", "evidence", "said by", "when", "record")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def export_profile(profile: Profile) -> dict[str, Any]:
    """The profile with the CRM's external ids and the metric names of metrics.md; JSON-ready values only."""
    persona = profile.persona
    return {
        "contact_id": profile.contact.contact_id,
        "name": profile.contact.name,
        "as_of": iso(profile.insights.as_of),
        "method": persona.method.value if persona else None,
        "method_reason": persona.method_reason if persona else None,
        "written_by": _written_by(profile),
        "version": persona.version if persona else None,
        "role": _role(profile),
        "persona_name": _claim(persona.name) if persona and persona.name else None,
        "summary": _claim(persona.summary) if persona and persona.summary else None,
        "key_points": [_claim(c) for c in persona.key_points] if persona else [],
        "data_quality": profile.insights.quality.score,
        "metrics": {name: _metric(metric) for name, metric in profile.insights.metrics.items()},
        "facets": {f.value: [_claim(c) for c in persona.facets.get(f, ())] for f in Facet} if persona else {},
        "abstained": {facet.value: reason for facet, reason in persona.abstained.items()} if persona else {},
        "similar": [_similar(s) for s in profile.similar],
        "preceded": _preceded(profile.preceded) if profile.preceded else None,
        "benchmarks": [_comparison(c) for c in profile.insights.comparisons.values()],
        "withheld": persona.withheld if persona else 0,
        "unread": persona.unread if persona else "",
        "newer_interactions": profile.newer_interactions,
        "newer_from_contact": profile.newer_from_contact,
        "newer_stage_changes": profile.newer_stage_changes,
        "changed_since": persona.changed_since if persona else 0,
        "changes": list(persona.changes) if persona else [],
    }


def export_claims(profile: Profile) -> str:
    """The claims as CSV: one row a quote, with place, claim, confidence, quote, who said it, when and the record's id.

    It begins with a byte-order mark, so that spreadsheets read it as UTF-8, and no cell is a formula
    (owasp.org/www-community/attacks/CSV_Injection).
    """
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(_HEADINGS)
    for place in PLACES:
        for claim in claims_at(profile.persona, place) if profile.persona else ():
            rows.writerows([_cell(value) for value in row] for row in _claim_rows(place, claim))
    return "\ufeff" + written.getvalue()


def _claim_rows(place: str, claim: Claim) -> Iterator[tuple[str, ...]]:
    for evidence in claim.evidence:
        who = evidence.corrected_by or evidence.speaker.value
        found = (evidence.quote, who, iso(evidence.occurred_at), evidence.interaction_id or evidence.metric or "")
        yield (place, claim.text, f"{claim.confidence:.2f}", claim.level, *found)


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _written_by(profile: Profile) -> dict[str, Any] | None:
    if profile.persona is None:
        return None
    by = profile.persona.written_by
    return {
        "writer": by.writer,
        "model": by.model,
        "prompt_version": by.prompt_version,
        "variant": by.variant,
        "written_at": iso(profile.persona.written_at),
        "input_tokens": by.input_tokens,
        "output_tokens": by.output_tokens,
        "cost_usd": by.cost_usd,
        "latency_ms": by.latency_ms,
        "fallback": by.fallback,
    }


def _role(profile: Profile) -> dict[str, Any]:
    if profile.persona is None:
        return {"title": profile.contact.title, "company": profile.contact.company}
    role = profile.persona.role
    return {
        "title": role.title,
        "company": role.company,
        "company_size": role.company_size,
        "status": "confirmed" if role.confirmed else "inferred",
        "source": role.source,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "confidence": round(claim.confidence, 3),
        "level": claim.level,
        "why": claim.why,
        "evidence": [_evidence(e) for e in claim.evidence],
        "against": [_evidence(e) for e in claim.against],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "interaction_id": evidence.interaction_id,
        "quote": evidence.quote,
        "occurred_at": iso(evidence.occurred_at),
        "speaker": evidence.speaker.value,
        "metric": evidence.metric,
        "corrected_by": evidence.corrected_by,
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "value": metric.value,
        "unit": metric.unit,
        "n": metric.n,
        "low": metric.low,
        "high": metric.high,
        "enough": metric.enough,
        "min_n": metric.min_n,
        "note": metric.note,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    benchmark = comparison.benchmark
    return {
        "metric": comparison.metric,
        "percentile": comparison.percentile,
        "percentile_n": comparison.percentile_n,
        "benchmark": None
        if benchmark is None
        else {
            "segment": benchmark.segment,
            "value": benchmark.value,
            "low": benchmark.low,
            "high": benchmark.high,
            "source": benchmark.source,
            "source_kind": benchmark.source_kind,
            "year": benchmark.year,
            "n": benchmark.n,
        },
    }


def _similar(similar: SimilarContact) -> dict[str, Any]:
    return {
        "contact_id": similar.contact_id,
        "name": similar.name,
        "company": similar.company,
        "similarity": round(similar.similarity, 3),
        "shared": list(similar.shared),
        "won": similar.won,
        "lost": similar.lost,
        "win_rate": similar.win_rate,
    }


def _preceded(preceded: Preceded) -> dict[str, Any]:
    return {
        "kind": preceded.kind.value,
        "direction": preceded.direction.value,
        "times": preceded.times,
        "moves": preceded.moves,
        "base_rate": round(preceded.base_rate, 3),
    }
