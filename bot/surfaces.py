"""What answers Slack, surface by surface: the handlers are given all of it as one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.answers import Answers
from bot.audience import Audience
from bot.card_menu import CardMenu
from bot.conversing import Conversing
from bot.correcting import Correcting
from bot.deliveries import Deliveries
from bot.desk import Desk, EngineOf
from bot.digesting import Digesting
from bot.evidence import Evidence
from bot.exporting import Exporting
from bot.finder import Finder
from bot.from_message import MessagePeople
from bot.home import HomeTab
from bot.installing import Installing
from bot.mentions import Mentions
from bot.metrics import Metrics
from bot.posting import Poster
from bot.promises import Promises, Task
from bot.rating import Rating
from bot.redrawing import Redrawing
from bot.retrying import Retrying
from bot.reviewing import Reviewing
from bot.share_form import ShareForm
from bot.sharing import Pace, Sharing
from bot.showing import Showing
from bot.slack_calls import SlackCalls
from bot.status import Status
from bot.streaming import Streaming
from bot.tenants import Tenants
from bot.unfurling import Unfurling
from bot.workspace_settings import WorkspaceSettings
from persona.ports import Clock
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Surfaces:
    """One service a surface."""

    answers: Answers
    showing: Showing
    mentions: Mentions
    people: MessagePeople
    finder: Finder
    home: HomeTab
    digesting: Digesting
    settings: WorkspaceSettings
    retrying: Retrying
    conversing: Conversing
    share_form: ShareForm
    rating: Rating
    redrawing: Redrawing
    reviewing: Reviewing
    unfurling: Unfurling
    evidence: Evidence
    correcting: Correcting
    menu: CardMenu
    exporting: Exporting
    installing: Installing

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Everything a worker does, by name."""
        surfaces = (getattr(self, field.name) for field in fields(self))
        return {name: task for surface in surfaces for name, task in getattr(surface, "tasks", {}).items()}


def build_surfaces(
    *,
    database: Database,
    engine_of: EngineOf,
    promises: Promises,
    audience: Audience,
    tenants: Tenants,
    poster: Poster,
    calls: SlackCalls,
    installing: Installing,
    status: Status,
    pace: Pace,
    metrics: Metrics,
    clock: Clock,
) -> Surfaces:
    """Every surface over the same collaborators."""
    deliveries = Deliveries(database)
    sharing = Sharing(database=database, deliveries=deliveries, poster=poster, pace=pace, clock=clock)
    desk = Desk(engine_of=engine_of, promises=promises, audience=audience, tenants=tenants)
    exporting = Exporting(desk, database=database, deliveries=deliveries, poster=poster, clock=clock)
    evidence = Evidence(desk, database=database, poster=poster, clock=clock)
    redrawing = Redrawing(desk, database=database, deliveries=deliveries, poster=poster, clock=clock)
    reviewing = Reviewing(desk, database=database, redrawing=redrawing)
    home = HomeTab(desk, database=database, poster=poster, status=status, clock=clock)
    return Surfaces(
        answers=Answers(desk, database=database, status=status, reviewing=reviewing, metrics=metrics, clock=clock),
        showing=Showing(desk, poster=poster, clock=clock),
        mentions=Mentions(desk, database=database, sharing=sharing, clock=clock),
        people=MessagePeople(desk, sharing=sharing, poster=poster, calls=calls, clock=clock),
        conversing=Conversing(desk, database=database, streaming=Streaming(calls=calls, poster=poster)),
        finder=Finder(desk, poster=poster),
        home=home,
        digesting=Digesting(desk, database=database, deliveries=deliveries, poster=poster, calls=calls, clock=clock),
        settings=WorkspaceSettings(desk, database=database, home=home, poster=poster, clock=clock),
        retrying=Retrying(desk, database=database, home=home, clock=clock),
        share_form=ShareForm(desk, sharing=sharing, poster=poster),
        rating=Rating(desk, database=database, redrawing=redrawing, poster=poster, clock=clock),
        redrawing=redrawing,
        reviewing=reviewing,
        unfurling=Unfurling(desk, database=database, poster=poster, clock=clock),
        evidence=evidence,
        correcting=Correcting(desk, evidence=evidence, redrawing=redrawing, poster=poster, clock=clock),
        installing=installing,
        exporting=exporting,
        menu=CardMenu(desk, evidence=evidence, exporting=exporting, database=database, poster=poster, clock=clock),
    )
