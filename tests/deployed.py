"""The portal as it is deployed: nginx from the examples before gunicorn on a socket that outlives it.

The examples are used as they are, only with other paths, ports and host name. nginx runs as an unprivileged
user, listens on this machine alone and is gone when its block ends.
"""

import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

from tests import tools
from tests.certificate import write_certificate
from tests.with_postgres import free_port, other_user

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "portal" / "deploy"
PATIENCE = 60.0  # seconds for a machine that is busy with other things
HOST = "balai.example.go.id"
# What Debian loads and the README asks for, around the site.
AROUND = """
daemon off;
worker_processes auto;
pcre_jit on;
pid {folder}/nginx.pid;
include /etc/nginx/modules-enabled/*.conf;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
    # The same portal without TLS, so that speed is compared with a server that has none either.
    server {{
        listen 127.0.0.1:{bare};
        server_name {host};
        include {folder}/current/portal/deploy/nginx/portal.conf;
    }}
}}
"""


class Connection(HTTPSConnection):
    """Asks for the portal by its name, on this machine."""

    def __init__(self, port: int, certificate: Path, source: str, timeout: float) -> None:
        self.tls = ssl.create_default_context(cafile=str(certificate))
        super().__init__(HOST, port, timeout=timeout, source_address=(source, 0), context=self.tls)

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self.port), self.timeout, self.source_address)
        self.sock = self.tls.wrap_socket(plain, server_hostname=HOST)


