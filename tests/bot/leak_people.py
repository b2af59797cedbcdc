"""Who looks at whose contacts in the test of leaks, and what of a contact must not reach them: an oracle of its own."""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

INES, MAYA, TOM = (f"{name}@harborline.example" for name in ("ines.duarte", "maya.lindqvist", "tom.okafor"))
STRANGER_TEAM = "T2"


@dataclass(frozen=True)
class Looker:
    """Somebody at Slack; `owns_as` is their address, `team` whom they work with."""

    user_id: str
    email: str
    role: str = "rep"
    team: str = ""


LOOKERS = (
    Looker("UMAYA", MAYA),
    Looker("UINES", INES, team="north"),
    Looker("UTOM", TOM, team="north"),
    Looker("UREP", "nobody@harborline.example"),
    Looker("UMAN", "manager@harborline.example", role="manager"),
    Looker("UADMIN", "admin@harborline.example", role="admin"),
    Looker("UGUEST", "guest@else.example", role="guest"),
    Looker("UELSE", MAYA, role="stranger"),
)
BY_ID = {one.user_id: one for one in LOOKERS}
VISIBILITIES = ("everyone", "team", "owner")


def owners_seen(looker: Looker, visibility: str) -> frozenset[str] | None:
    """Whose contacts they may see: none for guests and strangers; None is everyone's."""
    if looker.role in {"guest", "stranger"}:
        return frozenset()
    if looker.role in {"manager", "admin"} or visibility == "everyone":
        return None
    together = [one.email for one in LOOKERS if one.role == "rep" and looker.team and one.team == looker.team]
    return frozenset({looker.email, *(together if visibility == "team" else [])})


@dataclass(frozen=True)
class Secret:
    """A word of somebody's contact, and the owners of other contacts in whose own correspondence it stands too."""

    of: str
    owner: str
    text: str
    known_to: frozenset[str]

    def hidden_from(self, looker: Looker, visibility: str) -> bool:
        """Whether it must not reach them."""
        seen = owners_seen(looker, visibility)
        return seen is not None and self.owner not in seen and not self.known_to & seen


def plain(text: str) -> str:
    """Text without the signs that keep it from formatting, in one case and spacing, for comparing."""
    unescaped = html.unescape(text)
    seen = "".join(c for c in unescaped if unicodedata.category(c) != "Cf").replace("\\", "")
    return re.sub(r"\s+", " ", seen).casefold()


def strings(node: Any) -> Iterator[str]:
    """Every string anywhere in what is sent: what is hidden in a value or in metadata is sent too."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from strings(value)
    elif isinstance(node, Iterable) and not isinstance(node, bytes):
        for item in node:
            yield from strings(item)
