"""The rules' advice arms a rep: the next step first, what was for a day gone by last, a question is no ban."""

import pytest

from persona.embedders import StaticEmbedder
from persona.model import Draft, Facet
from persona.writers.rules_writer import RulesWriter
from tests.persona.briefs import brief_of, mail, note, of_jane
from tests.persona.histories import NOW


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.fixture(scope="module")
def writer(embedder: StaticEmbedder) -> RulesWriter:
    return RulesWriter(embedder)


def texts(draft: Draft, facet: Facet) -> list[str]:
    return [claim.text for claim in draft.facets.get(facet, ())]


async def draft_of(writer: RulesWriter, embedder: StaticEmbedder, *own_words: str, days: float = 20) -> Draft:
    """The draft of mails with these words, all but the last a day apart, the last `days` ago."""
    mails = [mail(f"e{n}", len(own_words) - 1 - n + days, words) for n, words in enumerate(own_words)]
    return await writer.write(await brief_of(of_jane(*mails), embedder))


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "I need fifteen readers at the Bodo plant by 30 November.",
            "Deliver in time: “I need fifteen readers at the Bodo plant by 30 November”",
        ),
        (
            "The partners meet on December 3rd and that's where it gets decided.",
            "Keep the date in mind: “The partners meet on December 3rd and that's where it gets decided”",
        ),
        (
            "Das Budget wird am 4. Dezember beschlossen. Bis dahin brauche ich von Ihnen ein Angebot zum Festpreis.",
            "Deliver in time: “Das Budget wird am 4. Dezember beschlossen”, “Bis dahin brauche ich von Ihnen ein "
            "Angebot zum Festpreis”",
        ),
        (
            "He wants to speak with a customer who moved off their old tool. Can you set that up before Christmas?",
            "Answer in time: “He wants to speak with a customer who moved off their old tool”, “Can you set that up "
            "before Christmas?”",
        ),
        (
            "I'm out of the office from 1 December till 9 December.",
            "Mind when they are away: “I'm out of the office from 1 December till 9 December”",
        ),
        (
            "Mi serve il contratto firmabile entro il 15 dicembre.",
            "Deliver in time: “Mi serve il contratto firmabile entro il 15 dicembre”",
        ),
    ],
)
async def test_what_has_a_day_to_come_is_the_first_advice_and_the_first_key_point(
    writer: RulesWriter, embedder: StaticEmbedder, said: str, advice: str
) -> None:
    draft = await draft_of(writer, embedder, "We type every order into the second system by hand.", said)
    assert texts(draft, Facet.RECOMMENDED_APPROACH)[0] == advice
    assert draft.key_points[0].text == advice


