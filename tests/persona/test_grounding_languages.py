"""Claims in English held against quotes in six languages: what they add, deny, compare and say of everyone."""

import pytest

from persona.grounding.novelty import says_more
from persona.grounding.numbers import numbers
from persona.grounding.polarity import turned_round
from persona.grounding.stance import generalises, overstates
from persona.grounding.voices import told_of_another
from persona.meanings import is_known, meanings, meanings_of
from persona.model import Facet, Speaker

SCALES = "Unsere Inventur dauert zwei Tage, weil die Waagen nicht angebunden sind."
TRIAL = "Ohne eine Referenz aus dem Maschinenbau unterschreibt unsere Geschäftsführung nicht."


def test_a_short_beginning_takes_an_inflection_and_no_other_word() -> None:
    assert ("#pay" in meanings("pays"), "#pay" in meanings("paysage")) == (True, False)


def test_a_word_with_a_sharp_s_is_the_one_with_two() -> None:
    assert "#know" in meanings("weiß")


def test_a_set_phrase_means_what_its_words_alone_do_not() -> None:
    assert "#login" in meanings_of("le mot de passe") - meanings_of("le mot")


def test_a_form_of_a_known_word_is_known_and_a_longer_one_is_not() -> None:
    assert (is_known("trucks"), is_known("truckoria")) == (True, False)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Don't leave voicemail", "Text me, I don't listen to voicemail."),
        ("Trucks leave half empty", "Los camiones salen medio vacíos."),
        ("Medication records on paper get lost", "Wir schreiben die Medikamente auf Papier, und etwas geht verloren."),
        ("Concerned that migration could stop invoicing", "Tenho receio de que a migração pare o faturamento."),
    ],
)
def test_a_paraphrase_may_bring_words_of_handling(claim: str, said: str) -> None:
    assert not says_more(claim, said, said)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("Maintenance crew is understaffed", "The maintenance crew writes everything on paper."),
        ("Wants a new TMS", "Every shipment gets typed into the TMS."),
        ("Stocktaking takes two days and needs a helicopter service", SCALES),
        ("Stocktaking takes two days because the staff is slow", SCALES),
    ],
)
def test_what_a_clause_adds_is_more_than_was_said(claim: str, said: str) -> None:
    assert says_more(claim, said, said)


def test_a_word_of_a_kind_does_not_stand_for_another_of_it() -> None:
    swapped = "Management signs only with a reference from a hospital"
    kept = "Management signs only with a reference from mechanical engineering"
    assert (says_more(swapped, TRIAL, TRIAL), says_more(kept, TRIAL, TRIAL)) == (True, False)


@pytest.mark.parametrize(
    "quote",
    [
        "keiner liest sie",
        "niemand liest sie",
        "personne ne les lit",
        "nadie los lee",
        "nessuno li legge",
        "ninguém os lê",
        "nobody reads them",
    ],
)
def test_nobody_is_said_of_nobody_in_any_language_and_everyone_is_not(quote: str) -> None:
    assert (generalises("Nobody reads them", quote), generalises("Everyone reads them", quote)) == (False, True)


@pytest.mark.parametrize(
    "quote", ["We lose two hours every evening", "On perd deux heures chaque soir", "Perdiamo due ore ogni sera"]
)
def test_each_evening_is_not_always(quote: str) -> None:
    assert generalises("Always loses two hours", quote)


@pytest.mark.parametrize(
    ("claim", "turned"),
    [
        ("Stocktaking takes two days since the scales aren't connected", False),
        ("Stocktaking takes two days since the scales are connected", True),
        ("Stocktaking doesn't take two days since the scales aren't connected", True),
    ],
)
def test_a_reason_denies_for_itself(claim: str, turned: bool) -> None:
    assert turned_round(claim, SCALES) is turned


@pytest.mark.parametrize(
    "quote",
    [
        "Je préfère un rendez-vous en visio à un appel.",
        "Prefiero una reunión por vídeo a una llamada.",
        "Preferisco una riunione video alla telefonata.",
        "Prefiro uma reunião por vídeo ao telefonema.",
        "Lieber ein Termin per Video als ein Anruf.",
        "I prefer a video meeting to a call.",
        "A video meeting rather than a call.",
        "Rather than a call, a video meeting.",
    ],
)
def test_one_thing_over_another_denies_the_other(quote: str) -> None:
    assert (
        turned_round("Prefers a video meeting to a call", quote),
        turned_round("Wants a call", quote),
    ) == (False, True)


