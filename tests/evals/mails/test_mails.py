"""Every labelled mail is read right: nothing of others is taken for the author's words, nothing of theirs is lost."""

from persona.hygiene import is_auto_reply, own_words
from persona.model import Direction
from tests.evals.mails.corpus import Verdict, judge, labelled_mails, machine_and_human


def test_only_and_all_of_the_authors_words_are_taken_from_every_labelled_mail() -> None:
    read = {m.name: judge(m, own_words(m.body, direction=Direction.INBOUND)) for m in labelled_mails()}
    assert len(read) > 250
    assert {name: verdict for name, verdict in read.items() if verdict != Verdict((), ())} == {}


def test_machines_answers_are_told_from_peoples() -> None:
    machine, human = machine_and_human()
    assert [mail for mail in machine if not is_auto_reply(*mail)] == []
    assert [mail for mail in human if is_auto_reply(*mail)] == []
