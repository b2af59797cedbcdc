"""The language of a text is told by its commonest words, or not at all."""

import pytest

from persona.languages import is_written_in, language_of

SAID = {
    "en": "They type every order twice and want it to be done once. The budget is approved by the board before June.",
    "de": "Sie erfassen jeden Auftrag zweimal und möchten das nur noch einmal tun. Das Budget wird vom Vorstand "
    "vor dem Sommer freigegeben.",
    "fr": "Ils saisissent chaque commande deux fois et veulent ne le faire qu'une fois. Le budget est validé par la "
    "direction avant l'été.",
    "es": "Registran cada pedido dos veces y quieren hacerlo una sola vez. El presupuesto lo aprueba la dirección "
    "antes del verano.",
    "it": "Registrano ogni ordine due volte e vogliono farlo una sola volta. Il budget è approvato dalla direzione "
    "prima dell'estate.",
    "nl": "Ze voeren elke bestelling twee keer in en willen dat maar een keer doen. Het budget wordt door de directie "
    "voor de zomer goedgekeurd.",
    "pt": "Eles registram cada pedido duas vezes e querem fazer isso uma só vez. O orçamento é aprovado pela diretoria "
    "antes do verão.",
    "pl": "Wpisują każde zamówienie dwa razy i chcą robić to tylko raz. Budżet jest zatwierdzany przez zarząd przed "
    "latem, a nie po nim.",
}


@pytest.mark.parametrize(("language", "text"), SAID.items())
def test_a_claim_or_two_are_enough_to_tell_the_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "Budget 40k", "The careful champion", "SAP, Jira, Slack, Teams", "12 34 56"])
def test_too_little_to_go_by_is_no_language(text: str) -> None:
    assert language_of(text) is None


def test_a_quote_stays_in_its_own_language() -> None:
    said = "Says that the order is typed twice: “wir erfassen jeden Auftrag zweimal, das ist nicht mehr tragbar”"
    assert language_of(said) == "en"


def test_what_cant_be_told_is_not_held_against_a_text() -> None:
    assert is_written_in("de", ["Jira", "40k"])
    assert is_written_in("en", [SAID["en"], "Jira"])
    assert not is_written_in("en", [SAID["fr"]])
