"""Whose words are these: what an email's author wrote, apart from quotes, forwards, signature and disclaimer.

Line based: what is kept is a subsequence of the body's own lines, so that a quote of it is found in the stored text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from persona.model import Direction, EmailEvent, EventType

_MAX_CHARS: Final = 200_000
_ATTRIBUTION_LINES: Final = 3
_SIGNATURE_LINES: Final = 8
_OPEN_AT_ONCE: Final = timedelta(seconds=2)
_CLICK_SWEEP: Final = timedelta(seconds=10)

_QUOTED = re.compile(r"^\s*(?:>|\|\s)")
_FORWARD = re.compile(
    r"^\s*(?:-{2,}\s*)?(?:forwarded message|begin forwarded message|weitergeleitete nachricht|"
    r"anfang der weitergeleiteten (?:nachricht|e-?mail)|message transféré|début du message (?:réexpédié|transféré)|"
    r"mensaje reenviado|inicio del mensaje reenviado)\b",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original(?: message| appointment)|ursprüngliche (?:nachricht|e-?mail)|message d['’]origine|"
    r"mensaje original)\s*-{2,}",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^\s*\*?(from|von|de|sent|gesendet|envoyé|enviado(?: el)?|date|datum|fecha|to|an|à|para|subject|betreff|objet|asunto|cc)"
    r"\*?\s?:\s",
    re.IGNORECASE,
)
_FIRST_HEADER: Final = frozenset({"from", "von", "de"})
_ATTRIBUTION = re.compile(
    r"^\s*(?:on\b.{4,200}\bwrote|am\b.{4,200}\bschrieb\b.{0,120}|le\b.{4,200}\ba écrit|el\b.{4,200}\bescribió)\s?:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION_START = re.compile(r"^\s*(?:on|am|le|el)\b.*\d", re.IGNORECASE)
_DEVICE = re.compile(
    r"^\s*(?:sent from (?:my|outlook|mail|yahoo|samsung)|get outlook for|von meinem .{2,40} gesendet|gesendet von|"
    r"gesendet mit|envoyé de(?:puis)? mon|enviado desde mi)\b",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(
    r"^\s*\W{0,3}(?:confidentiality notice|legal notice|disclaimer\b|important notice|"
    r"th(?:is|e information (?:in|contained in) this) (?:e-?mail|message|communication|transmission)\b.{0,80}"
    r"\b(?:confidential|intended|privileged)|diese (?:e-?mail|nachricht)\b.{0,60}\bvertraulich|"
    r"ce (?:message|courriel|mail)\b.{0,80}\bconfidentiel|este (?:mensaje|correo)\b.{0,80}\bconfidencial)",
    re.IGNORECASE,
)
_NOT_FOR_YOU = re.compile(
    r"\b(?:for the (?:addressee|intended recipient)s? only|(?:received|reached) (?:this|you)\b.{0,40}\b(?:in error|by mistake)|"
    r"irrtümlich erhalten|reçu (?:ce message )?par erreur|recibido .{0,30}por error)",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(
    r"^\s*(?:\w+ / )?(?:(?:with )?(?:best|kind|warm|many|all the)?\s*(?:regards|wishes|thanks)|best|cheers|sincerely|yours(?: \w+)?|"
    r"thanks(?: again| so much| a lot)?|thank you|thx|br|kr|"
    r"(?:mit )?(?:freundlichen?|besten?|herzlichen?|vielen?|lieben?|schönen?) grü(?:ß|ss)en?|(?:viele |lg|mfg|vg)|"
    r"gruß|cordialement|bien (?:à vous|cordialement)|salutations|(?:un )?(?:cordial )?saludos?|atentamente|gracias|merci)"
    r"\s*[,.!–-]*\s*$",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?:\+|\b(?:tel|phone|mobile|mob|cell|fon|t|m)\b\.?:?\s*)\(?\d[\d\s()./-]{5,}\d", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.|[\w.+-]+@[\w-]+\.\w)", re.IGNORECASE)
_TITLE = re.compile(
    r" \| |\b(?:director|manager|vp|vice president|head of|chief|c[efto]o|founder|officer|engineer|analyst|lead(?:er)?|coordinator|"
    r"supervisor|president|counsel|partner|buyer|procurement|accountant|controller|designer|planner|specialist|consultant|"
    r"leiter(?:in)?|geschäftsführer(?:in)?|einkauf|vertrieb|direct(?:eur|rice)|responsable|gerente|jefe|jefa|"
    r"gmbh|inc|ltd|llc|b\.v|s\.a|corp|department|phd|rn|cpa|she/her|he/him|they/them)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(
    r"\b(?:registered (?:in|office)|regulated by|company (?:no|number)|vat\b|handelsregister|amtsgericht|hrb|"
    r"sitz der gesellschaft|siège social|siren|registro mercantil)",
    re.IGNORECASE,
)
_CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-Ž][\\w'’.-]*"
_NAME = re.compile(
    rf"^(?:/|- ?)?(?:Dr\.? |Prof\.? )?{_CAPITAL}(?: (?:van|von|de|den|der|da|la|le|{_CAPITAL})){{0,3}}(?:,? .{{0,30}})?$"
)
_BARE_NAME = re.compile(rf"^(?:/|- ?)?{_CAPITAL}(?: {_CAPITAL}){{0,2}}$")
_COMPANY_FORM = re.compile(r"\b(?:Inc|Ltd|Co|Corp|B\.V|S\.A|N\.V|z o\.o|S\.L|A\.S)\.$")
_AUTO_SUBJECT = re.compile(
    r"^\s*(?:re:\s*)?(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|ooo\b|"
    r"automatische antwort|abwesenheits(?:notiz|meldung)|abwesend|réponse automatique|absence du bureau|"
    r"respuesta automática|fuera de la oficina|undeliver(?:able|ed)|delivery (?:status notification|has failed|failure)|"
    r"mail delivery (?:failed|subsystem)|returned mail|failure notice|unzustellbar|non remis|no entregado)",
    re.IGNORECASE,
)
_AUTO_BODY = re.compile(
    r"\A\W*(?:this is an automat|i am (?:currently )?(?:out of (?:the )?office|on (?:annual |maternity |parental )?leave)|"
    r"i['’]m (?:currently )?out of (?:the )?office|thank you for your (?:e-?mail|message)\.? i am (?:currently )?(?:out|away)|"
    r"ich bin (?:derzeit |zurzeit |aktuell |momentan )?(?:nicht im (?:büro|haus)|abwesend)|"
    r"je suis (?:actuellement )?(?:absente?|en congés?)|(?:actualmente )?estoy (?:fuera de la oficina|de vacaciones)|"
    r"delivery has failed|the following (?:message|address)|your message (?:wasn['’]t|could not be|to .{1,80} couldn['’]t))",
    re.IGNORECASE,
)


_SCANNER = re.compile(
    r"barracuda|mimecast|proofpoint|urldefense|safelinks|exchange online protection|microsoft defender|forcepoint|"
    r"fireeye|trend ?micro|sophos|symantec|messagelabs|ironport|cisco|avanan|checkpoint|linkscan|scanner|bot\b|crawler|"
    r"python-requests|curl/|headlesschrome|go-http-client",
    re.IGNORECASE,
)


def own_words(body: str, *, direction: Direction) -> str:
    """What the author of a text wrote, paragraphs kept; empty when nothing of it is theirs.

    Quoted replies (Gmail, Outlook, Apple Mail and mobile clients, in English, German, French and Spanish), forwards,
    signatures and legal disclaimers are cut; answers between quoted lines stay. Internal notes are taken whole.
    """
    text = body[:_MAX_CHARS].replace("\r\n", "\n").replace("\r", "\n")
    if direction is Direction.INTERNAL:
        return text.strip()
    kept = list(_unquoted(text.split("\n")))
    return "\n".join(_without_signature(kept)).strip()


def is_auto_reply(subject: str, body: str) -> bool:
    """Whether a mail was sent by a machine: out of office, or undeliverable."""
    return bool(_AUTO_SUBJECT.match(subject) or _AUTO_BODY.match(body[:400]))


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
    return bool(_SCANNER.search(event.user_agent or ""))


def _unquoted(lines: Sequence[str]) -> Iterator[str]:
    """The lines up to a forward, an original message or a disclaimer, without quoted ones and their introductions."""
    at = 0
    while at < len(lines):
        line = lines[at]
        if _ends_here(lines, at):
            return
        introduced = _attribution_length(lines, at)
        if introduced:
            if not _quote_follows(lines, at + introduced):
                return
            at += introduced
        elif _QUOTED.match(line):
            at += 1
        else:
            yield line
            at += 1


def _ends_here(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if not line.strip():
        return False
    return bool(
        _FORWARD.match(line)
        or _ORIGINAL.match(line)
        or _DISCLAIMER.match(line)
        or (len(line) > 60 and _NOT_FOR_YOU.search(line))
        or _is_header_block(lines, at)
    )


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of a quoted mail begin here: From, then at least two more within the next five lines."""
    first = _HEADER.match(lines[at])
    if first is None or first[1].lower() not in _FIRST_HEADER:
        return False
    return sum(bool(_HEADER.match(line)) for line in lines[at + 1 : at + 6]) >= 2


