"""What a sentence does is read by its grammar in six languages; a topic word alone says nothing."""

import pytest

from persona.cues import score_frames
from persona.frames import frames_of
from persona.model import Facet

_CLAIMABLE = 1.55


def facets_of(text: str) -> set[Facet]:
    return {facet for facet, score in score_frames(text).items() if score >= _CLAIMABLE}


@pytest.mark.parametrize(
    "text",
    [
        "We lose two hours every Friday because nobody knows who is coming.",
        "Wir verlieren jeden Freitag zwei Stunden, weil niemand weiß, wer kommt.",
        "On perd deux heures chaque vendredi parce que personne ne sait qui vient.",
        "Perdemos dos horas cada viernes porque nadie sabe quién viene.",
        "Perdiamo due ore ogni venerdì perché nessuno sa chi viene.",
        "Perdemos duas horas todas as sextas porque ninguém sabe quem vem.",
    ],
)
def test_a_complaint_is_a_pain_in_every_language(text: str) -> None:
    assert facets_of(text) == {Facet.PAIN_POINTS}


@pytest.mark.parametrize(
    "text",
    [
        "My director has to sign anything above 25,000.",
        "Ab 25.000 muss der Geschäftsführer unterschreiben.",
        "Au-dessus de 25 000, c'est la direction qui signe.",
        "Por encima de 25.000 lo firma la dirección.",
        "Sopra i 25.000 deve firmare il direttore.",
        "Acima de 25.000 quem assina é a administração.",
    ],
)
def test_who_signs_above_what_is_how_it_is_decided_in_every_language(text: str) -> None:
    assert facets_of(text) == {Facet.DECISION_PATTERN}


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("The principal stood at the board with chalk on her sleeve.", Facet.DECISION_PATTERN),
        ("It's on a desk in Risk, two floors up.", Facet.LIKELY_OBJECTIONS),
        ("I keep the invoices in a blue folder.", Facet.LIKELY_OBJECTIONS),
        ("I made my own spreadsheet and I'm rather proud of it.", Facet.PAIN_POINTS),
        ("You wanted to know what a bad day looks like.", Facet.BUYING_MOTIVATIONS),
        ("Are you free on Thursday at two?", Facet.LIKELY_OBJECTIONS),
    ],
)
def test_a_topic_word_alone_makes_no_claim(text: str, facet: Facet) -> None:
    assert facet not in facets_of(text)


def test_a_sentence_too_short_to_tell_its_language_is_tried_in_all() -> None:
    assert "toil" in frames_of("Alles händisch")
