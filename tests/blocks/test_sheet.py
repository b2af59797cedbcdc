from dataclasses import replace
from datetime import timedelta

from blocks.figures import Headline, metric_interval, metric_value
from blocks.measures import Alike, Bar, Row, measure_sheet
from blocks.numbering import number_evidence, source_of
from blocks.quotes import Quote, numbered_quotes, proofs
from blocks.sheet import Part, Statement, persona_sheet
from blocks.wording import full_date
from persona.model import Claim, Evidence, Facet, Month, Speaker
from tests.profiles import (
    FINANCE,
    NOW,
    QUIET,
    ROLLOUT,
    basic_profile,
    metric,
    rich_insights,
    rich_persona,
    rich_profile,
    rules_persona,
    unwritten_profile,
    worst_profile,
)


def test_a_persona_as_of_a_day_says_so_and_not_that_it_was_written_then() -> None:
    then = replace(rich_insights(), as_of=NOW - timedelta(days=300))
    looked_back = replace(rules_persona(), version=0, written_at=then.as_of)
    sheet = persona_sheet(replace(rich_profile(), insights=then, persona=looked_back, newer_interactions=0), now=NOW)
    assert sheet.footer[0] == (
        f"Written by rules, without a model, from 42 of 214 interactions · not stored, as of {full_date(then.as_of)}"
    )


def test_a_corrected_claim_says_who_corrected_it() -> None:
    said = Evidence("Never before nine", NOW, Speaker.CORRECTION, corrected_by="maya")
    persona = rich_persona(facets={Facet.AVOID: (Claim("Never before nine", (said,), 0.9),)}, key_points=())
    (part,) = persona_sheet(rich_profile(persona=persona), now=NOW).parts
    assert [statement.text for statement in part.statements] == ["Never before nine (corrected by maya)"]


def test_the_example_of_a_figure_stands_behind_its_number_only() -> None:
    shown = Evidence("First read is good.", NOW, Speaker.CONTACT, interaction_id="e1")
    figure = Evidence("Uses email most (n 70)", NOW, Speaker.METRIC, metric="preferred_channel")
    text = "Mostly uses email, for example “First read is good”"
    persona = rich_persona(facets={Facet.AVOID: (Claim(text, (figure, shown), 0.9),)}, key_points=(), summary=None)
    (part,) = persona_sheet(rich_profile(persona=persona), now=NOW).parts
    assert [(statement.text, statement.marks) for statement in part.statements] == [("Mostly uses email", "❸ ❹")]


def test_what_could_not_be_read_is_named_at_the_foot() -> None:
    sheet = persona_sheet(rich_profile(persona=rich_persona(unread="20 files (by name only)")), now=NOW)
    assert "Not read: 20 files (by name only)" in sheet.footer


def test_what_changed_is_said_when_something_did() -> None:
    changed, same = (
        persona_sheet(rich_profile(persona=rich_persona(changed_since=2, changes=changes)), now=NOW).changes
        for changes in (("+ 2 objections",), ())
    )
    assert (changed, same) == ("What changed since version 2: + 2 objections", "")


def test_the_top_of_a_sheet_says_who_and_what_matters() -> None:
    sheet = persona_sheet(rich_profile(), now=NOW)
    assert sheet.title == "Jane Doe · VP Operations, Northwind Logistics"
    assert sheet.about == "240 people · Logistics · role inferred: signature of 3 Oct 2026"
    assert [f"{point.text} {point.marks}" for point in sheet.key_points] == [
        "Wants rollout proof from a firm like Northwind before price ❶ ❹",
        "Answers short mails before 9:00 Chicago, rarely calls ❺ ❻",
        "Went quiet 12 days ago; the usual gap is 4 ❼",
    ]


def test_the_five_headline_figures_say_what_they_are_made_from() -> None:
    assert persona_sheet(rich_profile(), now=NOW).headlines == (
        Headline("Interactions", "214", "31 in the last 90 days"),
        Headline("Email engagement", "62 %", "n 48; peers 34 %"),
        Headline("Answers in", "5.2 h", "median, n 31; starting value 24 h"),
        Headline("Deals won", "2 of 3", "67 %"),
        Headline("Data quality", "82 of 100", "close or update the open deal in the CRM → 91"),
    )


