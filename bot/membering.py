"""A member's role, team and owner address, printed and changed on the command line."""

from rich.console import Console

from bot.reviewing import review_all
from bot.settings import Settings
from bot.wiring import open_services
from persona.errors import SettingsError
from persona.visibility import Member, MemberRole
from storage.members import change_member, list_members


async def show_or_change_member(
    settings: Settings,
    user_id: str | None,
    *,
    role: str | None,
    team: str | None,
    owner_email: str | None,
    console: Console,
) -> None:
    """Prints everybody known, or changes one and prints them; raises SettingsError for a role there isn't."""
    given = _role(role)
    async with open_services(settings) as services:
        workspace_id = await services.default_workspace()
        async with services.database.workspace(workspace_id) as connection:
            if user_id is None:
                known = await list_members(connection, workspace_id)
            else:
                changed = {"team": team, "owner_email": owner_email}
                known = [await change_member(connection, workspace_id, user_id, role=given, **changed)]
        if user_id is not None:
            await review_all(services.promises, services.database, workspace_id)
    if not known:
        console.print("Nobody has used Persona Bot in Slack yet.")
    for member in known:
        console.print(_told(member), markup=False)


def _role(text: str | None) -> MemberRole | None:
    if text is None:
        return None
    try:
        return MemberRole(text.lower())
    except ValueError:
        roles = ", ".join(role.value for role in MemberRole)
        raise SettingsError(f"There is no such role. Choose one of: {roles}.") from None


def _told(member: Member) -> str:
    facts = [
        member.user_id,
        "guest" if member.guest else member.role.value,
        f"team {member.team}" if member.team else "",
        f"owns as {', '.join(sorted(member.owns_as))}" if member.owns_as else "owns no contact",
    ]
    return " · ".join(filter(None, facts))
