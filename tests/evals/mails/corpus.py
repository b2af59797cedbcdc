"""Labelled mails: which lines are their author's own, and which stand there in somebody else's voice.

Made up by us: the words of `words.json` in the frames that mail clients give them (`frames.json`, seven languages), and
mails that are hard for a reason of their own (`hard.json`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class LabelledMail:
    """A mail's body with the lines that are its author's, and texts that are not."""

    name: str
    body: str
    theirs: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was taken that isn't the author's, and what of theirs was lost."""

    leaked: tuple[str, ...]
    lost: tuple[str, ...]


def labelled_mails() -> Iterator[LabelledMail]:
    """Every labelled mail."""
    frames, words = _read("frames.json"), _read("words.json")
    for language, clients in frames.items():
        ours = words[language]["ours"]
        quoted = "\n".join(f"> {line}" for line in ours.split("\n"))
        for client, frame in clients.items():
            below = frame.format(quoted=quoted, plain=ours)
            for number, text in enumerate(words[language]["theirs"]):
                lines = _lines(text)
                others = tuple(line for line in _lines(below) if line not in lines)
                yield LabelledMail(f"{language} {client} {number}", f"{text}\n\n{below}", lines, others)
    for mail in _read("hard.json"):
        yield LabelledMail(mail["id"], mail["body"], tuple(mail["theirs"]), tuple(mail["others"]))


def machine_and_human() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Subject and body of mails that a machine sent by itself, and of mails that only look so."""
    mails = _read("machines.json")
    return [(s, b) for s, b in mails["machine"]], [(s, b) for s, b in mails["human"]]


def judge(mail: LabelledMail, own: str) -> Verdict:
    """What a reading of a mail got wrong, line by line; spaces don't count."""
    taken = _lines(own)
    squeezed = " ".join(" ".join(taken).split())
    leaked = tuple(other for other in mail.others if " ".join(other.split()) in squeezed)
    lost = tuple(line for line in mail.theirs if " ".join(line.split()) not in squeezed)
    return Verdict(leaked, lost)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _read(name: str) -> dict:  # type: ignore[type-arg]
    return json.loads((_FOLDER / name).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