def _attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines introduce a quote ("On ... wrote:", wrapped over up to three) here; 0 when none does."""
    if not _ATTRIBUTION_START.match(lines[at]):
        return 0
    for length in range(1, _ATTRIBUTION_LINES + 1):
        joined = " ".join(lines[at : at + length])
        if len(joined) < 400 and _ATTRIBUTION.match(joined):
            return length
    return 0


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    """Whether the next text is marked as quoted; if not, all that follows is the quote."""
    following = next((line for line in lines[at:] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _without_signature(lines: list[str]) -> list[str]:
    """The lines before a signature; a text that is nothing but what looks like one is kept."""
    for at, line in enumerate(lines):
        if line.rstrip() in {"--", "—"} or line == "-- " or _DEVICE.match(line):
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
        if _SIGN_OFF.match(lines[at]) and all(_is_short(line) for line in lines[at + 1 :]):
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
    telling = any(p.search(x) for x in block for p in (_PHONE, _LINK, _TITLE, _LEGAL)) or block[0].startswith("/")
    signed = _BARE_NAME.match(block[0]) if len(block) == 1 else _NAME.match(block[0]) and telling
    return start if signed else len(lines)


def _is_short(line: str) -> bool:
    """Whether a line can be of a signature: short and no sentence, or a company's legal line."""
    stripped = line.strip()
    if _LEGAL.search(stripped):
        return len(stripped) <= 200
    sentence = stripped.endswith((".", "?", "!")) and not _COMPANY_FORM.search(stripped)
    return len(stripped) <= 80 and not (sentence and len(stripped.split()) > 3)
