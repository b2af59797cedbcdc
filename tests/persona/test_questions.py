"""What questions ask for, by meaning, in the languages we read."""

import pytest

from persona.model import Facet
from persona.questions import Question, Wish, closeness, read_question


def read(text: str) -> Question:
    return read_question(text, known=["Priya Raman", "Halden Foods"])


@pytest.mark.parametrize(
    ("wish", "questions"),
    [
        (
            Wish.DRAFT,
            [
                "Draft a short follow-up in her style",
                "Please write Priya a quick note about the pilot",
                "Schreib ihr eine kurze Mail",
                "Kannst du Priya eine Antwort schreiben?",
                "Entwirf ein Follow-up",
                "Rédige une courte relance",
                "Peux-tu écrire un mail à Priya ?",
                "Escribe un seguimiento breve",
                "Prepara un borrador para Priya",
                "Scrivi un breve follow-up",
                "Escreva um email curto",
                "Schrijf een korte mail",
            ],
        ),
        (
            Wish.SIMILAR,
            [
                "Who else is like her?",
                "Which other customers are similar to Priya?",
                "Wer ist ihr ähnlich?",
                "Gibt es andere wie sie?",
                "Qui d'autre lui ressemble ?",
                "¿Quién más se parece a ella?",
                "Chi altro è come lei?",
                "Quem mais se parece com ela?",
                "Wie lijkt op haar?",
            ],
        ),
        (
            Wish.WHO,
            [
                "Who is Priya Raman?",
                "Priya Raman",
                "Tell me about Priya",
                "Wer ist Priya?",
                "Qui est Priya ?",
                "¿Quién es Priya?",
                "Chi è Priya?",
                "Brief me on Priya",
            ],
        ),
        (
            Wish.FIGURES,
            [
                "When does she answer?",
                "How quickly does Priya reply?",
                "Wann antwortet sie?",
                "Wie schnell reagiert Priya?",
                "Quand répond-elle ?",
                "¿Cuánto tarda en responder?",
                "Quando risponde?",
                "Has Priya gone quiet?",
                "How often do we talk?",
                "Should I call or email Priya?",
                "Does she prefer short emails?",
                "Wie lange braucht Priya, um sich zu entscheiden?",
            ],
        ),
        (
            Wish.EVIDENCE,
            [
                "What worries Priya about price?",
                "When does the contract end?",
                "Who else is involved in the decision?",
                "Does she write about security?",
                "Was stört Priya am Preis?",
                "What did she say about the cold store?",
                "How does she decide?",
            ],
        ),
    ],
)
def test_the_kind_of_answer_wanted_is_read_from_the_question(wish: Wish, questions: list[str]) -> None:
    assert [(q, read(q).wish) for q in questions] == [(q, wish) for q in questions]


@pytest.mark.parametrize(
    ("question", "facet", "topic"),
    [
        ("What worries Priya about price?", Facet.LIKELY_OBJECTIONS, ("price",)),
        ("Welche Bedenken hat Priya beim Datenschutz?", Facet.LIKELY_OBJECTIONS, ("datenschutz",)),
        ("Qu'est-ce qui l'inquiète dans le contrat ?", Facet.LIKELY_OBJECTIONS, ("contrat",)),
        ("¿Qué le preocupa de la migración?", Facet.LIKELY_OBJECTIONS, ("migracion",)),
        ("What does Priya want?", Facet.BUYING_MOTIVATIONS, ()),
        ("Who decides at Halden Foods?", Facet.DECISION_PATTERN, ()),
        ("What should I avoid?", Facet.AVOID, ()),
    ],
)
def test_the_part_of_the_persona_and_the_topic_are_told_apart(
    question: str, facet: Facet, topic: tuple[str, ...]
) -> None:
    asked = read(question)
    assert (facet in asked.facets, asked.topic) == (True, topic)


def test_a_text_is_close_to_a_topic_by_stem_and_by_meaning_in_another_language() -> None:
    said = ("The prices rise in year two.", "Was kostet das zweite Jahr?", "We met in the warehouse.")
    assert [closeness(("price",), text) >= 0.6 for text in said] == [True, True, False]
