"""Rating: a reaction on a shared card or the select of any card is kept at once; what shows the mean is drawn anew."""

from blocks.rating import reason_form, reason_modal
from blocks.refusals import PERSONA_GONE
from bot.actors import Actor
from bot.desk import Desk
from bot.errors import explain
from bot.handlers.requests_rating import RatingChosen, Reaction, ReasonGiven
from bot.ladder import just
from bot.posting import Poster, Reply
from bot.redrawing import Redrawing
from bot.showing import SHOW_TAB
from persona.errors import DeliveryError, NotForYouError
from persona.ports import Clock
from persona.ratings import Ratings
from persona.visibility import Viewer
from storage.database import Database
from storage.posts import Post, is_post, post_at
from storage.ratings import SELECT, Act, add_reason, persona_seen, ratings_of, reaction_source, record_act


class Rating:
    """Keeps ratings."""

    def __init__(self, desk: Desk, *, database: Database, redrawing: Redrawing, poster: Poster, clock: Clock) -> None:
        self._desk, self._database, self._redrawing = desk, database, redrawing
        self._poster, self._clock = poster, clock

    async def concerns(self, reaction: Reaction) -> bool:
        """Whether it is on a card of ours: the one look-up that the many on other messages cost."""
        workspace_id = await self._desk.tenants.workspace(reaction.actor.team)
        return await is_post(self._database, workspace_id, reaction.channel_id, reaction.message_ts)

    async def react(self, reaction: Reaction) -> None:
        """Keeps a member's reaction on a card. The same event again keeps the same."""
        workspace_id = await self._desk.tenants.workspace(reaction.actor.team)
        async with self._database.workspace(workspace_id) as connection:
            post = await post_at(connection, workspace_id, reaction.channel_id, reaction.message_ts)
        viewer = await self._rater(workspace_id, reaction.actor) if post else None
        if post is None or viewer is None:
            return
        if await self._kept(workspace_id, post, viewer, reaction):
            await self._redrawing.ask(workspace_id, post.persona_key)

    async def choose(self, chosen: RatingChosen) -> None:
        """Keeps the stars, has the cards that show the mean drawn anew, and asks why. Raises NotForYouError."""
        workspace_id, viewer = await self._desk.admit(chosen.actor)
        choice = chosen.choice
        async with self._database.workspace(workspace_id, owners=viewer.owners) as connection:
            key = await persona_seen(connection, workspace_id, choice.contact_key, choice.version)
            if key is None:
                raise NotForYouError(PERSONA_GONE)
            act = Act(key, viewer.user_id, SELECT, choice.stars, chosen.at or self._clock())
            await record_act(connection, workspace_id, act)
            given = await ratings_of(connection, workspace_id, key)
        await self._redrawing.ask(workspace_id, key)
        await self._show_again(workspace_id, chosen)
        await self._ask_why(workspace_id, chosen, given)

    async def explain(self, given: ReasonGiven) -> None:
        """Keeps why somebody chose what they chose. Raises NotForYouError."""
        workspace_id, viewer = await self._desk.admit(given.actor)
        async with self._database.workspace(workspace_id, owners=viewer.owners) as connection:
            key = await persona_seen(connection, workspace_id, given.contact_key, given.version)
            if key is None:
                raise NotForYouError(PERSONA_GONE)
            await add_reason(connection, workspace_id, key, user_id=viewer.user_id, reason=given.reason)

    async def _rater(self, workspace_id: int, actor: Actor) -> Viewer | None:
        """Who reacts, if it counts: guests, other organisations and bots don't."""
        try:
            viewer = await self._desk.audience.viewer(workspace_id, actor)
        except NotForYouError:
            return None
        return None if viewer.bot else viewer

    async def _kept(self, workspace_id: int, post: Post, viewer: Viewer, reaction: Reaction) -> bool:
        """Keeps the reaction, unless it is of a contact they may not see or an older one than what is kept."""
        async with self._database.workspace(workspace_id, owners=viewer.owners) as connection:
            if await persona_seen(connection, workspace_id, post.contact_key, post.version) is None:
                return False
            source = reaction_source(reaction.channel_id, reaction.message_ts, reaction.name)
            act = Act(post.persona_key, reaction.actor.user_id, source, reaction.stars, reaction.at or self._clock())
            return await record_act(connection, workspace_id, act)

    async def _show_again(self, workspace_id: int, chosen: RatingChosen) -> None:
        """Promises the tab chosen on with the new mean; what stands in a channel or a modal isn't replaced so."""
        choice = chosen.choice
        if choice.tab is None or not chosen.response_url:
            return
        reply = Reply(workspace_id, chosen.actor.user_id, response_url=chosen.response_url)
        key, tab, version = choice.contact_key, choice.tab.value, choice.version
        await self._desk.promises.make(SHOW_TAB, reply, contact_key=key, tab=tab, version=version)

    async def _ask_why(self, workspace_id: int, chosen: RatingChosen, given: Ratings) -> None:
        """Opens the form, over a modal if there is one. The rating stands without it."""
        modal = reason_modal(chosen.choice.contact_key, chosen.choice.version)
        form = just(reason_form(chosen.choice.stars, given))
        show = self._poster.push_view if chosen.view_id else self._poster.open_view
        try:
            await show(workspace_id, chosen.trigger_id, modal, form)
        except DeliveryError as error:
            explain(error)
