"""Counts for the operator's Prometheus, by route name, method and class of status: a bounded set of numbers.

Nothing is counted unless ``METRICS_BIND`` names a closed address; `manage.py metrics` answers there.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error, connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from portal.shared.work.heartbeat import last_beat
from portal.shared.work.job import Job

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})

requests = Counter(
    "portal_requests",
    "Requests answered, by route name, method, class of status and whether a stored page was given.",
    ("route", "method", "status", "kept"),
)
seconds = Histogram(
    "portal_request_seconds",
    "Seconds until the answer was ready, by route name.",
    ("route",),
    buckets=BUCKETS,
)
# Looking a child up by its labels costs more than counting; their number is bounded by the routes.
_counters: dict[tuple[str, str, str, bool], Any] = {}
_histograms: dict[str, Any] = {}


def count(*, route: str, method: str, status: str, took: float, kept: bool) -> None:
    key = (route, method if method in METHODS else "other", status[:1] + "xx", kept)
    counter = _counters.get(key)
    if counter is None:
        counter = _counters[key] = requests.labels(key[0], key[1], key[2], "yes" if kept else "no")
    counter.inc()
    histogram = _histograms.get(route)
    if histogram is None:
        histogram = _histograms[route] = seconds.labels(route)
    histogram.observe(took)


class Queue:
    """The queue and its workers as they are in the database when Prometheus asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        at = timezone.now()
        up = GaugeMetricFamily("portal_database_up", "1 if the database answered just now.")
        try:
            families = list(queue_families(at))
        except Error:
            connections.close_all()
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from families


def queue_families(at: datetime) -> Iterator[GaugeMetricFamily]:
    tasks = GaugeMetricFamily("portal_tasks", "Background tasks by state.", labels=["state"])
    for status in TaskResultStatus:
        tasks.add_metric([status.value.lower()], Job.objects.filter(status=status).count())
    yield tasks
    oldest = Job.objects.ready().order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    waiting = GaugeMetricFamily("portal_oldest_task_seconds", "How long the oldest waiting task waits.")
    waiting.add_metric([], (at - oldest).total_seconds() if oldest else 0)
    yield waiting
    beat = last_beat()
    age = GaugeMetricFamily("portal_worker_heartbeat_seconds", "Age of the last sign of life of any worker.")
    # No worker at all is an infinitely old one: an alarm on the age needs no second rule.
    age.add_metric([], (at - beat).total_seconds() if beat else float("inf"))
    yield age


def registry() -> CollectorRegistry:
    """What all processes of the server counted together, and the queue."""
    collected = CollectorRegistry()
    if settings.METRICS_BIND:
        MultiProcessCollector(collected)
    collected.register(Queue())
    return collected
