"""What Slack sends when a button below a digest is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from blocks.digest import DIGEST_MUTE, DIGEST_PDF
from bot.actors import Actor
from bot.handlers.requests import parse_actor


@dataclass(frozen=True, slots=True)
class DigestPressed:
    """Who pressed what: `mute` stops the digest, else a file of it is wanted, a table unless `as_pdf`."""

    actor: Actor
    mute: bool
    as_pdf: bool
    response_url: str


def parse_digest_pressed(body: Mapping[str, Any]) -> DigestPressed:
    """The press of a block_actions payload."""
    action = body["actions"][0].get("action_id")
    return DigestPressed(
        actor=parse_actor(body),
        mute=action == DIGEST_MUTE,
        as_pdf=action == DIGEST_PDF,
        response_url=str(body.get("response_url") or ""),
    )