def test_headline_figures_without_enough_data_show_no_number() -> None:
    said = [(h.value, h.detail) for h in persona_sheet(basic_profile(), now=NOW).headlines[1:4]]
    assert said == [
        ("not enough data (1 of 5)", ""),
        ("not enough data (1 of 5)", ""),
        ("not enough data (1 of 3)", ""),
    ]


def test_a_facet_shows_three_claims_and_counts_the_rest() -> None:
    claims = rich_persona().facets[Facet.PAIN_POINTS][:1] * 5
    sheet = persona_sheet(rich_profile(persona=rich_persona(facets={Facet.PAIN_POINTS: claims})), now=NOW)
    claim = Statement(
        "Re-keys every order twice, at the cost of two people",
        (3,),
        "high",
        "Jane's own words, 4 months ago, said once.",
    )
    assert sheet.parts == (Part("Pain points", (claim,) * 3, 2),)


def test_what_is_missing_is_said_once_for_each_reason() -> None:
    silent = dict.fromkeys((Facet.LIKELY_OBJECTIONS, Facet.AVOID), "nothing yet in 2 calls")
    sheet = persona_sheet(rich_profile(persona=rich_persona(facets={}, abstained=silent)), now=NOW)
    assert sheet.missing == ("Will object, Avoid: nothing yet in 2 calls",)
    assert persona_sheet(basic_profile(), now=NOW).missing == (
        "Not looked for: Basic uses the CRM's contact fields only.",
    )


def test_the_footer_says_who_wrote_from_what_and_how_fresh_it_is() -> None:
    assert persona_sheet(rich_profile(), now=NOW).footer == (
        "Written by gpt-4o-mini from 42 of 214 interactions · v4, 2 days old · 6 new since · AI can be wrong",
        "Method: RAG, data quality 82 and 214 interactions · 2 statements without a matching quote left out",
    )


def test_a_rules_persona_says_so_and_why_without_the_warning_about_ai() -> None:
    sheet = persona_sheet(rich_profile(persona=rules_persona(dropped=0), newer_interactions=0), now=NOW)
    assert sheet.footer == (
        "Written by rules, without a model, from 42 of 214 interactions · v4, 2 days old",
        "Method: RAG, data quality 82 and 214 interactions",
        "No language model is set up. An admin can set OPENAI_API_KEY for a fuller text.",
    )


def test_without_a_persona_the_lower_half_says_what_happens() -> None:
    said = [persona_sheet(unwritten_profile(), now=NOW, pending=pending).waiting for pending in (True, False)]
    assert said == [
        "Writing the persona from 214 interactions…",
        "No persona is written yet. Refresh writes one from 214 interactions.",
    ]


def test_each_distinct_piece_of_evidence_has_one_number_in_reading_order() -> None:
    persona = worst_profile().persona
    assert persona is not None
    numbers = number_evidence(persona)
    assert sorted(numbers.values()) == list(range(1, 1 + 6 * (2 + 3 + 9 * 5)))
    shown = [n for part in persona_sheet(worst_profile(), now=NOW).parts for s in part.statements for n in s.numbers]
    assert max(shown) == 6 * (2 + 3 + 9 * 3)
    rich = number_evidence(rich_persona())
    assert (rich[source_of(ROLLOUT)], rich[source_of(QUIET)], len(rich)) == (1, 7, 11)


def test_every_quote_says_who_when_and_where() -> None:
    quotes = numbered_quotes(rich_profile())
    assert quotes[1:5:3] == (
        Quote(
            2,
            FINANCE.quote,
            "Our note of a meeting “Business case review”, 2 Sep 2026",
        ),
        Quote(
            5, "Most active Tue 07:00-09:00 (n 61, hours in America/Chicago).", "Measured, 20 Oct 2026", measured=True
        ),
    )
    assert quotes[0].source == "Jane Doe, mail “Re: Pilot scope”, 3 Oct 2026"


def test_a_key_point_that_repeats_a_facets_claim_is_proved_once() -> None:
    assert [proof.group for proof in proofs(rich_profile())].count("Before you call") == 0
    alone = rich_persona(facets={})
    assert [p.group for p in proofs(rich_profile(persona=alone))] == ["In short"] * 2 + ["Before you call"] * 3


