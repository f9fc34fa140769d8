"""How gunicorn serves the portal: two processes of four threads, right for two cores and little memory.

PORT, BIND (address:port or unix:path) and WEB_CONCURRENCY (processes) change it; the rest is measured.
"""

from pathlib import Path

from django.conf import settings
from django.db import connections
from gunicorn.glogging import Logger

from portal.environment import env, env_number
from portal.shared import patience
from portal.shared.logs import JsonLines, tell_no_tracebacks

wsgi_app = "portal.wsgi:application"
# Only this machine can connect: in production a web server with TLS stands in front.
bind = env("BIND") or f"127.0.0.1:{env_number('PORT', 8000, low=1, high=65535)}"

# What is no such number the settings refuse by name, a moment later.
workers = env_number("WEB_CONCURRENCY", 2, low=1, high=64)
worker_class = "gthread"
# Threads wait for the database and for slow phones; more would only queue for the same interpreter.
threads = 4
# Loaded once and shared by the processes: starts sooner, and a fault in the settings ends the start with its
# message instead of a loop of dying workers. New code needs a restart, not a reload.
preload_app = True

# A phone on a slow line keeps its connection between two pages; longer than the 60 s of nginx upstreams, so
# that a request never meets a connection just being closed. Idle connections hold no thread.
keepalive = 75
timeout = 30
# Requests already accepted are finished before the process ends.
graceful_timeout = 10
# Fresh processes now and then, so that memory lost by some library never adds up; not both at once.
max_requests = 100_000
max_requests_jitter = 20_000

# 0 lets Python see an address of any length, so that an over-long search gets the portal's own clear page
# instead of a bare line of text; the web server in front bounds it long before memory would matter.
limit_request_line = 0
limit_request_fields = 64

# Whether a visitor came by https is for TRUSTED_PROXIES to decide; gunicorn would believe anyone on this machine.
secure_scheme_headers: dict[str, str] = {}

# The workers' sign of life must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Nobody needs to steer the server through a socket in a home directory.
control_socket_disable = True

# No access log: who read which page when is nobody's business, and addresses are personal data.
accesslog = None
errorlog = "-"
loglevel = "warning"


class LogWithoutVisitors(Logger):
    """Writes the portal's own lines, and leaves out what strangers send to every server on the internet."""

    def setup(self, cfg: object) -> None:
        super().setup(cfg)
        # Other than gunicorn's, these lines hold nothing that was filled in at run time.
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())

    def warning(self, msg: str, *args: object, **kwargs: object) -> None:
        if not msg.startswith("Invalid request from"):
            super().warning(msg, *args, **kwargs)


logger_class = LogWithoutVisitors


def pre_fork(server: object, worker: object) -> None:
    """A database connection opened while loading must not be shared by two processes."""
    if settings.configured:
        connections.close_all()


def on_starting(server: object) -> None:
    """What another run counted for Prometheus is not continued; a process that ends leaves its counts to the sum."""
    if settings.configured:
        for path in (settings.VAR_DIR / "metrics").glob("*.db"):
            path.unlink(missing_ok=True)


def post_worker_init(worker: object) -> None:
    """An exception nobody caught, in a thread say, is one line without its words too; no page waits forever."""
    tell_no_tracebacks()
    patience.lose_patience()
