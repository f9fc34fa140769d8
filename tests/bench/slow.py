"""Five hundred connections that never finish, three ways, and how long an honest visitor waits meanwhile."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import quantiles

from tests.bench.report import Figure
from tests.deployed import HOST, Front, front, web_service

CONNECTIONS = 500
SECONDS = 20  # each way; one minute in all
WAYS = {
    "headers": ["-H", "-i", "5", "-x", "24"],
    "bodies": ["-B", "-i", "5", "-s", "8192", "-x", "10", "-t", "POST"],
    "reading": ["-X", "-w", "1", "-y", "8", "-n", "5", "-z", "4", "-k", "1"],
}
P99 = 2.0  # seconds
# What a portal needs to answer to its public name.
PRODUCTION = {
    "PRODUCTION": "yes",
    "SECRET_KEY": "k3y-0f-r4nd0m-ch4r4ct3rs-that-is-long-enough-for-anyone-2026",
    "ALLOWED_HOSTS": HOST,
    "SITE_URL": f"https://{HOST}",
    "TRUSTED_PROXIES": "1",
    "EMAIL_URL": "smtp://127.0.0.1:25?tls=no",
    "LOG_REQUESTS": "no",
}
# Apart from the slow ones, as another household would be.
HONEST = "127.0.0.2"


@dataclass
class Visitor:
    """Asks for a page that nginx keeps and one that the application must make, again and again."""

    nginx: Front
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        count = 0
        while not self.ended.wait(0.1):
            count += 1
            address = "/layanan/" if count % 2 else f"/cari/?q=surat+{count}"
            began = time.perf_counter()
            try:
                status = self.nginx.ask(address, source=HONEST).status
            except OSError as problem:
                status = 0
                self.failed.append(f"{address}: {problem!r}")
            self.seconds.append(time.perf_counter() - began)
            if status not in {0, 200}:
                self.failed.append(f"{address}: {status}")


def figures(environment: dict[str, str]) -> list[Figure]:
    program = shutil.which("slowhttptest")
    if program is None:
        return [Figure("Slow connections", "not measured: apt install slowhttptest", f"p99 ≤ {P99:.0f} s")]
    with front() as nginx, web_service(nginx.socket_path, environment | PRODUCTION):
        quiet = asked(nginx, lambda: time.sleep(5))
        found = [figure("Honest pages, nobody slow", quiet, None)]
        for way, options in WAYS.items():
            slow = [program, *options, "-c", str(CONNECTIONS), "-r", "250", "-l", str(SECONDS), "-p", "3"]
            slow += ["-u", f"http://127.0.0.1:{nginx.bare}/layanan/"]
            visitor = asked(nginx, lambda slow=slow: subprocess.run(slow, capture_output=True, check=False))
            found.append(figure(f"Honest pages, {CONNECTIONS} slow {way} for {SECONDS} s", visitor, P99))
    return found


def asked(nginx: Front, meanwhile: Callable[[], object]) -> Visitor:
    visitor = Visitor(nginx)
    thread = threading.Thread(target=visitor.go_on)
    thread.start()
    try:
        meanwhile()
    finally:
        visitor.ended.set()
        thread.join()
    return visitor


def figure(name: str, visitor: Visitor, bound: float | None) -> Figure:
    cuts = quantiles(visitor.seconds, n=100, method="inclusive")
    words = (
        f"p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms, longest {max(visitor.seconds):.2f} s"
    )
    return Figure(
        name=name,
        measured=f"{words}; {len(visitor.seconds)} pages, {len(visitor.failed)} failed",
        target=f"p99 ≤ {bound:.0f} s" if bound else "",
        is_met=(cuts[98] <= bound and not visitor.failed) if bound else None,
    )