async def test_a_next_step_stays_advice_however_often_its_words_serve(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    said = "I need the signed contract before the board decides on 9 December."
    draft = await draft_of(writer, embedder, said)
    told = [f for f, claims in draft.facets.items() if any(said.rstrip(".") in claim.text for claim in claims)]
    assert Facet.RECOMMENDED_APPROACH in told


async def test_a_request_for_a_day_gone_by_is_no_advice(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    gone = f"Please send the agenda for our meeting by {NOW:%B} 4."
    draft = await draft_of(writer, embedder, gone, "Please quote the three depots apart.")
    assert texts(draft, Facet.RECOMMENDED_APPROACH) == ["Quote the three depots apart"]


async def test_a_request_of_a_mail_about_a_day_gone_by_is_told_with_its_month(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    said = "The visit on 2 September suits us. Please bring someone who knows the warehouse."
    draft = await draft_of(writer, embedder, said, days=85)
    assert texts(draft, Facet.RECOMMENDED_APPROACH) == [
        "Do as they asked in August 2026: “Please bring someone who knows the warehouse”"
    ]


async def test_what_was_asked_these_weeks_comes_before_what_was_asked_earlier(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    earlier, now = (
        mail("e1", 120, "Please send me one page with the numbers."),
        mail("e2", 9, "Quote the trucks apart."),
    )
    draft = await writer.write(await brief_of(of_jane(earlier, now), embedder))
    assert texts(draft, Facet.RECOMMENDED_APPROACH) == ["Quote the trucks apart", "Send them one page with the numbers"]


@pytest.mark.parametrize(
    "question", ["et si y a pas de réseau sur les chantiers ?", "¿Qué pasa con nuestros datos si dejamos el servicio?"]
)
async def test_a_question_is_neither_a_ban_nor_a_request(
    writer: RulesWriter, embedder: StaticEmbedder, question: str
) -> None:
    draft = await draft_of(writer, embedder, question)
    assert texts(draft, Facet.AVOID) == []
    assert texts(draft, Facet.RECOMMENDED_APPROACH) == [f"Open with an answer to “{question}”"]


async def test_a_ban_keeps_the_name_it_is_about_and_may_begin_with_and(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    draft = await draft_of(writer, embedder, "And please don't email Dr. Patel directly again, he was not amused.")
    assert texts(draft, Facet.AVOID) == ["Don't email Dr. Patel directly again"]


async def test_a_time_not_to_call_is_about_the_time(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "Bitte rufen Sie nicht vormittags an, da bin ich auf Tour, abends nach 18 Uhr gern."
    draft = await draft_of(writer, embedder, said)
    assert texts(draft, Facet.COMMUNICATION_STYLE) == []
    assert texts(draft, Facet.AVOID) == [f"Mind when they can be reached: “{said.rstrip('.')}”"]


async def test_a_call_on_one_day_is_no_wish_for_calls(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    draft = await draft_of(writer, embedder, "Llámame el jueves a partir de las cuatro, por favor.")
    assert texts(draft, Facet.COMMUNICATION_STYLE) == []


async def test_a_way_with_what_they_do_not_want_is_told_as_a_way(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "Sylvie veut bien essayer si quelqu'un vient nous montrer à l'atelier, pas en visio"
    draft = await draft_of(writer, embedder, said)
    assert texts(draft, Facet.AVOID) == [f"Do it their way, not otherwise: “{said}”"]


@pytest.mark.parametrize(
    ("said", "facet"),
    [
        ("Visma. It must export to Visma or we can stop here.", Facet.DECISION_PATTERN),
        ("D'accord pour le 16 avril à neuf heures.", Facet.DECISION_PATTERN),
        ("Y necesito saber quién nos atiende un sábado por la noche.", Facet.DECISION_PATTERN),
        ("I lost the vote on it and I'm content with that.", Facet.PAIN_POINTS),
    ],
)
async def test_what_only_sounds_like_a_facet_is_not_told_there(
    writer: RulesWriter, embedder: StaticEmbedder, said: str, facet: Facet
) -> None:
    told = texts(await draft_of(writer, embedder, said), facet)
    assert [text for text in told if text.startswith(("Others have a say", "Lost"))] == []


async def test_the_it_department_has_a_say_and_the_pronoun_has_none(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    department = await draft_of(writer, embedder, "IT has to approve every tool that we buy.")
    assert texts(department, Facet.DECISION_PATTERN) == [
        "Others have a say: “IT has to approve every tool that we buy”"
    ]


async def test_a_number_of_a_list_is_no_part_of_a_quote(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "Three things:\n1) Our desks key every appointment twice into two systems.\n2) Nobody can see the no-shows."
    draft = await draft_of(writer, embedder, said)
    assert texts(draft, Facet.PAIN_POINTS) == [
        "No clear view of what is going on: “Nobody can see the no-shows”",
        "Work done by hand: “Our desks key every appointment twice into two systems”",
    ]


async def test_what_a_note_says_was_asked_is_told_as_asked(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    history = of_jane(note("n1", 9, "Raj asked whether we sign a BAA before the pilot."))
    draft = await writer.write(await brief_of(history, embedder))
    assert texts(draft, Facet.LIKELY_OBJECTIONS) == [
        "What was asked: “Raj asked whether we sign a BAA before the pilot” (our note)"
    ]
    assert "Decides alone" not in " ".join(texts(draft, Facet.DECISION_PATTERN))


@pytest.mark.parametrize(
    ("said", "subjectless"),
    [
        ("We are paying weekly hire on items nobody can produce.", "Is paying"),
        ("I can give her a number of minutes lost at handover every week.", "Can give her"),
    ],
)
async def test_what_would_read_wrong_without_its_subject_is_quoted(
    writer: RulesWriter, embedder: StaticEmbedder, said: str, subjectless: str
) -> None:
    draft = await draft_of(writer, embedder, said)
    told = [claim.text for claims in draft.facets.values() for claim in claims]
    assert any(said.rstrip(".") in text for text in told)
    assert [text for text in told if text.startswith(subjectless)] == []


async def test_what_stands_in_another_language_is_quoted_and_not_told_as_english(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    history = of_jane(note("n1", 9, "Jane decide da sola, in fretta e senza riunioni."))
    draft = await writer.write(await brief_of(history, embedder))
    assert texts(draft, Facet.DECISION_PATTERN) == [
        "Decides alone: “Jane decide da sola, in fretta e senza riunioni” (our note)"
    ]


async def test_a_date_to_keep_is_not_told_as_a_wish_for_something_else(
    writer: RulesWriter, embedder: StaticEmbedder
) -> None:
    said = "Mi serve il contratto firmabile entro il 15 dicembre così lo metto nei costi di quest'anno."
    draft = await draft_of(writer, embedder, said)
    assert texts(draft, Facet.BUYING_MOTIVATIONS) == [f"Has a date to keep: “{said.rstrip('.')}”"]


async def test_a_polite_order_is_no_rule_of_who_decides(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    draft = await draft_of(writer, embedder, "Merci de passer par mon accord et non par le président.")
    assert Facet.DECISION_PATTERN not in draft.facets


async def test_a_good_visit_elsewhere_is_no_pain(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "Das Gespräch mit der Firma war gut, deren Einkäufer spart einen Tag pro Woche."
    assert Facet.PAIN_POINTS not in (await draft_of(writer, embedder, said)).facets


async def test_what_is_repeated_is_not_taken_back(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "As I said, we lost a vehicle for nine days because a service was missed."
    assert texts(await draft_of(writer, embedder, said), Facet.PAIN_POINTS) == [
        f"Mistakes and lost work: “{said.rstrip('.')}”"
    ]


async def test_an_italian_article_is_no_french_he(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "il magazzino ha 14.000 pallet e ogni giorno ne cerchiamo una decina che nessuno trova."
    assert Facet.PAIN_POINTS in (await draft_of(writer, embedder, said)).facets


async def test_a_word_to_let_them_know_by_a_day_is_no_courtesy(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "Let me know by 12 December because we have to book the yard."
    assert texts(await draft_of(writer, embedder, said), Facet.RECOMMENDED_APPROACH) == [
        f"Deliver in time: “{said.rstrip('.')}”"
    ]


@pytest.mark.parametrize(
    ("said", "facet"),
    [
        ("when it rains the restaurants call me all night.", Facet.RECOMMENDED_APPROACH),
        ("But I lost the vote and I'm content.", Facet.PAIN_POINTS),
        (
            "Wrong as of now: security decided that everybody needs the single sign-on we want.",
            Facet.BUYING_MOTIVATIONS,
        ),
        (
            "I'd also be interested in the cost, as our levy failed and every dollar has a face on it.",
            Facet.PAIN_POINTS,
        ),
    ],
)
async def test_what_has_only_the_words_of_a_facet_stays_out_of_it(
    writer: RulesWriter, embedder: StaticEmbedder, said: str, facet: Facet
) -> None:
    assert facet not in (await draft_of(writer, embedder, said)).facets


async def test_next_week_is_over_after_two(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "Please come by next week, any afternoon."
    fresh, stale = await draft_of(writer, embedder, said, days=3), await draft_of(writer, embedder, said, days=40)
    assert texts(fresh, Facet.RECOMMENDED_APPROACH) == [
        "Keep the date in mind: “Please come by next week, any afternoon”"
    ]
    assert texts(stale, Facet.RECOMMENDED_APPROACH) == []


async def test_what_they_own_is_named_before_it_is_called_a_pain(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "I have a whiteboard four metres long for the shifts."
    assert texts(await draft_of(writer, embedder, said), Facet.PAIN_POINTS) == [
        f"Work done by hand: “{said.rstrip('.')}”"
    ]


async def test_an_interest_in_the_cost_is_no_wish_to_cut_it(writer: RulesWriter, embedder: StaticEmbedder) -> None:
    said = "I'd also be interested in the cost, as our levy failed in November and every dollar has a face on it."
    draft = await draft_of(writer, embedder, said)
    assert texts(draft, Facet.BUYING_MOTIVATIONS) == [f"What they are after: “{said.rstrip('.')}”"]