@pytest.mark.parametrize(
    "quote",
    [
        "Notre comité signe les contrats au-dessus de 20 000 euros.",
        "El comité firma los contratos por encima de 20.000 euros.",
        "Das Gremium unterschreibt Verträge ab 20.000 Euro.",
        "Il comitato firma i contratti al di sopra di 20.000 euro.",
        "O comitê assina contratos acima de 20.000 euros.",
    ],
)
def test_above_an_amount_is_not_below_it(quote: str) -> None:
    said = [turned_round(f"The committee signs contracts {bound} 20,000 euros", quote) for bound in ("above", "below")]
    assert said == [False, True]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Support line is not unavailable when needed", "Die Hotline ist nie erreichbar, wenn wir sie brauchen."),
        ("Cannot sign before the budget is not approved", "Das Budget wird verabschiedet, vorher kann ich nichts tun."),
    ],
)
def test_two_denials_are_not_one(claim: str, quote: str) -> None:
    assert turned_round(claim, quote)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("duemila euro", 2000),
        ("zweihundert Euro", 200),
        ("quinientos euros", 500),
        ("trinta euros", 30),
        ("five grand", 5000),
    ],
)
def test_number_words_are_read_in_six_languages(said: str, value: int) -> None:
    assert (float(value), "") in set(numbers(said))


@pytest.mark.parametrize(
    ("claim", "of_another"),
    [
        ("Purchasing releases nothing without three offers", False),
        ("Purchasing wants nothing without three offers", False),
        ("Purchasing needs three offers", True),
        ("The board releases nothing", True),
    ],
)
def test_a_department_may_be_said_to_do_what_its_clause_says(claim: str, of_another: bool) -> None:
    quote = "Ich brauche drei Angebote, sonst gibt der Einkauf nichts frei."
    told = told_of_another(claim, quote, name="Jens Albers", speaker=Speaker.CONTACT, facet=Facet.DECISION_PATTERN)
    assert told is of_another


def test_the_first_subject_of_a_clause_is_who_does_what_it_says() -> None:
    quote = "Our tax adviser has to look at the contract before I sign anything."
    told = told_of_another(
        "Looks at the contract herself", quote, name="Olga", speaker=Speaker.CONTACT, facet=Facet.DECISION_PATTERN
    )
    assert told


def test_a_liking_is_no_fact_and_needs_words_that_show_it() -> None:
    liked = [
        says_more("Likes proposals of eleven pages", said, said)
        for said in ("Your last proposal was eleven pages.", "I love proposals of eleven pages.")
    ]
    assert liked == [True, False]


def test_what_is_only_wished_for_is_not_done() -> None:
    quote = "Gostaria de ver o sistema numa escola."
    said = [
        overstates(f"{verb} the system at a school", quote, Facet.BUYING_BEHAVIOUR) for verb in ("Has seen", "Wants")
    ]
    assert said == [True, False]


def test_a_further_matter_needs_its_own_support() -> None:
    quote = "Mich stört die Laufzeit von 36 Monaten."
    said = [
        says_more(f"Is bothered by the term of 36 months; {more}", quote, quote)
        for more in ("also dislikes open offices", "the term is too long")
    ]
    assert said == [True, False]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The number of meals is not always wrong", "Sbagliamo sempre il numero dei pasti."),
        ("Portuguese-speaking support is not decisive", "O vosso suporte fala português? Para nós isso é decisivo."),
    ],
)
def test_a_denial_of_what_nobody_denied_turns_it_round(claim: str, quote: str) -> None:
    assert turned_round(claim, quote)


def test_not_until_is_denied_by_the_clause_with_the_same_limit() -> None:
    quote = "Die Prüfung ist im Mai, bis dahin fassen wir nichts an."
    assert not turned_round("No changes until the audit in May", quote)


def test_a_month_is_meant_where_another_language_has_a_function_word() -> None:
    quotes = ("Firmamos si son 90 euros al mes para los talleres.", "C'est mes employés qui le veulent pour nous.")
    assert ["#month" in meanings_of(quote) for quote in quotes] == [True, False]


def test_nobody_is_not_said_where_somebody_may() -> None:
    assert generalises("Nobody reads them", "Die Fahrer lesen die Berichte.")


def test_a_denial_is_not_explained_by_another_word_of_the_claim() -> None:
    assert turned_round("Prices never rise late", "Prices rise, but only in May.")


def test_what_is_hoped_for_may_be_said_to_come() -> None:
    quote = "Me gustaría que recepción volviera a mirar a los huéspedes."
    said = [
        overstates(f"{verb} look after guests", quote, Facet.BUYING_MOTIVATIONS)
        for verb in ("Hopes staff will", "Will")
    ]
    assert said == [False, True]
