"""A model's answer is read however it is wrapped, and nothing is read that isn't there."""

import json

import pytest

from persona.errors import ModelAnswerError
from persona.model import Citation, DraftClaim, Facet, WrittenBy
from persona.writers.answer import draft_of
from persona.writers.completion import Completion
from tests.persona.test_openai_writer import BRIEF, TEXTS

BY = WrittenBy(writer="m", model="m")
SAID = {"text": "Types orders twice", "quotes": [{"id": "E1", "quote": "We type every order in two times"}]}
READ = DraftClaim("Types orders twice", (Citation(ref="E1", quote="We type every order in two times"),))
FLAT = {**SAID, "facet": "pain_points"}
WHOLE = json.dumps({"claims": [FLAT]})


@pytest.mark.parametrize(
    "content",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"Here is the persona:\n\n{WHOLE}\n\nLet me know {{if}} you need more!",
        f'<think>Maybe {{"pain_points": []}}?</think>{WHOLE}',
        f'{{"note": "an example"}} {WHOLE}',
        json.dumps({"persona": "x", "pain_points": [SAID], "avoid": None, "confidence": 0.9}),
        json.dumps({"claims": FLAT}),
        json.dumps({"claims": [{**SAID, "facet": "hobbies"}, SAID, FLAT, {**FLAT, "text": " "}, 7, None]}),
        json.dumps({"pain_points": SAID}),
        json.dumps({"pain_points": [SAID, "no claim", {"text": 3}, None]}),
        json.dumps({"pain_points": [{**SAID, "quotes": SAID["quotes"][0], "score": 1}]}),  # type: ignore[index]
        json.dumps({"pain_points": [{**SAID, "metrics": []}], "name": None}),
        json.dumps({"claims": [{**FLAT, "facet": "Pain Points"}]}),
        json.dumps([FLAT]),
        json.dumps({"persona": {"claims": [FLAT]}}),
        json.dumps({"name": "persona", "arguments": {"claims": [FLAT]}}),
        f'Maybe {{"claims": []}}?</think>{WHOLE}',
    ],
)
def test_the_claim_is_read_whatever_stands_around_it(content: str) -> None:
    draft = draft_of(content, BRIEF, BY)
    assert (draft.facets, draft.name, draft.key_points) == ({Facet.PAIN_POINTS: (READ,)}, None, (READ,))


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ("", ("empty",)),
        ("  \n", ("empty",)),
        ("<think>{}", ("empty",)),
        ("I can't do that.", ()),
        ("{}", ()),
        ("[1, 2]", ()),
        ('{"pain_points": [', ()),
        ('{"persona": "x"}', ()),
        ("{" * 5_000, ()),
        ("[" * 100_000, ()),
        (f'{{"claims": {"1" * 5_000}}}', ()),
    ],
)
def test_what_holds_no_facet_is_no_answer(content: str, faults: tuple[str, ...]) -> None:
    with pytest.raises(ModelAnswerError) as raised:
        draft_of(content, BRIEF, BY)
    assert raised.value.faults == faults


def test_the_first_claims_about_the_contact_are_offered_as_key_points() -> None:
    order = ["name", "avoid", "pain_points", "avoid", "summary", "decision_pattern"]
    claims = [{**SAID, "facet": facet, "text": f"Claim {n}"} for n, facet in enumerate(order)]
    draft = draft_of(json.dumps({"claims": claims}), BRIEF, BY)
    assert [point.text for point in draft.key_points] == ["Claim 1", "Claim 2", "Claim 3", "Claim 5"]
    assert (draft.name and draft.name.text, draft.summary and draft.summary.text) == ("Claim 0", "Claim 4")
    assert {facet: len(said) for facet, said in draft.facets.items()} == {
        Facet.PAIN_POINTS: 1,
        Facet.DECISION_PATTERN: 1,
        Facet.AVOID: 2,
    }


def test_a_figure_is_cited_by_its_name_as_id() -> None:
    said = {"text": "Replies to most mails", "quotes": [{"id": "reply_rate", "quote": "x"}]}
    draft = draft_of(json.dumps({"engagement_pattern": [said]}), BRIEF, BY)
    assert draft.facets[Facet.ENGAGEMENT_PATTERN][0].citations == (Citation(metric="reply_rate"),)


def test_of_a_flood_only_six_claims_a_part_are_read() -> None:
    flood = {**SAID, "quotes": [{"id": "E2", "quote": TEXTS[1]}] * 90}
    draft = draft_of(json.dumps({"avoid": [flood] * 90}), BRIEF, BY)
    assert [len(claim.citations) for claim in draft.facets[Facet.AVOID]] == [6] * 6


@pytest.mark.parametrize(
    "usage", [{"prompt_tokens": None, "completion_tokens": 3}, {"prompt_tokens": -5}, {}, "none", None]
)
def test_an_answer_with_tokens_nobody_can_count_is_an_answer_without_usage(usage: object) -> None:
    body = json.dumps({"choices": [{"message": {"content": WHOLE}}], "usage": usage})
    read = Completion.model_validate_json(body)
    assert (read.text, read.usage) == (WHOLE, None)
