"""Whose words are these: what an email's author wrote, apart from quotes, forwards, signature and disclaimer.

Line based: what is kept is a subsequence of the body's own lines, so that a quote of it is found in the stored text,
white space aside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from persona.mail_patterns import (
    ATTRIBUTION,
    ATTRIBUTION_START,
    AUTO_BODY,
    AUTO_SUBJECT,
    BANNER,
    BARE_NAME,
    COMPANY_FORM,
    CUT_START,
    DEVICE,
    DISCLAIMER,
    FIRST_HEADER,
    FORWARD,
    HEADER,
    LEGAL,
    LINK,
    MEETING,
    NAME,
    NOT_FOR_YOU,
    NOT_FOR_YOU_WORDS,
    ORIGINAL,
    PHONE,
    QUOTED,
    RULE,
    SCANNER,
    SIGN_OFF,
    SLOGAN,
    TITLE,
)
from persona.model import Direction, EmailEvent, EventType
from persona.sentences import unwrap

_MAX_CHARS: Final = 200_000
_BLANKS: Final = str.maketrans("\u00a0\u2007\u202f\u2009", "    ")
_AUTO_CHARS: Final = 400
_ATTRIBUTION_LINES: Final = 3
_SIGNATURE_LINES: Final = 8
_SIGN_OFF_CHARS: Final = 80
_OPEN_AT_ONCE: Final = timedelta(seconds=2)
_CLICK_SWEEP: Final = timedelta(seconds=10)


def own_words(body: str, *, direction: Direction) -> str:
    """What the author of a text wrote, paragraphs kept; empty when nothing of it is theirs.

    Quoted replies (Gmail, Outlook, Apple Mail and mobile clients, in English, German, French and Spanish), forwards,
    signatures and legal disclaimers are cut; answers between quoted lines stay. Internal notes are taken whole. Hard
    blanks become plain ones, blanks at the ends of lines go and wrapped lines are joined: which mail program sent a
    text changes nothing.
    """
    lines = _lines(body)
    if direction is Direction.INTERNAL or (len(lines) == 1 and not _may_be_cut(lines[0])):
        return unwrap("\n".join(lines).strip())
    kept = list(_unquoted(lines))
    return unwrap("\n".join(_without_signature(kept)).strip())


def unquoted(body: str) -> str:
    """The lines of an email that aren't quoted, forwarded or a disclaimer, signature and all."""
    return "\n".join(_unquoted(body[:_MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def is_auto_reply(subject: str, body: str) -> bool:
    """Whether a mail was sent by a machine: out of office, or undeliverable."""
    return bool(AUTO_SUBJECT.match(subject) or AUTO_BODY.match(unwrap("\n".join(_lines(body[:_AUTO_CHARS])))))


def _lines(body: str) -> list[str]:
    """The lines of a text with plain blanks and none at their ends."""
    text = body[:_MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
    return [line.rstrip() for line in text.split("\n")]


def mark_machine_events(sent_at: datetime, events: Sequence[EmailEvent]) -> tuple[EmailEvent, ...]:
    """The events of one email with the opens and clicks no human made marked.

    An open is machine-made within 2 s of delivery, from a privacy proxy or from a known scanner; a click is when it is
    from a scanner, or when every link of the mail is clicked within 10 s of delivery. Definitions: metrics.md.
    """
    delivered = min((e.occurred_at for e in events if e.type is EventType.DELIVERED), default=sent_at)
    clicks = [e for e in events if e.type is EventType.CLICK]
    swept = {e.url for e in clicks if _within(e, delivered, _CLICK_SWEEP)} == {e.url for e in clicks}
    return tuple(_marked(event, delivered, swept=swept) for event in events)


def _marked(event: EmailEvent, delivered: datetime, *, swept: bool) -> EmailEvent:
    if event.type is EventType.OPEN:
        machine = _within(event, delivered, _OPEN_AT_ONCE) or _is_proxy(event) or _is_scanner(event)
    elif event.type is EventType.CLICK:
        machine = _is_scanner(event) or (swept and _within(event, delivered, _CLICK_SWEEP))
    else:
        machine = False
    return replace(event, machine=machine) if machine else event


def _within(event: EmailEvent, delivered: datetime, limit: timedelta) -> bool:
    return event.occurred_at - delivered <= limit


def _is_proxy(event: EmailEvent) -> bool:
    """Apple's Mail Privacy Protection: the bare user agent, or an address of Apple's own network, 17.0.0.0/8."""
    agent = (event.user_agent or "").strip()
    return agent == "Mozilla/5.0" or "AppleMailPrivacy" in agent or (event.ip or "").startswith("17.")


def _is_scanner(event: EmailEvent) -> bool:
    return bool(SCANNER.search(event.user_agent or ""))


def _unquoted(lines: Sequence[str]) -> Iterator[str]:
    """The lines up to a forward, an original message or a disclaimer, without quoted ones and their introductions."""
    at, begun = 0, False
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            yield line
            at += 1
            continue
        if _ends_here(lines, at) or (begun and BANNER.match(line)):
            return
        introduced = _attribution_length(lines, at)
        if introduced:
            if not _quote_follows(lines, at + introduced):
                return
            at += introduced
        elif QUOTED.match(line) or BANNER.match(line):
            at += 1
        else:
            begun = True
            yield line
            at += 1


def _ends_here(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if RULE.match(line):
        below = next((n for n in range(at + 1, len(lines)) if lines[n].strip()), None)
        return below is None or _ends_here(lines, below)
    return bool(
        FORWARD.match(line)
        or ORIGINAL.match(line)
        or DISCLAIMER.match(line)
        or MEETING.match(line)
        or (len(line) > 60 and _is_not_for_you(line))
        or _is_header_block(lines, at)
    )


def _may_be_cut(line: str) -> bool:
    """Whether anything of a text of one line can be cut; there is no signature below it."""
    return bool(CUT_START.match(line)) or _is_not_for_you(line)


def _is_not_for_you(line: str) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in NOT_FOR_YOU_WORDS) and bool(NOT_FOR_YOU.search(line))


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of a quoted mail begin here: From and two more, or four of any, within six lines."""
    first = HEADER.match(lines[at])
    if first is None:
        return False
    more = sum(bool(HEADER.match(line)) for line in lines[at + 1 : at + 6])
    return more >= (2 if first[1].lower() in FIRST_HEADER else 3)


def _attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines introduce a quote ("On ... wrote:", wrapped over up to three) here; 0 when none does."""
    if not ATTRIBUTION_START.match(lines[at]):
        return 0
    for length in range(1, _ATTRIBUTION_LINES + 1):
        joined = " ".join(lines[at : at + length])
        if len(joined) < 400 and ATTRIBUTION.match(joined):
            return length
    return 0


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    """Whether the next text is marked as quoted; if not, all that follows is the quote."""
    following = next((line for line in lines[at:] if line.strip()), "")
    return bool(QUOTED.match(following))


def _without_signature(lines: list[str]) -> list[str]:
    """The lines before a signature; a text that is nothing but what looks like one is kept."""
    for at, line in enumerate(lines):
        if line.rstrip() in {"--", "—"} or line == "-- " or DEVICE.match(line):
            lines = lines[:at]
            break
    while lines and not lines[-1].strip():
        lines.pop()
    end = _sign_off(lines)
    if end is None:
        end = _block_start(lines)
    return lines[:end] if any(line.strip() for line in lines[:end]) else lines


def _sign_off(lines: Sequence[str]) -> int | None:
    """Where "Best regards" or the like stands among the last lines, with nothing but a name block after it."""
    for at in range(max(0, len(lines) - _SIGNATURE_LINES - 2), len(lines)):
        # Spaces around and length are taken off first: the pattern is quadratic on a line of spaces.
        line = lines[at].strip()
        if len(line) <= _SIGN_OFF_CHARS and SIGN_OFF.match(line) and all(map(_is_short, lines[at + 1 :])):
            return at
    return None


def _block_start(lines: Sequence[str]) -> int:
    """Where the last paragraph begins when it reads like a signature, else the end."""
    start = len(lines)
    while start > 0 and lines[start - 1].strip():
        start -= 1
    block = [line.strip() for line in lines[start:]]
    if not 1 <= len(block) <= _SIGNATURE_LINES or start == 0 or not all(_is_short(line) for line in block):
        return len(lines)
    telling = any(p.search(x) for x in block for p in (PHONE, LINK, TITLE, LEGAL)) or block[0].startswith("/")
    signed = BARE_NAME.match(block[0]) if len(block) == 1 else NAME.match(block[0]) and telling
    return start if signed else len(lines)


def _is_short(line: str) -> bool:
    """Whether a line can be of a signature: short and no sentence, a slogan, or a company's legal line."""
    stripped = line.strip()
    if LEGAL.search(stripped):
        return len(stripped) <= 200
    sentence = stripped.endswith((".", "?", "!")) and not COMPANY_FORM.search(stripped) and not SLOGAN.search(stripped)
    return len(stripped) <= 80 and not (sentence and len(stripped.split()) > 3)
