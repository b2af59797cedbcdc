"""What is counted and timed, for Prometheus. Labels are our own words: no workspace, no person, nothing of a CRM."""

import math
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

from persona.model import WrittenBy
from storage.vitals import Vitals

_ACK_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3)
_JOB_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)
_MODEL_S: Final = (0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 90)


class Metrics:
    """This process's own counts, and the installation's gauges, which every process reads from the database."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Histogram(
            "persona_slack_request_seconds",
            "From a request of Slack to its acknowledgement.",
            ("kind", "status"),
            buckets=_ACK_S,
            registry=registry,
        )
        self._jobs = Histogram(
            "persona_job_seconds",
            "A try of a job, by its task and whether it ended well.",
            ("task", "outcome"),
            buckets=_JOB_S,
            registry=registry,
        )
        self._model = Histogram(
            "persona_model_seconds",
            "Asking the model for a draft, by outcome.",
            ("outcome",),
            buckets=_MODEL_S,
            registry=registry,
        )
        self._tokens = Counter(
            "persona_model_tokens", "Tokens of drafts asked of the model.", ("direction",), registry=registry
        )
        self._cost = Counter("persona_model_cost_usd", "What drafts of the model cost, in dollars.", registry=registry)
        self._cards = Counter(
            "persona_cards", "Personas: served from the store, or written by whom.", ("outcome",), registry=registry
        )
        self._deliveries = Counter(
            "persona_webhook_deliveries", "Deliveries of CRMs, by the status answered.", ("status",), registry=registry
        )
        self._items = Counter(
            "persona_webhook_items", "Items of CRMs, accepted or rejected.", ("outcome",), registry=registry
        )
        self._calls = Counter(
            "persona_slack_calls",
            "Calls of Slack's Web API, by method and outcome.",
            ("method", "outcome"),
            registry=registry,
        )
        self._queue = Gauge(
            "persona_queue_jobs",
            "Jobs of the installation: due, later, doing, failed.",
            ("queue", "state"),
            registry=registry,
        )
        self._lag = Gauge(
            "persona_queue_lag_seconds", "For how long the oldest due job is due.", ("queue",), registry=registry
        )
        self._up = Gauge("persona_database_up", "Whether the database answers.", registry=registry)
        self._tick = Gauge("persona_clock_tick_age_seconds", "Since a clock looked last.", registry=registry)
        self._workers = Gauge("persona_workers", "Workers heard of lately.", registry=registry)
        self._size = Gauge("persona_database_bytes", "Size of the database.", registry=registry)
        self._rows = Gauge("persona_rows", "Rows, as the planner estimates.", ("table",), registry=registry)

    def slack_request(self, kind: str, status: int, seconds: float) -> None:
        """A request of Slack was acknowledged."""
        self._requests.labels(kind, str(status)).observe(seconds)

    def job(self, task: str, outcome: str, seconds: float) -> None:
        """A try of a job ended: "done", "failed" or "stopped"."""
        self._jobs.labels(task, outcome).observe(seconds)

    def model(self, outcome: str, seconds: float, spent: WrittenBy | None) -> None:
        """The model was asked: "ok" or a ModelError's outcome, and what it took."""
        self._model.labels(outcome).observe(seconds)
        if spent:
            self._tokens.labels("input").inc(spent.input_tokens)
            self._tokens.labels("output").inc(spent.output_tokens)
            self._cost.inc(spent.cost_usd)

    def card(self, outcome: str) -> None:
        """A persona was "stored", or written by "model" or "rules"."""
        self._cards.labels(outcome).inc()

    def delivery(self, status: int, *, accepted: int = 0, rejected: int = 0) -> None:
        """A CRM's delivery was answered."""
        self._deliveries.labels(str(status)).inc()
        self._items.labels("accepted").inc(accepted)
        self._items.labels("rejected").inc(rejected)

    def slack_call(self, method: str, outcome: str) -> None:
        """A method of Slack's was called: "ok", "ratelimited", "refused" or "unreachable"."""
        self._calls.labels(method, outcome).inc()

    def page(self, vitals: Vitals | None) -> bytes:
        """The page Prometheus reads; the installation's gauges say nothing while the database is silent."""
        for by_name in (self._queue, self._lag, self._rows):
            by_name.clear()
        for single in (self._tick, self._workers, self._size):
            single.set(math.nan)
        self._up.set(vitals is not None)
        if vitals:
            self._show(vitals)
        return generate_latest(self._registry)

    def _show(self, vitals: Vitals) -> None:
        for name, queue in vitals.queues.items():
            for state in ("due", "later", "doing", "failed"):
                self._queue.labels(name, state).set(getattr(queue, state))
            self._lag.labels(name).set(queue.lag_s)
        for table, count in vitals.rows.items():
            self._rows.labels(table).set(count)
        tick = vitals.last_tick
        self._tick.set((vitals.at - tick).total_seconds() if tick else math.inf)
        self._workers.set(vitals.workers)
        self._size.set(vitals.size_bytes)
