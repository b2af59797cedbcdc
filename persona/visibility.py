"""Who may see whose contacts: by the viewer's role and team, the contact's owner, and what the workspace chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from persona.model import Contact


class MemberRole(StrEnum):
    """What a member of the workspace does here."""

    REP = "rep"
    MANAGER = "manager"
    ADMIN = "admin"


class Visibility(StrEnum):
    """Whose contacts a rep sees: everyone's, those of their team, or their own."""

    EVERYONE = "everyone"
    TEAM = "team"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the workspace's Slack. `owner_email` is what the CRM calls them where that isn't their own email.

    A bot reads nothing with eyes: in a channel it keeps nothing from being shown.
    """

    user_id: str
    role: MemberRole = MemberRole.REP
    email: str | None = None
    owner_email: str | None = None
    team: str | None = None
    guest: bool = False
    bot: bool = False

    @property
    def owns_as(self) -> frozenset[str]:
        """The addresses, in lower case, under which they own contacts."""
        return frozenset(address.lower() for address in (self.email, self.owner_email) if address)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks. They see the contacts of `owners` (addresses in lower case); None is every contact."""

    user_id: str
    role: MemberRole
    owners: frozenset[str] | None
    bot: bool = False

    def may_see(self, contact: Contact) -> bool:
        """Whether anything of this contact may be shown to them."""
        return self.owners is None or (contact.owner_email or "").lower() in self.owners

    def within(self, other: "Viewer") -> "Viewer":
        """Who sees only what both see: a channel's members are seen to one by one."""
        if self.owners is None or other.owners is None:
            return self if other.owners is None else other
        return Viewer(self.user_id, self.role, self.owners & other.owners)


NOBODY: Final = Viewer("", MemberRole.REP, frozenset())
"""Guests, and people of other organisations: they see no contact."""


def viewer_of(member: Member, visibility: Visibility, teammates: Iterable[Member] = ()) -> Viewer:
    """What a member sees. Managers and admins see every contact, contacts that nobody owns among them."""
    if member.guest:
        return NOBODY
    if member.bot or member.role is not MemberRole.REP or visibility is Visibility.EVERYONE:
        return Viewer(member.user_id, member.role, None, bot=member.bot)
    together = (member, *teammates) if visibility is Visibility.TEAM and member.team else (member,)
    return Viewer(member.user_id, member.role, frozenset().union(*(one.owns_as for one in together)))
