"""A run: rounds of acts and troubles, then quiet until the queue is empty, then the verdict."""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from persona.errors import DatabaseUnreachableError
from storage.database import Database
from storage.schema import migrate
from storage.workspaces import claim_default_workspace
from tests.chaos.crowd import CHANNELS, Crowd
from tests.chaos.fleet import ROOT, Fleet, Front
from tests.chaos.ledger import Ledger, Verdict
from tests.chaos.people import write_folder
from tests.chaos.server import Server, made_server
from tests.chaos.troubles import Stage, troubles_of
from tests.doubles.openai_server import GOOD_KEY, OpenAIDouble
from tests.doubles.slack_server import SlackDouble

ROLES: Mapping[str, int] = {"web": 2, "worker": 3, "clock": 2}
ACTS = 16
_WARM_UP = 24
_ROUND_S = 3.0
_NEW_A_ROUND = 6
_BACKLOG = 60
_CATCH_UP_S = 60
_WAITING = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE status = 'doing' OR (status = 'todo' AND (queue_name = 'interactive' OR scheduled_at IS NULL))"""
_RATED = """
    SELECT r.slack_user_id, CASE WHEN r.source = 'select' THEN concat_ws(':', 'select', p.contact_id, p.version)
        ELSE r.source END, r.stars
    FROM ratings r JOIN customer_personas p ON p.workspace_id = r.workspace_id AND p.id = r.persona_id"""


@dataclass(frozen=True)
class Plan:
    """How much chaos. `quiet_s` is how long the queue may take to empty afterwards."""

    rounds: int
    seed: int
    quiet_s: float = 600


@dataclass
class Outcome:
    """What came of a run. `verdict.lost` and `.doubled` say what is wrong."""

    plan: Plan
    verdict: Verdict
    troubles: Counter[str]
    fell: Counter[str]
    wrong_ratings: list[str]
    ratings: int
    left: int
    failed: int
    drained_s: float
    seconds: float = 0.0
    disk: bool = True

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled, wrong or left."""
        return not (self.verdict.lost or self.verdict.doubled or self.wrong_ratings or self.left)


async def run(plan: Plan, *, logs: Path) -> Outcome:
    """Does it all. The processes' logs go into the folder."""
    started = time.monotonic()
    with made_server() as server:
        people = 60 + plan.rounds * _NEW_A_ROUND
        await asyncio.to_thread(fill, server, people)
        dice = random.Random(plan.seed)
        async with staged(server, dice, logs) as stage:
            outcome = await _play(stage, plan, people)
    outcome.seconds = time.monotonic() - started
    return outcome


