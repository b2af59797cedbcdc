"""Short answers that aren't a persona: a choice, nobody found, help, an empty CRM, an error."""

from collections.abc import Sequence
from typing import Final

from slackblocks import ActionsBlock, Block, RichText

from blocks.card import Card, build_card
from blocks.ids import Press, block_id
from blocks.kit import button, context, header, listing, paragraph
from blocks.text import clip, line, mrkdwn
from blocks.wording import full_date
from persona.model import ContactMatch

_SHOWN = 8  # buttons of a choice
_QUERY = 60
_HELP: Final = (
    ("/persona Jane Doe", "the persona of a contact, by name; spelling may be off, the company may follow"),
    ("/persona jane@northwind.com", "the same by email address, which is always exact"),
    ("/persona basic Jane Doe", "from the contact's CRM fields and figures, without reading the correspondence"),
    ("@Persona Jane Doe", "in a channel: the card for everyone there, in the thread"),
    ("Persona from message", "in a message's menu: who it speaks of"),
    ("Find a persona", "in the shortcuts menu: a search as you type"),
    ("/persona allow", "for admins: personas may be shared in this channel though guests read it; disallow ends that"),
    ("Messages tab", "write a question about a customer; every sentence of the answer names its source"),
    ("Home tab", "who needs attention, the newest personas, a search"),
    ("Below a card", "figures, evidence with corrections, sharing, history, similar contacts, export, a rating 1 to 5"),
    ("Reactions", "on a shared card: a star is 5, the digits one to five are 1 to 5"),
    ("/persona status", "how Slack, the CRM's data and the queue stand"),
    ("/persona help", "this list"),
)
_SEARCH_BY_MAIL = "Searching by email address always finds the one you mean: /persona jane@northwind.com"


def choose_contact(query: str, matches: Sequence[ContactMatch]) -> Card:
    """Several contacts fit: who they are, when we last spoke, and a button for each."""
    asked = line(query, _QUERY)
    several = f"More than {_SHOWN}" if len(matches) > _SHOWN else str(len(matches))
    told = f"{several} contacts fit “{asked}”. Which one?"
    return _choice(told, matches, "Add the company or use the email address to go straight to one.")


def not_found(query: str, nearest: Sequence[ContactMatch]) -> Card:
    """Nobody fits: the nearest names, if any, and how to search by email."""
    asked = line(query, _QUERY)
    told = f"No contact {'has the address' if '@' in asked else 'called'} “{asked}”."
    return _choice(f"{told} Did you mean …?" if nearest else told, nearest, _SEARCH_BY_MAIL)


def help_card() -> Card:
    """What `/persona` can do."""
    intro = "A persona says what a contact cares about, how they decide and what to avoid, each claim with its quote."
    rows = [[RichText(command, code=True), RichText(f"  {said}")] for command, said in _HELP]
    blocks: list[Block] = [header("Persona Bot"), paragraph(RichText(intro)), listing("Ask", rows)]
    blocks.append(context("Answers are visible to you only. Claims a model wrote can be wrong: open Evidence."))
    spoken = "; ".join(f"{command}: {said}" for command, said in _HELP)
    return build_card(f"{mrkdwn(intro)} {mrkdwn(spoken)}.", blocks)


def admins_only() -> Card:
    """Only an admin decides that."""
    return _plain("Only an admin can decide that: Slack's own admins, and those made one by persona-bot member.")


def channel_allowed() -> Card:
    """Personas may stand in this channel."""
    return _plain(
        "Personas may be shared in this channel from now on, whoever reads it. /persona disallow takes that back."
    )


def channel_disallowed() -> Card:
    """They may not, while guests or other organisations read it."""
    return _plain("Personas are no longer shared in this channel while guests or other organisations read it.")


def empty_card() -> Card:
    """There is no contact at all yet: how to import a CRM."""
    told = "There are no contacts yet, so there is nobody to look up."
    how = "An admin can import a CRM folder on the server that runs Persona Bot:"
    command = "persona-bot import FOLDER"
    blocks: list[Block] = [paragraph(RichText(f"{told} {how}\n"), RichText(command, code=True))]
    blocks.append(
        context("The folder holds contacts.csv and, if you have them, emails.csv, activities.csv, deals.csv.")
    )
    return build_card(mrkdwn(f"{told} {how} {command}"), blocks)


def error_card(user_message: str, reference: str | None) -> Card:
    """What happened and what to do, with the reference under which it is logged, when there is one."""
    told = line(user_message, 1_000) or "Something went wrong on our side. Nothing was lost; please try again."
    blocks: list[Block] = [paragraph(RichText(told))]
    quoted = f"Reference {line(reference, 40)}: an admin finds the details under it in the log." if reference else ""
    if quoted:
        blocks.append(context(quoted))
    return build_card(" ".join(filter(None, (mrkdwn(told), mrkdwn(quoted)))), blocks)


def working_card(query: str) -> Card:
    """The answer takes a moment and will replace this card."""
    return _plain(f"Looking up “{line(query, _QUERY)}”. This takes longer than usual; the card replaces this line.")


def _plain(told: str) -> Card:
    return build_card(mrkdwn(told), [paragraph(RichText(told))])


def choose_among(told: str, matches: Sequence[ContactMatch], advice: str) -> Card:
    """What is told, the contacts, and a button for each."""
    return _choice(told, matches, advice)


def _choice(told: str, matches: Sequence[ContactMatch], advice: str) -> Card:
    shown = matches[:_SHOWN]
    blocks: list[Block] = [paragraph(RichText(told))]
    if shown:
        blocks = [listing(told, [[RichText(_name(m), bold=True), RichText(_rest(m))] for m in shown])]
        keys = list(dict.fromkeys(m.contact.key for m in shown))
        named = {m.contact.key: _label(m) for m in shown}
        blocks.append(ActionsBlock([button(named[k], Press(k)) for k in keys], block_id=block_id("choice", keys[0])))
    blocks.append(context(advice))
    spoken = "; ".join(f"{_name(m)}{_rest(m)}" for m in shown)
    return build_card(" ".join(filter(None, (mrkdwn(told), mrkdwn(spoken), mrkdwn(advice)))), blocks)


def _name(match: ContactMatch) -> str:
    return line(match.contact.name, 60) or "Unnamed contact"


def _rest(match: ContactMatch) -> str:
    contact, last = match.contact, match.last_contact_at
    job = ", ".join(line(text, 60) for text in (contact.title, contact.company) if text)
    spoke = f"last contact {full_date(last)}" if last else "no contact yet"
    return "".join(f" · {fact}" for fact in (job, spoke) if fact)


def _label(match: ContactMatch) -> str:
    company = f", {line(match.contact.company, 30)}" if match.contact.company else ""
    return clip(f"{_name(match)}{company}", 75)
