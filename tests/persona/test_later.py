"""What a contact took back, moved or replaced later is no longer claimed."""

from datetime import UTC, datetime, timedelta

import pytest

from persona.grounding.later import Record
from persona.model import Contact, Direction, Evidence, History, Interaction, Kind, Speaker

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def mail(words: str, *, days: int) -> Interaction:
    at = NOW - timedelta(days=days)
    return Interaction(f"m{days}", Kind.EMAIL, Direction.INBOUND, at, body=words, own_words=words)


def is_settled(earlier: str, later: str) -> bool:
    history = History(contact=Contact(1, "c", "Jane Doe"), interactions=(mail(earlier, days=90), mail(later, days=20)))
    quote = Evidence(earlier, NOW - timedelta(days=90), Speaker.CONTACT, interaction_id="m90", kind=Kind.EMAIL)
    return Record(history, now=NOW).settles(f"What they are after: “{earlier.rstrip('.')}”", quote)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("We want to start on 4 May at both sites.", "About 4 May: that won't happen, the floor has to be redone."),
        ("I'd like to pay per user and month.", "Forget the per user idea, our auditor wants one flat price."),
        ("Anna signs everything above 5,000.", "Anna has left; Peter Hume signs from now on."),
        ("We host everything on our own servers.", "We've moved to the cloud after all, the server room is empty."),
        ("I'd want to start on 15 October.", "We don't start before 10 November, sorry."),
        ("Die Entscheidung trifft Frau Kern allein.", "Frau Kern entscheidet das doch nicht allein."),
        ("Entschieden wird bis Ende September.", "Die Entscheidung verschiebt sich auf Januar."),
        ("Nous voulons commencer par Lyon.", "Finalement ce ne sera pas Lyon, nous commencerons par Nantes."),
        ("Queremos empezar la prueba el 10 de enero.", "Lo del 10 de enero no va a poder ser, hay inventario."),
        ("Vorremmo partire con due linee a settembre.", "Le due linee di settembre sono rimandate."),
        ("O meu chefe decide sozinho.", "Afinal o meu chefe não decide sozinho, há um conselho."),
    ],
)
def test_what_was_taken_back_or_moved_is_settled(earlier: str, later: str) -> None:
    assert is_settled(earlier, later)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("I'd like to pay per user and month.", "How do other customers pay, per user or per site?"),
        ("We want to start on 4 May at both sites.", "Can the trainer be there on 4 May at eight?"),
        ("The price is too high for a firm of our size.", "I no longer have the offer, please send it again."),
        ("C'est le maire qui signe.", "Le maire a finalement lu votre note."),
        ("Queremos empezar la prueba el 10 de enero.", "Para la prueba del 10 de enero necesitamos dos usuarios."),
        ("Il direttore vuole il noleggio.", "Il direttore chiede quanto costa il noleggio per un anno."),
        ("The fair in May brought us nothing.", "The next fair is in October."),
        ("Nobody can tell me which office is the worst.", "Jane liked the report by office."),
        (
            "Ich mache die Touren sonntags am Tisch, drei Stunden.",
            "Dann lassen Sie uns im November mit Tour 3 anfangen.",
        ),
        ("Nous faisons 3 tournées le dimanche.", "Laissez-nous commencer par la tournée 3."),
        ("Llevamos 3 rutas en papel cada domingo.", "Déjeme probar con la ruta 3."),
    ],
)
def test_what_is_only_spoken_of_again_stands(earlier: str, later: str) -> None:
    assert not is_settled(earlier, later)


def test_a_short_word_of_change_speaks_of_what_the_next_sentence_names() -> None:
    assert is_settled(
        "Je voudrais que ce soit prêt pour ces vendanges.", "Oubliez 2025. Nous visons les vendanges 2026."
    )
