"""A claim that a model phrased beyond its quote is told again in the words of that quote, or not at all."""

from persona.grounding import check_draft
from persona.model import Citation, Draft, DraftClaim, Facet, WrittenBy
from persona.writers.rules.restating import restate
from tests.persona.test_grounding import BRIEF, HISTORY, INTERACTIONS, NOW, ORDERS, quote


def told(text: str, *citations: Citation, facet: Facet = Facet.PAIN_POINTS, writer: str = "gpt-4o-mini") -> list[str]:
    draft = Draft(WrittenBy(writer), {facet: (DraftClaim(text, citations),)})
    checked = check_draft(draft, BRIEF, HISTORY, now=NOW, restate=restate)
    return [claim.text for claim in checked.facets.get(facet, ())]


def test_an_exaggerated_claim_is_told_by_its_quote() -> None:
    (text,) = told("Is about to replace SAP after a failed merger", quote(1, "we type every order in two times"))
    assert "we type every order in two times – once in SAP" in " ".join(text.split())
    assert "merger" not in text


def test_an_invented_number_is_gone_and_the_quote_stays() -> None:
    (text,) = told("Types 900 orders twice a day", quote(1, "we type every order in two times"))
    assert "900" not in text


def test_a_claim_that_holds_is_left_as_it_is() -> None:
    assert told("Types every order twice", quote(1, "we type every order in two times")) == ["Types every order twice"]


def test_a_quote_that_says_nothing_for_the_facet_saves_no_claim() -> None:
    assert told("Loses money to slow reports", quote(10, "Mornings are best for a call.")) == []


def test_a_quote_that_is_not_there_saves_no_claim() -> None:
    assert told("Types 900 orders twice", quote(1, "we really type every order in two times")) == []


def test_a_request_is_told_as_advice_and_a_refusal_as_what_to_avoid() -> None:
    asked = told("Send a 40 page deck", quote(10, "Please keep the deck short."), facet=Facet.RECOMMENDED_APPROACH)
    assert [text.rstrip(".") for text in asked] == ["Keep the deck short"]
    assert told("Avoid the 900 page deck", quote(10, "Please keep the deck short."), facet=Facet.AVOID) == []


def test_how_they_want_it_is_told_in_their_own_words() -> None:
    texts = told("Reads 900 pages", quote(10, "Please keep the deck short."), facet=Facet.COMMUNICATION_STYLE)
    assert [text.rstrip(".") for text in texts] == ["In their own words: “Please keep the deck short”"]


def test_a_claim_that_points_at_many_passages_is_not_told_again() -> None:
    many = [quote(n, i.own_words) for n, i in enumerate(INTERACTIONS[:5], start=1)]
    assert told("Types 900 orders twice", *many) == []


def test_the_rules_own_claims_are_not_told_again() -> None:
    assert told("Types 900 orders twice", quote(1, "we type every order in two times"), writer="rules") == []


def test_what_fell_counts_as_dropped_though_its_quote_is_told() -> None:
    claim = DraftClaim("Types 900 orders twice", (quote(1, "we type every order in two times"),))
    draft = Draft(WrittenBy("gpt-4o-mini"), {Facet.PAIN_POINTS: (claim,)})
    checked = check_draft(draft, BRIEF, HISTORY, now=NOW, restate=restate)
    evidence = [e.quote for c in checked.facets[Facet.PAIN_POINTS] for e in c.evidence]
    assert (checked.dropped, checked.reasons, evidence) == (1, ("pain_points:number_not_in_evidence",), [ORDERS])
