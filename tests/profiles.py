"""Profiles to show: Jane Doe as a rich, realistic one, and a worst case with everything at its longest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from persona.model import (
    Benchmark,
    Claim,
    Comparison,
    Contact,
    ContactMatch,
    Evidence,
    Facet,
    Fit,
    Insights,
    Kind,
    Method,
    Metric,
    Month,
    Persona,
    Profile,
    Quality,
    QualityPart,
    Role,
    SimilarContact,
    Speaker,
    WrittenBy,
)

NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
HOSTILE_NAME = "<!channel> pay *_~here~_* `now` :tada: & <https://evil.example|your bank>"
HEBREW = "יעל כהן \u202eevil\u202c"


def jane(**changes: Any) -> Contact:
    values: dict[str, Any] = {
        "key": 42,
        "contact_id": "C-1001",
        "name": "Jane Doe",
        "email": "jane.doe@northwind.example",
        "title": "VP Operations",
        "company": "Northwind Logistics",
        "industry": "Logistics",
        "company_size": 240,
        "time_zone": "America/Chicago",
    }
    return Contact(**values | changes)


def mail(quote: str, subject: str, day: datetime, interaction_id: str) -> Evidence:
    return Evidence(quote, day, Speaker.CONTACT, interaction_id=interaction_id, kind=Kind.EMAIL, subject=subject)


def note(quote: str, subject: str, day: datetime, interaction_id: str, kind: Kind = Kind.CALL) -> Evidence:
    return Evidence(quote, day, Speaker.NOTE, interaction_id=interaction_id, kind=kind, subject=subject)


def figure(name: str, quote: str) -> Evidence:
    return Evidence(quote, NOW, Speaker.METRIC, metric=name)


ROLLOUT = mail(
    "Before we talk numbers I'd want to see a rollout at a firm our size, with the carrier side included.",
    "Re: Pilot scope",
    datetime(2026, 10, 3, 12, 41, tzinfo=UTC),
    "E-311",
)
REFERENCE = note(
    "She asked twice who in freight has gone live with us; I promised the Contoso write-up.",
    "Discovery call",
    datetime(2026, 9, 17, 15, 0, tzinfo=UTC),
    "A-87",
)
EARLY = figure("preferred_time", "Most active Tue 07:00-09:00 (n 61, hours in America/Chicago).")
QUIET = figure("going_quiet_days", "12 days since their last own action; the usual gap is 4.")
RETYPE = mail(
    "My team re-keys every order twice: once from the portal, once into the WMS. It is costing us two people.",
    "Re: How orders reach you today",
    datetime(2026, 6, 11, 13, 5, tzinfo=UTC),
    "E-201",
)
MONTH_END = mail(
    "Month end is when it hurts. We find the mismatches after the invoices are out.",
    "Re: How orders reach you today",
    datetime(2026, 6, 12, 12, 58, tzinfo=UTC),
    "E-204",
)
SLIP = mail(
    "What happens when the migration slips? Last time we paid for two systems for five months.",
    "Re: Timeline",
    datetime(2026, 8, 25, 12, 20, tzinfo=UTC),
    "E-270",
)
BOARD = mail(
    "If I can show the board one fewer claim per hundred loads, this pays for itself.",
    "Re: Business case",
    datetime(2026, 7, 21, 13, 30, tzinfo=UTC),
    "E-245",
)
FINANCE = note(
    "Decision goes through Peter in finance; she wants him in the next meeting, with the cost sheet a week before.",
    "Business case review",
    datetime(2026, 9, 2, 15, 30, tzinfo=UTC),
    "A-83",
    Kind.MEETING,
)
SHORT = mail(
    "Three lines and a date, please. I read these between dock walks.",
    "Re: Next steps",
    datetime(2026, 5, 6, 12, 15, tzinfo=UTC),
    "E-180",
)
ANSWERS = figure("response_time_median", "Answers in 5.2 h at the median (n 31).")


def rich_persona(**changes: Any) -> Persona:
    proof = Claim(
        "Wants rollout proof from a firm like Northwind before price",
        (ROLLOUT, REFERENCE),
        0.84,
        "A mail and a call note, newest 17 days ago, nothing against it.",
    )
    early = Claim(
        "Answers short mails before 9:00 Chicago, rarely calls",
        (EARLY, SHORT),
        0.71,
        "61 actions and a mail, nothing against it.",
    )
    quiet = Claim("Went quiet 12 days ago; the usual gap is 4", (QUIET,), 0.58, "From the timeline alone.")
    facets = {
        Facet.PAIN_POINTS: (
            Claim(
                "Re-keys every order twice, at the cost of two people",
                (RETYPE,),
                0.74,
                "Jane's own words, 4 months ago, said once.",
            ),
            Claim(
                "Finds mismatches only after the invoices are out",
                (MONTH_END,),
                0.61,
                "Jane's own words, 4 months ago, said once.",
            ),
        ),
        Facet.BUYING_MOTIVATIONS: (
            Claim(
                "Fewer claims per hundred loads, as a figure for the board",
                (BOARD,),
                0.68,
                "Jane's own words, 3 months ago.",
            ),
        ),
        Facet.LIKELY_OBJECTIONS: (
            Claim(
                "“What happens when the migration slips?”",
                (SLIP,),
                0.63,
                "Jane's own words, 8 weeks ago; paid twice once before.",
            ),
        ),
        Facet.COMMUNICATION_STYLE: (early,),
        Facet.DECISION_PATTERN: (
            Claim(
                "Deliberately, with Peter in finance, cost sheet a week ahead",
                (FINANCE,),
                0.49,
                "One meeting note, 7 weeks ago.",
            ),
        ),
        Facet.ENGAGEMENT_PATTERN: (
            quiet,
            Claim("Answers most mails the same day", (ANSWERS,), 0.66, "31 answered mails."),
        ),
        Facet.RECOMMENDED_APPROACH: (
            proof,
            Claim(
                "Lead with the Contoso rollout, then ask for Peter's date",
                (REFERENCE, FINANCE),
                0.52,
                "A call and a meeting note.",
            ),
        ),
        Facet.AVOID: (
            Claim(
                "Long mails, and the phone before 10:00", (SHORT, EARLY), 0.44, "One mail and the hours of 61 actions."
            ),
        ),
    }
    values: dict[str, Any] = {
        "method": Method.RAG,
        "method_reason": "data quality 82 and 214 interactions",
        "written_by": WrittenBy("openai", "gpt-4o-mini", "3f2a91", "default", 6120, 890, 0.0015, 7400),
        "written_at": NOW - timedelta(days=2),
        "role": Role("VP Operations", "Northwind Logistics", 240, confirmed=False, source="signature of 3 Oct 2026"),
        "facets": facets,
        "abstained": {Facet.BUYING_BEHAVIOUR: "nothing yet in 96 mails and 31 calls"},
        "name": Claim("The careful champion", (ROLLOUT, FINANCE), 0.57, "A mail and a meeting note."),
        "summary": Claim(
            "Runs operations for a mid-sized carrier, wants the double entry gone, and moves only with proof "
            "and with finance beside her.",
            (RETYPE, ROLLOUT, FINANCE),
            0.69,
            "Two mails and a meeting note.",
        ),
        "key_points": (proof, early, quiet),
        "evidence_used": 42,
        "interactions_read": 214,
        "dropped": 2,
        "version": 4,
    }
    return Persona(**values | changes)


def metric(name: str, value: float | str | None, n: int, *, unit: str = "", min_n: int = 5, **more: Any) -> Metric:
    return Metric(name=name, value=value, unit=unit, n=n, min_n=min_n, **more)


def rich_metrics() -> dict[str, Metric]:
    found = (
        metric("total_interactions", 214, 214, min_n=1),
        metric("interactions_90d", 31, 31, min_n=1),
        metric("engagement_rate", 0.62, 48, low=0.503, high=0.725),
        metric("reply_rate", 0.48, 48, low=0.366, high=0.595),
        metric("click_rate", 0.29, 48, low=0.197, high=0.407),
        metric("open_rate", 0.58, 48, low=0.463, high=0.69, note="7 machine-made opens left out"),
        metric("machine_opens", 7, 55, min_n=0),
        metric(
            "response_time_median", 5.2, 31, low=3.4, high=9.1, note="unanswered mails count as censored at 30 days"
        ),
        metric("response_time_answered_median", 3.6, 23, low=2.5, high=5.9),
        metric("response_time_answered_mean", 11.4, 23),
        metric("our_response_time_median", 2.1, 40, low=1.6, high=3.3),
        metric("interactions_per_30d", 8.7, 214),
        metric("frequency_trend", 0.74, 214),
        metric(
            "preferred_time",
            "Tue 07:00-09:00",
            61,
            min_n=8,
            low=1.9,
            high=4.1,
            note="hours in America/Chicago, the contact's",
        ),
        metric("preferred_channel", "email", 88),
        metric("decision_days", None, 2, min_n=2),
        metric("conversion_rate", 2 / 3, 3, min_n=3, low=0.25, high=0.92),
        metric("stages_per_30d", 0.8, 1, min_n=1),
        metric("days_in_stage", 23, 1, min_n=1),
        metric("files_shared", 9, 9, min_n=3),
        metric("file_open_rate", None, 2, min_n=3),
        metric("meetings_held_rate", 0.86, 14, min_n=3, low=0.65, high=0.95),
        metric("calls_completed_rate", 0.52, 31, min_n=3, low=0.38, high=0.66),
        metric("going_quiet_days", 12, 40, min_n=6, note="the usual gap is 4 days; 9 in 10 are under 11"),
        metric("data_quality", 82, 214, min_n=1),
    )
    return {m.name: m for m in found}


def rich_insights(**changes: Any) -> Insights:
    ours = Benchmark("engagement_rate", "Logistics, medium", 0.34, 0.2, 0.5, "this workspace", "workspace", 2026, 12)
    reply = Benchmark("response_time_median", "Logistics, medium", 24, 12, 48, "product's own", "starting value", 2026)
    cycle = Benchmark("decision_days", "All", 84, 45, 180, "Salesloft Benchmarks", "published", 2025)
    counts = [(3, 5), (6, 9), (4, 8), (0, 0), (7, 11), (9, 8), (12, 10), (8, 12), (10, 9), (13, 11), (7, 10), (4, 6)]
    values: dict[str, Any] = {
        "as_of": NOW,
        "metrics": rich_metrics(),
        "quality": Quality(
            82,
            (
                QualityPart("Volume", 50, 50, ""),
                QualityPart("Email engagement", 17, 20, "Turn on tracking for every mail"),
                QualityPart("Deal history", 10, 20, "log her budget role"),
                QualityPart("Patterns", 5, 10, ""),
            ),
            "close or update the open deal in the CRM",
            91,
        ),
        "comparisons": {
            "engagement_rate": Comparison("engagement_rate", ours, 86, 44),
            "response_time_median": Comparison("response_time_median", reply, 71, 44),
            "decision_days": Comparison("decision_days", cycle, None),
        },
        "months": tuple(
            Month(f"{2025 + (10 + i) // 12}-{(10 + i) % 12 + 1:02d}", theirs, ours_)
            for i, (theirs, ours_) in enumerate(counts)
            if theirs + ours_
        ),
        "kinds": {"email": 148, "call": 31, "meeting": 14, "task": 8, "comment": 4, "file": 9},
        "last_own_action": NOW - timedelta(days=12),
    }
    return Insights(**values | changes)


SIMILAR = (
    SimilarContact(
        "C-1040", "Marta Ruiz", "Contoso Freight", 0.91, ("answers the same day", "asks for references"), 2, 1, 0.58
    ),
    SimilarContact(
        "C-1012", "Jörg Müller", "Adler Spedition", 0.88, ("writes before 9:00", "decides with finance"), 0, 0, None
    ),
    SimilarContact("C-1077", "Ann Okafor", "Bluewater Lines", 0.84, ("short mails", "re-keys orders"), 1, 0, 0.55),
)


def rich_profile(**changes: Any) -> Profile:
    values: dict[str, Any] = {
        "contact": jane(),
        "insights": rich_insights(),
        "persona": rich_persona(),
        "similar": SIMILAR,
        "newer_interactions": 6,
    }
    return Profile(**values | changes)


def rules_persona(**changes: Any) -> Persona:
    by = WrittenBy("rules", fallback="No language model is set up. An admin can set OPENAI_API_KEY for a fuller text.")
    return rich_persona(**{"written_by": by} | changes)


def basic_profile() -> Profile:
    """A contact with three interactions: Basic, no claim, no metric with enough data."""
    metrics = {m.name: metric(m.name, None, 1, min_n=m.min_n or 2) for m in rich_metrics().values()}
    metrics["total_interactions"] = metric("total_interactions", 3, 3, min_n=1)
    persona = Persona(
        method=Method.BASIC,
        method_reason="3 interactions, and RAG needs 5",
        written_by=WrittenBy("rules"),
        written_at=NOW,
        role=Role("VP Operations", "Northwind Logistics", None, confirmed=True, source="CRM record"),
        facets={},
        abstained=dict.fromkeys(Facet, "not looked for: Basic uses the CRM's contact fields only"),
        interactions_read=3,
        version=1,
    )
    quality = Quality(18, (QualityPart("Volume", 18, 50, "log calls"),), "log the last calls and mails", 40)
    insights = rich_insights(metrics=metrics, quality=quality, comparisons={}, months=(), kinds={"email": 3})
    return Profile(jane(company_size=None, industry=None), insights, persona)


def unwritten_profile() -> Profile:
    return rich_profile(persona=None, similar=(), newer_interactions=0)


def worst_profile(filler: str = "W&<*") -> Profile:
    """Everything at its longest: 4,000 characters each, 9 facets of 5 claims of 6 pieces of evidence."""
    long = filler * (4_000 // len(filler))
    facets = {facet: tuple(_longest_claim(long, f"{facet}-{i}") for i in range(5)) for facet in Facet}
    persona = rich_persona(
        method_reason=long,
        written_by=WrittenBy("openai", long, fallback=long),
        role=Role(long, long, 1_000_000, confirmed=False, source=long),
        facets=facets,
        abstained=dict.fromkeys(Facet, long),
        name=_longest_claim(long, "name"),
        summary=_longest_claim(long, "summary"),
        key_points=tuple(_longest_claim(long, f"key-{i}") for i in range(3)),
        evidence_used=999_999,
        interactions_read=999_999,
        dropped=999,
        version=999_999,
    )
    similar = tuple(SimilarContact(long, long, long, 0.9, (long,) * 9, 99_999, 99_999, 0.5) for _ in range(9))
    contact = jane(name=long, title=long, company=long, industry=long, company_size=1_000_000)
    return Profile(contact, _longest_insights(long), persona, similar, newer_interactions=999_999)


def _longest_claim(long: str, key: str) -> Claim:
    evidence = tuple(mail(f"{i} {key} {long}", long, NOW, f"E-{key}-{i}") for i in range(6))
    return Claim(long, evidence, 0.5, long)


def _longest_insights(long: str) -> Insights:
    names = [*rich_metrics(), *(f"extra_{i}" for i in range(30))]
    metrics = {n: metric(n, 123_456.7, 999_999, low=0.1, high=999_999.9, note=long) for n in names}
    metrics |= {n: metric(n, long, 999_999, note=long) for n in ("preferred_time", "preferred_channel")}
    benchmark = Benchmark("x", long, 123_456.7, None, None, long, "starting value", 2026)
    quality = Quality(100, tuple(QualityPart(long, 10, 20, long) for _ in range(9)), long, 100)
    months = tuple(Month(f"{1990 + i // 12}-{i % 12 + 1:02d}", 99_999, 99_999) for i in range(400))
    comparisons = {n: Comparison(n, benchmark, 99.9, 99_999) for n in names}
    kinds = {kind.value: 999_999 for kind in Kind} | {long: 5}
    return Insights(NOW, metrics, quality, comparisons, months, kinds, NOW)


def match(key: int = 42, score: float = 0.9, *, exact: bool = False, **changes: Any) -> ContactMatch:
    return ContactMatch(
        jane(key=key, **changes), score, Fit.EXACT if exact else Fit.NEAR, datetime(2026, 10, 8, tzinfo=UTC)
    )


def disputed_profile() -> Profile:
    """Jane Doe's, with a word of hers against her first pain point."""
    profile = rich_profile()
    if profile.persona is None:
        raise ValueError("the rich profile has a persona")
    claim, *others = profile.persona.facets[Facet.PAIN_POINTS]
    contrary = replace(claim.evidence[0], quote="No mismatches any more.", interaction_id="m-99")
    pains = {Facet.PAIN_POINTS: (replace(claim, against=(contrary,)), *others)}
    return replace(profile, persona=replace(profile.persona, facets={**profile.persona.facets, **pains}))
