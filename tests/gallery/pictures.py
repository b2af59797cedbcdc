"""Every card and modal as the sample CRM fills it, by the name it has in the gallery."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from blocks import answer, card_menu, evidence_modal, finder, found_people, notices, rating, share_form
from blocks.claim_ids import ClaimChoice, Opened, digest
from blocks.digest import digest_card
from blocks.digest_refused import digest_refused
from blocks.insights_card import insights_card
from blocks.link_preview import link_preview
from blocks.modal import Modal
from blocks.persona_card import persona_card
from blocks.quotes import proofs
from blocks.refusals import NOT_IN
from blocks.rungs import Rung
from blocks.shared_card import shared_card
from blocks.welcome import welcome
from bot.wiring import Services
from persona.answers import Answer
from persona.errors import PersonaBotError
from persona.model import ContactMatch, CorrectionKind, Profile
from persona.ratings import Ratings
from tests.blocks.weeks import FULL_WEEK, QUIET_WEEK
from tests.gallery.homes import HOME, homes
from tests.gallery.picture import Picture

JANE = "jane.doe@northwind.example"
_PLAIN = Modal("Persona")
_RATED = Ratings(4, 17)


@dataclass(frozen=True)
class Material:
    """What the cards are made of."""

    now: datetime
    measured: Profile
    written: Profile
    corrected: Profile
    history: list[Profile]
    similar_keys: list[int | None]
    several: list[ContactMatch]
    answers: dict[str, Answer]


async def gather(services: Services) -> Material:
    """Jane Doe before and after her persona is written, a second version, and what one may ask about her."""
    engine = services.engine(await services.default_workspace())
    key = (await engine.resolve(JANE)).key
    measured = await engine.measure(key)
    written = await engine.ask(key)
    asked = {name: await engine.reply(key, text) for name, text in _QUESTIONS.items()}
    keys = [(await engine.find(one.name))[0].contact.key for one in written.similar]
    several = await engine.find("Doe")
    again = await engine.ask(key, fresh=True)
    history = list(await engine.history(key))
    rated = replace(written, ratings=_RATED)
    return Material(datetime.now(UTC), measured, rated, again, history, list(keys), several, asked)


_QUESTIONS = {
    "answer": "What worries Jane Doe about price?",
    "letter": "Draft a short follow-up to Jane Doe",
    "alike": "Who else is like Jane Doe?",
    "abstention": "Does Jane Doe like cats?",
}


def pictures(of: Material) -> Iterator[Picture]:
    """All of them, in the order of the gallery."""
    yield from _cards(of)
    yield from _modals(of)
    yield from _conversation(of)
    yield from _digests()
    yield from homes()
    yield from _notices(of)


def _cards(of: Material) -> Iterator[Picture]:
    profile, now = of.written, of.now
    yield Picture("persona", "Persona", persona_card(profile, now=now))
    yield Picture("writing", "Persona being written", persona_card(of.measured, now=now))
    yield Picture("insights", "Behavioural insights", insights_card(profile, now=now, rung=Rung.NATIVE))
    yield Picture("insights-fields", "Insights without charts", insights_card(profile, now=now, rung=Rung.FIELDS))
    yield Picture("insights-text", "Insights as text", insights_card(profile, now=now, rung=Rung.TEXT))
    told = "Read the second point before Thursday's call."
    yield Picture("shared", "Shared in a channel", shared_card(profile, now=now, shared_by="U1", note=told))
    yield Picture("link", "Preview of a link", link_preview(profile, now=now))
    yield Picture("link-unwritten", "Preview without a persona", link_preview(of.measured, now=now))


def _modals(of: Material) -> Iterator[Picture]:
    profile, key = of.written, of.written.contact.key
    opened = Opened(key, 1)
    proof = proofs(profile)[0]
    fixed = evidence_modal.fix_modal(ClaimChoice(proof.place, digest(proof.text), CorrectionKind.RIGHT_TEXT), opened)
    url = "https://crm.example/contacts/1"
    yield Picture(
        "evidence", "Evidence", evidence_modal.evidence_view(profile, opened, now=of.now, record_url=url), _PLAIN
    )
    yield Picture("fix", "Putting a claim right", evidence_modal.fix_form(proof.text), fixed)
    yield Picture("history", "History", card_menu.history_view(of.history, [], now=of.now), _PLAIN)
    yield Picture("similar", "Similar contacts", card_menu.similar_view(profile, of.similar_keys), _PLAIN)
    yield Picture("share", "Share", share_form.share_form(), share_form.share_modal(key, 1))
    yield Picture("rating", "Rating", rating.reason_form(4, _RATED), rating.reason_modal(key, 1))
    posting = found_people.with_post_button(persona_card(profile, now=of.now), key)
    yield Picture("from-message", "Persona from a message", posting, _PLAIN)
    yield Picture("found", "Several people in a message", found_people.found_people(of.several), _PLAIN)
    yield Picture("nobody", "Nobody in a message", found_people.nobody_named(), _PLAIN)
    yield Picture("finder", "Find a persona", finder.finder(), Modal("Find a persona"))


def _conversation(of: Material) -> Iterator[Picture]:
    titles = {
        "answer": "An answer",
        "letter": "A draft in their style",
        "alike": "Who is alike",
        "abstention": "Nothing on record",
    }
    for name, found in of.answers.items():
        yield Picture(name, titles[name], answer.answer_card(found))
    yield Picture("whom", "Nobody was named", answer.whom())
    yield Picture("which", "Several of that name", answer.which(of.several))


def _digests() -> Iterator[Picture]:
    yield Picture("digest", "The weekly digest for managers", digest_card(FULL_WEEK, Rung.NATIVE, home=HOME))
    yield Picture("digest-fields", "The digest without charts", digest_card(FULL_WEEK, Rung.FIELDS, home=HOME))
    yield Picture("digest-quiet", "A quiet week", digest_card(QUIET_WEEK, Rung.NATIVE))
    yield Picture("digest-refused", "The digest's channel takes it no more", digest_refused("C1", NOT_IN))


def _notices(of: Material) -> Iterator[Picture]:
    yield Picture("choice", "Several contacts fit", notices.choose_contact("Doe", of.several))
    yield Picture("not-found", "Nobody fits", notices.not_found("Jan Do", of.several))
    yield Picture("help", "Help", notices.help_card())
    yield Picture("welcome", "After the installation", welcome())
    yield Picture("empty", "An empty CRM", notices.empty_card())
    yield Picture("error", "An error", notices.error_card(PersonaBotError.user_message, "4f2a91c0"))
    yield Picture("working", "It takes longer", notices.working_card("Jane Doe"))
    yield Picture("admins", "Only an admin may", notices.admins_only())
    yield Picture("allowed", "A channel allowed", notices.channel_allowed())