async def _play(stage: Stage, plan: Plan, people: int) -> Outcome:
    front = Front(stage.fleet, stage.dice)
    crowd = Crowd(stage.slack, front, people, stage.dice)
    happened = Counter[str]()
    under_way = set[asyncio.Task[None]]()
    await asyncio.gather(*(crowd.act() for _ in range(_WARM_UP)))
    await drained(stage.server, plan.quiet_s)
    fate = random.Random(
        plan.seed
    )  # apart from the crowd's, whose order hangs on the clock: a seed is a row of troubles
    for _ in range(plan.rounds):
        await stage.fleet.reachable()
        await _round(stage, crowd, fate, happened, under_way)
        await drained(stage.server, _CATCH_UP_S, most=_BACKLOG)  # chaos is no load test: a slow machine gets its time
    await asyncio.gather(*under_way)
    await asyncio.to_thread(stage.server.mend)
    await stage.fleet.serving()
    drained_s, left = await drained(stage.server, plan.quiet_s)
    await asyncio.sleep(1.0)  # the last card is on its way to Slack's double
    await front.close()
    wrong = _wrong_ratings(stage.server, crowd.ledger)
    return Outcome(
        plan,
        crowd.ledger.verdict(),
        happened,
        stage.fleet.fell,
        wrong,
        len(crowd.ledger.ratings),
        left,
        scalar(stage.server, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"),
        drained_s,
        disk=stage.server.small_disk,
    )


async def _round(
    stage: Stage, crowd: Crowd, fate: random.Random, happened: Counter[str], under_way: set[asyncio.Task[None]]
) -> None:
    """Acts all through the round, and a trouble or two among them. What isn't done at its end goes on."""

    async def later(after_s: float, doing: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(after_s)
        await doing()

    troubles = troubles_of(stage)
    names = fate.choices(list(troubles), [weight for weight, _ in troubles.values()], k=fate.choice((1, 1, 2)))
    todo: list[tuple[float, Callable[[], Awaitable[None]]]] = [
        (stage.dice.uniform(0, _ROUND_S), crowd.act) for _ in range(ACTS)
    ]
    todo += [(fate.uniform(0, _ROUND_S * 0.7), troubles[name][1]) for name in names]
    happened.update(names)
    for after_s, doing in todo:
        task = asyncio.create_task(later(after_s, doing))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.sleep(_ROUND_S)


@asynccontextmanager
async def staged(
    server: Server, dice: random.Random, logs: Path, roles: Mapping[str, int] = ROLES
) -> AsyncIterator[Stage]:
    """The doubles and so many processes of each role, as long as the block runs."""
    slack, model = SlackDouble(), OpenAIDouble()
    async with slack.serve(), model.serve():
        for number in range(CHANNELS):
            slack.web.channel(f"C{1 + number}")
        async with Fleet(environment(server, slack, model), logs).running(roles) as fleet:
            yield Stage(server, fleet, slack, model, dice, asyncio.Lock())


def environment(server: Server, slack: SlackDouble, model: OpenAIDouble) -> dict[str, str]:
    """What the processes need to reach the server and the doubles, and no limits a crowd would meet."""
    return {
        "DATABASE_URL": server.url,
        "PERSONA_HOME": "/nonexistent",
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_BOT_TOKEN": "xoxb-test",
        "SLACK_API_URL": f"{slack.url}/api/",
        "OPENAI_API_KEY": GOOD_KEY,
        "OPENAI_BASE_URL": model.url,
        "OPENAI_TIMEOUT_S": "5",
        "OPENAI_DAILY_BUDGET_USD": "100000",
        "SHARES_PER_PERSON": "100000",
        "SHARES_PER_CHANNEL": "100000",
    }


def fill(server: Server, people: int) -> None:
    """The schema, the CRM, and Slack's team."""
    migrate(server.owner_url)
    with tempfile.TemporaryDirectory() as folder:
        crm = write_folder(Path(folder) / "crm", people)
        code = "from bot.cli import main; main()"
        environment = {**os.environ, "DATABASE_URL": server.url, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": ""}
        subprocess.run(
            [sys.executable, "-c", code, "import", str(crm)], check=True, env=environment, stdout=subprocess.DEVNULL
        )
    asyncio.run(_claim(server.url))


async def _claim(url: str) -> None:
    database = await Database.open(url)
    try:
        await claim_default_workspace(database, "T1", None)
    finally:
        await database.close()


async def drained(server: Server, patience_s: float, *, most: int = 0) -> tuple[float, int]:
    """Waits until so few jobs are waiting or under way; the seconds that took, and how many are left."""
    started = time.monotonic()
    while (left := await asyncio.to_thread(_waiting, server)) > most and time.monotonic() - started < patience_s:
        await asyncio.sleep(0.5)
    return time.monotonic() - started, left


def _waiting(server: Server) -> int:
    """How many jobs wait or are under way; more than any number while the server is down."""
    try:
        return scalar(server, _WAITING)
    except (psycopg.OperationalError, DatabaseUnreachableError):
        return sys.maxsize


def scalar(server: Server, query: str) -> int:
    """The number a query finds."""
    with psycopg.connect(server.owner_url) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def _wrong_ratings(server: Server, ledger: Ledger) -> list[str]:
    """Ratings that the database knows otherwise than they were given."""
    with psycopg.connect(server.owner_url) as connection:
        rows = connection.execute(_RATED).fetchall()
    kept = {(user_id, source): stars for user_id, source, stars in rows}
    sure = {rating: stars for rating, stars in ledger.ratings.items() if rating not in ledger.unsure}
    return [f"{rating}: {stars} but {kept.get(rating)}" for rating, stars in sure.items() if kept.get(rating) != stars]