def test_months_have_no_gap_and_end_now() -> None:
    insights = rich_insights(months=(Month("2026-07", 3, 1), Month("2026-09", 0, 2)))
    assert measure_sheet(rich_profile(insights=insights)).bars == (
        Bar("Jul 2026", 3, 1),
        Bar("Aug 2026", 0, 0),
        Bar("Sep 2026", 0, 2),
        Bar("Oct 2026", 0, 0),
    )


def test_a_row_holds_value_n_interval_benchmark_and_percentile() -> None:
    rows = {row.label: row for row in measure_sheet(rich_profile()).rows}
    assert rows["Email engagement"] == Row(
        "Email engagement", "62 %", 0.62, "48", "50–72 %", "34 % · our contacts 2026, n 12", "86th pct of 44"
    )
    assert rows["Answers in"].benchmark == "24 h · product's own 2026, starting value"


def test_metrics_without_a_figure_are_named_with_what_they_lack() -> None:
    assert measure_sheet(rich_profile()).thin == (
        "Not enough data: Files opened (2 of 3).",
        "No clear figure: Decides in (n 2).",
    )


def test_habits_are_sentences() -> None:
    assert measure_sheet(rich_profile()).habits == (
        "On record: 148 emails, 31 calls, 14 meetings, 8 tasks, 4 internal comments and 9 files.",
        "Most active Tue 07:00-09:00 (n 61; hours in America/Chicago, the contact's).",
        "Prefers email (n 88).",
        "7 machine-made opens left out of the rates.",
    )


def test_a_window_that_does_not_stand_out_is_said_to_be_just_that() -> None:
    note = "no window stands out; hours in UTC, the workspace's"
    found = {"preferred_time": metric("preferred_time", None, 40, min_n=8, note=note)}
    said = measure_sheet(rich_profile(insights=rich_insights(metrics=found, kinds={}))).habits
    assert said == ("Preferred time: no window stands out; hours in UTC, the workspace's (n 40).",)


def test_a_note_that_several_figures_share_is_said_once() -> None:
    shared = [metric(name, 0.5, 9, note="by a human") for name in ("reply_rate", "click_rate", "open_rate")]
    found = {m.name: m for m in (*shared, metric("total_interactions", 9, 9, note="9 email"))}
    assert measure_sheet(rich_profile(insights=rich_insights(metrics=found))).notes == (
        "Emails replied to, Emails clicked and Emails opened: by a human",
    )


def test_quality_says_what_would_raise_it_most() -> None:
    assert measure_sheet(rich_profile()).quality == (
        "Data quality 82 of 100 (volume 50 of 50, email engagement 17 of 20, deal history 10 of 20, patterns 5 of 10).",
        "Would raise it most: Close or update the open deal in the CRM. That makes 91.",
    )


def test_similar_contacts_say_what_is_shared_and_how_deals_ended() -> None:
    assert measure_sheet(rich_profile()).alike[:2] == (
        Alike("Marta Ruiz, Contoso Freight", "answers the same day; asks for references", "won 2, lost 1"),
        Alike("Jörg Müller, Adler Spedition", "writes before 9:00; decides with finance", "no closed deal"),
    )


def test_an_empty_history_makes_an_empty_sheet_not_an_error() -> None:
    empty = replace(rich_insights(), metrics={}, comparisons={}, months=(), kinds={}, last_own_action=None)
    measures = measure_sheet(rich_profile(insights=empty, similar=()))
    assert (measures.bars, measures.rows, measures.habits, measures.alike) == ((), (), (), ())
    assert [h.value for h in measures.headlines] == ["not measured"] * 4 + ["82 of 100"]


def test_intervals_share_one_unit_when_they_can() -> None:
    share = metric("reply_rate", 0.5, 9, low=0.2, high=0.8)
    wait = metric("response_time_median", 2.0, 9, low=0.5, high=60.0)
    assert [metric_interval(m) for m in (share, wait, metric("reply_rate", None, 1))] == [
        "20–80 %",
        "30 min–2.5 days",
        "–",
    ]


def test_a_metric_with_enough_data_and_no_value_is_not_said_to_lack_data() -> None:
    assert metric_value(metric("preferred_time", None, 40, min_n=8)) == "no clear figure (n 40)"
