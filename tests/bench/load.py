"""Asks one address as fast as it is answered: with wrk where it is installed, else with sockets of our own."""

import re
import selectors
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field

CONNECTIONS = 8


@dataclass(frozen=True)
class Target:
    """An address on this machine and the headers to ask it with."""

    port: int
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def request(self) -> bytes:
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    length: int


def ask(target: Target) -> Answer:
    """One answer on a connection of its own."""
    with socket.create_connection(("127.0.0.1", target.port), timeout=30) as connection:
        connection.sendall(target.request)
        return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    received = b""
    while b"\r\n\r\n" not in received:
        received += more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", 0))
    missing = length - len(body)
    while missing > 0:
        missing -= len(more(connection))
    return Answer(int(status.split()[1]), headers, length)


def more(connection: socket.socket) -> bytes:
    received = connection.recv(262_144)
    if not received:
        raise ConnectionError("The server closed the connection.")
    return received


def answered_in(target: Target, seconds: float) -> tuple[int, float]:
    """How many requests were answered, and in how many seconds; raises when one of them was not."""
    return by_wrk(target, seconds) if shutil.which("wrk") else by_sockets(target, seconds)


def by_wrk(target: Target, seconds: float) -> tuple[int, float]:
    headers = [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]
    url = f"http://127.0.0.1:{target.port}{target.path}"
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", *headers, url],
        capture_output=True,
        text=True,
        check=True,
    )
    if failed := re.search(r"Non-2xx.*|Socket errors.*", done.stdout):
        raise RuntimeError(f"{target.path}: {failed[0].strip()}")
    found = re.search(r"(\d+) requests in ([\d.]+)s", done.stdout)
    if not found:
        raise RuntimeError(f"wrk said something else than expected:\n{done.stdout}")
    return int(found[1]), float(found[2])


def by_sockets(target: Target, seconds: float) -> tuple[int, float]:
    """Several connections, each with one request under way."""
    expected = ask(target).status
    request, answered = target.request, 0
    with selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", target.port), timeout=30)
            connection.sendall(request)
            selector.register(connection, selectors.EVENT_READ)
        began = time.perf_counter()
        try:
            while (passed := time.perf_counter() - began) < seconds:
                for key, _ in selector.select(timeout=1):
                    connection = key.fileobj  # type: ignore[assignment]
                    if read_answer(connection).status != expected:
                        raise RuntimeError(f"{target.path} was answered differently under load.")
                    answered += 1
                    connection.sendall(request)
        finally:
            for key in list(selector.get_map().values()):
                key.fileobj.close()  # type: ignore[union-attr]
    return answered, passed
