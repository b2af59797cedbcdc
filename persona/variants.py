"""Which prompt variant a contact's persona is written with: the same one every time, in the shares asked for."""

import hashlib

from persona.preferences import Preferences
from persona.templates import DEFAULT_VARIANT, prompt_variants


def choose_variant(preferences: Preferences, contact_id: str) -> str:
    """The contact's variant of the live ones that there are; "default" when none has a share.

    A hash of workspace, contact and experiment places the contact on a line that the variants divide in the order of
    their names: nothing is stored, and another share moves only the contacts at the borders.
    """
    known = prompt_variants()
    shares = sorted((name, share) for name, share in preferences.variants.items() if share > 0 and name in known)
    point = _point(f"{preferences.workspace_id}\0{contact_id}\0{preferences.experiment}")
    left = point * sum(share for _, share in shares)
    for name, share in shares:
        left -= share
        if left < 0:
            return name
    return shares[-1][0] if shares else DEFAULT_VARIANT


def _point(key: str) -> float:
    """A number of [0, 1) that is the key's own."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48
