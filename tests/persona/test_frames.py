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


@pytest.mark.parametrize(
    "text",
    [
        "I have to report to the board on what the equipment costs.",
        "Dem Vorstand habe ich dazu im Herbst zu berichten.",
        "Je dois rendre compte de ces dépenses à la région.",
        "Tengo que justificar ese gasto ante la dirección.",
        "Devo rispondere al ministero di ogni lotto.",
        "Tenho de justificar cada compra perante o conselho.",
    ],
)
def test_having_to_answer_to_somebody_is_a_motive_in_every_language(text: str) -> None:
    assert Facet.BUYING_MOTIVATIONS in facets_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Correction after the count: it is 260 devices, not 350.",
        "Nach Inventur sind es 260 Geräte, nicht 350.",
        "Attention, ce n'est plus 3 mais 2 sites.",
        "Lo que le dije en mayo ya no sirve.",
        "Quello che ho scritto a dicembre non vale più.",
        "O que escrevi em maio já não vale.",
    ],
)
def test_a_correction_is_seen_in_every_language(text: str) -> None:
    assert "correction" in frames_of(text)
    assert Facet.LIKELY_OBJECTIONS in facets_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "We want no subscription here.",
        "Wir wollen kein Abonnement.",
        "Je ne souhaite pas d'abonnement.",
        "No queremos permanencia.",
        "Non vogliamo canoni mensili.",
        "O sócio não quer mensalidade.",
    ],
)
def test_a_refused_form_of_contract_is_an_objection_in_every_language(text: str) -> None:
    assert "no_form" in frames_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Her reaction was that $26k is double what we pay today.",
        "£38 per vehicle a month is more than I've got.",
        "Ihr Angebot liegt 30 Prozent über dem Ihres Mitbewerbers.",
        "Votre tarif par utilisateur ne me convient pas, nous sommes 420.",
        "Dice que 31.000 euros de golpe no los paga.",
        "È il 20 per cento in più del fornitore di prima, non so.",
    ],
)
def test_a_price_above_what_they_have_is_an_objection_without_the_word_dear(text: str) -> None:
    assert "expensive" in frames_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Frau Wendt entscheidet allein, will aber Zahlen sehen.",
        "Thierry décide seul mais regarde la compta avec sa femme.",
        "Paolo decide da solo, in fretta e la sera.",
        "La directora decide sola y no pregunta a nadie.",
    ],
)
def test_who_decides_alone_is_read_in_every_language(text: str) -> None:
    assert "own_decision" in frames_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "A part failed in March and it cost us the biggest order of the year.",
        "Beim letzten Audit hat der Prüfer bemängelt, dass Zertifikate abgelaufen waren.",
        "En febrero un cliente nos devolvió un camión entero por una etiqueta mal puesta.",
        "I camion aspettano e i trasportatori ci fanno pagare la sosta.",
    ],
)
def test_what_went_wrong_and_was_paid_for_is_a_pain(text: str) -> None:
    assert Facet.PAIN_POINTS in facets_of(text)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("Frau Wendt entscheidet allein, fragt aber ihre Leitung.", "asked"),
        ("Per il futuro: non scriva al socio in copia, poi mi chiede riassunti.", "asked"),
        ("2400 achetés, 1500 la dernière fois qu'on a compté.", "burned"),
        ("Raj asked whether we sign a BAA.", "own_decision"),
        ("Send the API reference before the call.", "reference"),
        ("Presenten el precio por hotel y no por habitación.", "staging"),
        ("bon je dois arreter, on en reparle.", "duty"),
    ],
)
def test_what_only_sounds_like_a_frame_is_none(text: str, frame: str) -> None:
    assert frame not in frames_of(text)


def test_a_french_sentence_with_en_is_read_as_french() -> None:
    assert "approval" in frames_of("Le dossier passe en comité le 7 décembre.")