@dataclass
class WebService:
    """What systemd does for the web unit: holds the socket, hands it to gunicorn, starts that again."""

    path: Path
    environment: dict[str, str]
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    listening: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(self.path))
        self.path.chmod(0o666)
        self.listening.listen(2048)

    def start(self, root: Path = ROOT) -> None:
        # systemd hands the first socket over as file 3 and says for which process it is meant.
        handed_over = (
            "import os, sys; os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); "
            f"os.dup2({self.listening.fileno()}, 3, inheritable=True); os.execv(sys.executable, sys.argv[1:])"
        )
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "portal/deploy/gunicorn.conf.py"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", handed_over, *gunicorn, *self.arguments],
            cwd=root,
            env=self.environment,
            pass_fds=[self.listening.fileno()],
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
            self.process = None

    def restart(self, root: Path = ROOT) -> None:
        self.stop()
        self.start(root)

    def close(self) -> None:
        self.stop()
        self.listening.close()
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Front:
    """A running nginx: where it listens, and how to ask it."""

    folder: Path
    tls: int
    plain: int
    bare: int
    process: subprocess.Popen[bytes]

    @property
    def socket_path(self) -> Path:
        return self.folder / "run" / "web.sock"

    @property
    def var(self) -> Path:
        return self.folder / "var"

    def connection(self, source: str = "127.0.0.1", timeout: float = PATIENCE) -> HTTPSConnection:
        return Connection(self.tls, self.folder / "fullchain.pem", source, timeout)

    def ask(
        self,
        address: str,
        method: str = "GET",
        body: bytes | None = None,
        host: str = HOST,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> "Said":
        sent = {"Host": host} | {name.replace("_", "-"): value for name, value in headers.items()}
        connection = self.connection(source)
        try:
            connection.request(method, address, body, sent)
            return Said.of(connection.getresponse())
        finally:
            connection.close()

    def ask_plainly(self, address: str, host: str = HOST) -> "Said":
        """At the door that only leads to TLS."""
        return self._without_tls(self.plain, address, "GET", None, "127.0.0.1", {"Host": host})

    def ask_bare(
        self,
        address: str,
        method: str = "GET",
        body: bytes | None = None,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> "Said":
        """The same portal without TLS, as a portal on a laptop expects it."""
        sent = {"Host": f"127.0.0.1:{self.bare}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._without_tls(self.bare, address, method, body, source, sent)

    def _without_tls(
        self, port: int, address: str, method: str, body: bytes | None, source: str, headers: dict[str, str]
    ) -> "Said":
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(source, 0))
        try:
            connection.request(method, address, body, headers)
            return Said.of(connection.getresponse())
        finally:
            connection.close()


@dataclass(frozen=True)
class Said:
    """One answer, read to its end; header names in small letters, several of one name joined by a line."""

    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, answer: HTTPResponse) -> "Said":
        headers: dict[str, str] = {}
        for name, value in answer.getheaders():
            earlier = headers.get(name.lower())
            headers[name.lower()] = value if earlier is None else f"{earlier}\n{value}"
        return cls(answer.status, headers, answer.read())

    @property
    def kept(self) -> str:
        """What nginx did: HIT, MISS, BYPASS, EXPIRED, STALE, UPDATING; empty where it keeps nothing."""
        return self.headers.get("x-cache", "")


def rendered(folder: Path, ports: dict[str, int], changes: dict[str, str]) -> None:
    """The examples as files in `folder`, with its paths; `changes` are further texts to replace, each found."""
    current = folder / "current"
    shutil.copytree(EXAMPLES / "nginx", current / "portal" / "deploy" / "nginx")
    shutil.copytree(EXAMPLES / "pages", current / "portal" / "deploy" / "pages")
    (current / "templates").mkdir()
    shutil.copy(ROOT / "templates" / "503.html", current / "templates")
    replaced = {
        "/opt/balai/current": str(current),
        "/var/lib/balai": str(folder / "var"),
        "/run/balai/web.sock": str(folder / "run" / "web.sock"),
        "/var/cache/nginx/balai": str(folder / "cache"),
        "/var/log/nginx/balai-error.log": str(folder / "error.log"),
        f"/etc/letsencrypt/live/{HOST}": str(folder),
        "listen 80": f"listen 127.0.0.1:{ports['plain']}",
        "listen 443": f"listen 127.0.0.1:{ports['tls']}",
    }
    unused = dict(changes)
    site = (EXAMPLES / "nginx.conf").read_text()
    # This machine may have no IPv6.
    texts = {folder / "site.conf": re.sub(r" *listen \[::\].*\n", "", site)}
    texts |= {path: path.read_text() for path in (current / "portal" / "deploy" / "nginx").glob("*.conf")}
    for path, text in texts.items():
        for old, new in (*changes.items(), *replaced.items()):
            if old in text:
                unused.pop(old, None)
            text = text.replace(old, new)
        path.write_text(text)
    if unused:
        raise LookupError(f"The example does not say {', '.join(unused)} any more.")
    around = AROUND.format(
        folder=folder, bare=ports["bare"], host=HOST, site=f"include {folder / 'site.conf'};"
    )
    (folder / "nginx.conf").write_text(around)


@contextmanager
def front(changes: dict[str, str] | None = None) -> Iterator[Front]:
    """nginx by the examples; what stands behind its socket is the caller's."""
    program = tools.nginx()
    if program is None:
        raise LookupError(f"{tools.NGINX_MISSING}.")
    user = other_user()
    folder = Path(tempfile.mkdtemp(prefix="balai-nginx-"))
    ports = {name: free_port() for name in ("tls", "plain", "bare")}
    process = None
    try:
        for name in ("run", "var", "cache", "var/static"):
            (folder / name).mkdir()
        rendered(folder, ports, changes or {})
        write_certificate(folder, HOST)
        if user:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, user.pw_uid, user.pw_gid)
        process = subprocess.Popen(
            [program, "-e", str(folder / "start.log"), "-c", str(folder / "nginx.conf")],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", "")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        # nginx opens its ports one after another: the last may come a while after the first.
        for port in ports.values():
            wait_for_port(process, port, folder)
        yield Front(folder, ports["tls"], ports["plain"], ports["bare"], process)
    finally:
        if process is not None:
            process.terminate()
            process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_port(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            words = "\n".join(path.read_text() for path in folder.glob("*.log"))
            raise RuntimeError(f"nginx ended with code {process.returncode}:\n{words}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"No answer on port {port} within {PATIENCE:.0f} seconds.")


@contextmanager
def web_service(path: Path, environment: dict[str, str], *arguments: str) -> Iterator[WebService]:
    """gunicorn as the unit starts it, behind a socket that stays."""
    service = WebService(path, environment, arguments)
    try:
        service.start()
        yield service
    finally:
        service.close()
