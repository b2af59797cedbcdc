"""The routing table: which Slack request goes to which handler."""

from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp

from blocks.claim_ids import CLAIM_ACTION, EVIDENCE_ACTION, FIX_FORM, MORE_ACTION, PART_ACTION, UNDO_ACTION
from blocks.digest import DIGEST_CSV, DIGEST_HOME, DIGEST_MUTE, DIGEST_PDF
from blocks.export_form import EXPORT_FORM
from blocks.home_ids import HOME_FIND, HOME_OPEN, RETRY_JOBS
from blocks.ids import (
    ABOUT_ACTIONS,
    FIND_PERSONA,
    FROM_MESSAGE,
    POST_ACTION,
    PRESS_ACTIONS,
    RATE_ACTION,
    RATE_FORM,
    SEEK_ACTION,
    SHARE_ACTION,
    SHARE_FORM,
)
from blocks.settings_modal import SETTINGS_ACTION, SETTINGS_FORM
from bot.handlers.buttons import handle_button
from bot.handlers.commands import handle_persona
from bot.handlers.conversations import handle_about, handle_message, handle_stop, handle_tab, leave_tab, of_messages_tab
from bot.handlers.digests import followed, handle_digest
from bot.handlers.evidence import (
    handle_claim,
    handle_evidence,
    handle_fix,
    handle_menu,
    handle_part,
    handle_undo,
)
from bot.handlers.exports import handle_export_form
from bot.handlers.home import handle_home, handle_home_find, handle_home_person, handle_retry_jobs, of_home_tab
from bot.handlers.installs import handle_revoked, handle_uninstalled
from bot.handlers.links import handle_links
from bot.handlers.mentions import handle_mention
from bot.handlers.options import handle_finder, handle_sought, handle_typed
from bot.handlers.ratings import REACTIONS, handle_rating, handle_reaction, handle_reason
from bot.handlers.readers import READERS, handle_readers
from bot.handlers.settings import handle_settings, handle_settings_form
from bot.handlers.shares import handle_share, handle_share_form
from bot.handlers.shortcuts import handle_from_message, handle_post

if TYPE_CHECKING:
    from bot.surfaces import Surfaces


def register_handlers(app: AsyncApp, surfaces: "Surfaces") -> None:
    """Gives the app every listener it has."""
    app.command("/persona")(handle_persona(surfaces.answers))
    app.action(PRESS_ACTIONS)(handle_button(surfaces.answers))
    app.action(SHARE_ACTION)(handle_share(surfaces.share_form))
    app.view(SHARE_FORM)(handle_share_form(surfaces.share_form))
    app.message_shortcut(FROM_MESSAGE)(handle_from_message(surfaces.people))
    app.action(POST_ACTION)(handle_post(surfaces.people))
    app.global_shortcut(FIND_PERSONA)(handle_finder(surfaces.finder))
    app.options(SEEK_ACTION)(handle_typed(surfaces.finder))
    app.action(SEEK_ACTION)(handle_sought(surfaces.finder))
    app.action(EVIDENCE_ACTION)(handle_evidence(surfaces.evidence))
    app.action(MORE_ACTION)(handle_menu(surfaces.menu))
    app.action(PART_ACTION)(handle_part(surfaces.evidence))
    app.action(CLAIM_ACTION)(handle_claim(surfaces.correcting))
    app.action(UNDO_ACTION)(handle_undo(surfaces.correcting))
    app.view(EXPORT_FORM)(handle_export_form(surfaces.exporting))
    app.view(FIX_FORM)(handle_fix(surfaces.correcting))
    app.event("message")(handle_message(surfaces.conversing))
    app.event("app_home_opened", matchers=[of_messages_tab])(handle_tab(surfaces.conversing))
    app.event("app_home_opened", matchers=[of_home_tab])(handle_home(surfaces.home))
    app.action(HOME_FIND)(handle_home_find(surfaces.finder))
    app.action(HOME_OPEN)(handle_home_person(surfaces.home))
    app.action(RETRY_JOBS)(handle_retry_jobs(surfaces.retrying))
    app.action(SETTINGS_ACTION)(handle_settings(surfaces.settings))
    app.view(SETTINGS_FORM)(handle_settings_form(surfaces.settings))
    app.event("agent_session_stopped")(handle_stop(surfaces.conversing))
    app.action(ABOUT_ACTIONS)(handle_about(surfaces.conversing))
    for button in (DIGEST_CSV, DIGEST_PDF, DIGEST_MUTE):
        app.action(button)(handle_digest(surfaces.digesting))
    app.action(DIGEST_HOME)(followed)
    app.event("app_mention")(handle_mention(surfaces.mentions))
    for kind in REACTIONS:
        app.event(kind)(handle_reaction(surfaces.rating))
    app.action(RATE_ACTION)(handle_rating(surfaces.rating))
    app.view(RATE_FORM)(handle_reason(surfaces.rating))
    app.event("link_shared")(handle_links(surfaces.unfurling))
    for kind in READERS:
        app.event(kind)(handle_readers(surfaces.reviewing))
    app.event("app_uninstalled")(handle_uninstalled(surfaces.installing))
    app.event("tokens_revoked")(handle_revoked(surfaces.installing))
    app.event("app_home_opened")(leave_tab)  # last: only what no listener above matches
