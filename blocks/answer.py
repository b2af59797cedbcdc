"""An answer in a conversation: sentences with numbered marks, as streamed Markdown and as a card, and their sources."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slackblocks import ActionsBlock, Block, Button, Element, PlainText, RichText, RichTextBlock, RichTextQuote

from blocks.card import Card, build_card
from blocks.ids import Press, block_id, write_asked_about
from blocks.kit import button, context, listing, paragraph
from blocks.quotes import told_by
from blocks.text import clip, line, markdown, mrkdwn, passage, sentence
from blocks.wording import count, full_date
from persona.answers import RULES, Answer, Lack, Said
from persona.model import Contact, ContactMatch, Evidence, SimilarContact, Speaker

OPEN: Final = "Open the persona"
STOPPED: Final = "Stopped."
SOURCES: Final = "Sources"
READING: Final = "is reading the history…"
_LACKS: Final = {
    Lack.NOT_SAID: "Nothing on record with {name} speaks of that ({read}), so there is no answer.",
    Lack.PARTLY_SAID: "Nothing on record speaks of all of that; this speaks of part of it.",
    Lack.PRIVATE: "That is a private matter. Health, family, faith and the like are left out of personas.",
    Lack.NOBODY_ALIKE: "There is no contact you may see of whom it can be said that they are like {name}.",
    Lack.NO_WORDS: "There are no words of {name} on record that a draft could take up ({read}).",
}
_WHOM: Final = "Whom do you mean? Name the contact in your question: “What worries Jane Doe about price?”"
_WHICH: Final = "More than one contact is called that. Whom do you mean?"
_HOW: Final = (
    "The answer comes from the CRM history: every sentence names its source, and what isn't there isn't answered."
)
_LETTER: Final = "A draft to send as your own:"
_MANNER: Final = "Length, tone and channel as they are usual for {name}:"
_ALIKE: Final = "Most like {name}:"
_TEXT: Final = 300
_QUOTE: Final = 300
_NAME: Final = 60
_LINE: Final = 200
_CHOICES: Final = 8
_TITLE: Final = 40
_ENTITY_BEGUN: Final = re.compile(r"(?:&[a-z]{0,4})?$")


def answer_text(answer: Answer) -> str:
    """The answer as Markdown for a stream; what others wrote in it can neither format, link nor mention."""
    numbers = _numbers(answer)
    company = f", {markdown(line(answer.contact.company, _NAME))}" if answer.contact.company else ""
    parts = [f"**{markdown(_name(answer.contact))}**{company}"]
    parts += ["\n".join(f"- {markdown(text)}{_marks(e, numbers)}" for text, e in _points(answer))]
    if answer.letter:
        quoted = "\n".join(f"> {markdown(row)}" for row in answer.letter.text.split("\n"))
        parts += [f"{_LETTER}\n{quoted}", f"{markdown(_manner(answer))}{_marks(_of_letter(answer), numbers)}"]
    parts += [markdown(told) for told in _plain(answer)]
    return "\n\n".join(filter(None, parts))


def answer_sources(answer: Answer) -> Card:
    """What stands below a streamed answer: each numbered quote with its date and who said it, and how it was made."""
    return build_card(_spoken(answer), [*_sources(answer), *_foot(answer)])


def answer_card(answer: Answer) -> Card:
    """The whole answer as one message, for where nothing can be streamed."""
    numbers = _numbers(answer)
    title = " · ".join(filter(None, (_name(answer.contact), line(answer.contact.company or "", _NAME))))
    rows = [[RichText(f"{text}{_marks(e, numbers)}")] for text, e in _points(answer)]
    blocks: list[Block] = [listing(title, rows)]
    if answer.letter:
        blocks.append(paragraph(RichText(_LETTER)))
        blocks.append(RichTextBlock(RichTextQuote([RichText(passage(answer.letter.text, 2_000))])))
        blocks.append(paragraph(RichText(f"{_manner(answer)}{_marks(_of_letter(answer), numbers)}")))
    blocks += [paragraph(RichText(told)) for told in _plain(answer)]
    return build_card(_spoken(answer), [*blocks, *_sources(answer), *_foot(answer)])


def whom() -> Card:
    """Nobody was named."""
    return build_card(mrkdwn(f"{_WHOM} {_HOW}"), [paragraph(RichText(_WHOM)), context(_HOW)])


def which(people: Sequence[ContactMatch]) -> Card:
    """Several are called so: a button for each, which answers the question."""
    shown = people[:_CHOICES]
    buttons: list[Element] = [
        Button(text=PlainText(clip(label, 75)), action_id=write_asked_about(key), value=write_asked_about(key))
        for key, label in ((m.contact.key, _labelled(m.contact)) for m in shown)
    ]
    blocks = [paragraph(RichText(_WHICH)), ActionsBlock(buttons, block_id=block_id("about", shown[0].contact.key))]
    spoken = "; ".join(_labelled(match.contact) for match in shown)
    return build_card(f"{mrkdwn(_WHICH)} {mrkdwn(spoken)}", blocks)


def prompts(contact: Contact | None) -> list[dict[str, str]]:
    """What the empty conversation suggests to ask, of a contact of theirs."""
    name = line(contact.name, _TITLE) if contact and contact.name.strip() else ""
    asked = ("What worries {}?", "When does {} answer?", "Draft a short follow-up to {}", "Who else is like {}?")
    if not name:
        return [{"title": "What can I ask?", "message": "help"}]
    return [{"title": clip(one.format(name), 80), "message": one.format(name)} for one in asked]


def _points(answer: Answer) -> Iterator[tuple[str, tuple[Evidence, ...]]]:
    told = ((_sentence(said), said.evidence) for said in answer.said)
    yield from ((text, evidence) for text, evidence in told if text)


def _sentence(said: Said) -> str:
    """What is said, or the quote it consists of, with its day."""
    if said.text:
        return clip(sentence(line(said.text, _TEXT)), _TEXT)
    evidence = said.evidence[0]
    opening = f"{full_date(evidence.occurred_at)}, {'' if evidence.speaker is Speaker.CONTACT else 'our note: '}"
    return f"{opening}“{line(evidence.quote, _QUOTE)}”"


def _plain(answer: Answer) -> Iterator[str]:
    """What is told without evidence: who is alike, for what there is too little, or why there is no answer."""
    name = _name(answer.contact)
    if answer.similar:
        alike = "; ".join(_alike(one) for one in answer.similar)
        yield f"{_ALIKE.format(name=name)} {alike}."
    yield from filter(None, (sentence(line(told, _LINE)) for told in answer.unknown))
    if answer.lack and not answer.unknown:
        yield _LACKS[answer.lack].format(name=name, read=count(answer.read, "interaction"))


def _alike(one: SimilarContact) -> str:
    company = f" ({line(one.company, _NAME)})" if one.company else ""
    closed = one.won + one.lost
    deals = f"; {one.won} of {count(closed, 'deal')} won" if closed else ""
    return f"{line(one.name, _NAME)}{company}: {', '.join(one.shared)}{deals}"


def _manner(answer: Answer) -> str:
    return _MANNER.format(name=_name(answer.contact))


def _of_letter(answer: Answer) -> tuple[Evidence, ...]:
    return (*answer.letter.manner, *answer.letter.rests_on) if answer.letter else ()


def _sources(answer: Answer) -> list[Block]:
    numbers = _numbers(answer)
    rows = [[RichText(f"[{numbers[e]}] {told_by(e, answer.contact)}: {_quoted(e)}")] for e in answer.evidence]
    return [listing(SOURCES, rows)] if rows else []


def _quoted(evidence: Evidence) -> str:
    quote = line(evidence.quote, _QUOTE)
    return quote if evidence.speaker is Speaker.METRIC else f"“{quote}”"


def _foot(answer: Answer) -> list[Block]:
    by = "Answered without a language model" if answer.written_by == RULES else f"Written by {answer.written_by}"
    careful = "" if answer.written_by == RULES else " · AI can be wrong"
    told = context(f"{by} from {count(answer.read, 'interaction')} on record with {_name(answer.contact)}{careful}")
    key = answer.contact.key
    opened = button(OPEN, Press(key), spoken=f"Open the persona of {_name(answer.contact)}")
    return [told, ActionsBlock([opened], block_id=block_id("answer", key))]


def _spoken(answer: Answer) -> str:
    """All of it for a screen reader."""
    numbers = _numbers(answer)
    parts = [_name(answer.contact), *(f"{text}{_marks(e, numbers)}" for text, e in _points(answer))]
    parts += [*([_LETTER, answer.letter.text] if answer.letter else ()), *_plain(answer)]
    parts += [f"[{numbers[e]}] {told_by(e, answer.contact)}: {_quoted(e)}" for e in answer.evidence]
    return "\n".join(mrkdwn(part) for part in parts)


def _numbers(answer: Answer) -> Mapping[Evidence, int]:
    return {evidence: number for number, evidence in enumerate(answer.evidence, start=1)}


def _marks(evidence: Sequence[Evidence], numbers: Mapping[Evidence, int]) -> str:
    return "".join(f" [{numbers[one]}]" for one in dict.fromkeys(evidence))


def _name(contact: Contact) -> str:
    return line(contact.name, _NAME) or "This contact"


def _labelled(contact: Contact) -> str:
    return ", ".join(filter(None, (_name(contact), line(contact.company or "", _NAME))))


def portions(text: str, size: int) -> list[str]:
    """The text in pieces of about `size` characters that end at a line or word: never within a mark or an entity."""
    found: list[str] = []
    while len(text) > size:
        cut = max(text.rfind("\n", 0, size), text.rfind(" ", 0, size))
        cut = cut + 1 if cut > 0 else size - len(_ENTITY_BEGUN.findall(text[:size])[0])
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text] if text or not found else found


def stopped_note() -> dict[str, Any]:
    """What ends an answer that was stopped."""
    return {"markdown_text": f"\n\n_{STOPPED}_"}
