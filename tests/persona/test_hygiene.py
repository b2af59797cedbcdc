"""Whose words an email holds. The mails are of our own making, in the shapes real clients give them."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persona.hygiene import is_auto_reply, mark_machine_events, own_words
from persona.model import Direction, EmailEvent, EventType

SENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OURS = "We can be there on Monday.\nShall we?"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(f"\n\nOn Mon, Mar 2, 2026 at 9:00 AM Maya <maya@us.example> wrote:\n{quoted(OURS)}", id="gmail"),
        pytest.param(
            f"\n\nOn Mon, Mar 2, 2026 at 9:00 AM Maya\n<maya@us.example> wrote:\n\n{quoted(OURS)}", id="wrapped"
        ),
        pytest.param(f"\n\n> On 2 Mar 2026, at 09:00, Maya <maya@us.example> wrote:\n> \n{quoted(OURS)}", id="apple"),
        pytest.param(f"\n\nAm 02.03.2026 um 09:00 schrieb Maya <maya@us.example>:\n{quoted(OURS)}", id="german"),
        pytest.param(f"\n\nLe lun. 2 mars 2026 à 09:00, Maya <maya@us.example> a écrit :\n{quoted(OURS)}", id="french"),
        pytest.param(
            f"\n\nEl lun, 2 mar 2026 a las 9:00, Maya (<maya@us.example>) escribió:\n{quoted(OURS)}", id="spanish"
        ),
        pytest.param(
            f"\n\nFrom: Maya <maya@us.example>\nSent: Monday, March 2, 2026 9:00\nTo: Jane\nSubject: Visit\n\n{OURS}",
            id="outlook",
        ),
        pytest.param(
            f"\n\nVon: Maya <maya@us.example>\nGesendet: Montag, 2. März 2026\nAn: Jane\nBetreff: Besuch\n\n{OURS}",
            id="outlook-german",
        ),
        pytest.param(f"\n\n-----Original Message-----\nFrom: Maya\n\n{OURS}", id="original"),
        pytest.param(f"\n\n-----Ursprüngliche Nachricht-----\nVon: Maya\n\n{OURS}", id="original-german"),
        pytest.param(
            f"\n\n---------- Forwarded message ---------\nFrom: Bob <bob@else.example>\nSubject: x\n\n{OURS}",
            id="forward",
        ),
        pytest.param(f"\n\nBegin forwarded message:\n\nFrom: Bob\nDate: 2 March\n\n{OURS}", id="apple-forward"),
        pytest.param("\n\nSent from my iPhone", id="iphone"),
        pytest.param("\n\nVon meinem iPhone gesendet", id="iphone-german"),
        pytest.param("\n\n-- \nJane Doe\nVP Operations", id="dashes"),
        pytest.param("\n\nBest regards,\nJane Doe\nNorthwind", id="sign-off"),
        pytest.param("\n\nMit freundlichen Grüßen\n\nKatrin Vogel\nLeiterin Einkauf", id="sign-off-german"),
        pytest.param("\n\nCordialement,\nÉlodie", id="sign-off-french"),
        pytest.param("\n\nJane Doe\nVP Operations, Northwind Logistics\n+1 312 555 0142", id="name-block"),
        pytest.param("\n\nJane", id="bare-name"),
        pytest.param(
            "\n\nThis e-mail and any attachments are confidential and intended for the addressee. Delete it otherwise.",
            id="disclaimer",
        ),
    ],
)
def test_only_what_the_author_wrote_is_theirs(after: str) -> None:
    assert own_words(f"No, Tuesday. We retype every order.{after}", direction=Direction.INBOUND) == (
        "No, Tuesday. We retype every order."
    )


@pytest.mark.parametrize(
    "introduced",
    [
        "Den mån 2 mars 2026 kl 10:11 skrev Maya <maya@us.example>:",
        "Den 2. mars 2026 kl. 10.11 skrev Maya Lind:",
        "pon., 2 mar 2026 o 10:11 Maya <maya@us.example> napisał(a):",
        "ma 2. maalisk. 2026 klo 10.11 Maya <maya@us.example> kirjoitti:",
        "2 Mar 2026 Pzt, 10:11 tarihinde Maya <maya@us.example> şunu yazdı:",
        "Från: Maya\nSkickat: den 2 mars 2026\nTill: Jane\nÄmne: Doors\n",
    ],
)
def test_what_a_quote_is_introduced_with_in_another_language_ends_the_mail(introduced: str) -> None:
    body = f"No, Tuesday.\n\n{introduced}\n\n{OURS}"
    assert own_words(body, direction=Direction.INBOUND) == "No, Tuesday."


def test_answers_between_quoted_lines_stay() -> None:
    body = "On Mon, 2 Mar 2026 Maya wrote:\n> Is Monday fine?\nNo, Tuesday.\n> And the price?\nToo high."
    assert own_words(body, direction=Direction.INBOUND) == "No, Tuesday.\nToo high."


@pytest.mark.parametrize(
    "body",
    [
        "Thursday works for me",
        "On Monday we start. Bob wrote the plan.",
        "From: my side there is nothing to add.",
        "For the 3 licences write to Bob <bob@x.example>. He knows: we buy in May.",
        "We met on 3 May with Ann <ann@x.example> and two more: it went well.",
        "Good point.\n\nSeen it twice now, both times on a Friday.",
        "Thanks",
    ],
)
def test_words_that_only_look_like_a_frame_stay(body: str) -> None:
    assert own_words(body, direction=Direction.INBOUND) == body


def test_our_own_notes_are_taken_whole() -> None:
    note = "She said:\n> never again\n--\nlong pause"
    assert own_words(note, direction=Direction.INTERNAL) == note


@given(st.text(max_size=400))
def test_own_words_are_words_of_the_body_in_its_order(body: str) -> None:
    rest = iter(body.split())
    assert all(word in rest for word in own_words(body, direction=Direction.INBOUND).split())


@pytest.mark.parametrize("body", ["We start in May.\nOr not at all.", "Hello Sam,\n\nfine by me", "- one\n- two"])
def test_own_words_are_the_same_from_every_mail_program(body: str) -> None:
    sent = body.replace("\n", " \r\n").replace("by me", "by\u00a0me")
    assert own_words(sent, direction=Direction.INBOUND) == body


def test_wrapped_lines_are_joined_before_a_german_noun_too() -> None:
    line = "Jede einzelne Bestellung wird von Hand in die alte Tabelle übertragen, weil das\nSystem sie nicht liest."
    assert own_words(line, direction=Direction.INBOUND) == line.replace("\n", " ")


@pytest.mark.parametrize("piece", ["On 1 ", "Le 1 a\n", "From: a\n", "> ", "\n-- ", "Best regards,\n", "<" * 50, "\n"])
def test_a_hostile_megabyte_takes_no_more_than_a_moment(piece: str) -> None:
    body = piece * (1_000_000 // len(piece))
    started = time.process_time()
    own_words(body, direction=Direction.INBOUND)
    assert time.process_time() - started < 2


def test_a_word_after_twenty_thousand_spaces_takes_no_more_than_a_moment() -> None:
    body = f"Hello\n{' ' * 20_000}x"
    started = time.process_time()
    assert own_words(body, direction=Direction.INBOUND) == body
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Automatic reply: Visit", "I am away."),
        ("Abwesenheitsnotiz: Besuch", ""),
        ("Réponse automatique : visite", ""),
        ("Respuesta automática", ""),
        ("Undeliverable: Visit", ""),
        ("Re: Visit", "I am currently out of the office until Monday."),
    ],
)
def test_a_machines_answer_is_known(subject: str, body: str) -> None:
    assert is_auto_reply(subject, body)


@pytest.mark.parametrize(
    "line",
    [
        "Yes, Tuesday suits me.",
        "> Does Tuesday suit you?",
        "-- ",
        "Sent from my iPhone",
        "On Mon, 3 Mar 2025 at 10:00, Sam Ray wrote:",
        "---------- Forwarded message ---------",
        "Disclaimer: nothing of this is advice.",
        "Should you have received this long message, which was not meant for you, in error, please delete it.",
        "Best regards",
    ],
)
def test_a_text_of_one_line_is_cut_as_it_is_with_an_empty_line_below(line: str) -> None:
    assert own_words(line, direction=Direction.INBOUND) == own_words(f"{line}\n", direction=Direction.INBOUND)


def test_a_machine_s_answer_is_known_however_a_mail_program_wrapped_it() -> None:
    body = "Gracias por su mensaje. Por\u00a0el momento me encuentro en\u00a0capacitación \ny responderé a la brevedad."
    assert is_auto_reply("RE: Seguimiento", body)


def test_a_person_who_mentions_the_office_is_no_machine() -> None:
    assert not is_auto_reply("Re: Visit", "Come by, though I am out of the office on Friday.")


def event(event_type: EventType, seconds: float, **fields: str) -> EmailEvent:
    return EmailEvent(event_type, SENT + timedelta(seconds=seconds), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("events", "machine"),
    [
        ([event(EventType.DELIVERED, 5), event(EventType.OPEN, 6.9)], [False, True]),
        ([event(EventType.DELIVERED, 5), event(EventType.OPEN, 60)], [False, False]),
        ([event(EventType.OPEN, 600, user_agent="Mozilla/5.0")], [True]),
        ([event(EventType.OPEN, 600, ip="17.58.1.2")], [True]),
        ([event(EventType.OPEN, 600, user_agent="GoogleImageProxy")], [False]),
        ([event(EventType.OPEN, 600, user_agent="Barracuda Sentinel")], [True]),
        ([event(EventType.CLICK, 4, url="a"), event(EventType.CLICK, 5, url="b")], [True, True]),
        ([event(EventType.CLICK, 4, url="a"), event(EventType.CLICK, 900, url="b")], [False, False]),
        ([event(EventType.CLICK, 900, url="a")], [False]),
        ([event(EventType.REPLY, 1)], [False]),
    ],
)
def test_events_no_human_made_are_marked(events: list[EmailEvent], machine: list[bool]) -> None:
    assert [e.machine for e in mark_machine_events(SENT, events)] == machine
