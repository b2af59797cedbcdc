"""What preceded steps forward, and when that is not said."""

from datetime import datetime, timedelta

from persona.model import Deal, Direction, Kind, Outcome, Preceded, StageChange
from persona.progress import Course, Doing, what_preceded
from tests.persona.histories import NOW, ago


def of(*, moves: int, called: int, mailed_weekly: bool = True) -> Course:
    """A deal of 600 days that moves every 60; their call comes 5 days before the first of the moves."""
    begun = ago(600)
    steps = [begun + timedelta(days=60 * n) for n in range(moves + 1)]
    deal = Deal(
        "d", "Deal", Outcome.OPEN, begun, stages=tuple(StageChange(f"s{n}", n, at) for n, at in enumerate(steps))
    )
    calls = [_made(Kind.CALL, Direction.INBOUND, at - timedelta(days=5)) for at in steps[1 : called + 1]]
    mails = [_made(Kind.EMAIL, Direction.OUTBOUND, ago(7 * n)) for n in range(90) if mailed_weekly]
    return Course((deal,), tuple(calls + mails))


def _made(kind: Kind, direction: Direction, at: datetime) -> tuple[datetime, Doing]:
    return at, (kind, direction)


def test_a_call_before_most_steps_and_seldom_else_preceded_progress() -> None:
    assert what_preceded([of(moves=9, called=8)], now=NOW) == Preceded(
        Kind.CALL, Direction.INBOUND, times=8, moves=9, base_rate=8 / 42
    )


def test_what_happens_all_the_time_preceded_nothing() -> None:
    assert what_preceded([of(moves=9, called=0)], now=NOW) is None


def test_fewer_than_eight_steps_say_nothing() -> None:
    assert what_preceded([of(moves=7, called=7)], now=NOW) is None
    assert what_preceded([of(moves=7, called=7), of(moves=1, called=1)], now=NOW) is not None


def test_steps_back_and_again_are_no_progress() -> None:
    begun = ago(600)
    places = [(0, 500), (1, 400), (0, 300), (1, 200)] * 3
    back = Deal("d", "Deal", Outcome.OPEN, begun, stages=tuple(StageChange("s", p, ago(days)) for p, days in places))
    called = _made(Kind.CALL, Direction.INBOUND, ago(401))
    assert what_preceded([Course((back,), (called,))], now=NOW) is None
