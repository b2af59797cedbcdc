"""The composition root: the only place that builds clients, pools, engines and apps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache
from threadpoolctl import threadpool_limits

from bot.outages import kept_running
from bot.settings import Settings, reveal
from persona.embedders import StaticEmbedder
from persona.engine import Engine
from persona.ports import Clock, Embedder, ModelWriter, Store, Writer
from persona.preferences import Budget
from persona.writers.rules_writer import RulesWriter
from storage.database import AsyncConnection, Database
from storage.embedded import EmbeddedServer
from storage.schema import check_schema, migrate
from storage.store import WorkspaceStore
from storage.workspaces import ensure_default_workspace

# The clients of Slack, the model and the queue take seconds to import; a command that needs none of them starts in one.
if TYPE_CHECKING:
    import procrastinate
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient
    from starlette.applications import Starlette
    from starlette.routing import Route

    from bot.audience import Audience
    from bot.batching import Batching
    from bot.chores import Chores, ChoreTask
    from bot.installing import Installing
    from bot.measuring import Measuring
    from bot.metrics import Metrics
    from bot.periodic import Schedule
    from bot.posting import Poster
    from bot.promises import Promises, Task
    from bot.refreshing import Refreshing
    from bot.slack_calls import SlackCalls
    from bot.staleness import StalePersonas
    from bot.status import Status
    from bot.surfaces import Surfaces
    from bot.tenants import Tenants
    from bot.tokens import AppKeys, Cipher, Tokens
    from bot.upkeep import Upkeep
    from bot.webhooks import Webhooks
    from bot.withdrawing import Withdrawing

_SLACK_TIMEOUT_S: Final = 10
_ENGINES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Urls:
    """How to reach the database: as the role that owns the schema, and as the one the app works as."""

    owner: str
    app: str
    server: EmbeddedServer | None = None


@contextmanager
def database_urls(settings: Settings) -> Iterator[Urls]:
    """The URLs of DATABASE_URL's server, or of the embedded one, which runs while the block does.

    Raises FolderUnwritableError, DiskFullError or DatabaseUnreachableError.
    """
    external = reveal(settings.database_url)
    if external:
        yield Urls(external, external)
        return
    with EmbeddedServer(settings.persona_home) as server:
        yield Urls(server.owner_url, server.app_url, server)


async def migrate_database(settings: Settings) -> None:
    """Brings the schema up to date, under a lock that many processes may wait for."""
    with database_urls(settings) as urls:
        await asyncio.to_thread(migrate, urls.owner)


class Services:
    """What a process works with, built when first asked for."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings, self.database = settings, database
        self._closing = AsyncExitStack()
        self._engines: LRUCache[tuple[int, frozenset[str] | None], Engine] = LRUCache(maxsize=_ENGINES)

    @cached_property
    def embedder(self) -> Embedder:
        """The offline embedder: a contact's words don't leave to be embedded."""
        # The matrices are small: the threads of numpy's library cost more than they save.
        threadpool_limits(1, user_api="blas")
        return StaticEmbedder()

    @cached_property
    def rules(self) -> Writer:
        """The writer that needs no model."""
        return RulesWriter(self.embedder)

    @cached_property
    def queue(self) -> procrastinate.App:
        """The job queue, not yet open."""
        from bot.queue import build_queue

        return build_queue(self.database.conninfo)

    @cached_property
    def model_writer(self) -> ModelWriter | None:
        """The model's writer, or None without a key or a server of one's own."""
        known = self.settings
        if not known.has_model:
            return None
        from bot.metering import MeteredWriter
        from persona.writers.guarded_writer import GuardedWriter, Limits
        from persona.writers.openai_writer import OpenAIWriter, build_client

        client = build_client(
            api_key=reveal(known.openai_api_key) or "none",
            base_url=known.openai_base_url,
            timeout_s=known.openai_timeout_s,
        )
        self._closing.push_async_callback(client.close)
        writer = OpenAIWriter(client, model=known.openai_model, timeout_s=known.openai_timeout_s)
        metered = MeteredWriter(writer, self.metrics)
        limits = Limits(at_once=known.openai_concurrency)
        return GuardedWriter(metered, clock=lambda: datetime.now(UTC), limits=limits)

    async def close(self) -> None:
        """Closes what was opened on demand and the database."""
        await self._closing.aclose()
        await self.database.close()

    @cached_property
    def promises(self) -> Promises:
        """What is to be done by a worker."""
        from bot.promises import Promises

        return Promises(self.queue, self.database)

    @cached_property
    def chores(self) -> Chores:
        """What is to be done when no person waits."""
        from bot.chores import Chores

        return Chores(self.queue, self.database)

    @property
    def chore_tasks(self) -> Mapping[str, ChoreTask]:
        """The chores a worker does, by name."""
        return {
            **self.measuring.tasks,
            **self.webhooks.tasks,
            **self.refreshing.tasks,
            **(self.batching.tasks if self.batching else {}),
            **self.upkeep.tasks,
            **self.stale.tasks,
            **self.surfaces.digesting.chores,
            **self.withdrawing.tasks,
        }

    @cached_property
    def webhook_cipher(self) -> Cipher | None:
        """What encrypts the secrets of CRMs, where it is set up; raises SettingsError."""
        from bot.tokens import Cipher

        key = reveal(self.settings.persona_secret_key)
        return Cipher(key) if key else None

    @cached_property
    def webhooks(self) -> Webhooks:
        """What CRMs send."""
        from bot.webhooks import Webhooks

        return Webhooks(
            database=self.database,
            chores=self.chores,
            measuring=self.measuring,
            withdrawing=self.withdrawing,
            cipher=self.webhook_cipher,
            per_minute=self.settings.webhooks_per_minute,
            clock=lambda: datetime.now(UTC),
        )

    @cached_property
    def withdrawing(self) -> Withdrawing:
        """What takes back cards that may no longer be shown."""
        from bot.withdrawing import Withdrawing

        return Withdrawing(database=self.database, chores=self.chores, poster=lambda: self.poster)

    @cached_property
    def measuring(self) -> Measuring:
        """What is made of histories, kept up to date."""
        from bot.measuring import Measuring

        async def heard(workspace_id: int, contacts: Sequence[int]) -> None:
            # What Slack's cards take to be drawn is only imported where it is needed: not by an import.
            await self.refreshing.heard(workspace_id, contacts)

        return Measuring(
            database=self.database,
            embedder=self.embedder,
            engine_over=self.engine_over,
            chores=self.chores,
            clock=lambda: datetime.now(UTC),
            on_change=heard,
        )

    @cached_property
    def refreshing(self) -> Refreshing:
        """What keeps personas fresh."""
        from bot.refreshing import Refreshing

        async def in_batches(workspace_id: int, name: str, contacts: Sequence[int]) -> None:
            if self.batching:
                await self.batching.hand_out(workspace_id, name, contacts)

        return Refreshing(
            database=self.database,
            engine_of=self.engine,
            engine_over=self._live_engine_over,
            chores=self.chores,
            redrawing=lambda: self.surfaces.redrawing,
            rules=self.rules.name,
            clock=lambda: datetime.now(UTC),
            in_batches=in_batches if self.settings.has_model else None,
        )

    @cached_property
    def batching(self) -> Batching | None:
        """What asks a model in batches, or None without one."""
        if not self.settings.has_model:
            return None
        from bot.batch_building import build_batching

        built = build_batching(
            self.settings,
            database=self.database,
            chores=self.chores,
            engine_with=self._engine_over,
            redrawing=lambda: self.surfaces.redrawing,
            singly=self.refreshing.singly,
            clock=lambda: datetime.now(UTC),
        )
        self._closing.push_async_callback(built.close)
        return built.batching

    @cached_property
    def schedule(self) -> Schedule:
        """What recurs in every workspace."""
        from bot.digesting import Digesting
        from bot.periodic import Schedule

        return Schedule(
            database=self.database,
            chores=self.chores,
            clock=lambda: datetime.now(UTC),
            periodics=(self.refreshing.periodic, self.upkeep.periodic, self.stale.periodic, Digesting.periodic),
        )

    @cached_property
    def stale(self) -> StalePersonas:
        """What is looked at every hour."""
        from bot.staleness import StalePersonas

        return StalePersonas(
            database=self.database,
            has_model=self.settings.has_model,
            retry=self.refreshing.again,
            clock=lambda: datetime.now(UTC),
        )

    @cached_property
    def upkeep(self) -> Upkeep:
        """What is done every night."""
        from bot.upkeep import Upkeep

        return Upkeep(database=self.database, clock=lambda: datetime.now(UTC))

    @cached_property
    def tenants(self) -> Tenants:
        """Which workspace a Slack team works in."""
        from bot.tenants import Tenants
        from bot.token_team import TokenTeam

        token, known = reveal(self.settings.slack_bot_token), self.settings
        token_team = TokenTeam(self.slack_client, token, named=known.slack_team_id, by_link=self.app_keys is not None)
        return Tenants(database=self.database, may_claim=token_team.may_claim)

    @cached_property
    def surfaces(self) -> Surfaces:
        """What answers Slack, surface by surface."""
        from bot.sharing import Pace
        from bot.surfaces import build_surfaces

        return build_surfaces(
            database=self.database,
            engine_of=self.engine,
            promises=self.promises,
            audience=self.audience,
            tenants=self.tenants,
            poster=self.poster,
            calls=self.slack_calls,
            installing=self.installing,
            status=self.status,
            pace=Pace(self.settings.shares_per_person, self.settings.shares_per_channel),
            metrics=self.metrics,
            clock=lambda: datetime.now(UTC),
        )

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Everything a worker does, by name."""
        return self.surfaces.tasks

    @cached_property
    def slack_client(self) -> AsyncWebClient:
        """Slack's Web API, without a token: each call brings its own."""
        from slack_sdk.web.async_client import AsyncWebClient

        return AsyncWebClient(
            base_url=self.settings.slack_api_url,
            timeout=_SLACK_TIMEOUT_S,
            retry_handlers=[],  # a message sent twice appears twice: what may be tried again is left to the queue
        )

    @cached_property
    def slack_app(self) -> AsyncApp:
        """The Bolt app."""
        from bot.slack_app import build_slack_app

        token = reveal(self.settings.slack_bot_token)
        return build_slack_app(
            surfaces=self.surfaces,
            client=self.slack_client,
            bot_token=token,
            poster=self.poster,
            tenants=self.tenants,
        )

    @cached_property
    def poster(self) -> Poster:
        """The one way out to Slack."""
        from bot.posting import Poster

        return Poster(self.slack_calls)

    @cached_property
    def slack_calls(self) -> SlackCalls:
        """Slack's Web API as each workspace's bot."""
        from bot.slack_calls import SlackCalls

        return SlackCalls(self.slack_client, self.tokens.of, self.metrics)

    @cached_property
    def audience(self) -> Audience:
        """Who may see what."""
        from bot.audience import Audience

        return Audience(database=self.database, calls=self.slack_calls, clock=lambda: datetime.now(UTC))

    @cached_property
    def app_keys(self) -> AppKeys | None:
        """What installs by link need, or None where they aren't set up; raises SettingsError."""
        from bot.tokens import AppKeys, Cipher

        known = self.settings
        if not known.installs_by_link:
            return None
        keys = reveal(known.persona_secret_key) or ""
        return AppKeys(known.slack_client_id or "", reveal(known.slack_client_secret) or "", Cipher(keys))

    @cached_property
    def tokens(self) -> Tokens:
        """Slack's tokens."""
        from bot.tokens import Tokens

        return Tokens(
            database=self.database,
            client=self.slack_client,
            keys=self.app_keys,
            own_token=reveal(self.settings.slack_bot_token),
            clock=lambda: datetime.now(UTC),
        )

    @cached_property
    def installing(self) -> Installing:
        """Installs by link."""
        from bot.installing import Installing

        async def stop_batches(connection: AsyncConnection, workspace_id: int) -> None:
            if self.batching:
                await self.batching.stop(connection, workspace_id)

        return Installing(
            database=self.database,
            client=self.slack_client,
            keys=self.app_keys,
            tokens=self.tokens,
            tenants=self.tenants,
            promises=self.promises,
            stop_batches=stop_batches,
            clock=lambda: datetime.now(UTC),
        )

    @cached_property
    def status(self) -> Status:
        """How a workspace stands."""
        from bot.status import Status

        model = self.settings.openai_model if self.settings.has_model else None
        return Status(
            database=self.database,
            calls=self.slack_calls,
            tokens=self.tokens,
            model=model,
            budget=self._budget,
            clock=lambda: datetime.now(UTC),
        )

    @property
    def _budget(self) -> Budget:
        """What a workspace may spend in a day unless it has chosen another limit."""
        return Budget(self.settings.openai_daily_budget_usd, self.settings.openai_daily_tokens)

    def engine(self, workspace_id: int, owners: frozenset[str] | None = None) -> Engine:
        """The engine of one workspace; with `owners` it knows only the contacts that one of these addresses owns."""
        key = (workspace_id, owners)
        if key not in self._engines:
            self._engines[key] = self._live_engine_over(self.store(workspace_id, owners))
        return self._engines[key]

    def _live_engine_over(self, store: Store) -> Engine:
        return self._engine_over(store, self.model_writer, lambda: datetime.now(UTC))

    def engine_over(self, store: WorkspaceStore, now: datetime) -> Engine:
        """The engine over a store at a moment, for measuring: it asks no model."""
        return self._engine_over(store, None, lambda: now)

    def _engine_over(self, store: Store, model: ModelWriter | None, clock: Clock) -> Engine:
        return Engine(
            store=store,
            embedder=self.embedder,
            rules=self.rules,
            model=model,
            clock=clock,
            budget=self._budget,
            count=self.metrics.card,
        )

    def store(self, workspace_id: int, owners: frozenset[str] | None = None) -> WorkspaceStore:
        """The memory of one workspace; with `owners` of their contacts alone."""
        return WorkspaceStore(self.database, workspace_id, owners=owners)

    async def default_workspace(self) -> int:
        """The workspace the command line works in."""
        return await ensure_default_workspace(self.database)

    def web(self) -> Starlette:
        """The ASGI app. The queue is open while it serves."""
        from bot.handlers.ratings import concerns_us
        from bot.install_pages import install_routes
        from bot.web import build_web
        from bot.webhook_routes import webhook_routes

        _ = self.model_writer  # its client takes a second to import, which the first command must not wait for

        secret, concerns = self.settings.require_slack(), concerns_us(self.surfaces.rating)
        return build_web(
            slack_app=self.slack_app,
            signing_secret=secret,
            concerns=concerns,
            metrics=self.metrics,
            more=[*install_routes(self.installing), *webhook_routes(self.webhooks, self.metrics), *self.probes()],
        )

    @cached_property
    def metrics(self) -> Metrics:
        """What this process counts."""
        from bot.metrics import Metrics

        return Metrics()

    def probes(self) -> list[Route]:
        """`/healthz`, `/readyz` and `/metrics`."""
        from bot.health import Health, health_routes
        from bot.metrics_page import metrics_route
        from bot.stalled import SILENT_S
        from storage.schema import newest_revision
        from storage.vitals import read_vitals

        read = partial(read_vitals, self.database, silent_s=SILENT_S)
        health = Health(read, needs_schema=newest_revision())
        return [*health_routes(health), metrics_route(self.metrics, read, token=reveal(self.settings.metrics_token))]


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything a process works with; the embedded database is migrated first, another's schema is only checked.

    Raises SetupError's kinds, each with the fix.
    """
    with database_urls(settings) as urls:
        await asyncio.to_thread(migrate if urls.server else check_schema, urls.owner)
        services = Services(settings, await Database.open(urls.app))
        try:
            async with kept_running(urls.server):
                yield services
        finally:
            await services.close()
