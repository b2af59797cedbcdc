"""What people say of claims: kept and shown at once, in the modal, on the card it came from and where it is shared."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from blocks.claim_ids import ClaimChoice, Opened, digest, parse_opened, write_opened
from blocks.evidence_modal import corrected, fix_form, fix_modal, gone, taken_back
from blocks.persona_card import persona_card
from bot.desk import Desk
from bot.evidence import Evidence, at_newest
from bot.handlers.requests_claims import ClaimFixed, ClaimSaid
from bot.ladder import Render, just
from bot.posting import Poster, Reply
from bot.promises import Task
from bot.redrawing import Redrawing
from persona.corrections import Correction, claims_at
from persona.engine import Engine
from persona.errors import ClaimNotFoundError, CorrectionRefusedError, DeliveryError
from persona.model import Claim, CorrectionKind, Profile
from persona.ports import Clock

CORRECT, WITHDRAW, TOLD = "correct_claim", "withdraw_correction", "tell_correction"
_LOCK: Final = "correct:{0}:{1}"


class Correcting:
    """Takes corrections."""

    def __init__(self, desk: Desk, *, evidence: Evidence, redrawing: Redrawing, poster: Poster, clock: Clock) -> None:
        self._desk, self._evidence, self._redrawing = desk, evidence, redrawing
        self._poster, self._clock = poster, clock

    @property
    def tasks(self) -> Mapping[str, Task]:
        """What a worker does, by name."""
        return {CORRECT: self.correct, WITHDRAW: self.withdraw, TOLD: self.tell}

    async def say(self, said: ClaimSaid) -> None:
        """Promises a correction, or opens the form for a right text; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(said.actor)
        reply = Reply(workspace_id, said.actor.user_id, view_id=said.view_id, metadata=write_opened(said.opened))
        choice, key = said.choice, said.opened.contact_key
        if choice is None:
            raise ValueError("nothing was said of a claim")
        if choice.kind is CorrectionKind.RIGHT_TEXT:
            await self._ask_for_text(reply, said.trigger_id, choice, said.opened)
            return
        lock = _LOCK.format(workspace_id, key)
        await self._desk.promises.make(CORRECT, reply, lock=lock, by=said.name, choice=_as_json(choice))

    async def undo(self, said: ClaimSaid) -> None:
        """Promises that a correction is taken back; raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(said.actor)
        reply = Reply(workspace_id, said.actor.user_id, view_id=said.view_id, metadata=write_opened(said.opened))
        lock = _LOCK.format(workspace_id, said.opened.contact_key)
        await self._desk.promises.make(WITHDRAW, reply, lock=lock, by=said.name, correction=said.undo)

    async def fix(self, form: ClaimFixed) -> str:
        """Puts a claim right now; what is wrong with the text, in a sentence, or nothing. Raises NotForYouError."""
        workspace_id, _ = await self._desk.admit(form.actor)
        reply = Reply(workspace_id, form.actor.user_id, view_id=form.view_id, metadata=write_opened(form.opened))
        key = form.opened.contact_key
        engine = await self._desk.seen(workspace_id, reply.user_id, key)
        claim = await _claim(engine, key, form.choice)
        if claim is None:
            before = await _said_before(engine, key, form.choice, form.name)
            return "" if before and before.right_text == form.text else gone()
        try:
            await engine.correct(
                key, form.choice.place, claim.text, kind=form.choice.kind, by=form.name, right_text=form.text
            )
        except CorrectionRefusedError as error:
            return error.user_message
        except ClaimNotFoundError:
            return gone()
        await self._desk.promises.make(TOLD, reply, claim=claim.text, kind=form.choice.kind.value)
        return ""

    async def correct(self, *, reply: Reply, choice: dict[str, Any], by: str) -> Render:
        """Corrects the claim, if it is still made, and shows the rest everywhere. Raises NotForYouError."""
        opened, said = parse_opened(reply.metadata), _from_json(choice)
        key = opened.contact_key
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, key)
        claim = await _claim(engine, key, said)
        if claim is None:
            profile, before = await engine.stored(key), await _said_before(engine, key, said, by)
            notice = corrected(before.kind, before.claim_text) if before else gone()
            return await self._evidence.draw(reply, at_newest(opened, profile), profile, notice=notice, undo=before)
        await engine.correct(key, said.place, claim.text, kind=said.kind, by=by)
        return await self._show(reply, engine, opened, corrected(said.kind, claim.text), claim.text)

    async def tell(self, *, reply: Reply, claim: str, kind: str) -> Render:
        """Shows a right text everywhere. Raises NotForYouError."""
        opened = parse_opened(reply.metadata)
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, opened.contact_key)
        return await self._show(reply, engine, opened, corrected(CorrectionKind(kind), claim), claim)

    async def withdraw(self, *, reply: Reply, correction: int, by: str) -> Render:
        """Takes a correction back and shows what is there again. Raises NotForYouError."""
        opened = parse_opened(reply.metadata)
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, opened.contact_key)
        await engine.withdraw_correction(opened.contact_key, correction, by=by)
        return await self._show(reply, engine, opened, taken_back())

    async def _show(self, reply: Reply, engine: Engine, opened: Opened, notice: str, claim_text: str = "") -> Render:
        """The evidence as it is now, once the card it came from and the shared ones are drawn anew."""
        profile = await engine.stored(opened.contact_key)
        await self._redrawing.ask_all(reply.workspace_id, opened.contact_key)
        if profile and opened.card_url:
            await self._draw_card(opened.card_url, profile)
        mine = [c for c in await engine.corrections(opened.contact_key) if c.claim_text == claim_text]
        undo = mine[-1] if claim_text and mine else None
        return await self._evidence.draw(reply, at_newest(opened, profile), profile, notice=notice, undo=undo)

    async def _draw_card(self, card_url: str, profile: Profile) -> None:
        """Replaces the card; after half an hour, or five times, Slack lets nobody: then it changes when opened anew."""
        try:
            await self._poster.replace(card_url, just(persona_card(profile, now=self._clock())))
        except DeliveryError:
            return

    async def _ask_for_text(self, reply: Reply, trigger_id: str, choice: ClaimChoice, opened: Opened) -> None:
        engine = await self._desk.seen(reply.workspace_id, reply.user_id, opened.contact_key)
        claim = await _claim(engine, opened.contact_key, choice)
        modal, form = fix_modal(choice, opened), just(fix_form(claim.text if claim else ""))
        await self._poster.push_view(reply.workspace_id, trigger_id, modal, form)


async def _claim(engine: Engine, contact_key: int, choice: ClaimChoice) -> Claim | None:
    """The claim as the newest persona makes it, or None."""
    profile = await engine.stored(contact_key)
    claims = claims_at(profile.persona, choice.place) if profile and profile.persona else ()
    return next((claim for claim in claims if digest(claim.text) == choice.digest), None)


async def _said_before(engine: Engine, contact_key: int, choice: ClaimChoice, by: str) -> Correction | None:
    """What the same person said of the claim already: they pressed twice."""
    made = [c for c in await engine.corrections(contact_key) if c.place == choice.place and c.by == by]
    return next((c for c in reversed(made) if digest(c.claim_text) == choice.digest), None)


def _as_json(choice: ClaimChoice) -> dict[str, str]:
    return {**asdict(choice), "kind": choice.kind.value}


def _from_json(choice: dict[str, Any]) -> ClaimChoice:
    return ClaimChoice(choice["place"], choice["digest"], CorrectionKind(choice["kind"]))
