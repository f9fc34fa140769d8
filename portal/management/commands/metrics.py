import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from prometheus_client import start_http_server

from portal.shared import metrics


class Command(BaseCommand):
    """Tells the operator's Prometheus what was counted, on an address of its own that the public cannot reach."""

    help = "Answers Prometheus on METRICS_BIND until told to end."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.METRICS_BIND:
            raise CommandError("METRICS_BIND is not set. Cure: METRICS_BIND=127.0.0.1:9108")
        host, _, port = settings.METRICS_BIND.rpartition(":")
        try:
            start_http_server(int(port), host.strip("[]"), registry=metrics.registry())
        except OSError as problem:
            raise CommandError(
                f"{settings.METRICS_BIND} cannot be listened on: {problem.strerror}."
            ) from None
        threading.Event().wait()
