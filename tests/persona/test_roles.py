"""Role and company: confirmed by the CRM, or read from the contact's own signature and said to be."""

from datetime import UTC, datetime

import pytest

from persona.model import Contact, Direction, History, Interaction, Kind, Role
from persona.roles import infer_role

AT = datetime(2026, 10, 3, 9, tzinfo=UTC)
FROM_SIGNATURE = "from their signature of 3 Oct 2026"


def history(*bodies: str, direction: Direction = Direction.INBOUND, **fields: str | int) -> History:
    contact = Contact(key=1, contact_id="c1", name="Jane Doe", **fields)  # type: ignore[arg-type]
    mails = (
        Interaction(f"m{n}", Kind.EMAIL, direction, AT.replace(month=10 - len(bodies) + n), body=body)
        for n, body in enumerate(bodies, start=1)
    )
    return History(contact=contact, interactions=tuple(mails))


def inferred(title: str, company: str | None) -> Role:
    return Role(title, company, None, confirmed=False, source=FROM_SIGNATURE)


NOT_KNOWN = Role(None, None, None, confirmed=False, source="not known")


def test_the_crms_record_is_confirmed() -> None:
    found = infer_role(history("Jane Doe\nBuyer", title="VP Operations", company="Northwind", company_size=240))
    assert found == Role("VP Operations", "Northwind", 240, confirmed=True, source="CRM record")


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ("Fine.\n\nJane Doe MSN\nVP Operations, Northwind\no 617-555-0139", inferred("VP Operations", "Northwind")),
        ("Fine.\n\nBest,\nJane\n--\nJane Doe | VP Operations | Northwind", inferred("VP Operations", "Northwind")),
        (
            "Gut.\n\nJane Doe\nLeiterin Personaleinsatz\nStadtwerke X",
            inferred("Leiterin Personaleinsatz", "Stadtwerke X"),
        ),
        ("Fine.\nJane Doe\nVP Operations\njane@northwind.example", inferred("VP Operations", None)),
        ("> What do you think?\nFine.\nJane Doe\nVP Operations", inferred("VP Operations", None)),
        ("On Mon, Ann wrote:\n> Hi\n\nFine.\nJane Doe\nVP Operations", inferred("VP Operations", None)),
    ],
)
def test_without_a_title_the_signature_is_read_and_said_to_be(body: str, role: Role) -> None:
    assert infer_role(history(body)) == role


@pytest.mark.parametrize(
    "body",
    [
        "See below.\n---------- Forwarded message ---------\nFrom: Jane Doe\n\nJane Doe\nArea Manager North",
        "Fine.\nJane\n\nOn Mon, 5 Oct 2026, Ann Lee wrote:\n> Ann Lee\n> Area Manager\n",
        "Fine.\n\n-----Original Message-----\nFrom: Ann\nJane Doe\nArea Manager",
        "Our director said no.\nBest regards",
        "Fine.\n\nAnn Lee\nArea Manager North",
    ],
)
def test_nobody_elses_signature_is_taken(body: str) -> None:
    assert infer_role(history(body)) == NOT_KNOWN


def test_our_own_mail_tells_nothing() -> None:
    assert infer_role(history("Hi\nJane Doe\nVP Operations", direction=Direction.OUTBOUND)) == NOT_KNOWN


def test_the_newest_signature_wins() -> None:
    found = infer_role(history("Fine.\nJane Doe\nBuyer", "Fine.\nJane Doe\nHead of Purchasing"))
    assert found == inferred("Head of Purchasing", None)
