"""A made-up CRM folder of any size: people nobody shares a name with, each with a few mails."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FIRST = ("Ada", "Bruno", "Clara", "Dario", "Edda", "Fabio", "Greta", "Hugo", "Ines", "Jonas")
_SAYS = (
    "We need the numbers before the board meets in March. A pilot with two depots would do.",
    "The price is fine, but our auditors ask for the data to stay in the country.",
    "Please send nothing on Fridays. I read the long version, my manager reads one line.",
    "Last year's roll-out went wrong because nobody trained the night shift.",
    "Can your team meet Bruno from purchasing? He decides above twenty thousand.",
    "I like that you answered within the hour. The other vendor took a week.",
)


def address(number: int) -> str:
    """The mail address of one of them, by which `/persona` finds exactly this person."""
    return f"person{number}@firm{number % 50}.example"


def write_folder(folder: Path, people: int) -> Path:
    """A CRM folder to import."""
    folder.mkdir(parents=True)
    contacts = (
        (f"p{n}", f"{_FIRST[n % 10]} Number{n}", address(n), "Buyer", f"Firm {n % 50}", f"firm{n % 50}.example")
        for n in range(people)
    )
    _write(folder / "contacts.csv", ("external_id", "name", "email", "title", "company", "company_domain"), contacts)
    columns = ("external_id", "contact_id", "thread_id", "direction", "sent_at", "subject", "body", "tracked")
    _write(folder / "emails.csv", columns, (mail for n in range(people) for mail in _mails(n)))
    return folder


def _mails(n: int) -> Iterable[Sequence[str]]:
    begun = datetime(2026, 9, 1, 8, tzinfo=UTC) + timedelta(minutes=n)
    for at in range(6):
        ours = at % 3 == 0
        body = "Shall we talk next week?" if ours else _SAYS[(n + at) % len(_SAYS)]
        sent = (begun + timedelta(days=5 * at)).isoformat()
        direction = "outbound" if ours else "inbound"
        yield f"m{n}-{at}", f"p{n}", f"t{n}-{at // 3}", direction, sent, "The roll-out", body, str(ours).lower()


def _write(file: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(rows)
