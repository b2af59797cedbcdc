"""Whose words are these: our reading of mails beside that of libraries: `python -m tests.evals.mails [--list]`.

Libraries, where they are installed: mail-parser-reply and email-reply-parser (PyPI). The table says why they are no
dependency of ours.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec

from rich.console import Console
from rich.table import Table

from persona.hygiene import is_auto_reply, own_words
from persona.model import Direction
from tests.evals.mails.corpus import judge, labelled_mails, machine_and_human

Reading = Callable[[str], str]
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt"]


def readings() -> dict[str, Reading]:
    """Each way of reading a mail, by its name."""
    found: dict[str, Reading] = {
        "as received": lambda body: body,
        "persona.hygiene": lambda body: own_words(body, direction=Direction.INBOUND),
    }
    if find_spec("mailparser_reply"):
        from mailparser_reply import EmailReplyParser as Many

        found["mail-parser-reply"] = lambda body: Many(languages=LANGUAGES).parse_reply(text=body) or ""
    if find_spec("email_reply_parser"):
        from email_reply_parser import EmailReplyParser as One

        found["email-reply-parser"] = One.parse_reply
    return found


def main() -> None:
    """Prints the table, and with --list each mistake of ours."""
    console = Console()
    mails = list(labelled_mails())
    table = Table(title=f"{len(mails)} labelled mails", title_justify="left")
    for name in ("reading", "mails with others' words", "mails with lost words", "right"):
        table.add_column(name, justify="left" if name == "reading" else "right")
    for name, reading in readings().items():
        verdicts = {mail.name: judge(mail, reading(mail.body)) for mail in mails}
        wrong = {mail: verdict for mail, verdict in verdicts.items() if verdict.leaked or verdict.lost}
        leaks, losses = sum(bool(v.leaked) for v in wrong.values()), sum(bool(v.lost) for v in wrong.values())
        table.add_row(name, str(leaks), str(losses), f"{1 - len(wrong) / len(mails):.3f}")
        if name == "persona.hygiene" and "--list" in sys.argv:
            console.print(wrong)
    console.print(table)
    machine, human = machine_and_human()
    known = sum(is_auto_reply(*mail) for mail in machine)
    console.print(f"automatic mails known: {known} of {len(machine)}")
    console.print(f"people's mails taken for automatic: {sum(is_auto_reply(*mail) for mail in human)} of {len(human)}")


if __name__ == "__main__":
    main()
