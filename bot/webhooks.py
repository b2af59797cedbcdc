"""What CRMs send: signed, kept once, answered item by item at once, and merged by a chore."""

import hashlib
import hmac
import json
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.chores import Chores, ChoreTask
from bot.measuring import Measuring
from bot.tokens import Cipher
from bot.withdrawing import Withdrawing
from persona.ports import Clock
from storage.crm.items import MAX_ITEMS, Flaw, Item, read_items
from storage.database import AsyncConnection, Database
from storage.inbox import Delivery, Mark, find_delivery, heed_objections_now, keep_delivery, received_since
from storage.intake import take_in_delivery
from storage.sources import Source, find_source

TAKE_IN: Final = "take_in_delivery"
VALID: Final = timedelta(minutes=5)
_WINDOW: Final = timedelta(minutes=1)
_DELIVERY_LENGTH: Final = 255
_NO_KEY: Final = "Webhooks aren't set up here: PERSONA_SECRET_KEY is not set."
_NOT_SIGNED: Final = (
    "There is no such source, or the signature doesn't fit: X-Persona-Signature is v1= and the HMAC-SHA256, in hex, "
    "of v1:TIMESTAMP:BODY with the source's secret; X-Persona-Timestamp is in seconds and at most five minutes old."
)
_NO_DELIVERY: Final = f"X-Persona-Delivery is longer than {_DELIVERY_LENGTH} characters or not plain ASCII."
_NO_JSON: Final = "The body is no JSON."
_NO_ITEMS: Final = f"The body is no object with a list “items” of 1 to {MAX_ITEMS} items."
_TOO_MANY: Final = f"There are more than {MAX_ITEMS} items: send them in several deliveries."
_TWICE: Final = "The same is being received just now."
_TOO_FAST: Final = "Too many deliveries in a minute. Send more items in one, or wait."


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came: the source of its address, its headers, its body."""

    source: str
    timestamp: str
    signature: str
    delivery: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a request."""

    status: int
    document: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class Webhooks:
    """Receives what CRMs send, and merges it."""

    def __init__(
        self,
        *,
        database: Database,
        chores: Chores,
        measuring: Measuring,
        withdrawing: Withdrawing,
        cipher: Cipher | None,
        per_minute: int,
        clock: Clock,
    ) -> None:
        self._database, self._chores, self._measuring = database, chores, measuring
        self._withdrawing = withdrawing
        self._cipher, self._per_minute, self._clock = cipher, per_minute, clock

    @property
    def tasks(self) -> Mapping[str, ChoreTask]:
        """The chores, by name."""
        return {TAKE_IN: self.take_in}

    async def receive(self, sent: Sent) -> Told:
        """Keeps the good items of a delivery and says what is wrong with the others; one that came before is told so.

        Raises what the database raises, and SettingsError when the secret can't be read.
        """
        if self._cipher is None:
            return _refusal(503, _NO_KEY)
        source = await find_source(self._database, sent.source)
        if not self._is_signed(sent, source, self._cipher) or source is None:
            return _refusal(401, _NOT_SIGNED)
        if len(sent.delivery) > _DELIVERY_LENGTH or not (sent.delivery.isascii() and sent.delivery.isprintable()):
            return _refusal(400, _NO_DELIVERY)
        given = _items_of(sent.body)
        if isinstance(given, Told):
            return given
        items, flaws = read_items(given)
        # Sent again as it was, it is the same delivery, whatever its id says: the id isn't signed.
        mark = Mark(sent.delivery or sent.signature, bytes.fromhex(sent.signature.removeprefix("v1=")))
        async with self._database.workspace(source.workspace_id) as connection:
            return await self._keep(connection, source, mark, items=items, flaws=flaws)

    async def take_in(self, *, workspace_id: int, source: str, delivery: int) -> None:
        """The chore: rows, counts, vectors and snapshots of a delivery in one transaction; nothing the second time."""
        async with self._database.workspace(workspace_id) as connection:
            taken = await take_in_delivery(connection, workspace_id, source, delivery, at=self._clock())
            if taken is None:
                return
            await self._measuring.measure_within(connection, workspace_id, taken.contacts)
            await self._measuring.tell_within(connection, workspace_id, taken.contacts)
            await self._withdrawing.ask(connection, workspace_id)

    async def _keep(
        self, connection: AsyncConnection, source: Source, mark: Mark, *, items: list[Item], flaws: list[Flaw]
    ) -> Told:
        where = (connection, source.workspace_id, source.source)
        found = await find_delivery(*where, mark)
        if found is not None:
            return _again(found)
        if not items:
            return Told(422, _result(mark.delivery, 0, flaws))
        now = self._clock()
        recent = await received_since(*where, now - _WINDOW)
        if len(recent) >= self._per_minute:
            return _refusal(429, _TOO_FAST, after_s=(recent[-self._per_minute] + _WINDOW - now).total_seconds())
        key = await keep_delivery(*where, mark, items=items, rejected=flaws, at=now)
        if key is None:  # the same came at the same time
            found = await find_delivery(*where, mark)
            return _again(found) if found else _refusal(503, _TWICE, after_s=1)
        if any(item.objects for item in items):
            await heed_objections_now(*where)
            await self._withdrawing.ask(connection, source.workspace_id)
        await self._promise(connection, source, key)
        return Told(202, {**_result(mark.delivery, len(items), flaws), "status": "accepted"})

    async def _promise(self, connection: AsyncConnection, source: Source, key: int) -> None:
        """Deliveries of a source are merged one after the other, in the order they were kept in."""
        await self._chores.make(
            TAKE_IN,
            key=f"{TAKE_IN}:{source.workspace_id}:{source.source}",
            workspace_id=source.workspace_id,
            within=connection,
            source=source.source,
            delivery=key,
        )

    def _is_signed(self, sent: Sent, source: Source | None, cipher: Cipher) -> bool:
        """Whether a secret of the source signed the body less than five minutes ago; no source takes as long."""
        if not (sent.timestamp.isascii() and sent.timestamp.isdigit() and len(sent.timestamp) <= 12):
            return False
        now = self._clock()
        keys = [secrets.token_urlsafe()] if source is None else [cipher.decrypt(source.secret)]
        if source and source.old_secret and source.old_until and now < source.old_until:
            keys.append(cipher.decrypt(source.old_secret))
        given = sent.signature.encode(errors="replace")
        fits = [hmac.compare_digest(sign(key, sent.timestamp, sent.body).encode(), given) for key in keys]
        age = now - datetime.fromtimestamp(0, UTC) - timedelta(seconds=int(sent.timestamp))
        return any(fits) and abs(age) <= VALID


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a request, as its header has it."""
    signed = b"v1:%s:%s" % (timestamp.encode(), body)
    return f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def _items_of(body: bytes) -> Sequence[Any] | Told:
    try:
        given = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return _refusal(400, _NO_JSON)
    items = given.get("items") if isinstance(given, dict) else None
    if not isinstance(items, list) or not items:
        return _refusal(400, _NO_ITEMS)
    return items if len(items) <= MAX_ITEMS else _refusal(413, _TOO_MANY)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _again(found: Delivery) -> Told:
    status = "merged" if found.done else "accepted"
    told = _result(found.delivery, found.accepted, found.rejected)
    return Told(200, {**told, "status": status, "waiting": found.waiting})


def _result(delivery: str, accepted: int, flaws: Sequence[Flaw]) -> dict[str, Any]:
    return {"delivery": delivery, "accepted": accepted, "rejected": [asdict(flaw) for flaw in flaws]}


def _refusal(status: int, error: str, *, after_s: float | None = None) -> Told:
    headers = {} if after_s is None else {"Retry-After": str(max(1, math.ceil(after_s)))}
    return Told(status, {"error": error}, headers)
